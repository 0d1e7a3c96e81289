"""The access token: held in memory, renewed in time, once for all threads."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from tap_entra.auth import SignInError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.auth.conftest import Clock, Login, SignInFactory

CHALLENGE = '{"access_token": {"nbf": {"essential": true, "value": "1800000000"}}}'
THREADS = 16


def in_many_threads(action: Callable[[], str]) -> list[str]:
    barrier = Barrier(THREADS)

    def wait_and_act(_: int) -> str:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(wait_and_act, range(THREADS)))


def test_a_token_is_asked_for_once_and_then_remembered(sign_in: SignInFactory, login: Login) -> None:
    run = sign_in()

    assert run.token() == run.token()
    assert len(login.redeemed) == 1


def test_many_threads_share_one_redemption(sign_in: SignInFactory, login: Login) -> None:
    tokens = in_many_threads(sign_in().token)

    assert len(set(tokens)) == 1
    assert len(login.redeemed) == 1


def test_many_threads_that_meet_the_same_401_share_one_renewal(sign_in: SignInFactory, login: Login) -> None:
    run = sign_in()
    rejected = run.token()

    renewed = in_many_threads(lambda: run.renew(rejected=rejected))

    assert len(set(renewed)) == 1
    assert rejected not in renewed
    assert len(login.redeemed) == 2


def test_a_401_that_comes_late_is_answered_with_the_token_renewed_meanwhile(
    sign_in: SignInFactory, login: Login
) -> None:
    run = sign_in()
    rejected = run.token()
    renewed = run.renew(rejected=rejected)

    assert run.renew(rejected=rejected) == renewed
    assert len(login.redeemed) == 2


def test_a_token_is_renewed_five_minutes_before_its_end(sign_in: SignInFactory, login: Login, clock: Clock) -> None:
    login.service.access_tokens.lifetime_s = 3600
    run = sign_in()
    first = run.token()

    clock.now += 3600 - 301
    assert run.token() == first

    clock.now += 1
    assert run.token() != first


def test_a_token_that_lives_for_minutes_is_still_used_more_than_once(
    sign_in: SignInFactory, login: Login, clock: Clock
) -> None:
    login.service.access_tokens.lifetime_s = 120
    run = sign_in()
    first = run.token()

    clock.now += 59

    assert run.token() == first


def test_renewing_always_asks_the_service(sign_in: SignInFactory, login: Login) -> None:
    run = sign_in()
    first = run.token()

    assert run.renew() != first
    assert run.renew() not in {first, None}
    assert len(login.redeemed) == 3


def test_a_claims_challenge_is_passed_on_with_our_capability(sign_in: SignInFactory, login: Login) -> None:
    run = sign_in()
    run.token()

    run.renew(claims=CHALLENGE)

    assert json.loads(login.forms[-1]["claims"]) == {
        "access_token": {"nbf": {"essential": True, "value": "1800000000"}, "xms_cc": {"values": ["CP1"]}}
    }


def test_a_claims_challenge_is_not_answered_with_a_token_renewed_without_it(
    sign_in: SignInFactory, login: Login
) -> None:
    run = sign_in()
    rejected = run.token()
    run.renew(rejected=rejected)

    run.renew(CHALLENGE, rejected=rejected)
    run.renew(CHALLENGE, rejected=rejected)

    assert len(login.redeemed) == 3


@pytest.mark.parametrize("claims", ["not json", "[]", '{"access_token": "x"}', ""])
def test_a_challenge_that_makes_no_sense_still_brings_a_new_token(sign_in: SignInFactory, claims: str) -> None:
    run = sign_in()
    first = run.token()

    assert run.renew(claims=claims) != first


def test_while_the_service_is_away_a_token_that_still_works_is_used(
    sign_in: SignInFactory, login: Login, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    run = sign_in()
    first = run.token()
    clock.now += 3600 - 200
    login.fail("unavailable", times=4)

    assert run.token() == first
    assert "still works" in caplog.records[-1].getMessage()

    # Not asked again for each request, but a minute later.
    assert run.token() == first
    assert len(login.attempted) == 1 + 4
    clock.now += 60
    assert run.token() != first


def test_a_token_past_its_end_is_not_used_though_the_service_is_away(
    sign_in: SignInFactory, login: Login, clock: Clock
) -> None:
    run = sign_in()
    run.token()
    clock.now += 3601
    login.fail("unavailable", times=4)

    with pytest.raises(SignInError, match="503"):
        run.token()


def test_a_withdrawn_sign_in_ends_the_run_though_the_token_still_works(
    sign_in: SignInFactory, login: Login, clock: Clock
) -> None:
    run = sign_in()
    run.token()
    clock.now += 3600 - 200
    login.service.refresh_tokens.revoke_all()

    with pytest.raises(SignInError):
        run.token()
