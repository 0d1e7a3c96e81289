"""The processes of a session: which is the tap, which the loader, and how to kill one of them at a moment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What stands in the command of each; of Meltano's own the last is looked for, as it names the other two.
_MARKS = {"loader": "/target-postgres", "tap": "tap-entra", "Meltano": "/meltano"}
EVERYONE = "everyone"
_LONGEST_S = 300


@dataclass(frozen=True)
class Kill:
    """Who is killed by what, and when: `everyone` is how a terminal tells of Ctrl-C."""

    who: str
    signal: signal.Signals
    after_s: float

    def __str__(self) -> str:
        return f"{self.signal.name} of {self.who} after {self.after_s:.2f} s"


@dataclass(frozen=True)
class ProcessEnd:
    """How a command ended.

    Attributes:
        code: Its exit code; negative if a signal ended it.
        has_struck: Whether the one to be killed was there when it was to be killed.
        took_s: How long it took, with all that it left behind.
    """

    code: int
    has_struck: bool
    took_s: float


def run(command: Sequence[str | Path], kill: Kill | None, cwd: Path, environment: dict[str, str]) -> ProcessEnd:
    """Run a command in a session of its own, until all of its processes have ended."""
    began = time.monotonic()
    with (cwd / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        has_struck = False
        try:
            if kill:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(kill.after_s)
                has_struck = _strike(process.pid, kill)
            code = process.wait(_LONGEST_S)
            _await_orphans(process.pid, began)
        finally:
            for pid in _session(process.pid).values():
                os.kill(pid, signal.SIGKILL)
    return ProcessEnd(code, has_struck, time.monotonic() - began)


def _strike(session: int, kill: Kill) -> bool:
    there = _session(session)
    if not there:
        return False
    if kill.who == EVERYONE:
        os.killpg(session, kill.signal)
        return True
    if kill.who not in there:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(there[kill.who], kill.signal)
        return True
    return False


def _await_orphans(session: int, began: float) -> None:
    """A loader goes on writing when Meltano is killed: the next run must not begin before it is done."""
    while _session(session) and time.monotonic() - began < _LONGEST_S:
        time.sleep(0.05)


def _session(session: int) -> dict[str, int]:
    """The processes of a session that are no zombies, by what they are."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                state, _, _, its_session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
                if int(its_session) == session and state != "Z":
                    words = (folder / "cmdline").read_bytes().decode().replace("\0", " ")
                    found[_name(words)] = int(folder.name)
    return found


def _name(words: str) -> str:
    if "/meltano " in words or words.endswith("/meltano"):
        return "Meltano"
    return next((name for name, mark in _MARKS.items() if mark in words), "the shell")
