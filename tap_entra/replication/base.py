"""The base of all streams: rows, bookmark, versions."""

from __future__ import annotations

import abc
import time
from datetime import datetime, timezone
from functools import cached_property
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Any

from singer_sdk.helpers.conform import TypeConformanceLevel
from typing_extensions import override

from tap_entra.graph import GraphError, RequestContext, ValueFitter, is_key, lower, odata, read_pages
from tap_entra.graph import Row as ReadRow
from tap_entra.replication.stream_spec import StreamSpec
from tap_entra.reporting import Extent, Progress, StreamResult
from tap_entra.singer import KEYS, OFF, BatchWriter, FastPath, batch_config, write_removals

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from singer_sdk.singerlib.encoding.base import GenericSingerWriter
    from singer_sdk.singerlib.encoding.simple import Message

    from tap_entra.graph.odata import Decode

Row = dict[str, Any]

#: A page is written in parts of this many rows, so that a stopped run ends within a moment.
_PART = 100


class EntraStream(StreamSpec, abc.ABC):
    """A stream of Graph.

    A subclass in `replication/` is a strategy and implements `replicate`; one in `streams/` states facts.
    """

    TYPE_CONFORMANCE_LEVEL = (
        TypeConformanceLevel.NONE
    )  # Graph's JSON is typed; unknown properties fall away in `_record`

    def __init__(self, tap: Any) -> None:
        super().__init__(tap)
        self.result = StreamResult(self.name)
        self.failure: Exception | None = None
        self.request_context = RequestContext()
        self._extent: Extent | None = None
        self._unknown: set[str] = set()
        self._fast_path = FastPath(self)
        self._version_since = 0  # milliseconds since 1970

    # Reading

    @abc.abstractmethod
    def replicate(self) -> Iterator[Row | list[Row]]:
        """Yield rows as Graph spells them, singly or in lists. When the generator continues, they have been written.

        So an implementation writes state, tombstones and ACTIVATE_VERSION between rows.
        """

    def prepare(self) -> None:
        """Called for every selected stream before any list or log is read."""

    def extent(self) -> Extent:
        """Return how far the stream is."""
        return self._extent or Extent(self.result.rows, None)

    def note_extent(self, extent: Extent) -> None:
        """Keep how far the stream is, for progress lines."""
        self._extent = extent

    def _tell_progress(self) -> None:
        progress = Progress(self.logger)
        waits = self.request_context.waits
        self.request_context.while_waiting = lambda: progress.tell(self.extent(), self.result.rows, waits.longest())

    @override
    def get_records(self, context: Any) -> Iterator[Row]:
        return islice(chain.from_iterable(self.parts()), self.ABORT_AT_RECORD_COUNT)

    def parts(self) -> Iterator[list[Any]]:
        """Yield the records in short lists. When the generator continues, the last one has been written."""
        for found in self._replicate():
            # Rows of the decoder are records already: they go out together. Others may come behind them.
            for kind, alike in groupby(found if isinstance(found, list) else [found], type):
                is_read = issubclass(kind, ReadRow)
                while part := list(islice(alike, _PART if is_read else 1)):
                    self.client.raise_if_stopped()
                    self.result.rows += len(part)
                    yield part if is_read else [self._record(part[0])]

    def _replicate(self) -> Iterator[Row | list[Row]]:
        """Yield from `replicate`; start again without a column that Graph refuses by name before the first row."""
        try:
            yield from self.replicate()
        except GraphError as error:
            if not self.refuse_column(error):
                raise
            yield from self._replicate()

    @property
    def rate_limit(self) -> str:
        """The rate-limit family of its requests: streams of different families are read concurrently."""
        return self.client.limit(self.list_url() or self.url())

    @property
    def decode(self) -> Decode:
        """How pages are decoded: into the selected columns only, where nothing else looks into rows."""
        return self._fast_path.decode

    def decode_lines(
        self, member: str, respell: Callable[[list[Any]], None]
    ) -> Callable[[bytes], list[Any] | None] | None:
        """How lines that hold a row in a member are decoded at once; None where something else looks into rows."""
        return self._fast_path.decode_lines(member, respell)

    def note_unknown(self, row: Row) -> None:
        """Keep the names of properties beyond the schema."""
        self._unknown.update(name for name in row.keys() - self.schema["properties"].keys() if "@" not in name)

    def write_message(self, message: Message) -> None:
        """Write a message of the tap."""
        self._tap.write_message(message)

    def write_schema(self) -> None:
        """Write the stream's full schema."""
        self._write_schema_message()

    @property
    def writer(self) -> GenericSingerWriter[Any, Any]:
        """What takes the stream's messages."""
        return self._batches or self._tap.message_writer

    @cached_property
    def _batches(self) -> BatchWriter | None:
        """What takes rows into batch files; None where they go out by themselves."""
        config = batch_config(self.config) if self.only_adds else None
        return BatchWriter(self.name, self.stream_maps, config, self._tap.message_writer) if config else None

    @property
    def only_adds(self) -> bool:
        """Whether a loader is sent nothing but rows: it may know no version of those in files, and remove them."""
        return not self.emit_activate_version_messages and (not self.tombstones or self.soft_deletes == OFF)

    @override
    def get_batch_config(self, config: Any) -> None:
        """None: the SDK's loop writes rows without stream maps, and state before them; see `BatchWriter`."""

    @override
    def _write_record_message(self, record: Any) -> None:
        for message in self._generate_record_messages(record):
            self.writer.write_message(message)

    @override
    def _process_record(self, record: Any, child_context: Any = None, partition_context: Any = None) -> None:
        """No-op: the SDK would look for child streams, row by row."""

    @override
    def _sync_records(self, context: Any = None, *, write_messages: bool = True) -> Generator[Row, Any, Any]:
        try:
            self._tell_progress()
            if self._fast_path.is_open and write_messages:
                self._fast_path.write(self.parts())
            else:
                yield from super()._sync_records(context, write_messages=write_messages)
            if self._batches:
                self._batches.flush()
        except BrokenPipeError:
            raise  # without a loader, no stream can go on
        except Exception as failure:
            # The run goes on with other streams and reports this at its end. A test has no such end.
            if self._is_test:
                raise
            self.failure = failure

    @property
    def _is_test(self) -> bool:
        """Whether this is `--test`: one row of each stream, and no word about the others."""
        return self.ABORT_AT_RECORD_COUNT is not None

    def _record(self, row: Row) -> Row:
        if self.has_object_ids:
            row = {**row, **{key: lower(row.get(key)) for key in self.primary_keys}}
        if not all(is_key(row.get(key)) for key in self.primary_keys):
            raise GraphError(f"GET {self.path}", 200, ("noKey",), f"a row without {' or '.join(self.primary_keys)}")
        self.note_unknown(row)
        # What works on records, such as a stream map, finds all columns in each of them, whatever Graph left out.
        record = {} if self._fast_path.is_open else dict.fromkeys(self.columns)
        record.update((name, row[name]) for name in self.columns if name in row)
        if self.kind_column in self.columns and "@odata.type" in row:
            record[str(self.kind_column)] = odata.kind(row.get("@odata.type"))
        self.values.fit(record)
        for column, keys in self.strip.items():
            for element in record.get(column) or []:
                for key in keys if isinstance(element, dict) else ():
                    element.pop(key, None)
        return record

    def read_ids(self, url: str) -> list[str]:
        """Return the ids of a whole list, sorted, before slow work on the first: page tokens expire."""
        return sorted({self.id_of(row) for page in read_pages(self.client, url) for row in page.rows})

    def id_of(self, row: Row) -> str:
        """Return the id of a directory object.

        Raises:
            GraphError: It has none.
        """
        if not row.get("id"):
            raise GraphError(f"GET {self.path}", 200, ("noKey",), "an object without id")
        return str(lower(row["id"]) if self.has_object_ids else row["id"])

    @cached_property
    def values(self) -> ValueFitter:
        """Makes the values of rows fit the schema."""
        columns = {name: self.schema["properties"][name] for name in self.columns}
        return ValueFitter(columns, frozenset(self.primary_keys))

    @property
    def odd_values(self) -> dict[str, int]:
        """How many values of this run became null because they did not fit their column, by column."""
        return dict(sorted(self.values.misfits.items()))

    @property
    def unknown_properties(self) -> list[str]:
        """The names of properties that Graph sent beyond the schema in this run."""
        return sorted(self._unknown)

    # State

    @property
    @override
    def replication_method(self) -> str:
        method = "LOG_BASED" if self.tombstones else super().replication_method
        return str(self.forced_replication_method or method)

    @property
    def was_read_before(self) -> bool:
        """Whether an earlier run left a bookmark: then a refusal is a failure, not the tenant's choice."""
        return any(value is not None for value in self.stream_state.values())

    def checkpoint(self) -> None:
        """Write state, behind all rows before it. A stopped run goes on from here."""
        if (not self._batches or self._batches.flush()) and not self._is_test:
            self.entra.checkpoint(self.name, self.stream_state)

    @override
    def _write_state_message(self) -> None:
        """No-op: the SDK would write unfinished bookmarks of other streams; see `checkpoint`."""

    @override
    def get_replication_key_signpost(self, context: Any = None) -> None:
        return None  # strategies write bookmarks; the newest row is not enough

    @override
    def _increment_stream_state(self, latest_record: Row, *, context: Any = None) -> None: ...

    @override
    def _write_starting_replication_value(self, context: Any) -> None: ...

    # Versions

    @property
    def version(self) -> int | None:
        """The version of the rows being written; None without one."""
        return self._stream_version

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        return bool(self.config.get("emit_activate_version_messages", True))

    def begin_version(self, version: int | None = None) -> int:
        """Write rows from here on under this version; under a new one if None."""
        # Newer also than the version of an abandoned initial sync, which has written rows.
        last = max(int(self.stream_state.get(name) or 0) for name in ("version", "round_version"))
        now = int(time.time() * 1000)
        self._stream_version = version or max(now, last + 1)
        # A version is the time of its beginning, unless the clock has gone back since the last one.
        self._version_since = min(self._stream_version, now)
        return self._stream_version

    def activate_version(self) -> None:
        """Have the loader mark rows with an older version as removed. Only after a complete pass.

        Many loaders ignore this: `stream_runs` has it, too.
        """
        self.result.whole_since = datetime.fromtimestamp(self._version_since / 1000, timezone.utc)
        self.result.whole_rows = self.stream_state.get("rows")
        if self.emit_activate_version_messages and self._stream_version is not None and not self._is_test:
            super()._write_activate_version_message(self._stream_version)

    @override
    def _write_activate_version_message(self, full_table_version: int) -> None:
        """No-op: the SDK would send ACTIVATE_VERSION before the first record, so a crash would delete unread rows."""

    # Tombstones

    @property
    def soft_deletes(self) -> str:
        """What is sent of a removed row: KEYS, ROWS or OFF."""
        return str(self.config.get("soft_deletes") or KEYS)

    def mark_removed(self, rows: Iterable[tuple[Row, str | None]]) -> None:
        """Write tombstones: the other columns of these rows keep their last known values.

        Args:
            rows: Key columns, and when Microsoft deleted the object, where that is known.
        """
        if not self._is_test and self.soft_deletes != OFF:
            self.result.deleted += write_removals(self, rows)
