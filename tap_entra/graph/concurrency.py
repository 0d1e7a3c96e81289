"""Threads: one stream thread runs Python at a time, while request threads wait for Graph."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from tap_entra.graph.errors import StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class FairLock:
    """A lock that serves threads in the order they ask: one whose answers are always there starves no other."""

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
        """Let others work meanwhile. Does nothing in a thread that does not hold the lock."""
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


class RequestThreads:
    """Makes calls in the order they come, a limited number at once.

    Unlike the threads of concurrent.futures these do not hold up the end of the program: an answer may take
    minutes, and a run that was asked to stop must not wait for one that it will not read.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._started: list[threading.Thread] = []
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._is_closed = False

    def submit(self, call: Callable[[], Any]) -> Future[Any]:
        """Make a call as soon as a thread is free. After `close` its answer is a StoppedError."""
        future: Future[Any] = Future()
        with self._lock:
            if self._is_closed:
                future.set_exception(StoppedError())
                return future
            self._calls.put((future, call))
            # Each thread costs a connection, and memory for the largest page that it has read.
            if not self._idle.acquire(blocking=False) and len(self._started) < self._count:
                thread = threading.Thread(target=self._work, name=f"graph-{len(self._started)}", daemon=True)
                self._started.append(thread)
                thread.start()
        return future

    def close(self) -> None:
        """Let the threads go. Queued calls get a StoppedError; calls under way are not waited for."""
        with self._lock:
            self._is_closed = True
            while True:
                try:
                    waiting = self._calls.get_nowait()
                except Empty:
                    break
                if waiting:
                    waiting[0].set_exception(StoppedError())
            for _ in self._started:
                self._calls.put(None)

    def _work(self) -> None:
        while call := self._calls.get():
            _answer(*call)
            del call  # an idle thread must not keep a whole page
            self._idle.release()


def _answer(future: Future[Any], call: Callable[[], Any]) -> None:
    try:
        future.set_result(call())
    except BaseException as problem:  # noqa: BLE001 - it is raised where the answer is waited for
        future.set_exception(problem)
