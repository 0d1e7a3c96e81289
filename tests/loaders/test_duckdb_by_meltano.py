"""The daily run without a server, as `meltano.yml` has it: loader and dbt on one file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.environments import ROOT, environment
from tests.meltano_project import project_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox import Sandbox

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

BIN = Path(sys.executable).parent


def test_meltano_runs_loader_and_dbt_on_the_file_of_the_setting(
    new_sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    sandbox = new_sandbox(users=10, sign_ins=30)
    project = project_with(
        {
            "-e .": BIN / "tap-entra",
            "-e .[target-duckdb]": BIN / "target-entra-duckdb",
            "dbt-core~=1.11.0 dbt-duckdb~=1.11.0": environment("dbt-duckdb", ROOT / "requirements-duckdb.lock") / "dbt",
        }
    )
    (tmp_path / "meltano.yml").write_text(project, encoding="utf-8")
    (tmp_path / "transform").symlink_to(ROOT / "transform")
    file = tmp_path / "elsewhere.duckdb"

    done = subprocess.run(
        [BIN / "meltano", "run", "tap-entra", "target-duckdb", "dbt-duckdb:forget-deleted"],
        check=False, capture_output=True, text=True, cwd=tmp_path,
        env={
            **os.environ, **sandbox.environment(), "TAP_ENTRA__SELECT": '["users.*", "sign_ins.*"]',
            "TARGET_DUCKDB_FILEPATH": str(file), "DBT_TARGET_PATH": str(tmp_path / "target"),
            "DBT_LOG_PATH": str(tmp_path / "logs"),
        },
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    with duckdb.connect(file, read_only=True) as connection:
        (count,) = connection.execute("select count(*) from entra.users where _sdc_deleted_at is null").fetchone() or (
            0,
        )
    assert count == len(sandbox.tenant.directory["users"].live)
    assert not [*tmp_path.glob("warehouse*")]
