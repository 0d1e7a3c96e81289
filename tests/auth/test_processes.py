"""Runs that overlap, and runs that are killed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.auth.conftest import Login, Runs, SignInFactory

pytestmark = pytest.mark.e2e

RENEWALS = 5


def test_two_runs_at_once_both_work_though_each_token_is_good_only_once(runs: Runs, login: Login) -> None:
    login.service.refresh_tokens.strict = True
    race = (
        "print('ready', flush=True); sys.stdin.readline()\n"
        "sign_in.token()\n"
        f"for _ in range({RENEWALS}): sign_in.renew()\n"
        "print('done')"
    )
    racers = [runs.start(race), runs.start(race)]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "ready\n"

    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    results = [racer.communicate(timeout=60) for racer in racers]

    assert [output for output, _ in results] == ["done\n", "done\n"], results
    assert len(login.redeemed) == 2 * (1 + RENEWALS)
    assert login.attempted == login.redeemed


def test_a_run_killed_between_redemption_and_save_loses_nothing_though_each_token_is_good_only_once(
    sign_in: SignInFactory, runs: Runs, login: Login, cache_path: Path
) -> None:
    login.service.refresh_tokens.strict = True
    sign_in().token()
    before = cache_path.read_bytes()

    # Python announces each rename to audit hooks just before it happens.
    killed = runs.start("sys.addaudithook(lambda event, args: event == 'os.rename' and os._exit(9))\nsign_in.token()")

    assert killed.wait(timeout=60) == 9
    killed.communicate()
    assert len(login.redeemed) == 2
    assert cache_path.read_bytes() == before

    # Its successor had been written beside the file, and is found there.
    sign_in().token()
    assert login.attempted == login.redeemed
    assert json.loads(cache_path.read_text())["refresh_token"] not in login.redeemed


def test_a_killed_run_leaves_no_lock_behind(runs: Runs, sign_in: SignInFactory, login: Login) -> None:
    holder = runs.start(
        "sys.addaudithook(lambda event, args: event == 'os.rename' and (print('held', flush=True), sys.stdin.read()))\n"
        "sign_in.token()"
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"

    holder.kill()
    holder.communicate()

    sign_in().token()
    assert len(login.redeemed) == 2
