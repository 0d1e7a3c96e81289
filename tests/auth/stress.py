"""Two runs race for one sign-in and are killed on the way; afterwards the sign-in must still work.

`python -m tests.auth.stress` does it 200 times. What a seed decides: how often each run renews its token, whether it is
killed, and when: at a certain one of the events that Python audits (each file, each connection, each rename is one), or
after some milliseconds, wherever it is then. With --strict each refresh token is good for one redemption only: then a
kill between Microsoft's answer and the file costs the sign-in, and how often that was is counted.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from sandbox import Sandbox
from tap_entra.auth import SignIn, SignInError
from tap_entra.auth.token_file import DamagedError, read
from tests.sandbox_ca import throwaway_authority

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

ROOT = Path(__file__).parents[2]
RENEWALS = 4
EVENTS = (51, 44)
"""Audit events of Python in a run's first redemption, and in each later one."""

SECONDS = (0.04, 0.02)
"""Their longest duration, with another run in between."""


@dataclass
class Result:
    """How one race went.

    Attributes:
        ended: How each run ended: 0 by itself, -9 or -14 killed.
        problem: Why the sign-in does not work any more, or the file is not as it should be; None if all is well.
    """

    seed: int
    ended: list[int]
    problem: str | None


class Nursery:
    """A process that has everything imported and forks the runs: two hundred races would else be spent on importing.

    Apart from the sandbox's, for a process with threads should not fork.
    """

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.auth.stress", "--nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def race(self, settings: dict[str, Any], runs: list[dict[str, Any]]) -> list[int]:
        """Let the runs race and say how they ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"settings": settings, "runs": runs}) + "\n")
        self._process.stdin.flush()
        ended: list[int] = json.loads(self._process.stdout.readline())
        return ended


def races(sandbox: Sandbox, seeds: range, folder: Path) -> Iterator[Result]:
    """One race a seed. REQUESTS_CA_BUNDLE must trust the sandbox already."""
    with Nursery() as nursery:
        for seed in seeds:
            path = folder / str(seed) / "sign-in.json"
            settings = {**sandbox.settings, "token_cache_path": str(path)}
            # The sign-in of an earlier day.
            SignIn.from_settings({**settings, "refresh_token": sandbox.login.first_refresh_token()}).token()
            del settings["refresh_token"]
            ended = nursery.race(settings, _plan(Random(seed)))
            yield Result(seed, ended, _problem(settings, path))


def _plan(random: Random) -> list[dict[str, Any]]:
    """What the two runs do, and what is done to them: the first is always killed, the other sometimes."""
    are_both_killed = random.random() < 0.5
    return [_run_plan(random, is_killed=are_both_killed or number == 0) for number in range(2)]


def _run_plan(random: Random, *, is_killed: bool) -> dict[str, Any]:
    renewals = random.randint(0, RENEWALS)
    plan: dict[str, Any] = {"renewals": renewals}
    if is_killed and random.random() < 0.5:
        plan["event"] = random.randint(1, EVENTS[0] + renewals * EVENTS[1])
    elif is_killed:
        plan["after_s"] = random.uniform(0.001, SECONDS[0] + renewals * SECONDS[1])
    return plan


def _problem(settings: dict[str, Any], path: Path) -> str | None:
    try:
        if read(path) is None:
            return "the file is gone"
        if stat.S_IMODE(path.stat().st_mode) != 0o600:
            return "others can read the file"
        SignIn.from_settings(settings).token()
    except SignInError as refused:
        return f"refused with {refused.codes or refused}"
    except DamagedError:
        return "the file is damaged"
    return None


def nurse() -> None:
    """Fork races as they are asked for on the standard input."""
    for line in sys.stdin:
        race = json.loads(line)
        start, go = os.pipe()
        runs = [_fork(race["settings"], run, start, go) for run in race["runs"]]
        os.close(start)
        os.close(go)
        ended = [os.waitstatus_to_exitcode(os.waitpid(run, 0)[1]) for run in runs]
        sys.stdout.write(json.dumps(ended) + "\n")
        sys.stdout.flush()


def _fork(settings: dict[str, Any], run: dict[str, Any], start: int, go: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        os.close(go)
        os.read(start, 1)  # returns when all who hold the other end have closed it
        _run(settings, run)
    except BaseException:  # noqa: BLE001 - the child must not go on as its parent; its exit code reports the failure
        os._exit(1)
    os._exit(0)


def _run(settings: dict[str, Any], run: dict[str, Any]) -> None:
    if "event" in run:
        _die_at(run["event"])
    if "after_s" in run:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, run["after_s"])
    sign_in = SignIn.from_settings(settings)
    sign_in.token()
    for _ in range(run["renewals"]):
        sign_in.renew()


def _die_at(event: int) -> None:
    left = [event]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def main() -> int:
    """Race, and say how it went; exit 1 if a sign-in was lost that need not have been."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--nursery", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.nursery:
        nurse()
        return 0
    logging.disable(logging.WARNING)
    began = time.monotonic()
    seeds = range(options.first_seed, options.first_seed + options.runs)
    with Sandbox(users=5, sign_ins=0) as sandbox, tempfile.TemporaryDirectory() as folder:
        os.environ["REQUESTS_CA_BUNDLE"] = str(throwaway_authority(sandbox, Path(folder)))
        sandbox.login.refresh_tokens.strict = options.strict
        results = list(races(sandbox, seeds, Path(folder)))
    bad = [result for result in results if result.problem]
    ends = [end for result in results for end in result.ended]
    sys.stdout.write(
        f"{len(results)} races in {time.monotonic() - began:.0f} s: {ends.count(0)} runs ended by themselves, "
        f"{ends.count(-signal.SIGKILL)} were killed at an event, {ends.count(-signal.SIGALRM)} by the clock, "
        f"{ends.count(1)} failed. Sign-ins that do not work any more: {len(bad)}.\n"
    )
    for result in bad:
        sys.stdout.write(f"seed {result.seed}: {result.problem}\n")
    return int(bool(bad) and not options.strict)


if __name__ == "__main__":
    sys.exit(main())
