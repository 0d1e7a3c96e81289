"""$batch: many small GETs, 20 to a request, each answered by itself.

Source: https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from tap_entra.graph.errors import TRANSIENT, GraphError, graph_error
from tap_entra.graph.headers import retry_after_s

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Future

    from tap_entra.graph.client import GraphClient, Json

logger = logging.getLogger(__name__)

#: Graph's limit.
BATCH_SIZE = 20
#: How often one path of a batch is asked again on its own account.
_TRIES = 6


@dataclass(frozen=True)
class PartAnswer:
    """The answer to one path of a batch.

    Attributes:
        path: As it was asked.
        status: An HTTP status; 0 if Graph left the path out of every answer.
        headers: Names in lower case.
        body: Decoded JSON, or base64 text for a picture; None when empty.
    """

    path: str
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def is_final(self) -> bool:
        """Graph has made up its mind: the picture, or that there is none. Not "busy" or "broken"."""
        return self.status != 0 and self.status not in TRANSIENT

    def error(self) -> GraphError:
        """The refusal in this answer."""
        return graph_error(
            f"GET {self.path.partition('?')[0]}", self.status, self.body, self.headers.get("request-id", "")
        )


def read_batch(
    client: GraphClient, paths: Iterable[str], *, version: str = "v1.0", headers: Mapping[str, str] | None = None
) -> Iterator[PartAnswer]:
    """Ask for many paths and yield one answer a path, in the order asked.

    Args:
        paths: Relative to the version, e.g. "/users/1f6c/photo". Any number, read as needed: a few batches ahead.
        headers: Sent with each path, e.g. ConsistencyLevel: those of the batch itself do not count for its parts.

    Yields:
        Answers. A 404 is an answer, not an error; one that stays throttled or broken is yielded as it last was.

    Raises:
        GraphError: Graph refused a whole batch, or did not answer it within the retry budget.
    """
    waiting: deque[tuple[list[str], Future[Json]]] = deque()
    source = iter(paths)
    ask = partial(_ask, client, version, dict(headers or {}))
    while True:
        while len(waiting) < client.max_in_flight and (some := list(islice(source, BATCH_SIZE))):
            waiting.append((some, ask(some)))
        if not waiting:
            return
        some, future = waiting.popleft()
        yield from _settle(client, some, future, ask)


def _ask(client: GraphClient, version: str, headers: dict[str, str], paths: list[str]) -> Future[Json]:
    more = {"headers": headers} if headers else {}
    parts = [{"id": str(number), "method": "GET", "url": path, **more} for number, path in enumerate(paths)]
    return client.batch_ahead(version, msgspec.json.encode({"requests": parts}))


def _settle(
    client: GraphClient, paths: list[str], future: Future[Json], ask: Callable[[list[str]], Future[Json]]
) -> list[PartAnswer]:
    """Wait for a batch, ask again for what was throttled, broken or left out, and put the answers in order."""
    settled: dict[str, PartAnswer] = {}
    left, waited_s = paths, 0.0
    for tried in range(1, _TRIES + 1):
        answers = _parts(client.wait(future), left)
        settled.update((answer.path, answer) for answer in answers)
        left = [answer.path for answer in answers if not answer.is_final]
        if not left or tried == _TRIES:
            break
        told = max(retry_after_s(settled[path].headers.get("retry-after")) or 0.0 for path in left)
        wait_s = told or 0.5 * 2**tried
        waited_s += wait_s
        if waited_s > client.retry_budget_s:
            break
        logger.info("%d of %d answers of a batch are to be asked again, in %.1f s", len(left), len(paths), wait_s)
        client.pause(wait_s)
        future = ask(left)
    return [settled[path] for path in paths]


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
        headers = {str(name).lower(): str(value) for name, value in (response.get("headers") or {}).items()}
        answers[path] = PartAnswer(path, int(response.get("status") or 0), headers, response.get("body"))
    return list(answers.values())
