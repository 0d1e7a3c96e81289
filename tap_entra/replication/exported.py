"""A log in Microsoft's diagnostic export: blobs by the hour of receipt, read from where the last run stopped."""

from __future__ import annotations

import zlib
from collections import deque
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from tap_entra.graph import odata
from tap_entra.replication.export_bookmark import ExportBookmark, ReadBlob, hour_of, is_over
from tap_entra.replication.export_gaps import ExportGaps
from tap_entra.replication.log_handover import LogHandover
from tap_entra.replication.log_rows import LatestById, column
from tap_entra.reporting import Extent, Outcome
from tap_entra.storage import BlobGoneError, BlobReplacedError
from tap_entra.storage.spelling import SPELLINGS, Respelling, Rows, lines_of, page_of, read_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from datetime import datetime

    from msgspec import Raw

    from tap_entra.replication.base import Row
    from tap_entra.replication.sliced import SlicedStream
    from tap_entra.storage import Blob, BlobService, Listing

#: Bytes of one request, some thousand rows; and how many are under way or wait in memory.
_RANGE = 4 * 1024 * 1024
_AHEAD = 4
_MEGABYTE = 1_000_000
#: A state message after less than this would cost more than to read it again.
_WORTH_SAVING = 256 * 1024


class _Part(NamedTuple):
    """A blob from where it has to be read on."""

    blob: Blob
    start: int


class _Range(NamedTuple):
    """A range of a blob under way."""

    part: _Part
    start: int
    end: int
    content: Future[bytes]


