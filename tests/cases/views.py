"""The views of many cases, built by one dbt process."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.environments import ROOT, environment

if TYPE_CHECKING:
    from typing_extensions import Self

    from sandbox import Sandbox

PROJECT = ROOT / "transform"
_SERVER = Path(__file__).with_name("dbt_server.py")


class ViewBuilder:
    """A dbt process that builds the views of one schema after the other, without their tests."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._environment = {
            **os.environ,
            **sandbox.environment(),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }

    def __enter__(self) -> Self:
        python = environment("dbt", ROOT / "requirements-transform.lock") / "python"
        options = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test", "--quiet")
        self._process = subprocess.Popen(
            [python, _SERVER, "build", *options, "--project-dir", PROJECT, "--profiles-dir", PROJECT],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def build(self, schema: str) -> None:
        """Build the views of a schema. Its raw tables are the loader's."""
        assert self._process.stdin
        assert self._process.stdout
        print(schema, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline().strip()
        assert answer == "built", answer or "dbt ended"
