"""The authorize page: who signs in, what they consent to, and the code that goes back to the app."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.commands.browser_user import Page

if TYPE_CHECKING:
    import requests

    from sandbox import Sandbox
    from tests.sandbox.conftest import Client

LOOPBACK = "http://localhost:51234"
SCOPES = ["Directory.Read.All", "User.Read.All"]


def begin(client: Client, redirect_uri: str = LOOPBACK, scopes: list[str] | None = None) -> dict[str, Any]:
    """MSAL's beginning of a sign-in."""
    flow: dict[str, Any] = client.app().initiate_auth_code_flow(
        scopes or SCOPES, redirect_uri=redirect_uri, response_mode="form_post"
    )
    return flow


def visit(client: Client, flow: dict[str, Any], **form: str) -> requests.Response:
    """Open the page, or send one of its forms."""
    url = flow["auth_uri"]
    return client.http.post(url, data=form, timeout=9) if form else client.http.get(url, timeout=9)


def sign_in(client: Client, account: str | None = None, **options: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Sign in on the page, and return MSAL's flow and what the page posts to the app."""
    flow = begin(client, **options)
    page = Page(visit(client, flow, account=account or client.sandbox.login.user["userPrincipalName"]).text)
    assert page.action == options.get("redirect_uri", LOOPBACK)
    return flow, page.fields


def test_msal_completes_what_it_began(graph: Client) -> None:
    flow, posted = sign_in(graph)

    answer = graph.app().acquire_token_by_auth_code_flow(flow, posted)

    assert posted["state"] == flow["state"]
    assert answer["id_token_claims"]["preferred_username"] == graph.sandbox.login.user["userPrincipalName"]
    assert set(SCOPES) <= {scope.rpartition("/")[2] for scope in answer["scope"].split()}
    assert graph.get("/v1.0/domains", Authorization=f"Bearer {answer['access_token']}").status_code == 200


def test_the_page_offers_an_administrator_an_employee_and_a_guest(graph: Client) -> None:
    page = visit(graph, begin(graph)).text

    assert page.count('name="account" value=') == 3
    assert graph.sandbox.login.user["userPrincipalName"] in page


def test_a_code_works_once(graph: Client) -> None:
    flow, posted = sign_in(graph)
    assert "access_token" in graph.app().acquire_token_by_auth_code_flow({**flow}, posted)

    assert "AADSTS54005" in graph.app().acquire_token_by_auth_code_flow({**flow}, posted)["error_description"]


def test_a_code_works_for_ten_minutes(sandbox: Sandbox, graph: Client) -> None:
    flow, posted = sign_in(graph)
    sandbox.tenant.pass_days(1)

    assert "AADSTS70008" in graph.app().acquire_token_by_auth_code_flow(flow, posted)["error_description"]


def test_a_code_is_worth_nothing_to_others(graph: Client) -> None:
    flow, posted = sign_in(graph)

    answer = graph.app().acquire_token_by_auth_code_flow({**flow, "code_verifier": "a" * 43}, posted)

    assert "AADSTS501481" in answer["error_description"]


@pytest.mark.parametrize(
    ("redirect_uri", "status"),
    [
        ("http://localhost", 200),
        ("http://localhost:1", 200),
        ("http://localhost:1/path", 400),
        ("http://127.0.0.1:1", 400),
        ("https://elsewhere.example", 400),
    ],
)
def test_of_a_loopback_address_the_port_is_free_and_the_path_is_not(
    graph: Client, redirect_uri: str, status: int
) -> None:
    response = visit(graph, begin(graph, redirect_uri=redirect_uri))

    assert response.status_code == status
    assert ("AADSTS50011" in response.text) == (status == 400)


@pytest.mark.parametrize(
    ("name", "value"), [("response_mode", "query"), ("code_challenge_method", "plain"), ("nonce", "")]
)
def test_what_a_careful_client_sends_is_demanded(graph: Client, name: str, value: str) -> None:
    flow = begin(graph)
    query = {key: values[0] for key, values in parse_qs(urlsplit(flow["auth_uri"]).query).items()}

    response = graph.http.get(flow["auth_uri"].partition("?")[0], params={**query, name: value}, timeout=9)

    assert response.status_code == 400
    assert "AADSTS900144" in response.text


def test_a_person_who_cancels_sends_the_refusal_back(graph: Client) -> None:
    flow = begin(graph)

    page = Page(visit(graph, flow, cancel="1").text)

    assert page.fields["error"] == "access_denied"
    assert page.fields["error_description"].startswith("AADSTS65004: User declined to consent")
    assert page.fields["state"] == flow["state"]


def test_only_an_administrator_can_consent_for_the_company(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.scopes = {"User.Read"}
    users = sandbox.tenant.directory["users"].live.values()
    employee = next(user for user in users if user["userType"] == "Member" and user["id"] != sandbox.login.user["id"])
    flow = begin(graph)

    assert "Need admin approval" in visit(graph, flow, account=employee["userPrincipalName"]).text
    assert "Permissions requested" in visit(graph, flow, account=sandbox.login.user["userPrincipalName"]).text
    assert sandbox.consent.scopes == {"User.Read"}

    sign_in_page = visit(graph, flow, account=sandbox.login.user["userPrincipalName"], consent="accept")

    assert "code" in Page(sign_in_page.text).fields
    assert sandbox.consent.scopes == {"User.Read", *SCOPES}


@pytest.mark.parametrize(
    ("account", "code"), [("unknown@{domain}", 50034), ("somebody@elsewhere.example", 50020), ("<b>", 50020)]
)
def test_the_page_refuses_who_has_no_account_here(graph: Client, account: str, code: int) -> None:
    name = account.format(domain=graph.sandbox.tenant.default_domain)

    page = visit(graph, begin(graph), account=name).text

    assert f"AADSTS{code}" in page
    assert "<b>" not in page


def test_a_guest_signs_in_with_the_address_at_home_and_is_marked(graph: Client) -> None:
    users = graph.sandbox.tenant.directory["users"].live.values()
    guest = next(user for user in users if user["userType"] == "Guest" and user["accountEnabled"])

    flow, posted = sign_in(graph, guest["mail"])

    claims = graph.app().acquire_token_by_auth_code_flow(flow, posted)["id_token_claims"]
    assert claims["preferred_username"] == guest["mail"]
    assert graph.sandbox.tenant.id not in claims["idp"]


def test_a_single_page_apps_code_is_for_browsers_alone(sandbox: Sandbox, graph: Client) -> None:
    sandbox.login.registration.single_page_app = True
    flow, posted = sign_in(graph)

    assert "AADSTS9002327" in graph.app().acquire_token_by_auth_code_flow(flow, posted)["error_description"]


def test_a_single_page_apps_sign_in_ends_after_24_hours_though_it_is_used(sandbox: Sandbox, graph: Client) -> None:
    sandbox.login.refresh_tokens.single_page = True
    token = sandbox.login.first_refresh_token()

    answer = graph.app().acquire_token_by_refresh_token(token, graph.default_scope)

    assert answer["refresh_token_expires_in"] == pytest.approx(24 * 3600, abs=60)
    sandbox.tenant.pass_days(1)
    time.sleep(0.01)
    late = graph.app().acquire_token_by_refresh_token(answer["refresh_token"], graph.default_scope)
    assert late["error_codes"] == [700084]


def test_an_administrator_consents_for_everybody_on_a_page_of_its_own(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.scopes, sandbox.consent.app_permissions = {"User.Read"}, set()
    query = {
        "client_id": sandbox.settings["client_id"],
        "scope": f"{sandbox.graph_url}/AuditLog.Read.All",
        "redirect_uri": "http://localhost",
        "state": "12345",
    }
    url = f"{sandbox.login_url}/{sandbox.tenant.id}/v2.0/adminconsent"
    assert "AuditLog.Read.All" in graph.http.get(url, params=query, timeout=9).text

    denied = graph.http.post(url, params=query, data={"cancel": "1"}, timeout=9, allow_redirects=False)
    granted = graph.http.post(url, params=query, data={"consent": "accept"}, timeout=9, allow_redirects=False)

    assert parse_qs(urlsplit(denied.headers["Location"]).query)["error"] == ["access_denied"]
    told = parse_qs(urlsplit(granted.headers["Location"]).query)
    assert (told["admin_consent"], told["tenant"], told["state"]) == (["True"], [sandbox.tenant.id], ["12345"])
    assert sandbox.consent.scopes == {"User.Read", "AuditLog.Read.All"}
    assert "Directory.Read.All" in sandbox.consent.app_permissions