class ExportedLog:
    """The blobs of one stream.

    What is read is what was in the blobs when they were listed. Rows that came since are the next run's.

    Args:
        stream: Its `container` names the container.
        service: The storage account.
        shards: "k/n": reads the blobs that fall to worker k of n. None reads all.
    """

    def __init__(self, stream: SlicedStream, service: BlobService, shards: str | None) -> None:
        self._stream = stream
        self._service = service
        self._shards = shards
        self._spelling = SPELLINGS[stream.container]
        columns = {name: stream.schema["properties"][name] for name in stream.columns}
        self._respelling = Respelling(self._spelling, columns)
        self._decode_lines = None
        if not self._spelling.reshape:
            self._decode_lines = stream.decode_lines("properties", self._respelling.of_rows)
        self._latest = LatestById(stream.replication_key)
        self._bookmark = ExportBookmark(stream.stream_state, shards)
        self._handover = LogHandover(stream.stream_state, stream.overlap)
        self._gaps = ExportGaps(stream, self._bookmark, self._handover)
        self._unreadable = 0
        self._done = self._total = self._unsaved = 0

    def rows(self) -> Iterator[list[Row]]:
        """Yield the new rows in lists. When the generator continues, they have been written."""
        stream, bookmark = self._stream, self._bookmark
        if bookmark.is_of_other_shards:
            stream.logger.warning("%s: the state is of other `storage_shards`; reading all blobs again", stream.name)
        client = stream.client
        listing = client.wait(client.submit(partial(self._service.listing, stream.container)))
        listing = listing._replace(blobs=self._own(listing))
        first_hour = self._first_hour(listing.at)
        self._gaps.find(listing, first_hour)
        changed, later = self._parts(listing, first_hour)
        self._total = sum(part.blob.size - part.start for part in (*changed, *later))
        yield from self._read(changed, listing)
        bookmark.listed_at = listing.at
        yield from self._read(later, listing)
        bookmark.settle(listing.at, next_hour=listing.at)
        self._finish(listing.at)

    # What to read

    def _own(self, listing: Listing) -> list[Blob]:
        """The blobs of this tenant: several may export to one account."""
        tenant = self._stream.entra.directory_id
        return [blob for blob in listing.blobs if blob.place.is_of(tenant)]

    def _first_hour(self, listed_at: datetime) -> datetime | None:
        """The hour to begin with if no run has read the export: a row is not received before it happens."""
        start = self._stream.config.get("start_date")
        wanted = odata.parse_instant(start) if start else None
        moments = list(filter(None, [wanted, self._handover.first_needed(listed_at)]))
        return hour_of(max(moments)) if moments else None

    def _parts(self, listing: Listing, first_hour: datetime | None) -> tuple[list[_Part], list[_Part]]:
        """Return the blobs of settled hours that have changed all the same, and what is new in the others."""
        bookmark = self._bookmark
        changed, later = [], []
        for blob in filter(self._is_of_shard, listing.blobs):
            # What is no append blob is written anew while its hour lasts.
            if not blob.grows and not is_over(blob.place.hour, listing.at):
                continue
            if bookmark.until is None or blob.place.hour >= bookmark.until:
                if bookmark.listed_at is None and first_hour and blob.place.hour < first_hour:
                    continue
                start = self._gaps.start_of(blob)
                if start < blob.size:
                    later.append(_Part(blob, start))
            elif bookmark.listed_at and blob.modified >= bookmark.listed_at:
                changed.append(_Part(blob, 0))
        return changed, later

    def _is_of_shard(self, blob: Blob) -> bool:
        """Return whether a blob falls to this worker: by its hour, so that each has busy and quiet ones."""
        if not self._shards:
            return True
        number, count = map(int, self._shards.split("/"))
        hour = f"{self._stream.container} {blob.place.hour:%Y-%m-%dT%H}"
        return zlib.crc32(hour.encode()) % count == number - 1

    # Reading

    def _read(self, parts: list[_Part], listing: Listing) -> Iterator[list[Row]]:
        ranges = self._ranges(parts)
        under_way: deque[_Range] = deque()
        rest, lost = b"", None
        while True:
            while len(under_way) < _AHEAD and (begun := next(ranges, None)):
                under_way.append(begun)
            if not under_way:
                return
            one = under_way.popleft()
            blob = one.part.blob
            if blob is lost:
                continue
            try:
                content = self._stream.client.wait(one.content)
            except (BlobGoneError, BlobReplacedError) as problem:
                self._gaps.note_lost(blob, problem, listing.at)
                rest, lost = b"", blob
                continue
            lines, rest = lines_of(rest + content if one.start > one.part.start else content)
            if one.end == blob.size and is_over(blob.place.hour, listing.at):
                lines, rest = [*lines, rest], b""  # nothing follows: the last line is whole, or never will be
            for part in lines:
                yield from self._rows_of(part)
            self._note_read(blob, one.end - len(rest), listing.at)
            self._note_progress(len(content), is_last=one.end == blob.size)

    def _ranges(self, parts: list[_Part]) -> Iterator[_Range]:
        client, container = self._stream.client, self._stream.container
        for part in parts:
            for start in range(part.start, part.blob.size, _RANGE):
                end = min(start + _RANGE, part.blob.size)
                ask: Callable[[], bytes] = partial(self._service.read, container, part.blob, start, end - start)
                yield _Range(part, start, end, client.submit(ask))

    def _note_read(self, blob: Blob, size: int, listed_at: datetime) -> None:
        """Keep how far a blob was read. All blobs before it were read whole."""
        bookmark = self._bookmark
        if bookmark.until is None or blob.place.hour >= bookmark.until:
            bookmark.blobs[blob.place] = ReadBlob(size, int(blob.created.timestamp()))
            bookmark.settle(listed_at, next_hour=blob.place.hour)
        bookmark.save()

    def _note_progress(self, size: int, *, is_last: bool) -> None:
        self._done += size
        self._unsaved += size
        self._stream.note_extent(Extent(self._done / _MEGABYTE, self._total / _MEGABYTE, "MB"))
        if self._unsaved >= _RANGE or (is_last and self._unsaved >= _WORTH_SAVING):
            self._unsaved = 0
            self._stream.checkpoint()

    def _rows_of(self, lines: bytes) -> Iterator[list[Row]]:
        at_once = self._decode_lines(lines) if self._decode_lines and lines else None
        for rows in [at_once] if at_once else self._one_by_one(read_lines(lines)):
            self._note_newest(column(rows, self._stream.replication_key))
            yield self._latest.of(rows)

    def _note_newest(self, times: list[Any]) -> None:
        # Times in one spelling are in the order of their texts; those of one second may not be, which is near enough.
        newest = max((time for time in times if isinstance(time, str)), default=None)
        with suppress(ValueError):
            if newest:
                moment = odata.parse_instant(newest)
                self._stream.result.newest_row = max(moment, self._stream.result.newest_row or moment)

    def _one_by_one(self, found: Rows) -> Iterator[list[Any]]:
        """Yield rows of which one does not fit, or is none, or which something else looks into."""
        self._unreadable += found.unreadable
        if not found.rows:
            return
        try:
            yield self._page(found.rows)
        except ValueError:
            yield from filter(None, map(self._single, found.rows))  # one of them has no key

    def _single(self, row: Raw) -> list[Any]:
        try:
            return self._page([row])
        except ValueError:
            self._unreadable += 1
            return []

    def _page(self, rows: list[Raw]) -> list[Any]:
        page = self._stream.decode(page_of(rows, self._spelling.reshape))
        if isinstance(page, dict):
            self._respelling.of_dicts(page["value"])
            return list(page["value"])
        self._respelling.of_rows(page.value)
        return list(page.value)

    # At the end

    def _finish(self, listed_at: datetime) -> None:
        """Tell what is missing, and let a run from Graph go on where the export is complete."""
        stream = self._stream
        # A part of the blobs says nothing of the rows in the others.
        if stream.result.newest_row and not self._shards:
            self._handover.keep_newest(stream.result.newest_row, listed_at, stream.replication_key)
        self._bookmark.save()
        if self._unreadable:
            lines = "1 line" if self._unreadable == 1 else f"{self._unreadable:,} lines"
            what = f"{lines} of the export in {stream.container} were no rows and are left out. All others were read."
            stream.result.fall_short(Outcome.PARTIAL, what)
            stream.logger.warning("%s: %s", stream.name, what)
        self._gaps.settle(listed_at)
        stream.checkpoint()
