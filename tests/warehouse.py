"""A warehouse in memory, filled as target-postgres 0.8.1 fills a real one, and the daily runs that fill it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from singer_sdk.contrib.msgspec import MsgSpecWriter
from typing_extensions import override

from tap_entra.graph import GraphClient
from tap_entra.graph.pacing import Pacer
from tap_entra.tap import TapEntra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox import Sandbox
    from sandbox.tenant import Tenant
    from sandbox.weather import Weather

Row = dict[str, Any]
Message = dict[str, Any]

ROOT = Path(__file__).parents[1]
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


class Warehouse(MsgSpecWriter):
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
        self.tables: dict[str, dict[tuple[Any, ...], Row]] = {}
        self.keys: dict[str, list[str]] = {}
        self.columns: dict[str, list[str]] = {}
        self.state: dict[str, Any] = {}
        self.messages: list[Message] = []
        self.on_message: Callable[[Message], None] = lambda _: None
        self._sinks: dict[str, _Sink] = {}
        self._archived: list[tuple[str, _Sink]] = []

    @override
    def write_message(self, message: Any) -> None:
        taken = json.loads(bytes(self.format_message(message)))
        self.messages.append(taken)
        {
            "SCHEMA": self._take_schema,
            "RECORD": self._take_record,
            "ACTIVATE_VERSION": self._activate_version,
            "STATE": self._take_state,
        }[taken["type"]](taken)
        self.on_message(taken)

    def begin(self) -> None:
        """A new run, as a new process: what was written stays."""
        self.messages = []
        self.on_message = lambda _: None

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

    def _activate_version(self, message: Message) -> None:
        table = self.tables[message["stream"]]
        self._sinks[message["stream"]].drain(table)
        for row in table.values():
            older = row["_sdc_table_version"] is None or row["_sdc_table_version"] < message["version"]
            if older and row["_sdc_deleted_at"] is None:
                row["_sdc_deleted_at"] = "activated"

    def _take_state(self, message: Message) -> None:
        self.state = message["value"]


@dataclass
class Run:
    """What one run of the tap did.

    Attributes:
        naps: Seconds it would have waited, in the order it wanted to.
        reports: Rows of `stream_runs`, by stream.
        asked: How often each path was asked for; what is inside a batch too.
    """

    exit_code: int
    messages: list[Message]
    naps: list[float]
    asked: Counter[str]
    state: dict[str, Any]
    reports: dict[str, Row] = field(init=False)

    def __post_init__(self) -> None:
        self.reports = {report["stream"]: report for report in self.records("stream_runs")}

    def of_type(self, kind: str, stream: str) -> list[Message]:
        """The messages of one type and stream, in order."""
        return [message for message in self.messages if (message["type"], message.get("stream")) == (kind, stream)]

    def records(self, stream: str) -> list[Row]:
        """Rows as sent, without removals."""
        sent = [message["record"] for message in self.of_type("RECORD", stream)]
        return [record for record in sent if "_sdc_deleted_at" not in record]

    def removals(self, stream: str) -> list[Row]:
        """Removals as sent."""
        return [one["record"] for one in self.of_type("RECORD", stream) if "_sdc_deleted_at" in one["record"]]

    def order(self, stream: str) -> list[str]:
        """The types of the stream's messages, repetitions left out; removals are called REMOVAL."""
        kinds = [
            "REMOVAL" if "_sdc_deleted_at" in message.get("record", {}) else str(message["type"])
            for message in self.messages
            if message.get("stream") == stream
        ]
        return [kind for place, kind in enumerate(kinds) if place == 0 or kinds[place - 1] != kind]

    def bookmark(self, stream: str) -> dict[str, Any]:
        """The stream's state at the end; empty if there is none."""
        return self.state.get("bookmarks", {}).get(stream, {})


class _HurriedTap(TapEntra):
    """The tap, except that it notes its waits instead of waiting, and keeps to no report limit."""

    @cached_property
    def naps(self) -> list[float]:
        return []

    @cached_property
    @override
    def client(self) -> GraphClient:
        client = super().client
        client._sleep = self.naps.append
        client._pacing.reports = Pacer()
        return client


