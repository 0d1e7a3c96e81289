"""A fault, and the facts about the request that it strikes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from sandbox.graph_errors import Refusal
    from sandbox.messages import Request, Response

    Json = dict[str, Any]


@dataclass(frozen=True)
class Strike:
    """The facts about one strike of a fault.

    Attributes:
        url: The request's, without query.
        target: Path and query as sent.
        retry_after: Overrides the fault's own Retry-After; "" sends none.
        stall_s: How long a stalled body stalls, and a refusing server refuses.
        share: How many of the values are odd.
        spoiled: Takes the id and the property of each value that fits no column.
    """

    now: datetime
    rng: Random
    url: str
    target: str = ""
    retry_after: str | None = None
    stall_s: float = 600.0
    share: float = 0.5
    spoiled: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class Fault:
    """One way to fail: either a refusal instead of the answer, or damage done to the answer.

    Attributes:
        refuse: Makes what is answered instead. Works inside `$batch` too.
        spoil: Changes the answer after it was worked out: what was asked for has happened.
        applies: Which requests it can hit at all.
        fits: Which answers it can damage at all.
        in_batches: Whether it damages single answers inside a `$batch` too.
    """

    refuse: Callable[[Strike], Refusal] | None = None
    spoil: Callable[[Response, Strike], Response] | None = None
    applies: Callable[[Request], bool] = lambda _: True
    fits: Callable[[Response], bool] = lambda _: True
    in_batches: bool = False


def has_page_token(request: Request) -> bool:
    """Whether a next link was followed."""
    return "$skiptoken" in request.query


def has_delta_token(request: Request) -> bool:
    """Whether a delta link was followed."""
    return request.query.get("$deltatoken", "latest") != "latest"


def has_filter(request: Request) -> bool:
    """Whether a log is asked for a window."""
    return request.path.partition("/auditLogs/")[2] != "" and "$filter" in request.query


def is_round(request: Request) -> bool:
    """Whether rows of a delta round are asked for."""
    return request.path.endswith("/delta") and request.query.get("$deltatoken") != "latest"


def is_batch(response: Response) -> bool:
    """Whether it answers a `$batch`."""
    return response.status == 200 and response.body.startswith(b'{"responses":[{')


def has_rows(response: Response) -> bool:
    """Whether it is a page with a row at least."""
    return response.status == 200 and b'"value":[{' in response.body and not is_batch(response)


def retold(
    change: Callable[[Json, Strike], None],
    fits: Callable[[Response], bool],
    *,
    applies: Callable[[Request], bool] = lambda _: True,
    in_batches: bool = False,
) -> Fault:
    """A fault that changes the JSON of an answer."""

    def spoil(response: Response, how: Strike) -> Response:
        body = msgspec.json.decode(response.body)
        change(body, how)
        response.body = msgspec.json.encode(body)
        return response

    return Fault(spoil=spoil, fits=fits, applies=applies, in_batches=in_batches)
