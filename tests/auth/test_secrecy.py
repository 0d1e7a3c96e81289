"""Logs, errors and output hold no token, secret or name, not even at DEBUG."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

import pytest
import requests_mock

from tap_entra.auth import SignInError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox import Sandbox
    from tests.auth.conftest import Login, SignInFactory

SECRET = "hush-hush-hush"
WRONG_SECRET = "guess-guess-guess"


@pytest.fixture
def overheard(caplog: pytest.LogCaptureFixture, one_sandbox: Sandbox) -> Callable[..., None]:
    """Checks that what was logged, and what is shown beside it, gives nothing away."""
    caplog.set_level(logging.DEBUG)
    person = one_sandbox.login.user
    # How the sandbox's refresh tokens and access tokens begin; ours are the secrets of the tests below.
    secrets = ["1.AX0A", "eyJ0eXAi", SECRET, WRONG_SECRET, person["displayName"], person["userPrincipalName"]]

    def check(*shown: str) -> None:
        text = "\n".join([caplog.text, *shown])
        assert "token" in text
        assert [secret for secret in secrets if secret in text] == []

    return check


def test_a_run_that_goes_well_gives_nothing_away(
    sign_in: SignInFactory, login: Login, overheard: Callable[..., None]
) -> None:
    login.service.registration.secret = SECRET
    run = sign_in(client_secret=SECRET)
    run.token()
    run.renew(claims='{"access_token": {"acrs": {"value": "c1"}}}')

    overheard(repr(run), repr(vars(run)))


def test_a_refused_token_gives_nothing_away(
    sign_in: SignInFactory, login: Login, overheard: Callable[..., None]
) -> None:
    login.service.registration.secret = SECRET
    login.service.refresh_tokens.revoke_all()

    with pytest.raises(SignInError) as caught:
        sign_in(client_secret=SECRET).token()

    overheard(repr(caught.value), "".join(traceback.format_exception(caught.value)))


def test_a_wrong_secret_gives_nothing_away(
    sign_in: SignInFactory, login: Login, overheard: Callable[..., None]
) -> None:
    login.service.registration.secret = SECRET

    with pytest.raises(SignInError) as caught:
        sign_in(client_secret=WRONG_SECRET).token()

    overheard(str(caught.value))
    assert caught.value.codes == [7000215]


@pytest.mark.parametrize("fault", ["cut_body", "malformed_json"])
def test_a_broken_answer_gives_nothing_away(
    sign_in: SignInFactory, login: Login, overheard: Callable[..., None], fault: str
) -> None:
    login.fail(fault, times=4)

    with pytest.raises(SignInError) as caught:
        sign_in().token()

    overheard("".join(traceback.format_exception(caught.value)))


def test_an_answer_that_msal_stumbles_over_gives_nothing_away(
    sign_in: SignInFactory, overheard: Callable[..., None]
) -> None:
    odd = {"access_token": "eyJ0eXAi.a.b", "refresh_token": "1.AX0A", "expires_in": 3600, "id_token": "eyJ0eXAi"}
    with requests_mock.Mocker(real_http=True) as mocker:
        mocker.post(requests_mock.ANY, json=odd)

        with pytest.raises(SignInError, match="MSAL does not understand") as caught:
            sign_in().token()

    overheard("".join(traceback.format_exception(caught.value)))
