"""Microsoft's documented limits: https://learn.microsoft.com/graph/throttling-limits#identity-and-access."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.graph_errors import throttled
from sandbox.lists import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.messages import Request

_PROTECTION = "protection"
SHOWN_FROM = 0.8  # x-ms-throttle-limit-percentage appears from here up


def resource_units(request: Request) -> int:
    """What one GET costs: https://learn.microsoft.com/graph/throttling-limits#pattern."""
    path = request.path.split("/", 2)[-1]
    cost = LISTS[path].cost if path in LISTS else 1
    if path.startswith("groups/") and path.endswith("/members"):
        cost = 3
    top = request.query.get("$top", "")
    cost -= "$select" in request.query
    cost += "$expand" in request.query
    cost -= top.isdecimal() and int(top) < 20
    return max(1, cost)


def is_report(request: Request) -> bool:
    """Whether the identity and access report limit counts it."""
    path = request.path.split("/", 2)[-1]
    return path.startswith(("auditLogs/", "reports/")) or "signInActivity" in request.query.get("$select", "")


def is_protection(request: Request) -> bool:
    """Whether the limit of Identity Protection and Conditional Access counts it."""
    return request.path.split("/", 2)[-1].startswith(("identityProtection/", "identity/conditionalAccess/"))


def _directory_units(request: Request) -> int:
    return 0 if is_report(request) or is_protection(request) else resource_units(request)


@dataclass
class _Window:
    """How much of something may be used within a sliding window."""

    name: str
    limit: float
    seconds: float
    cost: Callable[[Request], int]
    used: deque[tuple[float, int]] = field(default_factory=deque)
    total: int = 0

    def wait_s(self, cost: int, now: float) -> float:
        """Seconds until `cost` more would fit; 0: now."""
        while self.used and self.used[0][0] <= now - self.seconds:
            self.total -= self.used.popleft()[1]
        missing = self.total + cost - self.limit
        if missing <= 0:
            return 0.0
        for at, freed in self.used:
            missing -= freed
            if missing <= 0:
                return at + self.seconds - now
        return self.seconds

    def use(self, cost: int, now: float) -> float:
        """Count it; returns the share of the limit that is now in use."""
        self.used.append((now, cost))
        self.total += cost
        return self.total / self.limit


class Limits:
    """Off until `enabled`.

    Attributes:
        enabled: Whether requests over a limit are refused with 429.
        time_scale: How many times faster than the clock windows pass: at 10, "5 in 10 s" means 5 in one second.
    """

    def __init__(self, users: int) -> None:
        self.enabled = False
        self.time_scale = 1.0
        units = 3_500 if users < 50 else 5_000 if users <= 500 else 8_000
        self._windows = [
            _Window("reports", 5, 10, lambda request: int(is_report(request))),
            _Window("signInActivity", 10, 60, lambda one: int("signInActivity" in one.query.get("$select", ""))),
            _Window("keyCredentials", 150, 60, lambda one: int("keyCredentials" in one.query.get("$select", ""))),
            _Window(_PROTECTION, 1, 1, lambda request: int(is_protection(request))),
            _Window("ResourceUnits", units, 10, _directory_units),
        ]
        self._lock = threading.Lock()

    def count(self, request: Request) -> dict[str, str]:
        """Count a request and return the headers that tell of it.

        Raises:
            Refusal: 429, with the time until the request would fit.
        """
        headers = {"x-ms-resource-unit": str(resource_units(request))}
        if not self.enabled:
            return headers
        now = time.monotonic() * self.time_scale
        with self._lock:
            costs = [(window, window.cost(request)) for window in self._windows]
            waits = {window.name: window.wait_s(cost, now) for window, cost in costs if cost}
            name, wait_s = max(waits.items(), key=lambda item: item[1])
            if wait_s > 0:
                # This one does not say how long to wait.
                after = None if name == _PROTECTION else self._retry_after(wait_s)
                raise throttled(after, {**headers, **_explained(name)})
            share = max(window.use(cost, now) for window, cost in costs if cost)
        if share >= SHOWN_FROM:
            headers["x-ms-throttle-limit-percentage"] = f"{share:.2f}"
        return headers

    def _retry_after(self, wait_s: float) -> str:
        if self.time_scale == 1:
            return str(math.ceil(wait_s))
        return f"{wait_s / self.time_scale + 0.001:.3f}"


def _explained(name: str) -> dict[str, str]:
    return {
        "x-ms-throttle-scope": "Tenant_Application/ReadWrite/sandbox",
        "x-ms-throttle-information": "ResourceUnitLimitExceeded" if name == "ResourceUnits" else "CPULimitExceeded",
    }
