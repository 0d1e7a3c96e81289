"""The result of each stream in a run, and what a person can do about a problem."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from tap_entra.graph import GraphError


class Outcome(str, Enum):
    """How a stream's run ended."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    SKIPPED = "skipped"
    FAILED = "failed"

    @property
    def is_trouble(self) -> bool:
        """Whether the run must end with 1: a table is not up to date."""
        return self in {Outcome.PARTIAL, Outcome.FAILED}


class DayCount(NamedTuple):
    """The rows of a log that were loaded on a closed day of UTC, beside Microsoft's own count.

    Attributes:
        microsoft: None if Microsoft has no count of that day. What it counts is not documented.
    """

    day: date
    loaded: int
    microsoft: int | None

    @property
    def share(self) -> float | None:
        """Loaded rows per row that Microsoft counts; None if that is not known."""
        return self.loaded / self.microsoft if self.microsoft else None

    def expected(self, share: float) -> float:
        """Return how many rows a share would have been."""
        return (self.microsoft or 0) * share


@dataclass
class StreamResult:
    """The result of one stream in one run. Times are UTC; rows and deleted count what was sent.

    Attributes:
        day_count: The newest closed day that was compared with Microsoft's count.
        checked_since: The day on which the objects that wait longest were checked, if a run checks a share of them.
        whole_since: When the read of a whole list began that this run finished, and trusts. What was last written
            before it is gone.
        whole_rows: How many different rows that read found.
        is_first: Whether no run before has read the stream: then its deletions are older than the first run.
    """

    stream: str
    started_at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    finished_at: datetime | None = None
    outcome: Outcome = Outcome.COMPLETE
    rows: int = 0
    deleted: int = 0
    newest_row: datetime | None = None
    gap: tuple[datetime, datetime] | None = None
    day_count: DayCount | None = None
    checked_since: date | None = None
    whole_since: datetime | None = None
    whole_rows: int | None = None
    graph_code: str | None = None
    request_id: str | None = None
    action: str | None = None
    requests: int = 0
    waited_s: float = 0.0
    is_first: bool = False

    def fall_short(self, outcome: Outcome, action: str, error: GraphError | None = None) -> None:
        """Note that the stream is not complete, and what a person can do about it."""
        self.outcome = outcome
        self.action = action
        if error:
            self.graph_code = error.code or (str(error.status) if error.status else None)
            self.request_id = error.request_id or None

    def add_gap(self, start: datetime, end: datetime) -> None:
        """Note a gap, a time range of a log that was never read; several become one span."""
        first, last = self.gap or (start, end)
        self.gap = (min(first, start), max(last, end))

    def row(self, run_id: str) -> dict[str, Any]:
        """Return the result as a record of `stream_runs`."""
        gap_from, gap_to = self.gap or (None, None)
        count = self.day_count
        return {
            "runId": run_id,
            "stream": self.stream,
            "startedAt": text_of(self.started_at),
            "finishedAt": text_of(self.finished_at),
            "outcome": self.outcome.value,
            "rows": self.rows,
            "deleted": self.deleted,
            "newestRow": text_of(self.newest_row),
            "gapFrom": text_of(gap_from),
            "gapTo": text_of(gap_to),
            "countedDay": count.day.isoformat() if count else None,
            "loadedCount": count.loaded if count else None,
            "microsoftCount": count.microsoft if count else None,
            "loadedShare": round(count.share, 4) if count and count.share is not None else None,
            "checkedSince": self.checked_since.isoformat() if self.checked_since else None,
            "wholeSince": text_of(self.whole_since),
            "wholeRows": self.whole_rows,
            "requests": self.requests,
            "graphCode": self.graph_code,
            "requestId": self.request_id,
            "action": self.action,
        }


def text_of(moment: datetime | None) -> str | None:
    """Return a moment of UTC as ISO 8601, ending in Z."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None
