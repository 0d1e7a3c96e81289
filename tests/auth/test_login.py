"""The sign-in service over HTTP: retries for transient errors, none for final ones."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
import requests_mock

from tap_entra.auth import SignInError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.auth.conftest import Login, SignInFactory


def test_a_service_that_recovers_is_asked_again_with_growing_pauses(
    sign_in: SignInFactory, login: Login, naps: list[float]
) -> None:
    login.fail("unavailable", times=3)

    sign_in().token()

    assert len(naps) == 3
    assert 1 <= naps[0] < naps[1] < naps[2] <= 12


@pytest.mark.parametrize(
    ("fault", "status"),
    [("throttled_silently", 429), ("internal_error", 500), ("bad_gateway", 502), ("timeout", 504)],
)
def test_a_service_that_stays_away_is_given_up_after_four_tries(
    sign_in: SignInFactory, login: Login, naps: list[float], fault: str, status: int
) -> None:
    login.fail(fault, times=9)

    with pytest.raises(SignInError, match=f"HTTP {status}"):
        sign_in().token()

    assert len(login.attempted) == 4
    assert len(naps) == 3


def test_the_service_is_given_the_time_it_asks_for(sign_in: SignInFactory, login: Login, naps: list[float]) -> None:
    login.fail("throttled", retry_after="7")

    sign_in().token()

    assert 7 <= naps[0] <= 9


def test_an_hour_is_not_waited_for(sign_in: SignInFactory, login: Login, naps: list[float]) -> None:
    login.fail("throttled", retry_after="3600")

    sign_in().token()

    assert naps[0] <= 38


def test_a_refusal_that_passes_is_tried_again(sign_in: SignInFactory, naps: list[float]) -> None:
    transient = {"error": "invalid_grant", "error_description": "AADSTS90024: Try again.", "error_codes": [90024]}
    with requests_mock.Mocker(real_http=True) as mocker:
        mocker.post(
            requests_mock.ANY,
            [*[{"status_code": 400, "json": transient}] * 2, {"json": {"access_token": "a", "expires_in": 3600}}],
        )

        assert sign_in().token() == "a"

    assert len(naps) == 2


def test_a_refusal_that_stays_is_not_tried_again(sign_in: SignInFactory, login: Login, naps: list[float]) -> None:
    login.service.refresh_tokens.revoke_all()

    with pytest.raises(SignInError):
        sign_in().token()

    assert len(login.attempted) == 1
    assert naps == []


@pytest.mark.parametrize("fault", ["cut_body", "reset", "html", "empty_body", "malformed_json"])
def test_a_broken_answer_is_asked_for_again(sign_in: SignInFactory, login: Login, fault: str) -> None:
    login.fail(fault)

    sign_in().token()

    assert len(login.attempted) == 2


def test_a_redirect_is_not_followed_with_a_token_in_hand(sign_in: SignInFactory, login: Login) -> None:
    with requests_mock.Mocker(real_http=True) as mocker:
        mocker.post(requests_mock.ANY, status_code=307, headers={"Location": f"{login.service.url}/elsewhere"})

        with pytest.raises(SignInError, match="redirects to another place"):
            sign_in().token()

    assert mocker.call_count == 2


def test_a_service_that_wants_tokens_sent_elsewhere_gets_none(sign_in: SignInFactory, login: Login) -> None:
    login.service.url = "https://elsewhere.example"

    with pytest.raises(SignInError, match=r"https://elsewhere\.example"):
        sign_in().token()

    assert login.attempted == []


def test_a_service_that_is_not_there_is_named(sign_in: SignInFactory, naps: list[float]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"localhost:{unused.getsockname()[1]}"

        with pytest.raises(SignInError) as caught:
            sign_in(login_url=f"https://{address}").token()

    assert address in caught.value.reason
    assert "Connection refused" in caught.value.reason
    assert len(naps) == 3


def test_an_untrusted_certificate_is_not_tried_again_and_names_its_action(
    sign_in: SignInFactory, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    with pytest.raises(SignInError) as caught:
        sign_in().token()

    assert "REQUESTS_CA_BUNDLE" in caught.value.action
    assert naps == []


def test_a_netrc_line_for_the_login_host_is_left_alone(
    sign_in: SignInFactory, login: Login, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login somebody password hush\n")
    monkeypatch.setenv("NETRC", str(netrc))

    sign_in().token()

    assert all("authorization" not in request.headers for request in login.requests)


def test_every_request_has_a_time_limit(sign_in: SignInFactory) -> None:
    with requests_mock.Mocker(real_http=True) as mocker:
        mocker.post(requests_mock.ANY, json={"access_token": "a", "expires_in": 3600})

        sign_in().token()

    assert [request.timeout for request in mocker.request_history] == [(10, 30)] * 2
