"""A foreign host: trusted by TLS, answers anything, and records all requests."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.certificates import make_certificates
from sandbox.faults.catalogue import Fault, Strike
from sandbox.messages import Request, Response, json_response
from sandbox.server import HttpsServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_GRAPH = re.compile(r"https://localhost:\d+")


class Elsewhere:
    """The host.

    Attributes:
        requests: What it was sent.
        authority: PEM of the authority that vouches for it.
    """

    def __init__(self, server: HttpsServer, authority: str) -> None:
        self.url = server.url
        self.authority = authority
        self.requests: list[Request] = []
        server.start(self._answer)

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        return json_response({"value": [{"id": "stolen"}], "access_token": "stolen", "expires_in": 3600})

    # Ways to lead there

    def points(self, member: str) -> Fault:
        """Each answer has this link to it, at any depth where there is a list."""

        def spoil(response: Response, _: Strike) -> Response:
            if response.content_type == "application/json" and response.status == 200:
                response.body = msgspec.json.encode(self._pointing(msgspec.json.decode(response.body), member))
            return response

        return Fault(spoil=spoil)

    def _pointing(self, body: Any, member: str) -> Any:
        if isinstance(body, list):
            return [self._pointing(item, member) for item in body]
        if not isinstance(body, dict):
            return body
        if isinstance(body.get("value"), list):
            return {**body, member: f"{self.url}/v1.0/users?$skiptoken=a"}
        return {name: self._pointing(value, member) for name, value in body.items()}

    def redirects(self, status: int) -> Fault:
        """Each answer is a redirect to it."""
        where: Callable[[Strike], str] = lambda strike: _GRAPH.sub(self.url, strike.url)  # noqa: E731
        return Fault(spoil=lambda _, how: Response(status, b"", {"Location": where(how)}))

    def poses_as_the_sign_in_service(self) -> Fault:
        """The description of the tenant names it in every place."""

        def spoil(response: Response, _: Strike) -> Response:
            response.body = _GRAPH.sub(self.url, response.body.decode()).encode()
            return response

        return Fault(spoil=spoil)


@contextmanager
def elsewhere_host(folder: Path) -> Iterator[Elsewhere]:
    folder.mkdir()
    context, bundle = make_certificates(folder)
    server = HttpsServer(context, lambda: datetime.now(timezone.utc))
    begin = "-----BEGIN CERTIFICATE-----"
    try:
        yield Elsewhere(server, begin + bundle.read_text().rpartition(begin)[2])
    finally:
        server.stop()
