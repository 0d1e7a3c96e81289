"""The world that tests run in: an invented tenant behind real HTTPS, and a real PostgreSQL."""

from __future__ import annotations

import gc
import os
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Sandbox
from tap_entra.streams import STREAMS
from tests.environments import ROOT
from tests.readable import READABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.export import Azurite

#: Seconds for a test that is marked `slow` or `e2e`: it may be the one that loads a company or installs packages.
LONG_S = 900


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give a marked test more time, and keep it with those of its file, which share what takes long to make."""
    if any(item.iter_markers("slow")) or any(item.iter_markers("e2e")):
        item.add_marker(pytest.mark.timeout(LONG_S))
        if not any(item.iter_markers("xdist_group")):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Call a test what a run in one process calls it: xdist adds its group, by which `--last-failed` finds none."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        report.nodeid = re.sub(r"@[^@\]]*$", "", report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which engines the views were compared on; a test tells so by its property `engine`."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "engine":
                terminalreporter.write_line(str(value))


def pytest_collection_finish() -> None:
    """Keep what was imported out of garbage collection, which would take a sixth of the time of the quick tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)


def trust(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point HTTP clients at the sandbox's authority alone: to read the whole bundle takes them 0.1 s a host.

    Deselects the streams that the sandbox does not let the tap read.
    """
    for stream in STREAMS:
        if stream.name not in READABLE:
            monkeypatch.setattr(stream, "selected_by_default", False)
    authority = sandbox.ca_bundle.with_name("authority.pem")
    _, begin, certificate = sandbox.ca_bundle.read_text().rpartition("-----BEGIN CERTIFICATE-----")
    authority.write_text(begin + certificate)
    environment = sandbox.environment()
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, environment[name])
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(authority))


@pytest.fixture
def new_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Sandbox]]:
    """Starts a sandbox with the given options; HTTP clients trust the last one."""
    with ExitStack() as stack:

        def start(users: int = 50, sign_ins: int = 500, seed: int = 7, **options: Any) -> Sandbox:
            sandbox = stack.enter_context(Sandbox(users, sign_ins, seed, **options))
            trust(sandbox, monkeypatch)
            return sandbox

        yield start


@pytest.fixture
def sandbox(new_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """A fresh tenant of 50 accounts and 500 sign-ins, the test's own: days may pass, faults be switched on."""
    return new_sandbox()


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    """Microsoft's storage emulator; each sandbox has an account of its own in it. Without Node there is none."""
    from sandbox.export import Azurite, NoNodeError  # noqa: PLC0415 - slow to import

    try:
        started = Azurite(ROOT / ".venv/azurite")
        started.start()
    except NoNodeError as problem:
        pytest.skip(str(problem))
    try:
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="session")
def session_sandbox() -> Iterator[Sandbox]:
    with Sandbox(users=50, sign_ins=500, seed=7, postgres=True) as sandbox:
        yield sandbox


@pytest.fixture
def standing_sandbox(session_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """One sandbox with a PostgreSQL for the whole session: to read from, or to load into a schema of one's own."""
    trust(session_sandbox, monkeypatch)
    session_sandbox.requests.clear()
    return session_sandbox
