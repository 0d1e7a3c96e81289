"""The sign-in of the tap, by the tap's own command. Pages never see a token: they read what the command prints."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_PLACES = (
    ROOT / ".meltano" / "extractors" / "tap-entra" / "venv" / "bin" / "tap-entra-auth",
    ROOT / ".venv" / "bin" / "tap-entra-auth",
)
_PATIENCE_S = 60
#: An attempt ends with the page that shows it: pages ask every other second.
_UNWATCHED_S = 30
_KEPT_S = 30

Answer = dict[str, Any]


def command() -> list[str] | None:
    """Return the command tap-entra-auth; None if the tap runs on another machine."""
    if named := os.environ.get("ENTRA_PAGES_AUTH"):
        return shlex.split(named)
    found = next((str(place) for place in _PLACES if place.exists()), None) or shutil.which("tap-entra-auth")
    return [found] if found else None


class Attempt:
    """One attempt to connect by device code.

    Attributes:
        steps: What the command has printed so far, in order.
    """

    def __init__(self, program: list[str]) -> None:
        self.steps: list[Answer] = []
        self._began = self._seen = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - the tap's own command
            [*program, "connect", "--device-code", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        for work in (self._read, self._watch):
            threading.Thread(target=work, daemon=True).start()

    @property
    def is_running(self) -> bool:
        """Whether the command has not ended yet."""
        return self._process.poll() is None

    @property
    def age_s(self) -> float:
        """How long ago the attempt began, in seconds."""
        return time.monotonic() - self._began

    def step(self, name: str) -> Answer | None:
        """Return a step if it was reached, and note that somebody watches."""
        self._seen = time.monotonic()
        return next((step for step in self.steps if step.get("step") == name), None)

    def end(self) -> None:
        """Stop the command."""
        self._process.terminate()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self.steps.append(_parsed(line))

    def _watch(self) -> None:
        while self.is_running:
            if time.monotonic() - self._seen > _UNWATCHED_S:
                self.end()
            time.sleep(1)


class Connection:
    """The sign-in of the tap, shared by all pages of a process: one attempt at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._attempt: Attempt | None = None
        self._status: tuple[float, Answer] | None = None

    @property
    def attempt(self) -> Attempt | None:
        """The latest attempt to connect; None if there was none."""
        return self._attempt

    def status(self) -> Answer | None:
        """Return what the tap knows of its sign-in, at most half a minute old; None if it runs on another machine."""
        program = command()
        if program is None:
            return None
        with self._lock:
            if self._status is None or time.monotonic() - self._status[0] > _KEPT_S:
                self._status = (time.monotonic(), run(program, "status", "--json"))
            return self._status[1]

    def connect(self) -> bool:
        """Begin an attempt; return whether it is this one, as there may be one already."""
        program = command()
        with self._lock:
            if program is None or (self._attempt and self._attempt.is_running):
                return False
            self._attempt = Attempt(program)
            self._status = None
            return True

    def check(self) -> Answer:
        """Ask Microsoft for a row of each stream."""
        return run(command() or [], "check", "--json")

    def disconnect(self) -> None:
        """Forget the sign-in."""
        run(command() or [], "disconnect")
        with self._lock:
            self._attempt = self._status = None

    def forget_attempt(self) -> None:
        """End the attempt and show the status again."""
        with self._lock:
            if self._attempt:
                self._attempt.end()
            self._attempt = self._status = None


def run(program: list[str], *arguments: str) -> Answer:
    """Run the tap's command and return what it printed, if that is JSON."""
    try:
        done = subprocess.run(  # noqa: S603 - the tap's own command
            [*program, *arguments],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"action_required": True, "problem": f"tap-entra-auth gave no answer: {type(error).__name__}."}
    return _parsed(done.stdout)


def _parsed(text: str) -> Answer:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
