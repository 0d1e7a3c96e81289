"""The one host that is asked: which links lead to it, its clock, and the connections to it."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin, urlsplit

import requests

from tap_entra.graph import odata
from tap_entra.graph.errors import ForeignHostError, GraphError
from tap_entra.graph.headers import http_date
from tap_entra.graph.responses import Refused
from tap_entra.graph.wire import exchange, origin

if TYPE_CHECKING:
    from collections.abc import Callable

_REDIRECTS = 5


class Credential(Protocol):
    """What the client needs to know about signing in."""

    def token(self) -> str:
        """A valid access token."""

    def renew(self, claims: str | None = None, rejected: str | None = None) -> str:
        """A new access token in place of the rejected one, with the claims that Graph asked for."""


class Host:
    """A Graph host and whoever is signed in to it. Safe to use from several threads.

    Args:
        root: E.g. "https://graph.microsoft.com". The token goes nowhere else.
        max_in_flight: How many requests may be on their way at once.

    Attributes:
        clock_offset: By how much its clock is ahead of this machine's; None before the first answer.
    """

    def __init__(self, root: str, credential: Credential, max_in_flight: int) -> None:
        self.root = root.rstrip("/")
        self.credential = credential
        self.clock_offset: timedelta | None = None
        self._slots = threading.Semaphore(max_in_flight)
        self._local = threading.local()

    def is_ours(self, url: str) -> bool:
        """Whether a link leads to this host."""
        return origin(url) == origin(self.root)

    def absolute(self, url: str) -> str:
        """A path on this host, or a whole link to it, as a whole link.

        Raises:
            ForeignHostError: It leads elsewhere.
        """
        # A whole link stays as it is, to the letter: its tokens are Graph's own business.
        absolute = f"{self.root}{url}" if url.startswith("/") else url
        if not self.is_ours(absolute):
            theirs = urlsplit(absolute)
            raise ForeignHostError(f"GET {theirs.path}", theirs.hostname or "no host")
        return absolute

    def send(self, method: str, url: str, body: bytes | None, on_request: Callable[[], object]) -> requests.Response:
        """Send one request, and follow redirects on this host.

        Args:
            on_request: Called for each request that is sent.

        Raises:
            Refused: No answer.
            ForeignHostError: A redirect leads elsewhere.
        """
        what = f"{method} {urlsplit(url).path}"
        for _ in range(_REDIRECTS):
            sent = {
                "Accept": "application/json",
                "Prefer": odata.PREFER_UNKNOWN_ENUM_MEMBERS,
                "client-request-id": str(uuid.uuid4()),
            }
            if body is not None:
                sent["Content-Type"] = "application/json"
            token = self.credential.token()
            on_request()
            try:
                with self._slots:
                    response = exchange(self._session(), method, url, token=token, headers=sent, body=body)
            except requests.RequestException as problem:
                reason = f"no answer ({type(problem).__name__})"
                raise Refused(GraphError(what, 0, (type(problem).__name__,), reason)) from None
            date = http_date(response.headers.get("Date"))
            if date:
                self.clock_offset = date - datetime.now(timezone.utc)
            if not response.is_redirect:
                return response
            url = self.absolute(urljoin(url, response.headers["Location"]))
        raise Refused(GraphError(what, 0, ("tooManyRedirects",), "it redirects in circles"))

    def renew_connection(self) -> None:
        """Let this thread's next request use a new one."""
        self._session().close()

    def _session(self) -> requests.Session:
        # One a thread: requests does not promise that a session may be shared.
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        session: requests.Session = self._local.session
        return session
