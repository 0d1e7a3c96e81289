"""What goes over the wire: a request as it came, a response as it will leave."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

_encode_json = msgspec.json.Encoder().encode


@dataclass
class Request:
    """One request, as the server read it. Tests count and inspect these.

    Attributes:
        target: Path and query exactly as sent, still percent-encoded.
        path: Percent-decoded path, e.g. "/v1.0/users/delta".
        query: Decoded query; the first value of a name wins.
        headers: Names in lower case.
        status: The status it was answered with; None while it is being answered, 0 when the connection was
            dropped instead.
        inner: The requests inside a `$batch`, each with its own status.
    """

    method: str
    host: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    path: str = ""
    query: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    inner: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        raw_path, _, raw_query = self.target.partition("?")
        self.path = unquote(raw_path)
        for name, value in parse_qsl(raw_query, keep_blank_values=True):
            self.query.setdefault(name, value)


class Delivery(enum.Enum):
    """How a response reaches the client."""

    WHOLE = "whole"
    CUT = "cut"  # half the body, then the connection is closed
    CUT_CHUNKED = "cut chunked"  # the same of a body whose length was not told before
    CUT_GZIP = "cut gzip"  # half of a compressed body, told to be all of it
    STALLED = "stalled"  # half the body, then silence
    RESET = "reset"  # no byte at all, a TCP reset
    REFUSED = "refused"  # a reset of all connections, and no listener for a while


@dataclass
class Response:
    """One response. `Content-Length`, `Date` and compression are the server's business.

    Attributes:
        stall_s: How long a stalled answer stalls, and a refusing server refuses.
        is_dated: Whether it has a Date.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.WHOLE
    stall_s: float = 0.0
    is_dated: bool = True

    @property
    def content_type(self) -> str:
        """The media type without parameters, lower case; empty when none is set."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def json_response(body: Any, status: int = 200, content_type: str = "application/json; charset=utf-8") -> Response:
    """A response whose body is `body` as JSON; `msgspec.Raw` inside it is kept as it is."""
    return Response(status, _encode_json(body), {"Content-Type": content_type})
