"""The sign-in service, through MSAL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client, NewClient, NewSandbox


def redeem(client: Client, token: str, **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.app(**options).acquire_token_by_refresh_token(token, client.default_scope)
    return answer


def test_a_redemption_gives_a_new_refresh_token_and_the_old_one_stays_valid(sandbox: Sandbox, graph: Client) -> None:
    old = sandbox.settings["refresh_token"]

    first, second = redeem(graph, old), redeem(graph, old)

    assert len({old, first["refresh_token"], second["refresh_token"]}) == 3
    assert "access_token" in redeem(graph, first["refresh_token"])


def test_with_strict_rotation_a_refresh_token_works_once(sandbox: Sandbox, graph: Client) -> None:
    sandbox.login.refresh_tokens.strict = True
    old = sandbox.settings["refresh_token"]

    successor = redeem(graph, old)["refresh_token"]

    assert redeem(graph, old)["error_codes"] == [50173]
    assert "access_token" in redeem(graph, successor)


def test_the_default_scope_yields_what_was_consented(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.scopes = {"Directory.Read.All", "User.Read.All"}

    scopes = redeem(graph, sandbox.settings["refresh_token"])["scope"].split()

    root = sandbox.graph_url
    assert {f"{root}/Directory.Read.All", f"{root}/User.Read.All", f"{root}/.default"} <= set(scopes)
    assert not any("AuditLog" in scope for scope in scopes)


def test_a_scope_without_consent_costs_the_whole_redemption(sandbox: Sandbox, graph: Client) -> None:
    token = sandbox.settings["refresh_token"]

    answer = graph.app().acquire_token_by_refresh_token(token, ["User.Read.All", "Mail.Read"])

    assert (answer["error"], answer["error_codes"], answer["suberror"]) == (
        "invalid_grant",
        [65001],
        "consent_required",
    )


def test_another_resource_than_graph_is_unknown(sandbox: Sandbox, graph: Client) -> None:
    scopes = ["https://graph.microsoft.com/.default"]

    answer = graph.app().acquire_token_by_refresh_token(sandbox.settings["refresh_token"], scopes)

    assert answer["error_codes"] == [500011]


def test_msal_keeps_the_account_and_answers_from_its_cache(graph: Client) -> None:
    app = graph.app()
    app.acquire_token_by_refresh_token(graph.sandbox.settings["refresh_token"], graph.default_scope)
    graph.sandbox.requests.clear()

    (account,) = app.get_accounts()
    answer = app.acquire_token_silent(graph.default_scope, account=account)

    assert account["username"] == graph.sandbox.login.user["userPrincipalName"]
    assert answer["token_source"] == "cache"
    assert graph.sandbox.requests == []


def test_a_forced_refresh_uses_the_newest_refresh_token(sandbox: Sandbox, graph: Client) -> None:
    app = graph.app()
    app.acquire_token_by_refresh_token(sandbox.settings["refresh_token"], graph.default_scope)
    sandbox.login.refresh_tokens.strict = True

    for _ in range(3):
        answer = app.acquire_token_silent(graph.default_scope, app.get_accounts()[0], force_refresh=True)
        assert answer["token_source"] == "identity_provider"


def test_a_tenant_is_known_by_its_id_and_by_its_domains(sandbox: Sandbox, graph: Client) -> None:
    by_domain = graph.app(tenant=sandbox.tenant.default_domain)

    assert by_domain.authority.tenant == sandbox.tenant.id
    assert graph.app(tenant="organizations").authority.tenant == "organizations"


def test_an_unknown_tenant_is_refused_at_discovery(graph: Client) -> None:
    with pytest.raises(ValueError, match="Unable to get authority configuration") as refused:
        graph.app(tenant="4d2b1f0c-6d1e-4f0a-9a52-000000000000")

    assert "AADSTS90002: Tenant '4d2b1f0c-6d1e-4f0a-9a52-000000000000' not found." in str(refused.value.__context__)


def test_an_unknown_client_is_refused(sandbox: Sandbox, graph: Client) -> None:
    answer = redeem(graph, sandbox.settings["refresh_token"], client_id="b2f1c1de-0000-4000-8000-000000000000")

    assert (answer["error"], answer["error_codes"]) == ("unauthorized_client", [700016])


@pytest.mark.parametrize(("secret", "code"), [(None, 7000218), ("wrong", 7000215), ("s3cret", None)])
def test_a_confidential_client_must_present_its_secret(
    new_sandbox: NewSandbox, new_client: NewClient, secret: str | None, code: int | None
) -> None:
    sandbox = new_sandbox(client_secret="s3cret")
    sandbox.login.registration.secret, kept = None, sandbox.login.registration.secret
    client = new_client(sandbox)
    sandbox.login.registration.secret = kept
    options = {} if secret is None else {"client_credential": secret}

    answer = redeem(client, sandbox.settings["refresh_token"], **options)

    assert sandbox.settings["client_secret"] == "s3cret"
    assert answer.get("error_codes", [None]) == [code]


def test_a_public_client_must_not_present_a_secret(sandbox: Sandbox, graph: Client) -> None:
    answer = redeem(graph, sandbox.settings["refresh_token"], client_credential="superfluous")

    assert (answer["error"], answer["error_codes"]) == ("invalid_client", [700025])


def test_a_refresh_token_dies_after_90_days(sandbox: Sandbox, graph: Client) -> None:
    sandbox.tenant.pass_days(91)

    answer = redeem(graph, sandbox.settings["refresh_token"])

    assert (answer["error"], answer["error_codes"]) == ("invalid_grant", [700082])
    assert answer["error_description"].startswith("AADSTS700082: The refresh token has expired due to inactivity.")
    assert {"timestamp", "trace_id", "correlation_id", "error_uri"} <= answer.keys()


@pytest.mark.parametrize(("token", "code"), [("1.AX0Asomebody-elses", 70000), ("not a token", 9002313)])
def test_what_is_no_refresh_token_of_ours_is_refused(graph: Client, token: str, code: int | None) -> None:
    assert redeem(graph, token)["error_codes"] == [code]


def test_revoked_sessions_need_a_new_sign_in(sandbox: Sandbox, graph: Client) -> None:
    sandbox.login.refresh_tokens.revoke_all()

    assert redeem(graph, sandbox.settings["refresh_token"])["error_codes"] == [50173]
    assert "access_token" in redeem(graph, sandbox.login.first_refresh_token())


def test_the_next_sign_in_can_be_refused_with_any_code(sandbox: Sandbox, graph: Client) -> None:
    sandbox.login.refuse_next.append(53003)

    assert redeem(graph, sandbox.settings["refresh_token"])["error_codes"] == [53003]
    assert "access_token" in redeem(graph, sandbox.settings["refresh_token"])


def test_a_grant_that_is_not_imitated_says_so(sandbox: Sandbox) -> None:
    form = {"client_id": sandbox.settings["client_id"], "grant_type": "password"}

    answer = requests.post(
        f"{sandbox.login_url}/{sandbox.tenant.id}/oauth2/v2.0/token",
        data=form,
        verify=str(sandbox.ca_bundle),
        timeout=9,
    )

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_an_access_token_opens_graph_for_an_hour(sandbox: Sandbox, graph: Client) -> None:
    assert graph.get("/v1.0/domains").status_code == 200

    sandbox.tenant.pass_days(1)

    answer = graph.get("/v1.0/domains")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer made.up.token", "Basic dXNlcjpwYXNz"])
def test_graph_knows_only_tokens_of_this_sign_in_service(graph: Client, token: str) -> None:
    answer = graph.get("/v1.0/domains", Authorization=token)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_a_token_of_another_tenant_opens_nothing(new_sandbox: NewSandbox, new_client: NewClient) -> None:
    one, other = new_client(new_sandbox(seed=1)), new_client(new_sandbox(seed=2))

    answer = one.get("/v1.0/domains", Authorization=str(other.http.headers["Authorization"]))

    assert answer.status_code == 401


def test_revoked_access_tokens_are_refused_at_once(sandbox: Sandbox, graph: Client) -> None:
    sandbox.login.access_tokens.revoke_all()

    assert graph.get("/v1.0/domains").status_code == 401
    graph.sign_in()
    assert graph.get("/v1.0/domains").status_code == 200
