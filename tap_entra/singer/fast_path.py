"""Page to pipe at little cost, for rows that no stream map changes.

The SDK looks at every value of every row several times. On the fast path the decoder looks once, while it reads.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from singer_sdk.mapper import SameRecordTransform

from tap_entra.graph import lines_decoder, lower_keys, odata, row_decoder
from tap_entra.singer.writer import Envelope, RowWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from singer_sdk.mapper import StreamMap

    from tap_entra.graph import ValueFitter
    from tap_entra.graph.odata import Decode

#: Length of a column's breadcrumb; a longer one leads to a property inside of it.
_COLUMN_DEPTH = 2


class FastStream(Protocol):
    """What the fast path uses of a stream."""

    ABORT_AT_RECORD_COUNT: int | None
    strip: ClassVar[Mapping[str, tuple[str, ...]]]
    kind_column: ClassVar[str | None]
    has_object_ids: ClassVar[bool]
    bears_lost_rows: ClassVar[bool]

    @property
    def columns(self) -> list[str]:
        """The selected columns, in the schema's order."""

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of all columns."""

    @property
    def values(self) -> ValueFitter:
        """Makes the values of rows fit the schema."""

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

    @property
    def writer(self) -> Any:
        """What takes the tap's messages."""

    def get_record_counter(self) -> Any:
        """The SDK's metric of rows."""

    def get_sync_timer(self) -> AbstractContextManager[Any]:
        """The SDK's metric of time."""

    def note_unknown(self, row: dict[str, Any]) -> None:
        """Keep the names of properties beyond the schema."""

    def checkpoint(self) -> None:
        """Write state."""


class FastPath:
    """The fast path of one stream."""

    def __init__(self, stream: FastStream) -> None:
        self._stream = stream
        self._has_looked = False

    @cached_property
    def is_open(self) -> bool:
        """Whether rows go out as they are: no stream map, no flattening, no part of a column deselected."""
        stream, maps = self._stream, self._stream.stream_maps
        return (
            stream.ABORT_AT_RECORD_COUNT is None
            and isinstance(stream.writer, RowWriter)
            and len(maps) == 1
            and isinstance(maps[0], SameRecordTransform)
            and all(selected for breadcrumb, selected in stream.mask.items() if len(breadcrumb) > _COLUMN_DEPTH)
        )

    @cached_property
    def decode(self) -> Decode:
        """How pages are decoded: into the selected columns only, unless the stream must look into rows."""
        stream = self._stream
        if not self.is_open or stream.strip:
            return self.decode_dicts
        columns = {name: stream.schema["properties"][name] for name in stream.columns}
        kind = stream.kind_column if stream.kind_column in columns else None
        into_rows = row_decoder(
            columns,
            keys=stream.primary_keys,
            fit=stream.values.fit,
            kind=kind,
            lowers_keys=stream.has_object_ids,
            usable=stream.values.usable if stream.bears_lost_rows else list,
        )
        return partial(self._decode_rows, into_rows)

    def decode_lines(
        self, member: str, respell: Callable[[list[Any]], None]
    ) -> Callable[[bytes], list[Any] | None] | None:
        """Return how lines that hold a row in a member are decoded; None if the stream must look into rows."""
        stream = self._stream
        if not self.is_open or stream.strip or stream.has_object_ids:
            return None
        columns = {name: stream.schema["properties"][name] for name in stream.columns}
        return lines_decoder(columns, keys=stream.primary_keys, member=member, respell=respell)

    def decode_dicts(self, content: bytes) -> Any:
        """Decode a page into whole rows."""
        stream = self._stream
        page = odata.decode(content)
        if stream.bears_lost_rows and isinstance(page, dict) and isinstance(page.get("value"), list):
            page["value"] = stream.values.usable(page["value"])
        return lower_keys(page, stream.primary_keys) if stream.has_object_ids else page

    def _decode_rows(self, into_rows: Decode, content: bytes) -> Any:
        if not self._has_looked:
            # Properties beyond the schema are dropped without a look; the first page is enough to report them.
            self._has_looked = True
            page = odata.decode(content)
            rows = page.get("value") if isinstance(page, dict) else None
            for row in rows if isinstance(rows, list) else []:
                if isinstance(row, dict):
                    self._stream.note_unknown(row)
        return into_rows(content)

    def write(self, parts: Iterable[list[Any]]) -> None:
        """Write all rows of the stream: the SDK's loop without child streams and per-value work."""
        stream = self._stream
        writer = cast("RowWriter", stream.writer)
        envelope: Envelope | None = None
        written = 0
        with stream.get_record_counter() as counter, stream.get_sync_timer():
            try:
                for rows in parts:
                    written += len(rows)
                    if envelope is None or envelope.version != stream.version:
                        envelope = Envelope(stream.stream_maps[0].stream_alias, stream.version)
                    writer.write_rows(rows, envelope)
            finally:
                counter.increment(written)
        stream.checkpoint()
