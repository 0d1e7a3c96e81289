"""Runs with and without batch files, and what they make of the same rows."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from psycopg import sql
from psycopg.rows import dict_row

from tap_entra.graph.odata import parse_instant
from tap_entra.streams import STREAMS
from tests.cases.pipeline import standard_output
from tests.exports import STARTS
from tests.warehouse import TapWithoutWaits, exit_code_of, selection

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox
    from tests.loader import Row

#: What the loader, not the tap, tells of a row.
STAMPS = ("_sdc_received_at", "_sdc_sequence", "_sdc_sync_started_at")


def files_in(folder: Path, **others: Any) -> dict[str, Any]:
    """The settings of batch files in a folder."""
    encoding = {"format": "jsonl", "compression": "gzip"}
    return {"batch_config": {"encoding": encoding, "storage": {"root": f"file://{folder}"}, **others}}


def messages(sandbox: Sandbox, state: dict[str, Any], *streams: str, **settings: Any) -> bytes:
    """What a run writes; it ends well."""
    with standard_output() as sent:
        tap = TapWithoutWaits(config={**sandbox.settings, **settings}, state=state, catalog=selection(*streams))
        assert exit_code_of(tap) == 0
    return sent.getvalue()


def ways(sent: bytes) -> dict[str, set[str]]:
    """The streams whose rows come as RECORD, and as BATCH."""
    read = [json.loads(line) for line in sent.splitlines()]
    return {kind: {one["stream"] for one in read if one["type"] == kind} for kind in ("RECORD", "BATCH")}


def rows_of(sent: bytes) -> dict[str, list[Row]]:
    """All rows by the name under which they are sent, in order, without what the tap adds to them in a file."""
    found: dict[str, list[Row]] = {}
    for message in map(json.loads, sent.splitlines()):
        if message["type"] == "RECORD":
            found.setdefault(message["stream"], []).append(message["record"])
        for url in message.get("manifest", ()):
            with gzip.open(urlsplit(url).path, "rt", encoding="utf-8") as lines:
                found.setdefault(message["stream"], []).extend(map(_without_stamps, lines))
    return found


def _without_stamps(line: str) -> Row:
    row: Row = json.loads(line)
    row.pop("_sdc_table_version", None)
    assert all(parse_instant(row.pop(name)) > STARTS for name in ("_sdc_extracted_at", "_sdc_batched_at"))
    return row


def table(sandbox: Sandbox, schema: str, stream: str) -> dict[tuple[Any, ...], Row]:
    """A table by key; of what the loader adds, whether it is there."""
    (keys,) = (one.primary_keys for one in STREAMS if one.name == stream)
    with sandbox.postgres.connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(sql.SQL("select * from {}").format(sql.Identifier(schema, stream))).fetchall()
    for row in found:
        row.update({name: row[name] is not None for name in row if name.startswith("_sdc_")}, **dict.fromkeys(STAMPS))
    return {tuple(row[key] for key in keys): row for row in found}


def differences(expected: dict[tuple[Any, ...], Row], found: dict[tuple[Any, ...], Row]) -> list[Any]:
    """Keys of one table alone, and the values that differ."""
    return [*(expected.keys() ^ found.keys())] + [
        (key, name, row[name], found[key][name])
        for key, row in expected.items()
        for name in row.keys() | found[key].keys()
        if not _is_same(row[name], found[key][name])
    ]


def _is_same(value: Any, found: Any) -> bool:
    if isinstance(value, datetime) and isinstance(found, datetime):
        # PostgreSQL rounds the seventh digit of a time in a file; the loader cuts it off in a row.
        return timedelta() <= found - value <= timedelta(microseconds=1)
    return bool(value == found)
