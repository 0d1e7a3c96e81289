"""Tenants that run at once, through Meltano, loader and PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.tenants.imitation import Imitation

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

RUN = ("meltano", "run", "--no-install", "tap-entra", "target-postgres")


def test_tenants_that_run_at_once_have_their_own_rows_and_bookmarks(tmp_path: Path) -> None:
    with Imitation(tmp_path, 2) as imitation:
        environment = {**os.environ, **imitation.environment}
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "tenants", "run", name, "--", *RUN],
                cwd=imitation.project,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for name in imitation.tenants
        ]

        assert [process.wait() for process in running] == [0, 0]
        for name in imitation.tenants:
            rows, wrong = imitation.differences(name)
            assert rows > 20
            assert wrong == []
            with closing(sqlite3.connect(imitation.state / "tenants" / name / "meltano.db")) as database:
                states = database.execute("select state_id from state").fetchall()
            assert states == [(f"dev:tap-entra-to-target-postgres:{name}",)]
