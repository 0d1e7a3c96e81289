"""`python -m sandbox`, and the PostgreSQL beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Sandbox

ROOT = Path(__file__).parents[2]
ASK = (
    "import os, requests, psycopg;"
    "print(requests.get(os.environ['TAP_ENTRA_GRAPH_URL'] + '/sandbox/truth/organization').json()[0]['id']);"
    "print(psycopg.connect('').execute('select current_database()').fetchone()[0]);"
    "raise SystemExit(7)"
)


def start(*arguments: str, cwd: Path, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not in pytest's own temporary folder: that is closed to the user that PostgreSQL runs as if we are root."""
    with tempfile.TemporaryDirectory(prefix="sandbox-test-") as folder:
        yield Path(folder)


@pytest.mark.slow
def test_run_points_a_command_at_both_and_returns_its_exit_code(folder: Path) -> None:
    process = start("run", "--users", "20", "--sign-ins", "50", "--", sys.executable, "-c", ASK, cwd=folder)

    output, errors = process.communicate(timeout=60)

    assert process.returncode == 7, errors
    tenant, database = output.split()
    assert len(tenant) == 36
    assert database == "warehouse"
    assert (folder / ".sandbox" / "postgres" / "PG_VERSION").exists()


def test_run_without_a_command_says_what_is_missing(tmp_path: Path) -> None:
    process = start("run", cwd=tmp_path)

    assert "python -m sandbox run -- COMMAND" in process.communicate(timeout=60)[1]
    assert process.returncode == 2


def test_run_of_what_does_not_exist_ends_like_a_shell(tmp_path: Path) -> None:
    process = start("run", "--users", "20", "--no-postgres", "--", "no-such-command", cwd=tmp_path)

    assert "no-such-command: No such file or directory" in process.communicate(timeout=60)[1]
    assert process.returncode == 127


def test_an_unknown_fault_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    process = start("serve", "--fault", "earthquake=1", cwd=tmp_path)

    assert "there is no fault 'earthquake'; there are throttled" in process.communicate(timeout=60)[1]


def test_a_command_that_is_stopped_takes_the_sandbox_with_it(tmp_path: Path) -> None:
    command = ("sh", "-c", "echo started; exec sleep 60")
    process = start("run", "--users", "20", "--no-postgres", "--", *command, cwd=tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"

    process.send_signal(signal.SIGTERM)

    process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM


def test_serve_prints_the_settings_and_ends_cleanly_on_ctrl_c(tmp_path: Path) -> None:
    process = start("serve", "--users", "20", "--sign-ins", "50", "--no-postgres", cwd=tmp_path)
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    while not lines[-1].startswith("{"):
        lines.append(process.stdout.readline())

    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)

    settings = json.loads(lines[-1])
    assert f"export TAP_ENTRA_TENANT_ID={settings['tenant_id']}\n" in lines
    assert {"tenant_id", "client_id", "refresh_token", "graph_url", "login_url", "token_cache_path"} <= settings.keys()
    assert process.returncode == 0
    assert "Traceback" not in errors


@pytest.mark.slow
def test_the_database_is_a_real_one(standing_sandbox: Sandbox) -> None:
    with standing_sandbox.postgres.connect() as connection:
        (version,) = connection.execute("select version()").fetchone() or ()

    assert version.startswith("PostgreSQL ")
    assert standing_sandbox.environment()["TARGET_POSTGRES_SQLALCHEMY_URL"] == standing_sandbox.postgres.url


def test_a_sandbox_without_database_says_how_to_get_one(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError, match="postgres=True"):
        _ = sandbox.postgres
