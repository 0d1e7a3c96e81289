"""Asks the questions of all facts side by side, within Microsoft's limits and within a time budget."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tap_entra.auth import SignInError
from tap_entra.commands.facts.fact import CannotTellError, Reply, Seen, Verdict, not_seen
from tap_entra.graph import GraphError, RequestContext, StoppedError, odata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    from tap_entra.commands.facts.fact import Fact, Inquiry, Known, Question
    from tap_entra.graph import GraphClient

#: Seconds for all questions together.
BUDGET_S = 110.0
#: A question that Graph wants to answer later than that is given up: the time is for the others.
LONGEST_WAIT_S = 30.0
#: Retries per question; low, because a person waits.
_TRIES = 3
#: Questions under way per limit of Microsoft's: those that wait for one limit must not hold up the others.
_IN_FLIGHT = 4
#: The queue of the questions that come after all others.
_LAST = "last"


@dataclass(frozen=True)
class Finding:
    """A fact, and what its questions brought to light."""

    fact: Fact
    seen: Seen


@dataclass(frozen=True)
class Answers:
    """All findings, in the order of the facts.

    Attributes:
        requests: How many requests they cost.
        took_s: How long it took.
        was_stopped: Whether a person stopped it.
    """

    findings: list[Finding]
    requests: int
    took_s: float
    was_stopped: bool

    @property
    def has_seen_nothing(self) -> bool:
        """Whether no fact could be judged."""
        return all(finding.seen.verdict is Verdict.NOT_SEEN for finding in self.findings)


class _TimeIsUpError(Exception):
    """The time budget is spent."""


def ask_facts(
    client: GraphClient,
    facts: Iterable[Fact],
    known: Known,
    *,
    budget_s: float = BUDGET_S,
    on_finding: Callable[[Finding], object] = lambda _: None,
) -> Answers:
    """Ask about all facts. One that cannot be asked does not stop the others; Ctrl-C ends it and keeps the rest.

    Args:
        on_finding: Called for each finding, in the order of the facts.
    """
    began, asking = time.monotonic(), _Asking(client, facts, known)

    def check_time() -> None:
        if time.monotonic() - began > budget_s:
            raise _TimeIsUpError

    def tell() -> None:
        for finding in asking.next_findings():
            on_finding(finding)

    context, was_stopped = RequestContext(while_waiting=check_time), False
    try:
        with client.request_context(context):
            while asking.go_on():
                tell()
    except _TimeIsUpError:
        asking.missing = f"no answer within {budget_s:.0f} seconds"
    except KeyboardInterrupt:
        asking.missing, was_stopped = "stopped before the answer came", True
    tell()
    return Answers(asking.findings(), context.traffic.requests, time.monotonic() - began, was_stopped)


class _Asking:
    """The questions that are open, under way, and answered. The same question is asked once."""

    missing: str | None = None
    """Why some facts have no answer; None as long as one may come."""

    def __init__(self, client: GraphClient, facts: Iterable[Fact], known: Known) -> None:
        self._client = client
        self._facts = tuple(facts)
        self._untold = deque(self._facts)
        self._to_begin = deque((fact, fact.ask(known)) for fact in self._facts)
        self._seen: dict[str, Seen] = {}
        self._replies: dict[Question, Reply] = {}
        self._wait_for: dict[Question, list[tuple[Fact, Inquiry]]] = defaultdict(list)
        self._queues: dict[str, deque[Question]] = defaultdict(deque)
        self._under_way: dict[Question, Future[Any]] = {}

    def go_on(self) -> bool:
        """Send what may be sent, and wait for one answer. Return False when there is nothing left to ask."""
        while self._to_begin:
            fact, inquiry = self._to_begin.popleft()
            self._advance(fact, partial(next, inquiry), inquiry)
        self._send()
        if not self._under_way:
            return False
        self._client.wait_any(self._under_way.values())
        for question, future in list(self._under_way.items()):
            if future.done():
                del self._under_way[question]
                reply = self._replies[question] = _reply(future)
                for fact, inquiry in self._wait_for.pop(question):
                    self._advance(fact, partial(inquiry.send, reply), inquiry)
        return True

    def findings(self) -> list[Finding]:
        """Return the finding of each fact."""
        return [
            Finding(fact, self._seen.get(fact.name) or not_seen(self.missing or "not asked")) for fact in self._facts
        ]

    def next_findings(self) -> Iterator[Finding]:
        """Yield the findings that are known, in the order of the facts."""
        while self._untold and (self.missing or self._untold[0].name in self._seen):
            fact = self._untold.popleft()
            yield Finding(fact, self._seen.get(fact.name) or not_seen(str(self.missing)))

    def _advance(self, fact: Fact, step: Callable[[], Question], inquiry: Inquiry) -> None:
        """Take an inquiry to its next question without an answer, or to its end."""
        try:
            question = step()
            while question in self._replies:
                question = inquiry.send(self._replies[question])
        except StopIteration as end:
            self._seen[fact.name] = end.value
        except CannotTellError as reason:
            self._seen[fact.name] = reason.seen
        except Exception as problem:  # noqa: BLE001 - an answer of an unheard-of shape must not stop the others
            self._seen[fact.name] = not_seen(f"an answer of an unexpected shape ({type(problem).__name__})")
        else:
            if question not in self._wait_for:
                self._queues[self._queue_of(question)].append(question)
            self._wait_for[question].append((fact, inquiry))

    def _send(self) -> None:
        for name, queue in self._queues.items():
            if name == _LAST and (self._under_way or any(self._queues[one] for one in self._queues if one != _LAST)):
                continue
            mine = sum(self._queue_of(question) == name for question in self._under_way)
            while queue and mine < _IN_FLIGHT:
                question, mine = queue.popleft(), mine + 1
                self._under_way[question] = self._client.answer_ahead(
                    question.url,
                    headers=dict(question.headers),
                    tries=_TRIES,
                    decode=_no_body if question.is_bytes else odata.decode,
                )

    def _queue_of(self, question: Question) -> str:
        return _LAST if question.is_last else self._client.limit(question.url)


def _no_body(_: bytes) -> dict[str, Any]:
    return {}


def _reply(future: Future[Any]) -> Reply:
    try:
        answer = future.result()
    except GraphError as error:
        return Reply(error=error)
    except (SignInError, StoppedError):
        return Reply(error=GraphError("GET", 0, ("noToken",), "the sign-in gave no token"))
    return Reply(answer.headers, answer.body)
