"""Processes that are measured: how long they ran, what they cost, what they told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

ROOT = Path(__file__).parents[2]


@dataclass
class Ran:
    """A process that has ended well.

    Attributes:
        wall_s: From its start to its end, the interpreter's own start included.
        cpu_s: CPU time of all its threads, in user and system mode.
        told: Figures that a run of the tap prints.
        log: What it wrote to standard error.
    """

    wall_s: float
    cpu_s: float
    told: dict[str, Any]
    log: str


def run(
    *command: str | Path,
    environment: Mapping[str, str] | None = None,
    output: Path | None = None,
    source: Path | None = None,
) -> Ran:
    """Run a command to its end.

    Args:
        output: Where its standard output goes; nowhere if None.
        source: Where its standard input comes from.

    Raises:
        RuntimeError: It failed.
    """
    with (
        (output or Path(os.devnull)).open("wb") as out,
        (source or Path(os.devnull)).open("rb") as into,
        tempfile.TemporaryFile() as errors,
    ):
        began = time.monotonic()
        process = subprocess.Popen(
            [*map(str, command)],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=into,
            stdout=out,
            stderr=errors,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        log = errors.read().decode(errors="replace")
    if process.returncode:
        raise RuntimeError(f"{command[:4]} ended with exit code {process.returncode}:\n{log[-3000:]}")
    last = log.splitlines()[-1] if log.strip() else ""
    told = json.loads(last) if last.startswith("{") else {}
    return Ran(wall_s, usage.ru_utime + usage.ru_stime, told, log)


def run_tap(
    *streams: str, environment: Mapping[str, str] | None = None, output: Path | None = None, **options: Any
) -> Ran:
    """Run the tap. Options as in `tests.benchmarks.tap_run`."""
    asked = msgspec.json.encode({"streams": streams, **options}).decode()
    ran = run(sys.executable, "-m", "tests.benchmarks.tap_run", asked, environment=environment, output=output)
    if ran.told.get("exit_code"):
        raise RuntimeError(f"the tap would have ended with exit code {ran.told['exit_code']}:\n{ran.log[-3000:]}")
    return ran


def replaying(folder: Path, **sizes: float) -> AbstractContextManager[str]:
    """A Graph that replays what was recorded in a folder, as long as a `with` lasts; its URL."""
    return serving("tests.benchmarks.replay", folder, msgspec.json.encode(sizes))


@contextmanager
def serving(module: str, *arguments: str | bytes | Path) -> Iterator[str]:
    """A module that prints a URL and serves until its input ends; the URL, as long as a `with` lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()
