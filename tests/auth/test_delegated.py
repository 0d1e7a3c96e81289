"""Sign-in as a person: redeem a refresh token, keep its successor at once, never lose the sign-in."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
import requests_mock

from tap_entra.auth import ConfigError, SignInError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from sandbox import Sandbox
    from tests.auth.conftest import Login, SignInFactory


def kept(cache_path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(cache_path.read_text())
    return content


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


def test_the_first_run_starts_from_the_configured_token_and_says_so(
    sign_in: SignInFactory, settings: dict[str, Any], login: Login, cache_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in().token()

    assert login.redeemed == [settings["refresh_token"]]
    assert kept(cache_path)["seed_sha256"] == hashlib.sha256(settings["refresh_token"].encode()).hexdigest()
    (warning,) = warnings(caplog)
    assert "starting from the configured refresh_token" in warning
    assert "90 days" in warning


def test_the_second_run_starts_from_the_kept_token_in_silence(
    sign_in: SignInFactory, login: Login, cache_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in().token()
    successor = kept(cache_path)["refresh_token"]
    caplog.clear()

    sign_in().token()

    assert login.redeemed[-1] == successor
    assert kept(cache_path)["refresh_token"] != successor
    assert warnings(caplog) == []


def test_runs_go_on_when_each_token_is_good_only_once(sign_in: SignInFactory, login: Login) -> None:
    login.service.refresh_tokens.strict = True

    for _ in range(3):
        run = sign_in()
        run.token()
        run.renew()

    assert len(login.redeemed) == 6


def test_the_kept_token_needs_no_configured_one(sign_in: SignInFactory, login: Login) -> None:
    sign_in().token()

    sign_in(refresh_token=None).token()

    assert len(login.redeemed) == 2


def test_all_consented_scopes_are_asked_for_and_claims_challenges_declared_welcome(
    sign_in: SignInFactory, login: Login, settings: dict[str, Any]
) -> None:
    sign_in().token()

    (form,) = login.forms
    assert set(form["scope"].split()) == {f"{settings['graph_url']}/.default", "openid", "profile", "offline_access"}
    assert json.loads(form["claims"]) == {"access_token": {"xms_cc": {"values": ["CP1"]}}}
    assert "client_secret" not in form


def test_only_the_given_host_is_asked(sign_in: SignInFactory, login: Login, settings: dict[str, Any]) -> None:
    sign_in().token()

    assert [request.path for request in login.requests] == [
        f"/{settings['tenant_id']}/v2.0/.well-known/openid-configuration",
        f"/{settings['tenant_id']}/oauth2/v2.0/token",
    ]


def test_a_confidential_app_sends_its_secret_along(sign_in: SignInFactory, login: Login) -> None:
    login.service.registration.secret = "hush"

    sign_in(client_secret="hush").token()

    assert login.forms[-1]["client_secret"] == "hush"


def test_the_tenant_may_be_given_by_domain_or_guid_and_keeps_one_sign_in(
    sign_in: SignInFactory, login: Login, one_sandbox: Sandbox
) -> None:
    sign_in(tenant_id=one_sandbox.tenant.default_domain.upper()).token()

    sign_in(refresh_token=None).token()

    assert len(login.redeemed) == 2


def test_a_newly_configured_token_comes_before_the_kept_one(
    sign_in: SignInFactory, login: Login, new_token: Callable[[], str], cache_path: Path
) -> None:
    sign_in().token()
    new = new_token()

    sign_in(refresh_token=new).token()
    sign_in(refresh_token=new).token()

    assert login.redeemed[1] == new
    assert login.redeemed[2] not in {new, login.redeemed[0]}
    assert kept(cache_path)["seed_sha256"] == hashlib.sha256(new.encode()).hexdigest()


def test_a_newly_configured_token_that_fails_does_not_cost_the_kept_one(
    sign_in: SignInFactory, login: Login, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in().token()
    caplog.clear()

    run = sign_in(refresh_token="0.ATypo")
    run.token()
    run.renew()

    # The run tries the bad one once, not at each renewal.
    assert [token for token in login.attempted if token == "0.ATypo"] == ["0.ATypo"]
    (warning,) = warnings(caplog)
    assert "Using the sign-in kept from earlier runs" in warning
    assert "AADSTS9002313" in warning

    sign_in().token()


def test_when_both_tokens_fail_the_configured_one_is_named(
    sign_in: SignInFactory, login: Login, new_token: Callable[[], str]
) -> None:
    sign_in().token()
    login.service.refuse_next.extend([50057, 50173])

    with pytest.raises(SignInError) as caught:
        sign_in(refresh_token=new_token()).token()

    assert caught.value.codes == [50057]


def test_an_unreachable_service_is_no_reason_to_distrust_the_configured_token(
    sign_in: SignInFactory, login: Login, new_token: Callable[[], str], cache_path: Path
) -> None:
    sign_in().token()
    before = cache_path.read_bytes()
    run = sign_in(refresh_token=new_token())
    login.fail("unavailable", times=4)

    with pytest.raises(SignInError, match="503"):
        run.token()

    assert cache_path.read_bytes() == before
    assert len(login.redeemed) == 1


def test_a_refused_token_says_why_and_what_to_do(sign_in: SignInFactory, login: Login) -> None:
    login.service.refresh_tokens.revoke_all()

    with pytest.raises(SignInError) as caught:
        sign_in().token()

    error = caught.value
    assert error.codes == [50173]
    assert "AADSTS50173" in error.reason
    assert "trace id" in error.reason
    assert "Correlation" not in error.reason
    assert "Timestamp" not in error.reason
    assert "sign in again" in error.action.lower()
    assert str(error) == f"{error.reason} {error.action}"


def test_without_any_token_both_actions_are_named(sign_in: SignInFactory, cache_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        sign_in(refresh_token=None).token()

    assert str(cache_path) in caught.value.reason
    assert "`refresh_token`" in caught.value.action
    assert "`token_cache_path`" in caught.value.action


def test_a_secret_without_anybody_signed_in_names_both_ways_to_go_on(sign_in: SignInFactory) -> None:
    with pytest.raises(ConfigError) as caught:
        sign_in(refresh_token=None, client_secret="hush").token()

    assert "client_credentials" in caught.value.action
    assert "`refresh_token`" in caught.value.action


def test_an_unknown_tenant_is_distinguished_from_a_dead_token(sign_in: SignInFactory, login: Login) -> None:
    with pytest.raises(SignInError) as caught:
        sign_in(tenant_id="elsewhere.example").token()

    assert caught.value.codes == [90002]
    assert "`tenant_id`" in caught.value.action
    assert login.attempted == []


def test_an_answer_without_a_successor_keeps_the_token_that_worked(
    sign_in: SignInFactory, settings: dict[str, Any], cache_path: Path
) -> None:
    with requests_mock.Mocker(real_http=True) as mocker:
        mocker.post(requests_mock.ANY, json={"access_token": "a", "expires_in": 3600})

        sign_in().token()

    assert kept(cache_path)["refresh_token"] == settings["refresh_token"]