class Project:
    """A company's Meltano project: its tenant at Microsoft, its warehouse, and the daily run between them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.warehouse = Warehouse()

    @property
    def tenant(self) -> Tenant:
        return self.sandbox.tenant

    @property
    def weather(self) -> Weather:
        return self.sandbox.weather

    def run(
        self,
        *streams: str,
        state: dict[str, Any] | None = None,
        catalog: dict[str, Any] | None = None,
        on_message: Callable[[Message], None] | None = None,
        **settings: Any,
    ) -> Run:
        """Run the tap in this process into the warehouse.

        Args:
            streams: To be selected; all if none is named.
            state: Instead of what the last run left; {} to read everything again.
            on_message: Called after each message that the warehouse took.
        """
        self.warehouse.begin()
        self.warehouse.on_message = on_message or (lambda _: None)
        self.sandbox.requests.clear()
        tap = _HurriedTap(
            config={**self.sandbox.settings, **settings},
            state=json.loads(json.dumps(self.warehouse.state if state is None else state)),
            catalog=catalog or selection(*streams),
            message_writer=self.warehouse,
        )
        exit_code = _exit_code_of(tap)
        self.warehouse.end_of_pipe()
        asked = Counter(request.path for request in self.requests())
        return Run(exit_code, self.warehouse.messages, tap.naps, asked, self.warehouse.state)

    def mistakes(self, stream: str) -> list[str]:
        """Where the warehouse differs from the tenant: rows that lack, live though they are gone, or are wrong."""
        (key,) = self.warehouse.keys[stream]
        truth = {row[key]: row for row in self.tenant.truth(stream)}
        there = {id_ for id_, row in truth.items() if not row.get("_deleted")}
        live = {row[key]: row for row in self.warehouse.live(stream)}
        wrong = [f"{id_} lacks" for id_ in there - live.keys()]
        wrong += [f"{id_} lives" for id_ in live.keys() - there]
        for id_ in there & live.keys():
            wrong += [
                f"{id_}.{name}: {live[id_].get(name)!r}, not {truth[id_].get(name)!r}"
                for name in self.warehouse.columns[stream]
                if live[id_].get(name) != truth[id_].get(name)
            ]
        return wrong

    def requests(self) -> Iterator[Any]:
        """What Graph was asked since the run began; the parts of a batch instead of the batch."""
        for request in self.sandbox.requests:
            yield from request.inner or [request]

    def start(self, *arguments: str, **settings: str | None) -> subprocess.Popen[str]:
        """Start the tap in a process of its own, with --config=ENV unless there are other arguments.

        Args:
            settings: Beside or instead of the sandbox's; None takes one away.
        """
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TAP_ENTRA_")}
        environment |= self.sandbox.environment()
        for name, value in settings.items():
            environment.pop(f"TAP_ENTRA_{name.upper()}", None)
            if value is not None:
                environment[f"TAP_ENTRA_{name.upper()}"] = value
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tap_entra", *(arguments or ["--config=ENV"])],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def _exit_code_of(tap: TapEntra) -> int:
    try:
        tap.sync_all()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _HANDLERS[number])
    return 0


#: The tap takes over the handlers of its process, which here is the test run's.
_HANDLERS = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}


def selection(*streams: str, without: dict[str, tuple[str, ...]] | None = None) -> dict[str, Any]:
    """A catalog as Meltano writes it from `select`.

    Args:
        streams: To be selected; all if none is named.
        without: Columns that are not selected, by stream; of a nested one "column.property".
    """
    catalog: dict[str, Any] = TapEntra(config={}, validate_config=False).catalog_dict
    for entry in catalog["streams"]:
        name = entry["tap_stream_id"]
        left_out = [
            [part for step in column.split(".") for part in ("properties", step)]
            for column in (without or {}).get(name, ())
        ]
        entry["metadata"] += [
            {"breadcrumb": place, "metadata": {}}
            for place in left_out
            if place not in [known["breadcrumb"] for known in entry["metadata"]]
        ]
        for known in entry["metadata"]:
            is_root = not known["breadcrumb"]
            known["metadata"]["selected"] = (
                not streams or name in streams if is_root else known["breadcrumb"] not in left_out
            )
    return catalog


def stop_after(stream: str, rows: int) -> Callable[[Message], None]:
    """For `on_message`: a SIGTERM arrives when so many rows of a stream were written."""
    seen = 0

    def stop(message: Message) -> None:
        nonlocal seen
        seen += (message["type"], message.get("stream")) == ("RECORD", stream)
        if seen == rows:
            seen += 1
            signal.raise_signal(signal.SIGTERM)

    return stop
