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

    A limit of 0 means that no number is published for us to keep to: only what Graph says is obeyed. Not safe to
    use from several threads: `Pacing` is.
    """

    def __init__(self, limit: int = 0, per_s: float = 0.0) -> None:
        self._limit = limit
        self._per_s = per_s + _MARGIN_S
        self._starts: deque[float] = deque(maxlen=limit or 1)
        self._gap_s = 0.0
        #: Graph asked for quiet until then.
        self.not_before = 0.0

    def earliest(self, now: float) -> float:
        """When the next request may start."""
        start = max(now, self.not_before)
        if self._limit and len(self._starts) == self._limit:
            start = max(start, self._starts[0] + self._per_s)
        if self._gap_s and self._starts:
            start = max(start, self._starts[-1] + self._gap_s)
        return start

    def take(self, start: float) -> None:
        """Count a request that starts then."""
        self._starts.append(start)

    def observe(self, headers: Mapping[str, str]) -> None:
        """Slow down as x-ms-throttle-limit-percentage (sent from 0.8 of a limit on) rises, and recover without it."""
        try:
            used = float(headers.get("x-ms-throttle-limit-percentage", 0))
        except ValueError:
            return
        self._gap_s = min(2.0, (self._gap_s or 0.05) * 2) if used >= 1 else 0.05 if used else self._gap_s / 2
        if self._gap_s < 0.01:  # noqa: PLR2004 - too small a gap to be worth a wait
            self._gap_s = 0.0


class Pacing:
    """The limit families of one app in one tenant. Safe to use from several threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        # Resource units: thousands in 10 s, and the tenant's share is not published.
        self.directory = Pacer()
        self.reports = Pacer(5, 10)
        self.sign_in_activity = Pacer(10, 60)
        self._clock = clock
        self._lock = threading.Lock()

    def of(self, url: str) -> tuple[Pacer, ...]:
        """Which limits a request counts against."""
        path, _, options = url.partition("?")
        if "signInActivity" in options:
            return (self.reports, self.sign_in_activity)
        if "/auditLogs/" in path or "/reports/" in path:
            return (self.reports,)
        return (self.directory,)

    def wait(self, url: str, nap: Callable[[float], object]) -> None:
        """Wait with `nap` until a request may start: the same moment for all limits it counts against."""
        pacers = self.of(url)
        start = self._reserve(pacers, nap)
        # Another request may have been told to wait during our nap: that is meant for all of its family.
        while any(start < pacer.not_before for pacer in pacers):
            start = self._reserve(pacers, nap)

    def _reserve(self, pacers: tuple[Pacer, ...], nap: Callable[[float], object]) -> float:
        with self._lock:
            now = self._clock()
            start = max(pacer.earliest(now) for pacer in pacers)
            for pacer in pacers:
                pacer.take(start)
        nap(start - now)
        return start

    def hold(self, url: str, wait_s: float) -> None:
        """Graph asked for quiet: nothing of this family starts for so many seconds."""
        with self._lock:
            for pacer in self.of(url):
                pacer.not_before = max(pacer.not_before, self._clock() + wait_s)

    def observe(self, url: str, headers: Mapping[str, str]) -> None:
        """Heed how much of a limit Graph says is used."""
        with self._lock:
            for pacer in self.of(url):
                pacer.observe(headers)
