"""Request counters and waits, per stream: several streams share one client."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Traffic:
    """What the requests have cost so far."""

    requests: int = 0
    throttled: int = 0
    waited_s: float = 0.0


class WaitRegistry:
    """The waits of all threads. Safe to use from several threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[int, tuple[float, str]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def register(self, why: str, wait_s: float) -> Iterator[None]:
        """This thread waits for so long."""
        with self._lock:
            self._until[threading.get_ident()] = (self._clock() + wait_s, why)
        try:
            yield
        finally:
            with self._lock:
                del self._until[threading.get_ident()]

    def longest(self) -> tuple[float, str] | None:
        """The wait that takes longest still: seconds, and what for; None if no request waits."""
        with self._lock:
            until, why = max(self._until.values(), default=(0.0, ""))
        return (max(0.0, until - self._clock()), why) if why else None


@dataclass
class RequestContext:
    """What is asked for together, e.g. for one stream.

    Attributes:
        traffic: What it has cost.
        waits: What it waits for just now.
        while_waiting: Called when an answer is waited for, and a few times a second until it is there.
    """

    traffic: Traffic = field(default_factory=Traffic)
    waits: WaitRegistry = field(default_factory=WaitRegistry)
    while_waiting: Callable[[], object] = lambda: None
