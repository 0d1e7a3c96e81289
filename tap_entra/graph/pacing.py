"""Microsoft's limits, kept to before being told: one pacer a limit family, shared by all threads.

Source of the numbers: https://learn.microsoft.com/graph/throttling-limits
"""

from __future__ import annotations

import threading
import time
from bisect import insort
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Graph counts when a request reaches it, we when it leaves: requests may bunch up by this much on the way.
_MARGIN_S = 0.2


class Pacer:
    """Lets at most `limit` start in any `per_s` seconds, fewer when Graph asks for it.

    What is counted are requests, or resource units where requests cost differently. A limit of 0 means that only what
    Graph says is obeyed. Not safe to use from several threads: `Pacing` is.
    """

    def __init__(self, limit: int = 0, per_s: float = 0.0, *, widest_gap_s: float | None = None) -> None:
        self._limit = limit
        self._per_s = per_s + _MARGIN_S
        #: However much Graph says is used: slower than evenly spread makes no sense.
        self._widest_gap_s = widest_gap_s or self._per_s / (limit or 1)
        self._starts: deque[tuple[float, int]] = deque()
        self._used = 0
        self._last = 0.0
        self._gap_s = 0.0
        #: Graph asked for quiet until then.
        self.not_before = 0.0

    def earliest(self, now: float, cost: int = 1) -> float:
        """When the next request may start, if it has this cost."""
        while self._starts and self._starts[0][0] + self._per_s <= now:
            self._used -= self._starts.popleft()[1]
        start = max(now, self.not_before)
        too_much = self._used + cost - self._limit if self._limit else 0
        for at, used in self._starts:
            if too_much <= 0:
                break
            start = max(start, at + self._per_s)
            too_much -= used
        return max(start, self._last + self._gap_s) if self._gap_s else start

    def take(self, start: float, cost: int = 1) -> None:
        """Count a request that starts then."""
        self._last = max(start, self._last)
        if self._limit:
            # One that counts against a narrower limit too may be put off, and others go before it.
            insort(self._starts, (start, cost))
            self._used += cost

    def observe(self, headers: Mapping[str, str]) -> None:
        """Slow down as x-ms-throttle-limit-percentage (sent from 0.8 of a limit on) rises, and recover without it."""
        try:
            used = float(headers.get("x-ms-throttle-limit-percentage", 0))
        except ValueError:
            return
        widest = self._widest_gap_s
        self._gap_s = min(widest, max(self._gap_s, 0.05) * 2) if used >= 1 else 0.05 if used else self._gap_s / 2
        if self._gap_s < 0.01:  # noqa: PLR2004 - too small a gap to be worth a wait
            self._gap_s = 0.0


class Pacing:
    """The limit families of one app in one tenant. Safe to use from several threads.

    Args:
        report_share: How much of the limits on reports may be used, from 0 to 1; the rest is left to other tools.
    """

    def __init__(self, *, report_share: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        # In resource units: what a tenant of more than 500 users has. A smaller one has less, and less to ask for.
        self.directory = Pacer(8_000, 10, widest_gap_s=2.0)
        self.reports = _shared(5, 10, report_share)
        self.sign_in_activity = _shared(10, 60, report_share)
        # With the certificates of apps: https://learn.microsoft.com/graph/api/serviceprincipal-list. A delta link and a
        # batch do not show that they are asked for; a run has few of those.
        self.certificates = Pacer(150, 60)
        # Identity Protection and Conditional Access, all apps of a tenant together.
        self.protection = Pacer(1, 1)
        self._clock = clock
        self._lock = threading.Lock()

    def of(self, url: str) -> tuple[Pacer, ...]:
        """Which limits a request counts against."""
        path, _, options = url.partition("?")
        if "signInActivity" in options:
            return (self.reports, self.sign_in_activity)
        if "/auditLogs/" in path or "/reports/" in path:
            return (self.reports,)
        if "/identityProtection/" in path or "/identity/conditionalAccess/" in path:
            return (self.protection,)
        if "keyCredentials" in options:
            return (self.directory, self.certificates)
        return (self.directory,)

    def limit(self, url: str) -> str:
        """The narrowest limit that a request counts against, as a person would call it."""
        names = {
            self.directory: "directory",
            self.reports: "reports",
            self.sign_in_activity: "sign-in activity",
            self.certificates: "certificates",
            self.protection: "identity protection",
        }
        return names[self.of(url)[-1]]

    def wait(self, url: str, nap: Callable[[float], object], cost: int = 1) -> None:
        """Wait with `nap` until a request may start: the same moment for all limits it counts against.

        Args:
            cost: Number of requests; those in a batch count one by one.
        """
        pacers = self.of(url)
        start = self._reserve(pacers, nap, cost)
        # Graph may have answered 429 to another request during our nap: its wait is for the whole family.
        while any(start < pacer.not_before for pacer in pacers):
            start = self._reserve(pacers, nap, cost)

    def _reserve(self, pacers: tuple[Pacer, ...], nap: Callable[[float], object], cost: int) -> float:
        with self._lock:
            now = self._clock()
            start = max(pacer.earliest(now, cost) for pacer in pacers)
            for pacer in pacers:
                pacer.take(start, cost)
        nap(start - now)
        return start

    def hold(self, url: str, wait_s: float) -> None:
        """Graph asked for quiet: nothing of this family starts for `wait_s` seconds."""
        with self._lock:
            for pacer in self.of(url):
                pacer.not_before = max(pacer.not_before, self._clock() + wait_s)

    def observe(self, url: str, headers: Mapping[str, str], cost: int = 1) -> None:
        """Adapt to the used share of a limit, and to the cost of a request, as Graph's headers give them."""
        units = headers.get("x-ms-resource-unit", "")
        with self._lock:
            pacers = self.of(url)
            for pacer in pacers:
                pacer.observe(headers)
            if units.isdecimal() and int(units) > cost and self.directory in pacers:
                self.directory.take(self._clock(), int(units) - cost)


def _shared(limit: int, per_s: float, share: float) -> Pacer:
    # A part of a limit is spread evenly: in bursts there would be times when nothing is left to others.
    return Pacer(limit, per_s) if share >= 1 else Pacer(1, per_s / limit / share)
