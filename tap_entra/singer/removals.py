"""Rows that are gone: marked in the warehouse, with their last known values kept.

Loaders set every column of the *current* schema that a row lacks to NULL. A removal has only an id, so under the full
schema a leaver would lose name and mail. Removals are therefore written under a SCHEMA of only what they know.
"""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import islice
from typing import TYPE_CHECKING, Any

from singer_sdk.mapper import CustomStreamMap, RemoveRecordTransform
from singer_sdk.singerlib import RecordMessage, SchemaMessage

from tap_entra.replication.stream_spec import DELETED_AT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_sdk.mapper import StreamMap

    from tap_entra.replication.base import EntraStream, Row

#: target-postgres drains a sink that is full before an older one that waits: after so many removals the full schema is
#: sent again, so that the narrow sink never gets full and rows are written in the order they were sent.
_CHUNK = 1_000

DELETED_DATE_TIME = "deletedDateTime"


def write_removals(stream: EntraStream, gone: Iterable[tuple[Row, str | None]]) -> int:
    """Write removals, at the end of a round: nothing of the stream may follow in this run but its full schema.

    Args:
        stream: Its schema has `_sdc_deleted_at`, and may have `deletedDateTime`.
        gone: Key columns of each row, and when Microsoft deleted it, where that is known.

    Returns:
        How many were written.
    """
    # By Graph's clock, as the dates beside it are.
    found = stream.client.now().isoformat().replace("+00:00", "Z")
    dated: list[Row] = []
    undated: list[Row] = []
    for key, when in gone:
        if when and stream.mask[("properties", DELETED_DATE_TIME)] and DELETED_DATE_TIME in stream.schema["properties"]:
            dated.append({**key, DELETED_DATE_TIME: when, DELETED_AT: when})
        else:
            # Without a date its column is left alone: the warehouse may know it from the day of the deletion.
            undated.append({**key, DELETED_AT: when or found})
    for rows in (dated, undated):
        for chunk in _chunks(rows):
            _write_chunk(stream, chunk)
    return len(dated) + len(undated)


def _chunks(rows: list[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while chunk := list(islice(source, _CHUNK)):
        yield chunk


def _write_chunk(stream: EntraStream, rows: list[Row]) -> None:
    tap: Any = stream.entra
    for stream_map in stream.stream_maps:
        if isinstance(stream_map, RemoveRecordTransform):
            continue
        if tuple(stream_map.transformed_key_properties or ()) != tuple(stream.primary_keys):
            stream.logger.warning(
                "Removals of '%s' cannot pass a stream map that changes its key; %d rows stay as they are",
                stream.name,
                len(rows),
            )
            continue
        schema = _narrowed(stream, stream_map, rows[0])
        tap.write_message(SchemaMessage(stream_map.stream_alias, schema, stream_map.transformed_key_properties))
        for row in rows:
            if isinstance(stream_map, CustomStreamMap) or _flattens(stream_map):
                row = {name: value for name, value in row.items() if name in schema["properties"]}  # noqa: PLW2901
            tap.write_message(
                RecordMessage(
                    stream=stream_map.stream_alias,
                    record=row,
                    version=stream._stream_version,  # noqa: SLF001 - the SDK's own name for it
                    time_extracted=datetime.now(timezone.utc),
                )
            )
    stream._write_schema_message()  # noqa: SLF001


def _narrowed(stream: EntraStream, stream_map: StreamMap, row: Row) -> dict[str, Any]:
    # The mark is kept even by a map that drops all columns it does not name: without it a removal says nothing.
    mark = {DELETED_AT: stream.schema["properties"][DELETED_AT]}
    properties = {**mark, **stream_map.transformed_schema["properties"]}
    return {
        **stream_map.transformed_schema,
        "properties": {name: properties[name] for name in row if name in properties},
    }


def _flattens(stream_map: StreamMap) -> bool:
    return stream_map.flattening_enabled
