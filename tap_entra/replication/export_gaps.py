"""Time of which the export cannot give all rows any more: blobs that vanished, shrank or were replaced."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tap_entra.graph import odata
from tap_entra.replication.export_bookmark import HOUR, hour_of
from tap_entra.replication.log_gaps import merged
from tap_entra.replication.windows import Window
from tap_entra.reporting import Outcome
from tap_entra.storage import BlobGoneError

if TYPE_CHECKING:
    from datetime import datetime

    from tap_entra.replication.export_bookmark import ExportBookmark
    from tap_entra.replication.log_handover import LogHandover
    from tap_entra.replication.sliced import SlicedStream
    from tap_entra.storage import Blob, Listing

_DAY = timedelta(days=1)


class ExportGaps:
    """The gaps of one run.

    Each is reported once, and kept beside the gaps of Graph: a run with `log_source: graph` asks for that time while
    Microsoft keeps it.
    """

    def __init__(self, stream: SlicedStream, bookmark: ExportBookmark, handover: LogHandover) -> None:
        self._stream = stream
        self._bookmark = bookmark
        self._handover = handover
        self._found: list[Window] = []
        self._reasons: list[str] = []

    def find(self, listing: Listing, first_hour: datetime | None) -> None:
        """Compare the listed blobs with those that were read before."""
        places = {blob.place for blob in listing.blobs}
        for place in [place for place in self._bookmark.blobs if place not in places]:
            self._add(Window(place.hour, place.hour + HOUR), "blobs are no longer there")
            del self._bookmark.blobs[place]
        if not places:
            return
        oldest = min(place.hour for place in places)
        before = self._bookmark.listed_at
        if before and oldest > hour_of(before) + HOUR:
            # A lifecycle rule deletes no blob on the day on which it was written.
            self._add(
                Window(hour_of(before), min(oldest, listing.at - _DAY)), "blobs were deleted before they were read"
            )
        mark = self._handover.read_until
        if not before and mark and first_hour and oldest > hour_of(mark):
            self._add(Window(mark, oldest), "the export begins later")

    def start_of(self, blob: Blob) -> int:
        """Return from which byte on a blob is to be read."""
        read = self._bookmark.blobs.get(blob.place)
        if read is None:
            return 0
        if read.created == int(blob.created.timestamp()) and read.size <= blob.size:
            return read.size
        self._add(Window(blob.place.hour, blob.place.hour + HOUR), "blobs were replaced")
        return 0

    def note_lost(self, blob: Blob, problem: Exception, listed_at: datetime) -> None:
        """Note a blob that was deleted or replaced while it was read. The next run reads its successor."""
        reason = "blobs are no longer there" if isinstance(problem, BlobGoneError) else "blobs were replaced"
        self._add(Window(blob.place.hour, min(blob.place.hour + HOUR, listed_at)), reason)
        self._bookmark.blobs.pop(blob.place, None)

    def settle(self, listed_at: datetime) -> None:
        """Report the gaps, at the end of the log."""
        gaps = merged(self._found)
        if not gaps:
            return
        for gap in gaps:
            self._stream.result.add_gap(*gap)
        # Rows are late, most of them less than a day.
        self._handover.keep_unread((Window(gap.start - _DAY, gap.end) for gap in gaps), listed_at)
        spans = ", ".join(f"{odata.instant(gap.start)} to {odata.instant(gap.end)}" for gap in gaps)
        reasons = " and ".join(dict.fromkeys(self._reasons))
        what = (
            f"The export may lack rows that Microsoft received from {spans}: {reasons}. "
            "All other rows were read. A run with `log_source: graph` reads that time while Microsoft keeps it."
        )
        self._stream.result.fall_short(Outcome.PARTIAL, what)
        self._stream.logger.warning("%s: %s", self._stream.name, what)

    def _add(self, gap: Window, reason: str) -> None:
        if gap.start < gap.end:
            self._found.append(gap)
            self._reasons.append(reason)
