"""Runs streams of different rate-limit families concurrently, so that no list waits for the limit of a log."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from tap_entra.graph import StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tap_entra.graph import GraphClient
    from tap_entra.replication.base import EntraStream

#: Streams of one family that are read at once. Reports allow a request every two seconds, which one stream uses up. In
#: the directory a list waits for each of its pages; more streams than this would only cost memory.
_CONCURRENCY = {"directory": 3}


class Scheduler:
    """Reads streams in threads: one at a time runs Python, while the others wait for Graph.

    Streams of one family begin in the order given.

    Args:
        sync: Reads one stream to its end. An exception ends the run: no further stream begins.
    """

    def __init__(self, client: GraphClient, sync: Callable[[EntraStream], None]) -> None:
        self._client = client
        self._sync = sync
        self._failure: BaseException | None = None

    def run(self, streams: Iterable[EntraStream]) -> None:
        """Read them all.

        Raises:
            Exception: The first exception, once all threads have ended.
        """
        queues: dict[str, deque[EntraStream]] = {}
        for stream in streams:
            queues.setdefault(stream.rate_limit, deque()).append(stream)
        threads = [
            threading.Thread(target=self._work, args=[queue], name=f"{limit}-{number}", daemon=True)
            for limit, queue in queues.items()
            for number in range(min(len(queue), _CONCURRENCY.get(limit, 1)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                # In slices, so that a signal that came to another thread gets its handler, which runs in this one.
                thread.join(0.25)
        if self._failure:
            raise self._failure

    def _work(self, queue: deque[EntraStream]) -> None:
        with self._client.lock.held(), suppress(IndexError):
            while not self._failure:
                self._sync_one(queue.popleft())

    def _sync_one(self, stream: EntraStream) -> None:
        try:
            with self._client.request_context(stream.request_context):
                self._sync(stream)
        except BaseException as failure:  # noqa: BLE001 - `run` raises it again
            self._failure = self._failure or failure
            if not isinstance(failure, StoppedError) and not stream.failure:
                # The loader is gone or the tap has a defect: there is nothing to wait for.
                self._client.stop()
