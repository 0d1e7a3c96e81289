"""What is being waited for, for whoever wonders why nothing comes."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
        """The wait that takes longest still: seconds, and what for; None if nobody waits."""
        with self._lock:
            until, why = max(self._until.values(), default=(0.0, ""))
        return (max(0.0, until - self._clock()), why) if why else None
