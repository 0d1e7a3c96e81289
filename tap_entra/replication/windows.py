"""How a log is cut into windows: widening while they are light, halved where they are heavy."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

_NARROWEST = timedelta(minutes=1)
#: Microsoft's answers slow down, then fail, along a chain of hundreds of thousands of rows:
#: ten pages are far from that.
_COMFORTABLE_ROWS = 10_000
#: How much wider the next window may be: a quiet day may come before a busy week.
_GROWTH = 8
#: The same beyond half of what has failed: each failure may cost minutes.
_CAREFUL_GROWTH = 1.25


class Window(NamedTuple):
    """A closed time window; neighbours share their boundary instant, since only ge and le are documented."""

    start: datetime
    end: datetime

    @property
    def can_be_halved(self) -> bool:
        """Whether there is any use in asking for less."""
        return self.end - self.start >= 2 * _NARROWEST

    def holds(self, other: Window) -> bool:
        """Return whether another window lies in this one."""
        return self.start <= other.start and other.end <= self.end


class Windows:
    """Cuts the time from `start` to `end`; the windows that it gives out join without a gap.

    The first is all of it. Only when that proves too heavy are the others cut, oldest first.

    Attributes:
        is_cut: Whether it is known by now how wide windows should be.
    """

    def __init__(self, start: datetime, end: datetime) -> None:
        self._next_start = start
        self._end = end
        self._width = end - start
        self._failed = timedelta.max
        self.is_cut = False

    def take(self) -> Window | None:
        """The next window to read; None when all are given out."""
        if self._next_start >= self._end:
            return None
        window = Window(self._next_start, min(self._next_start + self._width, self._end))
        self._next_start = window.end
        return window

    def cut(self, window: Window, rows: int, covered: timedelta) -> bool:
        """Learn from the first page of the first window, of which more is to come.

        Args:
            rows: How many it has.
            covered: How much time they cover.

        Returns:
            Whether the window may be read on as it is. If not, it is given out again in pieces.
        """
        self.is_cut = True
        self._width = max(_NARROWEST, covered * (_COMFORTABLE_ROWS / max(rows, 1)))
        if self._width >= window.end - window.start:
            return True
        self._next_start = window.start
        return False

    def learn(self, window: Window, rows: int) -> None:
        """Fit the coming windows to one that was read: after a light one they are wider."""
        width = max(_NARROWEST, window.end - window.start)
        if width >= self._failed:
            self._failed = timedelta.max
        growth = min(_GROWTH, max(_CAREFUL_GROWTH, self._failed / 2 / width))
        fitting = width * min(growth, _COMFORTABLE_ROWS / max(rows, 1))
        if rows > _COMFORTABLE_ROWS:
            self._width = max(_NARROWEST, min(self._width, fitting))
        elif width >= self._width:
            # Not every light window: a few hours at the end of a day say nothing about whole days.
            self._width = max(width, fitting)
        self.is_cut = True

    def is_daring(self, window: Window) -> bool:
        """Whether a window nearly as wide has failed, so that a long wait is not worth it."""
        return window.end - window.start > self._failed / 2

    def halve(self, window: Window) -> tuple[Window, ...]:
        """Cut a window that was too heavy; the coming ones are no wider than its halves.

        Returns:
            What to read in its place now. The second half of the last window is not among it: that time is given out
            again in windows as wide as will have proved right by then.
        """
        self._failed = window.end - window.start
        middle = (window.start + (window.end - window.start) / 2).replace(microsecond=0)
        self._width = max(_NARROWEST, min(self._width, middle - window.start))
        if window.end == self._next_start:
            self._next_start = middle
            return (Window(window.start, middle),)
        return Window(window.start, middle), Window(middle, window.end)
