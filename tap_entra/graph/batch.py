"""$batch: many small GETs, 20 to a request, each answered by itself.

Source: https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from tap_entra.graph.errors import TRANSIENT, GraphError, graph_error
from tap_entra.graph.responses import claims, retry_after_s

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from concurrent.futures import Future

    from tap_entra.graph.client import GraphClient, Json

logger = logging.getLogger(__name__)

#: Graph's limit.
BATCH_SIZE = 20
#: How often one path of a batch is asked again on its own account.
_TRIES = 6
#: How many batches are begun for each request that may be on its way, so that none is missing while answers are used;
#: more while one is asked again.
_BEGUN, _BEGUN_IF_HELD_UP = 2, 3
_OK = 200


@dataclass(frozen=True)
class PartAnswer:
    """The answer to one path of a batch.

    Attributes:
        path: As it was asked.
        status: An HTTP status; 0 if Graph left the path out of every answer, or answered 200 without a usable body.
        headers: Names in lower case.
        body: Decoded JSON, or base64 text for a picture; None when empty.
    """

    path: str
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def is_final(self) -> bool:
        """Whether the answer will stay the same, e.g. a picture or "no picture"; not when Graph was busy or broken."""
        return self.status != 0 and self.status not in TRANSIENT

    @property
    def is_rejected(self) -> bool:
        """The token was not accepted."""
        return self.status == HTTPStatus.UNAUTHORIZED

    @property
    def rows(self) -> list[Json] | None:
        """The rows of a list; None if the body is not a list."""
        rows = self.body.get("value") if isinstance(self.body, dict) else None
        return rows if isinstance(rows, list) and all(isinstance(row, dict) for row in rows) else None

    def error(self) -> GraphError:
        """The refusal in this answer."""
        return graph_error(
            f"GET {self.path.partition('?')[0]}", self.status, self.body, self.headers.get("request-id", "")
        )


def read_batch(
    client: GraphClient, paths: Iterable[str], *, version: str = "v1.0", headers: Mapping[str, str] | None = None
) -> Iterator[PartAnswer]:
    """Ask for many paths and yield one answer a path, in the order asked.

    What was throttled, broken or left out is asked again by itself, while other batches go on.

    Args:
        paths: Relative to the version, e.g. "/users/1f6c/photo". Any number, read as needed: a few batches ahead.
        headers: Sent with each path, e.g. ConsistencyLevel: those of the batch itself do not count for its parts.

    Yields:
        Answers. A 404 is an answer, not an error; one that stays throttled or broken is yielded as it last was.

    Raises:
        GraphError: Graph refused a whole batch, or did not answer it within the retry budget.
    """
    ask = partial(_ask, client, version, dict(headers or {}))
    waiting: deque[_Batch] = deque()
    source = iter(paths)

    def fill() -> None:
        while _has_room(waiting, client.max_in_flight) and (some := list(islice(source, BATCH_SIZE))):
            waiting.append(_Batch(some, ask(some)))

    fill()
    while waiting:
        # A refusal of a whole batch is raised in order, after the answers before it; to wait for it would be no wait.
        useful = [batch for batch in waiting if batch.left and (batch is waiting[0] or not batch.has_failed)]
        client.wait_any([batch.answer for batch in useful])
        for batch in useful:
            if batch.answer.done() and (batch is waiting[0] or not batch.has_failed):
                batch.take(client, ask)
        while waiting and not waiting[0].left:
            yield from waiting.popleft().answers()
            # Also between two that are answered already, or the wire would be idle until both are used up.
            fill()


class _Batch:
    """Some paths asked together, until each of them has its answer.

    Attributes:
        left: Those without a final answer, for which `answer` is awaited.
    """

    def __init__(self, paths: list[str], answer: Future[Json]) -> None:
        self.left = self._paths = paths
        self._later: list[list[str]] = []  # pieces of a batch that could not be read whole
        self.answer = answer
        self.tried = 1
        self._has_renewed = False
        self._settled: dict[str, PartAnswer] = {}
        self._waited_s = 0.0

    @property
    def has_failed(self) -> bool:
        """Whether the whole was refused, or not answered."""
        return self.answer.done() and self.answer.exception() is not None

    def take(self, client: GraphClient, ask: Callable[[list[str], float], Future[Json]]) -> None:
        """Take what was answered, and ask again for what was not; in halves, if the answer could not be read.

        Raises:
            GraphError: Graph refused the whole.
        """
        try:
            body = self.answer.result()
        except GraphError as error:
            if not error.is_unreadable:
                raise
            self._cut(error)
        else:
            self._take(body, client, ask)
        if not self.left and self._later:
            self.left, self.tried = self._later.pop(0), 1
            self.answer = ask(self.left, 0.0)

    def _cut(self, error: GraphError) -> None:
        if len(self.left) > 1:
            middle = len(self.left) // 2
            self._later[:0] = [self.left[:middle], self.left[middle:]]
            logger.info("%s; asking for its %d parts in two halves", error, len(self.left))
        else:
            (path,) = self.left
            self._settled[path] = PartAnswer(path, 0, {"request-id": error.request_id}, None)
        self.left = []

    def _take(self, body: Json, client: GraphClient, ask: Callable[[list[str], float], Future[Json]]) -> None:
        answers = _parts(body, self.left)
        self._settled.update((answer.path, answer) for answer in answers)
        is_renewed = self._renew_token(client, answers)
        self.left = [answer.path for answer in answers if not answer.is_final or (is_renewed and answer.is_rejected)]
        told = (retry_after_s(self._settled[path].headers.get("retry-after")) for path in self.left)
        wait_s = 0.0 if is_renewed else max((wait for wait in told if wait), default=0.5 * 2**self.tried)
        self._waited_s += wait_s
        if self.tried == _TRIES or self._waited_s > client.retry_budget_s:
            self.left = []
        if self.left:
            logger.info(
                "%d of %d requests of a batch had no usable answer; trying them again in %.1f s",
                len(self.left),
                len(self._paths),
                wait_s,
            )
            self.tried += 1
            self.answer = ask(self.left, wait_s)

    def _renew_token(self, client: GraphClient, answers: list[PartAnswer]) -> bool:
        """Get a new token, once, if a part did not accept the one that all were asked with."""
        rejected = next((answer for answer in answers if answer.is_rejected), None)
        if rejected is None or self._has_renewed:
            return False
        self._has_renewed = True
        client.renew_token(claims({"WWW-Authenticate": rejected.headers.get("www-authenticate", "")}))
        return True

    def answers(self) -> list[PartAnswer]:
        """In the order asked."""
        return [self._settled[path] for path in self._paths]


def _has_room(waiting: Collection[_Batch], max_in_flight: int) -> bool:
    # One that is asked again must not hold up those behind it; but what they bring has to be kept meanwhile.
    is_held_up = any(batch.tried > 1 for batch in waiting)
    return len(waiting) < max_in_flight * (_BEGUN_IF_HELD_UP if is_held_up else _BEGUN)


def _ask(
    client: GraphClient, version: str, headers: dict[str, str], paths: list[str], wait_s: float = 0.0
) -> Future[Json]:
    more = {"headers": headers} if headers else {}
    parts = [{"id": str(number), "method": "GET", "url": path, **more} for number, path in enumerate(paths)]
    return client.batch_ahead(version, msgspec.json.encode({"requests": parts}), cost=len(parts), wait_s=wait_s)


def _parts(body: Json, paths: list[str]) -> list[PartAnswer]:
    # In any order, perhaps with some missing or doubled; a header's case varies.
    answers = {path: PartAnswer(path, 0, {}, None) for path in paths}
    responses = body.get("responses")
    for response in responses if isinstance(responses, list) else []:
        number = str(response.get("id", "")) if isinstance(response, dict) else ""
        if not number.isdecimal() or int(number) >= len(paths):
            continue
        path = paths[int(number)]
        if answers[path].is_final:
            continue
        given, status, body = response.get("headers"), _status(response.get("status")), response.get("body")
        headers = {str(name).lower(): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
        answers[path] = PartAnswer(path, 0 if status == _OK and _is_no_answer(headers, body) else status, headers, body)
    return list(answers.values())


def _status(value: Any) -> int:
    """Return an HTTP status, also out of a text; 0 for what is none."""
    text = str(value)
    return int(text[:3]) if text[:3].isdecimal() and text[3:] in {"", ".0"} else 0


def _is_no_answer(headers: Mapping[str, str], body: Any) -> bool:
    """Whether a 200 promises too much: as of single requests, error objects, HTML, empty bodies and empty objects."""
    kind = headers.get("content-type", "").lower()
    is_nothing = body in (None, "", {}) or (isinstance(body, dict) and "error" in body)
    return is_nothing or kind.startswith("text/")
