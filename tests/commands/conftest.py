"""A terminal in which a person types commands, and the person at a browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.auth import SignIn
from tap_entra.commands import main
from tap_entra.graph.pacing import Pacer
from tap_entra.tap import TapEntra
from tests.commands.browser_user import browse
from tests.sandbox_ca import throwaway_authority
from tests.strict_warnings import STRICT_WARNINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox import Sandbox

BIN = Path(sys.executable).parent
#: For `Terminal.start`.
UNLIMITED = (sys.executable, Path(__file__).with_name("unlimited.py"))
PERSON = Path(__file__).with_name("browser_user.py")


@dataclass
class Done:
    """A command that has ended."""

    exit_code: int
    output: str
    errors: str

    @property
    def table(self) -> dict[str, str]:
        """The result of a check by stream, e.g. "yes" or "no plan Entra ID P1"."""
        rows = [line.split() for line in self.output.splitlines()]
        return {row[0]: " ".join(row[1:]) for row in rows if len(row) > 1 and row[1] in {"yes", "no"}}


class Terminal:
    """A shell whose environment names tenant and app, with no user signed in yet.

    Attributes:
        environment: May be changed between commands.
        kept: The file that a sign-in is kept in.
        page: The text of the last page in the browser.
    """

    def __init__(
        self, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.sandbox = sandbox
        self.kept = folder / "kept" / "sign-in.json"
        self.page = ""
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TAP_ENTRA_")},
            **sandbox.environment(),
            "TAP_ENTRA_TOKEN_CACHE_PATH": str(self.kept),
            "REQUESTS_CA_BUNDLE": str(throwaway_authority(sandbox, folder)),
        }
        del self.environment["TAP_ENTRA_REFRESH_TOKEN"]
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def run(self, *arguments: str | Path, choices: Sequence[dict[str, str]] = ()) -> Done:
        """Run tap-entra-auth in this process; if a browser opens, the person makes these choices."""
        visit: list[Thread] = []

        def open_browser(url: str) -> bool:
            visit.append(Thread(target=self._browse, args=(url, list(choices))))
            visit[-1].start()
            return True

        self._capsys.readouterr()
        with self._monkeypatch.context() as patch:
            for name in os.environ.keys() - self.environment.keys():
                patch.delenv(name)
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.setattr(webbrowser, "open", open_browser)
            # `check` asks for more logs and reports than Microsoft answers in ten seconds. The sandbox has no limits.
            patch.setattr("tap_entra.graph.pacing._shared", lambda *_: Pacer())
            # MSAL looks once a second whether the person is done.
            patch.setattr(time, "sleep", lambda seconds, nap=time.sleep: nap(min(seconds, 0.02)))
            exit_code = main([str(argument) for argument in arguments])
            for thread in visit:
                thread.join()
        captured = self._capsys.readouterr()
        return Done(exit_code, captured.out, captured.err)

    #: For the variable BROWSER: a program that makes the choices in the variable PERSON.
    browser = f"{sys.executable} {PERSON} %s &"

    def start(
        self,
        *arguments: str | Path,
        browser: str = browser,
        choices: Sequence[dict[str, str]] = (),
        program: Sequence[str | Path] = (BIN / "tap-entra-auth",),
    ) -> Process:
        """Start tap-entra-auth as a program of its own, with a program in place of the browser.

        Args:
            program: UNLIMITED does not wait ten seconds for the limit on reports, where all streams are checked.
        """
        return Process(
            [*program, *arguments],
            env={
                **self.environment,
                "BROWSER": browser,
                "PERSON": json.dumps(list(choices)),
                "PYTHONWARNINGS": STRICT_WARNINGS,
            },
        )

    def connect(self) -> Done:
        """The administrator signs in, and it all goes well."""
        done = self.run("connect", choices=[{"account": self.admin}])
        assert done.exit_code == 0, done.errors
        return done

    def redeem(self, refresh_token: str | None = None) -> None:
        """A run of the tap begins, with this token configured."""
        with self._monkeypatch.context() as patch:
            patch.setenv("REQUESTS_CA_BUNDLE", self.environment["REQUESTS_CA_BUNDLE"])
            configured = {"refresh_token": refresh_token, "token_cache_path": str(self.kept)}
            SignIn.from_settings({**self.sandbox.settings, **configured}).token()

    def sign_in(self) -> dict[str, Any]:
        """What is kept."""
        content: dict[str, Any] = json.loads(self.kept.read_text())
        return content

    @property
    def admin(self) -> str:
        """The administrator's account."""
        return str(self.sandbox.login.user["userPrincipalName"])

    @property
    def guest(self) -> str:
        """The address of somebody who is a guest here."""
        users = self.sandbox.tenant.directory["users"].live.values()
        return next(str(user["mail"]) for user in users if user["userType"] == "Guest" and user["accountEnabled"])

    def _browse(self, url: str, choices: list[dict[str, str]]) -> None:
        self.page = browse(url, choices)


class Process(subprocess.Popen[str]):
    """A command that runs."""

    def __init__(self, command: Sequence[str | Path], env: dict[str, str]) -> None:
        super().__init__(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def next_line(self) -> str:
        """Wait for what it says next."""
        assert self.stdout is not None
        return self.stdout.readline()

    def end(self) -> Done:
        """Wait for its end."""
        output, errors = self.communicate(timeout=60)
        return Done(self.returncode, output, errors)


def catalog(folder: Path, *selected: str) -> Path:
    """A catalog with these streams selected."""
    content = TapEntra(config={}, validate_config=False).catalog_dict
    for stream in content["streams"]:
        for entry in stream["metadata"]:
            entry["metadata"]["selected"] = stream["tap_stream_id"] in selected
    path = folder / "catalog.json"
    path.write_text(json.dumps(content))
    return path


@pytest.fixture
def terminal(
    new_sandbox: Callable[..., Sandbox],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:
    return Terminal(new_sandbox(users=30, sign_ins=10), tmp_path, monkeypatch, capsys)
