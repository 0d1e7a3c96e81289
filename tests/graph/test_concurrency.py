"""RequestThreads that share the client: one works at a time, and none starves."""

from __future__ import annotations

import threading
import time

from tap_entra.graph.concurrency import FairLock


def test_one_works_at_a_time() -> None:
    lock, at_work, most = FairLock(), 0, 0

    def work() -> None:
        nonlocal at_work, most
        with lock.held():
            for _ in range(20):
                at_work += 1
                most = max(most, at_work)
                time.sleep(0.0005)
                at_work -= 1
                with lock.released():
                    pass

    _all(work, 5)

    assert most == 1


def test_a_thread_that_never_waits_keeps_no_other_from_working() -> None:
    lock, done = FairLock(), threading.Event()

    def never_wait() -> None:
        with lock.held():
            while not done.is_set():
                with lock.released():
                    pass

    def work_once() -> None:
        with lock.held():
            done.set()

    busy = threading.Thread(target=never_wait, daemon=True)
    busy.start()
    work_once()

    busy.join(10)
    assert not busy.is_alive()


def test_others_work_while_one_waits_for_its_answer() -> None:
    lock, answer, worked = FairLock(), threading.Event(), threading.Event()

    def wait() -> None:
        with lock.held(), lock.released():
            assert answer.wait(10)

    def work() -> None:
        with lock.held():
            worked.set()
            answer.set()

    threads = [threading.Thread(target=target, daemon=True) for target in (wait, work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert worked.is_set()
    assert not any(thread.is_alive() for thread in threads)


def test_without_the_lock_there_is_nothing_to_pass_on() -> None:
    lock, order = FairLock(), []
    with lock.released():
        order.append("released")

    with lock.held():
        order.append("held")

    assert order == ["released", "held"]


def _all(target: object, count: int) -> None:
    threads = [threading.Thread(target=target, daemon=True) for _ in range(count)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
