"""One HTTP exchange: the link exactly as it is, the token only in its own header, this machine's proxies and CAs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Seconds for a connection, and between two bytes of an answer: heavy log pages are known to take more than a minute.
TIMEOUT_S = (10, 150)
_URL = 4
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}


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


def origin(url: str) -> tuple[str, str]:
    """Scheme and host of a link, the same with and without the scheme's own port.

    Anything else beside the host, such as a name before an "@", makes it another host.
    """
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ":"))
