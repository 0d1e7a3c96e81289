"""Rows that a list no longer has, where the loader leaves them live: the views find them by the runs of the tap."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.transform.hand_made import NOW, ran

if TYPE_CHECKING:
    from datetime import datetime

    from tests.transform.hand_made import HandMadeWarehouse

DAY = timedelta(days=1)
YESTERDAY = NOW - DAY
STREAMS = {
    "domains": "domain",
    "subscriptions": "subscription_id",
    "role_definitions": "role_id",
    "role_assignments": "assignment_id",
    "contacts": "contact_id",
    "oauth2_permission_grants": "grant_id",
}


def read(stream: str, day: datetime, rows: int | None, outcome: str = "complete") -> dict[str, Any]:
    """A run of a stream; of a whole list, if it says how many rows there were."""
    times = {"wholeSince": None if rows is None else day, "finishedAt": day + timedelta(minutes=5)}
    return ran(stream, day, outcome, **times, wholeRows=rows)


def written(id_: str, at: datetime, **columns: Any) -> dict[str, Any]:
    return {"id": id_, "_sdc_extracted_at": at + timedelta(minutes=1), **columns}


@pytest.mark.slow
@pytest.mark.e2e
def test_a_row_is_gone_that_the_last_whole_read_did_not_write(warehouse: HandMadeWarehouse) -> None:
    both = (written("stays", NOW), written("goes", YESTERDAY))
    # A whole list that was read to its end.
    warehouse.add("domains", *both, written("marked", YESTERDAY, _sdc_deleted_at=YESTERDAY))
    warehouse.add("stream_runs", read("domains", YESTERDAY, 3), read("domains", NOW, 1))
    # The last run read a part, was refused, or only looked for changes: what it did not read stays.
    warehouse.add("subscriptions", *both)
    warehouse.add("stream_runs", read("subscriptions", YESTERDAY, 2), read("subscriptions", NOW, None, "partial"))
    warehouse.add("role_definitions", *both)
    warehouse.add("stream_runs", read("role_definitions", YESTERDAY, 2), read("role_definitions", NOW, None, "skipped"))
    warehouse.add("contacts", *both)
    warehouse.add("stream_runs", read("contacts", YESTERDAY, 2), read("contacts", NOW, None))
    # A whole list, of which the loader has lost a row.
    warehouse.add("role_assignments", *both)
    warehouse.add("stream_runs", read("role_assignments", YESTERDAY, 2), read("role_assignments", NOW, 2))
    # A loader that obeys ACTIVATE_VERSION, and has not marked the row yet.
    warehouse.add("oauth2_permission_grants", *({**row, "_sdc_table_version": 1} for row in both))
    warehouse.add("stream_runs", read("oauth2_permission_grants", NOW, 1))

    warehouse.dbt("run", "--select", *(f"stg_entra__{stream}" for stream in STREAMS))

    found = {
        stream: {row[key]: row["removed_at"] for row in warehouse.rows(f"stg_entra__{stream}", "_staging")}
        for stream, key in STREAMS.items()
    }
    ended = NOW + timedelta(minutes=5)
    live = {"stays": None, "goes": None}
    assert found == {
        **dict.fromkeys(STREAMS, live), "domains": {"stays": None, "goes": ended, "marked": YESTERDAY},
    }  # fmt: skip
