"""From page to pipe at little cost, for rows that go out as they come in.

The SDK looks at every value of every row several times. Of a row that no stream map changes, only the names of its
columns need to be looked at: its values stay the bytes that Graph sent.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from singer_sdk.mapper import SameRecordTransform

from tap_entra.graph import odata, row_decoder
from tap_entra.singer.writer import Envelope, RowWriter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_entra.graph.odata import Decode
    from tap_entra.replication.base import EntraStream

#: Length of a column's breadcrumb; what is longer leads into one.
_OF_A_COLUMN = 2


class FastPath:
    """The fast path of one stream, where it has one."""

    def __init__(self, stream: EntraStream) -> None:
        self._stream = stream
        self._has_looked = False

    @cached_property
    def is_open(self) -> bool:
        """Whether records go out as they are: no stream map, no flattening, no part of a column deselected."""
        stream, maps = self._stream, self._stream.stream_maps
        return (
            stream.ABORT_AT_RECORD_COUNT is None
            and isinstance(stream.writer, RowWriter)
            and len(maps) == 1
            and isinstance(maps[0], SameRecordTransform)
            and not maps[0].flattening_enabled
            and all(selected for breadcrumb, selected in stream.mask.items() if len(breadcrumb) > _OF_A_COLUMN)
        )

    @cached_property
    def decode(self) -> Decode:
        """How pages are decoded: into the wanted columns only, unless something must look into the rows."""
        stream = self._stream
        if not self.is_open or stream.strip:
            return odata.decode
        times = [] if stream.replication_key is None else [stream.replication_key]
        kind = stream.kind_column if stream.kind_column in stream.columns else None
        into_rows = row_decoder(stream.columns, keys=stream.primary_keys, times=times, kind=kind)
        return partial(self._decode_rows, into_rows)

    def _decode_rows(self, into_rows: Decode, content: bytes) -> Any:
        if not self._has_looked:
            # What is beyond the schema falls away unseen: one page is enough to tell of it.
            self._has_looked = True
            page = odata.decode(content)
            rows = page.get("value") if isinstance(page, dict) else None
            for row in rows if isinstance(rows, list) else []:
                if isinstance(row, dict):
                    self._stream.note_unknown(row)
        return into_rows(content)

    def write(self, rows: Iterable[Any]) -> None:
        """Write all rows of the stream: the SDK's own loop, without what that does for streams unlike these."""
        stream = self._stream
        writer = cast("RowWriter", stream.writer)
        envelope: Envelope | None = None
        written = 0
        with stream.get_record_counter() as counter, stream.get_sync_timer():
            try:
                for written, row in enumerate(rows, start=1):  # noqa: B007 - also told when the rows break off
                    if envelope is None or envelope.version != stream.version:
                        envelope = Envelope(stream.stream_maps[0].stream_alias, stream.version)
                    writer.write_row(row, envelope)
            finally:
                counter.increment(written)
        stream.checkpoint()
