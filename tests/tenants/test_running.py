"""One tenant's run: its environment, its lock, and how many there are at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.tenants.test_file import tenant, written
from tests.warehouse import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., subprocess.Popen[str]]

pytestmark = pytest.mark.slow

BUSY = 75


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `python -m tenants run`, two at once, with another tenant's variables around it."""
    path = written(tmp_path, *map(tenant, ("a", "b", "c")), at_once=2)
    foreign = {"TAP_ENTRA_CLIENT_SECRET": "hush", "TAP_ENTRA__SELECT": "[]", "TAP_ENTRA_CERTIFICATE_PASSWORD": "all"}
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MELTANO_")}
    with ExitStack() as stack:

        def run(id_: str, *command: str) -> subprocess.Popen[str]:
            arguments: list[str | Path] = ["--file", path, "--folder", tmp_path / "state", "run", id_, "--", *command]
            process = subprocess.Popen(
                [sys.executable, "-m", "tenants", *arguments],
                cwd=tmp_path,
                env={**outside, **foreign, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            # In reverse: killed, then read to the end and waited for.
            stack.callback(process.communicate)
            stack.callback(process.kill)
            return process

        yield run


def until(path: Path) -> None:
    """Wait until a command has made a file."""
    end = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < end, path
        time.sleep(0.02)


def holds(path: Path, seconds: int = 30) -> tuple[str, ...]:
    """A command that makes a file and then goes on."""
    return ("sh", "-c", f"touch {path}; exec sleep {seconds}")


def test_a_run_has_its_own_variables_and_no_others(start: Start, tmp_path: Path) -> None:
    said, _ = start("a", "env").communicate()

    found = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    assert found["TAP_ENTRA_TENANT_ID"] == "a.example"
    assert found["TAP_ENTRA_CERTIFICATE_PASSWORD"] == "all"
    assert not {"TAP_ENTRA_CLIENT_SECRET", "TAP_ENTRA__SELECT"} & found.keys()
    assert found["MELTANO_DATABASE_URI"] == f"sqlite:///{tmp_path}/state/a/meltano.db"
    # Meltano's files of two tenants never meet, and the plugins are there once.
    assert found["MELTANO_SYS_DIR_ROOT"] == f"{tmp_path}/state/a/meltano"
    assert (tmp_path / "state/a/meltano/extractors").resolve() == tmp_path / ".meltano/extractors"


def test_a_tenant_never_runs_twice_at_once(start: Start, tmp_path: Path) -> None:
    start("a", *holds(tmp_path / "began"))
    until(tmp_path / "began")

    second = start("a", "touch", str(tmp_path / "twice"))

    _, error = second.communicate()
    assert (second.returncode, error) == (BUSY, "a runs already. Nothing was started.\n")
    assert not (tmp_path / "twice").exists()


def test_the_lock_ends_with_a_run_that_is_killed(start: Start, tmp_path: Path) -> None:
    first = start("a", *holds(tmp_path / "began"))
    until(tmp_path / "began")
    first.send_signal(signal.SIGKILL)
    first.wait()

    again = start("a", "true")

    again.communicate()
    assert again.returncode == 0


def test_the_third_of_two_waits_for_a_free_place(start: Start, tmp_path: Path) -> None:
    running = [start(id_, *holds(tmp_path / id_)) for id_ in ("a", "b")]
    for id_ in ("a", "b"):
        until(tmp_path / id_)

    third = start("c", *holds(tmp_path / "c"))

    assert third.stderr is not None
    assert third.stderr.readline() == "c waits: 2 tenants are running.\n"
    assert not (tmp_path / "c").exists()
    running[0].kill()
    until(tmp_path / "c")


def test_the_exit_code_is_that_of_the_command(start: Start) -> None:
    failing = start("a", "sh", "-c", "exit 3")
    missing = start("b", "no-such-program")

    assert (failing.wait(), missing.wait()) == (3, 127)


def test_cron_runs_each_tenant_at_its_time(tmp_path: Path) -> None:
    path = written(tmp_path, tenant("a", schedule="5 1 * * *"), tenant("b"))
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "tenants",
        "--file",
        path,
        "--folder",
        tmp_path / "with % in it",
        "crontab",
    ]
    said = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    zone, *lines = said.splitlines()

    assert zone == "CRON_TZ=UTC"
    assert [line.split(" ", 5)[:5] for line in lines] == [["5", "1", "*", "*", "*"], ["0", "3", "*", "*", "*"]]
    (tmp_path / "with % in it").mkdir()
    for line in lines:
        # As cron does it: % ends the command, \% is the sign itself.
        shell = line.split(" ", 5)[5].replace("\\%", "%").replace(" >>", " -- env >>")
        subprocess.run(["sh", "-c", shell], check=True, cwd="/", env={"PATH": os.defpath, "HOME": str(tmp_path)})
    for id_ in ("a", "b"):
        log = (tmp_path / "with % in it" / f"{id_}.log").read_text()
        assert f"MELTANO_RUN_STATE_ID_SUFFIX={id_}\n" in log
