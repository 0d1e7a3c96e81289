"""A tap's view of the sign-in service: settings, a clock moved by hand, naps recorded instead of slept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl

import pytest

from sandbox import Sandbox
from sandbox.login import Registration
from tap_entra.auth import SignIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.messages import Request


class SignInFactory(Protocol):
    def __call__(self, **changes: Any) -> SignIn: ...


ROOT = Path(__file__).parents[2]


class Login:
    """The sandbox's sign-in service, and what it was asked for."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.service = sandbox.login
        self.faults = sandbox.faults
        self._sandbox = sandbox

    def reset(self) -> None:
        self._sandbox.requests.clear()
        self.faults.clear()
        self.service.refuse_next.clear()
        self.service.refresh_tokens.strict = False
        self.service.access_tokens.lifetime_s = 3600
        self.service.access_tokens.revoke_all()
        self.service.refresh_tokens.single_page = False
        self.service.registration = Registration(self._sandbox.settings["client_id"])
        self.service.managed_identity = None
        self.service.url = self._sandbox.login_url

    def fail(self, fault: str, times: int = 1, **how: Any) -> None:
        """The next token requests meet a fault of the faults."""
        self.faults.next(fault, times=times, path="*/token", **how)

    @property
    def requests(self) -> list[Request]:
        return self._sandbox.requests

    @property
    def forms(self) -> list[dict[str, str]]:
        """What was posted to the token endpoint."""
        return [_form(request) for request in self.requests if request.path.endswith("/token")]

    @property
    def attempted(self) -> list[str]:
        """The refresh tokens that were posted, in order."""
        return [form["refresh_token"] for form in self.forms]

    @property
    def redeemed(self) -> list[str]:
        """Those that were accepted."""
        answered = [request for request in self.requests if request.path.endswith("/token") and request.status == 200]
        return [_form(request)["refresh_token"] for request in answered]


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode()))


class Clock:
    """Seconds since 1970, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Runs:
    """Runs of the tap in processes of their own. The code finds `sign_in`, and may print."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings

    def start(self, code: str) -> subprocess.Popen[str]:
        opening = "import json, os, sys\nfrom tap_entra.auth import SignIn\nsettings = json.loads(sys.argv[1])\n"
        script = opening + "sign_in = SignIn.from_settings(settings)\n" + code
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-c", script, json.dumps(self._settings)],
            cwd=ROOT,
            env=dict(os.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="session")
def one_sandbox() -> Iterator[Sandbox]:
    with Sandbox(users=5, sign_ins=0) as sandbox:
        yield sandbox


@pytest.fixture
def login(one_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Login:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(one_sandbox.ca_bundle))
    login = Login(one_sandbox)
    login.reset()
    return login


@pytest.fixture
def cache_path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "sign-in.json"


@pytest.fixture
def new_token(login: Login) -> Callable[[], str]:
    """Gets another refresh token, as a person who signs in would."""
    return login.service.first_refresh_token


@pytest.fixture
def settings(one_sandbox: Sandbox, new_token: Callable[[], str], cache_path: Path) -> dict[str, Any]:
    return {**one_sandbox.settings, "refresh_token": new_token(), "token_cache_path": str(cache_path)}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def naps() -> list[float]:
    return []


@pytest.fixture
def sign_in(settings: dict[str, Any], clock: Clock, naps: list[float]) -> SignInFactory:
    """Signs in with the settings and these changes; None takes a setting away. Each call is a new run of the tap."""

    def start(**changes: Any) -> SignIn:
        return SignIn.from_settings({**settings, **changes}, sleep=naps.append, clock=clock)

    return start


@pytest.fixture
def runs(settings: dict[str, Any]) -> Runs:
    return Runs(settings)
