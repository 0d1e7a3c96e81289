"""Microsoft's limits, kept to before being told: one pacer a limit family, shared by all threads.

Source of the numbers: https://learn.microsoft.com/graph/throttling-limits
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Graph counts when a request reaches it, we when it leaves: requests may bunch up by this much on the way.
_MARGIN_S = 0.1


class Pacer:
    """Lets at most `limit` requests start in any `per_s` seconds, fewer when Graph asks for it.

    A limit of 0 means that no number is published for us to keep to: only what Graph says is obeyed.
    """

    def __init__(self, limit: int = 0, per_s: float = 0.0, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._per_s = per_s + _MARGIN_S
        self._clock = clock
        self._starts: deque[float] = deque(maxlen=limit or 1)
        self._not_before = 0.0
        self._gap_s = 0.0
        self._lock = threading.Lock()

    def reserve(self) -> float:
        """Take the next free start. Returns the seconds to wait until then, mostly 0."""
        with self._lock:
            now = self._clock()
            start = max(now, self._not_before)
            if self._limit and len(self._starts) == self._limit:
                start = max(start, self._starts[0] + self._per_s)
            if self._gap_s and self._starts:
                start = max(start, self._starts[-1] + self._gap_s)
            self._starts.append(start)
            return start - now

    def hold(self, wait_s: float) -> None:
        """Graph asked for quiet: nothing of this family starts for so many seconds."""
        with self._lock:
            self._not_before = max(self._not_before, self._clock() + wait_s)

    def observe(self, headers: Mapping[str, str]) -> None:
        """Slow down as x-ms-throttle-limit-percentage (sent from 0.8 of a limit on) rises, and recover without it."""
        try:
            used = float(headers.get("x-ms-throttle-limit-percentage", 0))
        except ValueError:
            return
        with self._lock:
            self._gap_s = min(2.0, (self._gap_s or 0.05) * 2) if used >= 1 else 0.05 if used else self._gap_s / 2
            if self._gap_s < 0.01:  # noqa: PLR2004 - too small a gap to be worth a wait
                self._gap_s = 0.0


class Pacing:
    """The limit families of one app in one tenant."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.directory = Pacer(
            clock=clock
        )  # resource units: thousands in 10 s, and the tenant's share is not published
        self.reports = Pacer(5, 10, clock=clock)
        self.sign_in_activity = Pacer(10, 60, clock=clock)

    def of(self, url: str) -> tuple[Pacer, ...]:
        """Which limits a request counts against."""
        path, _, options = url.partition("?")
        if "signInActivity" in options:
            return (self.reports, self.sign_in_activity)
        if "/auditLogs/" in path or "/reports/" in path:
            return (self.reports,)
        return (self.directory,)
