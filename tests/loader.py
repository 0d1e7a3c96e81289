"""A warehouse in memory, filled as target-postgres 0.8.1 fills a real one."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from typing_extensions import override

from tap_entra.singer import RowWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_entra.singer.writer import Envelope

Row = dict[str, Any]
Message = dict[str, Any]

#: As in meltano.yml.
BATCH_ROWS = 10_000
_METADATA = ("_sdc_extracted_at", "_sdc_deleted_at", "_sdc_table_version")


class _Sink:
    """Rows of one stream that wait to be written, under the schema that they came with."""

    def __init__(self, schema: dict[str, Any], keys: list[str]) -> None:
        self.schema = schema
        self.keys = keys
        self.columns = [*schema["properties"], *(name for name in _METADATA if name not in schema["properties"])]
        self.pending: dict[tuple[Any, ...], Row] = {}
        self.size = 0

    def add(self, message: Message) -> None:
        record = message["record"]
        row = record | {
            "_sdc_extracted_at": message.get("time_extracted"),
            "_sdc_deleted_at": record.get("_sdc_deleted_at"),
            "_sdc_table_version": message.get("version"),
        }
        self.pending[tuple(record[key] for key in self.keys)] = row
        self.size += 1

    def drain(self, table: dict[tuple[Any, ...], Row]) -> None:
        """Upsert. Every column of this schema is set, to None where the row lacks it; others are left alone."""
        for key, row in self.pending.items():
            table.setdefault(key, {}).update({name: row.get(name) for name in self.columns})
        self.pending, self.size = {}, 0


class Warehouse(RowWriter):
    """Takes a tap's messages. Use `end_of_pipe` when the tap has ended, however it did.

    A schema that differs from the last one makes a new sink; the old one waits until the end of the pipe, while a full
    sink is drained at once, and ACTIVATE_VERSION drains the newest.

    Attributes:
        tables: Rows by stream and key, deleted ones too.
        keys: Key columns by stream.
        columns: Columns of the widest schema by stream, without those that the loader adds.
        state: The last state that was received.
        messages: Everything that came since `begin`, as it would have gone through a pipe.
        on_message: Called with each message after it was taken.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, dict[tuple[Any, ...], Row]] = {}
        self.keys: dict[str, list[str]] = {}
        self.columns: dict[str, list[str]] = {}
        self.state: dict[str, Any] = {}
        self._state_before: dict[str, Any] = {}
        self.messages: list[Message] = []
        self.on_message: Callable[[Message], None] = lambda _: None
        self._sinks: dict[str, _Sink] = {}
        self._archived: list[tuple[str, _Sink]] = []

    @override
    def write_rows(self, rows: Sequence[Any], envelope: Envelope) -> None:
        for row in rows:
            self._take(envelope.head + self._encoder.encode(row) + envelope.tail(1))

    @override
    def write_message(self, message: Any) -> None:
        self._take(bytes(self.format_message(message)))

    def _take(self, line: bytes) -> None:
        taken = json.loads(line)
        self.messages.append(taken)
        {
            "SCHEMA": self._take_schema,
            "RECORD": self._take_record,
            "BATCH": self._take_batch,
            "ACTIVATE_VERSION": self._activate_version,
            "STATE": self._take_state,
        }[taken["type"]](taken)
        self.on_message(taken)

    def begin(self) -> None:
        """A new run, as a new process: what was written stays."""
        self.messages = []
        self.on_message = lambda _: None
        self._state_before = self.state

    def die(self) -> None:
        """The loader is killed: what it has not written is gone, and it tells of no state but at its end."""
        self._archived, self._sinks = [], {}
        self.state = self._state_before

    def end_of_pipe(self) -> None:
        """Write what waits, the oldest sinks first."""
        for stream, sink in [*self._archived, *self._sinks.items()]:
            sink.drain(self.tables[stream])
        self._archived, self._sinks = [], {}

    def rows(self, stream: str) -> list[Row]:
        """All rows, deleted ones too."""
        return list(self.tables.get(stream, {}).values())

    def live(self, stream: str) -> list[Row]:
        """The rows that are not marked as deleted."""
        return [row for row in self.rows(stream) if row["_sdc_deleted_at"] is None]

    def deleted(self, stream: str) -> list[Row]:
        """The rows that are."""
        return [row for row in self.rows(stream) if row["_sdc_deleted_at"] is not None]

    def _take_schema(self, message: Message) -> None:
        stream, schema, keys = message["stream"], message["schema"], message["key_properties"]
        self.tables.setdefault(stream, {})
        self.keys[stream] = keys
        own = [name for name in schema["properties"] if not name.startswith("_sdc_")]
        self.columns[stream] = max(own, self.columns.get(stream, []), key=len)
        sink = self._sinks.get(stream)
        if sink is None or (sink.schema, sink.keys) != (schema, keys):
            if sink:
                self._archived.append((stream, sink))
            self._sinks[stream] = _Sink(schema, keys)

    def _take_record(self, message: Message) -> None:
        sink = self._sinks[message["stream"]]
        sink.add(message)
        if sink.size >= BATCH_ROWS:
            sink.drain(self.tables[message["stream"]])

    def _take_batch(self, message: Message) -> None:
        """Write the rows of a file of JSON lines at once, beside what waits, and with no more than the file says."""
        known = self._sinks[message["stream"]]
        sink = _Sink(known.schema, known.keys)
        for url in message["manifest"]:
            with gzip.open(urlsplit(url).path, "rt", encoding="utf-8") as lines:
                rows = [json.loads(line) for line in lines]
            sink.pending.update({tuple(row[key] for key in sink.keys): row for row in rows})
        sink.drain(self.tables[message["stream"]])

    def _activate_version(self, message: Message) -> None:
        table = self.tables[message["stream"]]
        self._sinks[message["stream"]].drain(table)
        for row in table.values():
            older = row["_sdc_table_version"] is None or row["_sdc_table_version"] < message["version"]
            if older and row["_sdc_deleted_at"] is None:
                row["_sdc_deleted_at"] = "activated"

    def _take_state(self, message: Message) -> None:
        self.state = message["value"]
