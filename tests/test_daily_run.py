"""The whole job: the tap, the real loader with the shipped settings, a real PostgreSQL, days that pass."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Sandbox
from tap_entra.graph.odata import parse_instant
from tap_entra.replication import DeltaStream, LinkStream, SlicedStream
from tap_entra.singer import DELETED_AT
from tap_entra.streams import STREAMS
from tests.databases import BY_NAME, Rows, differences, tenant_rows
from tests.pipeline import Pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

LOGS = {stream.name: str(stream.replication_key) for stream in STREAMS if issubclass(stream, SlicedStream)}
LINKS = {stream.name for stream in STREAMS if issubclass(stream, LinkStream)}
DELTAS = [stream.name for stream in STREAMS if issubclass(stream, DeltaStream) and stream.name not in LINKS]


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    with Sandbox(users=120, sign_ins=900, seed=11, postgres=True) as sandbox:
        yield Pipeline(sandbox, tmp_path)


def living(sandbox: Sandbox) -> set[str]:
    """The ids of all objects that are there, whatever they are."""
    return {id_ for store in sandbox.tenant.directory.values() for id_ in store.live}


def live(rows: Rows) -> Rows:
    return {key: row for key, row in rows.items() if not row[DELETED_AT]}


def assert_table_equals_tenant(pipeline: Pipeline, stream: str) -> None:
    """Row by row and column by column; of links those whose two ends live."""
    there = living(pipeline.sandbox)
    found = live(pipeline.table(stream))
    if stream in LINKS:
        found = {key: row for key, row in found.items() if {id_ for id_ in row.values() if is_id(id_)} <= there}
    assert differences(live(tenant_rows(pipeline.sandbox, stream)), found) == [], stream


def is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 36


def assert_removed_keep_what_was_known(pipeline: Pipeline, stream: str, past: Rows) -> int:
    """Removed rows of the last run keep their values. Returns how many there are."""
    now = pipeline.table(stream)
    gone = {key: row for key, row in past.items() if now[key][DELETED_AT]}
    truth = tenant_rows(pipeline.sandbox, stream)
    for key, row in gone.items():
        expected = {**row, "deletedDateTime": truth[key]["deletedDateTime"], DELETED_AT: True}
        assert differences({key: expected}, {key: now[key]}) == [], stream
    return len(gone)


def test_after_five_days_every_table_equals_the_tenant(pipeline: Pipeline) -> None:
    tables = [name for name in BY_NAME if name not in {"stream_runs", *LOGS}]
    past: dict[str, Rows] = {}
    gone = dict.fromkeys(DELTAS, 0)
    before: dict[str, Rows] = {}

    for _ in range(6):
        pipeline.run()

        for name in tables:
            assert_table_equals_tenant(pipeline, name)
        for name in DELTAS:
            gone[name] += assert_removed_keep_what_was_known(pipeline, name, past.get(name, {}))
            past[name] = live(pipeline.table(name))
        for name in LOGS:
            # The warehouse keeps what Microsoft no longer has.
            before[name] = {**before.get(name, {}), **tenant_rows(pipeline.sandbox, name)}
            assert differences(before[name], pipeline.table(name)) == [], name
        pipeline.sandbox.tenant.pass_days(1)

    assert gone["users"], "no one left in these days: the test has seen nothing"


def test_a_run_right_after_another_moves_nothing_again_but_the_overlap(pipeline: Pipeline) -> None:
    pipeline.run()
    state = json.loads(pipeline.state.read_text())
    before = json.loads(pipeline.state.read_text())["bookmarks"]

    pipeline.run()

    rows = [message for message in pipeline.messages() if message["type"] == "RECORD"]
    assert not {row["stream"] for row in rows} & {"profile_photos", *DELTAS, *LINKS}
    bookmark = parse_instant(before["sign_ins"]["replication_key_value"])
    read = [parse_instant(row["record"]["createdDateTime"]) for row in rows if row["stream"] == "sign_ins"]
    assert all(moment >= bookmark - timedelta(minutes=1440) for moment in read)
    assert len(pipeline.state.read_bytes()) < 64 * 1024
    assert all(not isinstance(value, (dict, list)) for mark in state["bookmarks"].values() for value in mark.values())
