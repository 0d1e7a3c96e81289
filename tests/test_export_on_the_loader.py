"""Some days of all six logs through Graph and through the export, by the real loader into a real PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.exports import LOGS, STARTS, plain
from tests.pipeline import HURRIED_TAP, SCHEMA, Pipeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox import Sandbox
    from sandbox.export import Azurite
    from tests.databases import Rows

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("azurite")]

SINCE = STARTS - timedelta(days=3)


def test_both_sources_give_equal_tables(new_sandbox: Callable[..., Sandbox], azurite: Azurite, tmp_path: Path) -> None:
    sandbox = new_sandbox(users=20, sign_ins=600, starts=STARTS, postgres=True, azurite=azurite)
    sandbox.export.write(since=SINCE)
    tables: dict[str, dict[str, Rows]] = {}
    for source, settings in (("graph", {}), ("storage", sandbox.export.settings())):
        folder = tmp_path / source
        folder.mkdir()
        pipeline = Pipeline(sandbox, folder, *LOGS, tap=HURRIED_TAP, start_date=SINCE.isoformat(), **settings)
        pipeline.run()
        tables[source] = {stream: pipeline.table(stream) for stream in LOGS}
        with sandbox.postgres.connect() as connection:
            connection.execute(f"drop schema {SCHEMA} cascade")

    for stream in LOGS:
        graph, storage = (rows_since(tables[source][stream], stream) for source in ("graph", "storage"))
        assert graph
        assert storage == graph


def rows_since(rows: Rows, stream: str) -> dict[str, Any]:
    """Rows that happened in these days: some that were received in them had happened before."""
    time = "activityDateTime" if stream in {"directory_audits", "provisioning_logs"} else "createdDateTime"
    return {key[0]: plain(row) for key, row in rows.items() if datetime.fromisoformat(row[time]) >= SINCE}
