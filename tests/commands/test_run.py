"""A run of the tap: its sign-in lasts as long as the run, and no output shows it."""

from __future__ import annotations

import time
from dataclasses import astuple
from typing import TYPE_CHECKING

import pytest

from tests.command import CommandEnd, run_command
from tests.commands.conftest import BIN, Process, catalog

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.conftest import Terminal

SECRET = "hush-hush-hush"


def arguments(folder: Path) -> list[str]:
    """A run of some streams, one of them a log."""
    chosen = catalog(folder, "organization", "domains", "users", "user_managers", "groups", "sign_ins", "stream_runs")
    return ["--config=ENV", "--catalog", str(chosen)]


@pytest.mark.slow
def test_tokens_are_renewed_in_the_middle_of_a_long_run(terminal: Terminal, tmp_path: Path) -> None:
    terminal.environment["TAP_ENTRA_REFRESH_TOKEN"] = terminal.sandbox.login.first_refresh_token()
    terminal.sandbox.login.access_tokens.lifetime_s = 1
    terminal.sandbox.faults.latency_s = 0.4

    done = run_command(*arguments(tmp_path), environment=terminal.environment)

    assert done.exit_code == 0, done.log[-2000:]
    assert set(done.outcomes.values()) == {"complete"}
    assert sum(request.path.endswith("/token") for request in terminal.sandbox.requests) > 2
    # In time: Graph never had to refuse one.
    assert all(request.status != 401 for request in terminal.sandbox.requests)


@pytest.mark.slow
def test_a_session_revoked_in_the_middle_of_a_run_ends_it_with_what_to_do(terminal: Terminal, tmp_path: Path) -> None:
    terminal.environment["TAP_ENTRA_REFRESH_TOKEN"] = terminal.sandbox.login.first_refresh_token()
    terminal.sandbox.faults.latency_s = 0.4
    process = Process([BIN / "tap-entra", *arguments(tmp_path)], terminal.environment)
    while not any(request.path == "/v1.0/domains" for request in terminal.sandbox.requests):
        time.sleep(0.01)

    terminal.sandbox.login.revoke_sessions()

    exit_code, output, log = astuple(process.end())
    assert exit_code == 1
    assert "AADSTS50173" in log
    assert "tap-entra-auth connect" in log
    # Streams are read side by side: what was under way when it happened, and all that had not begun.
    outcomes = CommandEnd(exit_code, output, log).outcomes
    assert outcomes["groups"] == "failed"
    assert set(outcomes.values()) <= {"complete", "failed"}


def test_nothing_secret_is_in_the_log_the_messages_or_the_account_of_the_settings(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.sandbox.login.registration.secret = SECRET
    token = terminal.sandbox.login.first_refresh_token()
    terminal.environment |= {
        "TAP_ENTRA_REFRESH_TOKEN": token,
        "TAP_ENTRA_CLIENT_SECRET": SECRET,
        "TAP_ENTRA_LOGLEVEL": "DEBUG",
    }

    done = run_command(*arguments(tmp_path), environment=terminal.environment)
    about = run_command("--about", "--format=json", environment=terminal.environment)

    assert done.exit_code == 0, done.log[-2000:]
    assert '"STATE"' in done.output
    assert "https://localhost" in done.log
    # How the sandbox's refresh tokens and access tokens begin.
    secrets = [token, SECRET, terminal.sign_in()["refresh_token"], "1.AX0A", "eyJ0eXAi"]
    for text in (done.output, done.log, about.output, about.log):
        assert [secret for secret in secrets if secret in text] == []
    assert terminal.admin not in done.log
