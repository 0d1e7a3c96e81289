"""One sync_status over all tenants: those with views, those without, and those that were never loaded."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tenants.sync_status import statements
from tenants.tenant import Tenant
from tests.transform.hand_made import HandMadeWarehouse, ran

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.e2e]


def test_one_view_has_the_streams_of_all_tenants(warehouse: HandMadeWarehouse, tmp_path: Path) -> None:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    long_ago = now - timedelta(days=60)
    runs = [ran("users", now), ran("sign_ins", now, "skipped"), ran("groups", now, "failed", action="Grant it.")]
    bare = HandMadeWarehouse(warehouse.postgres, tmp_path, "bare_tenant")
    bare.clear()
    warehouse.add("stream_runs", *runs)
    bare.add("stream_runs", ran("groups", long_ago), *runs, ran("domains", long_ago))
    warehouse.dbt("build", "--select", "+entra__sync_status", "--exclude-resource-type", "test", "unit_test")
    tenants = [
        Tenant(id_, f"{id_}.example", {}, schema, "0 3 * * *")
        for id_, schema in (("built", warehouse.schema), ("bare", bare.schema), ("new", "never_loaded"))
    ]

    with warehouse.postgres.connect() as connection:
        connection.execute(statements(tenants))
        query = "select tenant, stream, state, action, last_complete_at from entra_tenants.sync_status where {}"
        seen = connection.execute(query.format("last_run_at is not null or stream is null")).fetchall()
        # As a build of one tenant's views does it.
        connection.execute(f"drop view {warehouse.schema}_views.sync_status cascade")
        rebuilt = connection.execute(query.format("tenant = 'built'")).fetchall()
    bare.clear()

    states = {
        ("users", "active", None, now),
        ("sign_ins", "not available", None, None),
        ("groups", "action required", "Grant it.", None),
    }
    assert {row[1:] for row in seen if row[0] == "built"} == states
    assert {row[1:] for row in seen if row[0] == "bare"} == {
        *(row for row in states if row[0] != "groups"),
        ("groups", "action required", "Grant it.", long_ago),
        ("domains", "action required", None, long_ago),
    }
    (new,) = (row for row in seen if row[0] == "new")
    assert new[1:] == (None, "action required", "See how its run ends: python -m tenants run new", None)
    assert len(seen) == 3 + 4 + 1
    assert {row[1:] for row in rebuilt} == states
