"""Working in lock: of several threads one works at a time, while the others wait for their answers."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class FairLock:
    """Whose turn it is. First come, first served, so a thread whose answers are always there keeps it from nobody."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._tickets = self._served = 0
        self._local = threading.local()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for this thread's turn, and have it as long as the `with` lasts."""
        self._take()
        try:
            yield
        finally:
            self._release()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let others work meanwhile. Without a turn there is nothing to pass on, as where only one thread works."""
        if not getattr(self._local, "is_mine", False):
            yield
            return
        self._release()
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        with self._condition:
            ticket = self._tickets
            self._tickets += 1
            self._condition.wait_for(lambda: self._served == ticket)
        self._local.is_mine = True

    def _release(self) -> None:
        self._local.is_mine = False
        with self._condition:
            self._served += 1
            self._condition.notify_all()
