"""Streams side by side, as far as Microsoft's limits let them: a log that waits for its limit keeps nobody waiting."""

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

#: Streams of one limit that are read at once. Reports allow a request every two seconds, which one stream uses up; in
#: the directory one list waits for each of its pages in turn, and more at a time than this would only cost memory.
_CONCURRENCY = {"directory": 3}


class Scheduler:
    """Reads streams in threads that take turns: one decides and writes, while the others wait for Graph's answers.

    Of each limit, streams begin in the order given.

    Args:
        sync: Reads one stream to its end. What it raises ends the run: no further stream is begun.
    """

    def __init__(self, client: GraphClient, sync: Callable[[EntraStream], None]) -> None:
        self._client = client
        self._sync = sync
        self._failure: BaseException | None = None

    def run(self, streams: Iterable[EntraStream]) -> None:
        """Read them all.

        Raises:
            Exception: What the first of them raised, once all have ended.
        """
        queues: dict[str, deque[EntraStream]] = {}
        for stream in streams:
            queues.setdefault(self._client.limit(stream.list_url() or stream.url()), deque()).append(stream)
        threads = [
            threading.Thread(target=self._work, args=[queue], name=f"{limit}-{number}", daemon=True)
            for limit, queue in queues.items()
            for number in range(min(len(queue), _CONCURRENCY.get(limit, 1)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                # In slices: a signal may have come to another thread, while its handler waits for this one.
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
        except BaseException as failure:  # noqa: BLE001 - it is raised again where the threads are waited for
            self._failure = self._failure or failure
            if not isinstance(failure, StoppedError) and not stream.failure:
                # Nobody takes the messages any more, or the tap is at fault: there is nothing to wait for.
                self._client.stop()
