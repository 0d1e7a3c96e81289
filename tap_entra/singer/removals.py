"""Tombstones under a narrowed schema: they mark rows as removed and keep the last known values of other columns.

Loaders set every column of the *current* schema that a row lacks to NULL. A tombstone has only an id, so under the full
schema a leaver would lose name and mail. Tombstones are therefore written under a SCHEMA of their own columns only.

Some loaders take no second SCHEMA of a stream: they make the table anew, or shift columns. The setting `soft_deletes`
has whole rows sent to these, under the one schema, or no tombstones at all.
"""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from singer_sdk.mapper import RemoveRecordTransform
from singer_sdk.singerlib import RecordMessage, SchemaMessage

from tap_entra.singer.marks import DELETED_AT, DELETED_DATE_TIME, ROWS
from tap_entra.singer.stream_maps import MappedStream

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from singer_sdk.mapper import StreamMap
    from singer_sdk.singerlib.encoding.simple import Message

    from tap_entra.graph import GraphClient

Row = dict[str, Any]

#: target-postgres drains a full sink before an older one that waits. After this many tombstones the full schema is sent
#: again, so that the narrow sink never gets full and rows are written in the order they were sent.
_CHUNK = 1_000


class RemovingStream(Protocol):
    """What tombstones need of a stream."""

    name: str
    schema: dict[str, Any]

    @property
    def soft_deletes(self) -> str:
        """What is sent of a removed row: KEYS or ROWS."""

    @property
    def logger(self) -> logging.Logger:
        """The stream's log."""

    @property
    def client(self) -> GraphClient:
        """Graph, for its clock."""

    @property
    def mask(self) -> Mapping[Any, bool]:
        """Breadcrumb -> whether it is selected."""

    @property
    def primary_keys(self) -> Sequence[str]:
        """Key columns."""

    @property
    def stream_maps(self) -> list[StreamMap]:
        """The SDK's maps of this stream."""

    @property
    def version(self) -> int | None:
        """The version that rows are written under."""

    def write_message(self, message: Message) -> None:
        """Write a message of the tap."""

    def write_schema(self) -> None:
        """Write the stream's full schema."""


def write_removals(stream: RemovingStream, gone: Iterable[tuple[Row, str | None]]) -> int:
    """Write tombstones at the end of a round: after them the run may write the stream's full schema and nothing else.

    Args:
        stream: Its schema has `_sdc_deleted_at`, and may have `deletedDateTime`.
        gone: Key columns of each row and others to set, and the time of its deletion at Microsoft, where that is known.

    Returns:
        The number of rows.
    """
    rows = list(_marked(stream, gone))
    if stream.soft_deletes == ROWS:
        for stream_map, sent in _sent(stream, rows):
            _write(stream, stream_map, sent, stream_map.transformed_schema["properties"])
        return len(rows)
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(row)
    # One schema per set of columns, those with a date first.
    for columns in sorted(groups, key=len, reverse=True):
        for chunk in _chunks(groups[columns]):
            _write_chunk(stream, chunk)
    return len(rows)


def _marked(stream: RemovingStream, gone: Iterable[tuple[Row, str | None]]) -> Iterator[Row]:
    # By Graph's clock, like the dates beside it.
    found = stream.client.now().isoformat().replace("+00:00", "Z")
    for key, when in gone:
        if when and stream.mask[("properties", DELETED_DATE_TIME)] and DELETED_DATE_TIME in stream.schema["properties"]:
            yield {**key, DELETED_DATE_TIME: when, DELETED_AT: when}
        else:
            # Without a date the column is left out: the warehouse may have it from the day of the deletion.
            yield {**key, DELETED_AT: when or found}


def _chunks(rows: list[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while chunk := list(islice(source, _CHUNK)):
        yield chunk


def _write_chunk(stream: RemovingStream, rows: list[Row]) -> None:
    for stream_map, sent in _sent(stream, rows):
        schema = _narrowed(stream_map, sent[0])
        stream.write_message(SchemaMessage(stream_map.stream_alias, schema, stream_map.transformed_key_properties))
        _write(stream, stream_map, sent, schema["properties"])
    stream.write_schema()


def _write(stream: RemovingStream, stream_map: StreamMap, rows: Iterable[Row], columns: Iterable[str]) -> None:
    for row in rows:
        stream.write_message(
            RecordMessage(
                stream=stream_map.stream_alias,
                record={name: row.get(name) for name in columns},
                version=stream.version,
                time_extracted=datetime.now(timezone.utc),
            )
        )


def _sent(stream: RemovingStream, rows: list[Row]) -> Iterator[tuple[StreamMap, list[Row]]]:
    """Yield each map of the stream, and what it makes of these rows."""
    for stream_map in stream.stream_maps:
        if isinstance(stream_map, RemoveRecordTransform):
            continue
        if tuple(stream_map.transformed_key_properties or ()) != tuple(stream.primary_keys):
            _warn_about_key(stream, len(rows))
            continue
        sent = [row for row in map(_sent_by(stream, stream_map), rows) if row]
        if len(sent) < len(rows):
            _warn_about_key(stream, len(rows) - len(sent))
        if sent:
            yield stream_map, sent


def _warn_about_key(stream: RemovingStream, rows: int) -> None:
    stream.logger.warning(
        "%s: a stream map changes the key, so the tap cannot mark %d removed rows, and they stay as they are. Leave "
        "the key columns out of `stream_maps`",
        stream.name,
        rows,
    )


def _sent_by(stream: RemovingStream, stream_map: StreamMap) -> Callable[[Row], Row | None]:
    """Return what a stream map makes of a removed row; None where it cannot tell which row of its table that is."""
    if not isinstance(stream_map, MappedStream) or not stream_map.is_custom:
        return lambda row: row
    # Its other expressions do not see these rows, so only keys and marks may pass.
    marks = {DELETED_AT, DELETED_DATE_TIME}

    def sent(row: Row) -> Row | None:
        key = stream_map.key_of(row, stream.primary_keys)
        return key and {**key, **{name: value for name, value in row.items() if name in marks}}

    return sent


def _narrowed(stream_map: StreamMap, row: Row) -> dict[str, Any]:
    properties = stream_map.transformed_schema["properties"]
    return {
        **stream_map.transformed_schema,
        "properties": {name: properties[name] for name in row if name in properties},
    }
