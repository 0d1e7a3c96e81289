"""How far back Microsoft keeps a log: what its refusals prove, and the time that they leave open.

Graph answers a start before the retention with 400 and a word about the filter, and may give that answer by mistake.
Time is given up only where the answer fits what Microsoft documents. Other refused time is kept in the bookmark, and
each run asks for it again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tap_entra.replication.log_gaps import gaps_text, merged
from tap_entra.replication.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_DAY = timedelta(days=1)
#: Microsoft keeps logs for 30 days with a premium plan, 7 without:
#: https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention
RETENTION = timedelta(days=30)
SHORTEST_RETENTION = timedelta(days=7)
#: A start a little before the retention is refused, and time passes until the oldest window's turn.
RETENTION_MARGIN = timedelta(hours=1)
#: The same where it is known what was not refused a while ago.
_KNOWN_MARGIN = timedelta(minutes=5)
#: Ten refusals in a row that end at the documented seven days are no mistake.
_PROOF = 10


class Retention:
    """Where the refused windows of one run go.

    Args:
        before: The windows that earlier runs left open.
        read_until: The high-water mark of earlier runs: what lies before it was read in its time.
        began: When the run began.
    """

    def __init__(
        self,
        before: Iterable[Window] = (),
        read_until: datetime | None = None,
        began: datetime | None = None,
    ) -> None:
        self._began = began
        self._before = merged(before)
        self._read_until = read_until
        self._unasked = list(self._before)
        self._open: list[Window] = []
        self._kept = timedelta()  # the age of the oldest window that was not refused
        self._refusals = 0
        self._has_asked_twice = False

    def note_kept(self, age: timedelta) -> None:
        """Note the age of a window that Graph did not refuse."""
        self._kept = max(self._kept, age)

    def note_read(self, window: Window) -> None:
        """Note a window that was read to its end."""
        self._unasked = [one for one in self._unasked if not window.holds(one)]

    def may_be_over(self, window: Window, now: datetime) -> bool:
        """Return whether Microsoft may no longer keep the beginning of a refused window."""
        return now - window.start > max(self._kept, SHORTEST_RETENTION)

    def instead_of(self, window: Window, now: datetime) -> list[Window]:
        """Return the windows to read in place of a refused one. The time before them stays open."""
        self._refusals += 1
        if not self._has_asked_twice:
            # Microsoft also says so by mistake, and a day that is left out costs a run.
            self._has_asked_twice = True
            return [window]
        # Time that an earlier run left open is asked for once, not day by day.
        if self._was_open(window):
            self._open.append(window)
            return []
        start = min(self._later_start(window, now), window.end)
        self._open = merged([*self._open, Window(window.start, start)])
        return [Window(start, window.end)] if start < window.end else []

    def _later_start(self, window: Window, now: datetime) -> datetime:
        """Where to begin instead."""
        if self._kept > SHORTEST_RETENTION:
            # It was kept when the run began, and has become too old meanwhile.
            return max(now - self._kept + _KNOWN_MARGIN, window.start + _KNOWN_MARGIN)
        # How long rows are kept depends on what the tenant has bought.
        return min(window.start + _DAY, now - SHORTEST_RETENTION + RETENTION_MARGIN)

    def take_lost(self, now: datetime) -> list[Window]:
        """Return the refused time that Microsoft does not keep, once: by its age, or as the shorter retention."""
        is_short = self._refusals >= _PROOF and bool(self._open) and self._open[-1].end >= now - SHORTEST_RETENTION
        kept_from = now - (SHORTEST_RETENTION - RETENTION_MARGIN if is_short else self._shortest_long(now))
        lost = [Window(self._unread_from(one.start), min(one.end, kept_from)) for one in self._open]
        self._open = [Window(max(one.start, kept_from), one.end) for one in self._open if one.end > kept_from]
        return [one for one in lost if one.start < one.end]

    def _shortest_long(self, now: datetime) -> timedelta:
        """The age from which on the longer retention explains a refusal."""
        # A run begins where Microsoft keeps rows for an hour more. Only a long one comes too late for some of them.
        has_lasted = self._began is not None and now - self._began >= RETENTION_MARGIN
        return RETENTION - 2 * RETENTION_MARGIN if has_lasted else RETENTION

    def _unread_from(self, start: datetime) -> datetime:
        return max(start, self._read_until or start)

    def text(self) -> str | None:
        """Return the open time as it stands in a bookmark; None if there is none."""
        return gaps_text([*self._unasked, *self.left_open])

    @property
    def left_open(self) -> list[Window]:
        """The time that was refused in this run and never read; with it the overlap before, where rows may be late."""
        read_until = self._read_until
        return [one for one in self._open if not read_until or one.end > read_until or self._was_open(one)]

    @property
    def is_news(self) -> bool:
        """Whether some of that time was not refused in an earlier run."""
        return not all(map(self._was_open, self.left_open))

    def _was_open(self, window: Window) -> bool:
        return any(one.holds(window) for one in self._before)
