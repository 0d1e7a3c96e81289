"""One Graph host: its links, its clock, its connections, and one HTTP exchange with it."""

from __future__ import annotations

import logging
import re
import threading
import uuid
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urljoin, urlsplit

import requests

from tap_entra.graph.errors import ForeignHostError, GraphError, LinkError
from tap_entra.graph.responses import Refused, answered_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# requests takes an answer out of its buffers in pieces, and a page has some megabytes: with 10 KB at a time that costs
# as much as to decode it.
requests.models.CONTENT_CHUNK_SIZE = 64 * 1024

_REDIRECTS = 5
#: What may stand in a request line: no control characters.
_LINK = re.compile(r"[^\x00-\x1f\x7f]+")
#: Seconds for a connection, and between two bytes of an answer: heavy log pages are known to take more than a minute.
TIMEOUT_S = (10, 150)
_URL = 4
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}


class Credential(Protocol):
    """What the client needs to know about signing in."""

    def token(self) -> str:
        """A valid access token."""

    def renew(self, claims: str | None = None, rejected: str | None = None) -> str:
        """A new access token in place of the rejected one, with the claims that Graph asked for."""


class Host:
    """A Graph host and the account that is signed in to it. Safe to use from several threads.

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
        """Return whether a link leads to this host, and is one at all."""
        return isinstance(url, str) and bool(_LINK.fullmatch(url)) and origin(url) == origin(self.root)

    def absolute(self, url: str) -> str:
        """A path on this host, or a whole link to it, as a whole link.

        Raises:
            ForeignHostError: It leads elsewhere.
            LinkError: It is no link.
        """
        # A whole link stays as it is, to the letter: its tokens are Graph's own business.
        absolute = f"{self.root}{url}" if isinstance(url, str) and url.startswith("/") else url
        self.check_link(absolute, "GET")
        return absolute

    def check_link(self, link: Any, what: str) -> None:
        """See to it that a link can be followed.

        Args:
            what: The request whose answer named it.

        Raises:
            ForeignHostError: It leads elsewhere.
            LinkError: It is no link.
        """
        if self.is_ours(link):
            return
        _, host = origin(link) if isinstance(link, str) and _LINK.fullmatch(link) else ("", "")
        if not host:
            raise LinkError(what, link)
        raise ForeignHostError(f"GET {urlsplit(link).path}", urlsplit(link).hostname or "no host")

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None,
        on_request: Callable[[], object],
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> requests.Response:
        """Send one request, and follow redirects on this host.

        Args:
            on_request: Called for each request that is sent.
            headers: Sent beside the usual ones, or in place of them.

        Raises:
            Refused: No answer.
            ForeignHostError: A redirect leads elsewhere.
        """
        what = f"{method} {urlsplit(url).path}"
        for _ in range(_REDIRECTS):
            sent = {
                "Accept": "application/json",
                "client-request-id": str(uuid.uuid4()),
                **headers,
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
            date = answered_at(response)
            if date:
                self.clock_offset = date - datetime.now(timezone.utc)
            if not response.is_redirect:
                return response
            url = self.absolute(_joined(url, response.headers["Location"]))
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


def _hide_query(record: logging.LogRecord) -> bool:
    """Take the query out of what urllib3 logs of a request at DEBUG: it holds page tokens and delta tokens."""
    if isinstance(record.args, tuple) and len(record.args) > _URL:
        url = str(record.args[_URL]).partition("?")[0]
        record.args = (*record.args[:_URL], url, *record.args[_URL + 1 :])
    return True


logging.getLogger("urllib3.connectionpool").addFilter(_hide_query)


class _Bearer(requests.auth.AuthBase):
    """Puts the token on a request. As a header alone it would lose to an entry for the host in a .netrc file."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def exchange(  # noqa: PLR0913 - the parts of a request
    session: requests.Session, method: str, url: str, *, token: str, headers: Mapping[str, str], body: bytes | None
) -> requests.Response:
    """Send one request and read its answer whole. A redirect is an answer: it is not followed.

    Raises:
        requests.RequestException: No answer, or only a part of one.
    """
    prepared = session.prepare_request(
        requests.Request(method, url, headers=dict(headers), data=body, auth=_Bearer(token))
    )
    # requests would rewrite a link's percent-encoding, and a link is to be used as it was received:
    # https://learn.microsoft.com/graph/paging. (urllib3 still writes the hex digits of %2c in capitals.)
    prepared.url = url
    environment = session.merge_environment_settings(url, {}, stream=False, verify=None, cert=None)
    return session.send(prepared, timeout=TIMEOUT_S, allow_redirects=False, **environment)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def origin(url: str) -> tuple[str, str]:
    """Scheme and host of a link, the same with and without the scheme's own port.

    Anything else beside the host, such as a name before an "@", makes it another host.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # such as "https://["
        return "", ""
    return parts.scheme, parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ":"))
