"""HTTP client for MSAL, with retries.

MSAL has no timeout and does not retry. It logs an answer that is not JSON, with its tokens. It sends a token wherever a
redirect points. After a failure it answers a repeated request from its own cache for a minute. So this client retries
below MSAL, and passes on complete JSON answers only.
"""

from __future__ import annotations

import logging
import random
import re
import ssl
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from tap_entra.auth.errors import ConfigError, LoginUnreachableError, SignInError, is_transient, plain, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger(__name__)

TIMEOUT_S = (10, 30)
"""For connecting, and between two bytes."""

PAUSES_S = (1.0, 3.0, 9.0)
"""Before the second, third and fourth try, unless the service sends Retry-After."""

_PROXY_SCHEMES = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"}
#: The name and the password in an address.
_USERINFO = re.compile(r"//[^/\s]*@")
LONGEST_PAUSE_S = 30.0
"""Short, because a redemption holds the lock that other runs wait for."""


class MsalHttpClient:
    """MSAL's `http_client`: `get`, `post` and `close`.

    `get` and `post` raise SignInError, which MSAL lets through. They return a JSON object: a token or a refusal.
    """

    def __init__(self, session: requests.Session, sleep: Callable[[float], None]) -> None:
        self._session = session
        self.sleep = sleep

    def get(self, url: str, **options: Any) -> requests.Response:
        """Request a tenant's description from the sign-in service, or a token from the machine's own service."""
        response = self._ask("GET", url, options)
        if not response.ok and url.endswith("/openid-configuration"):
            # Raised here, because MSAL drops Microsoft's reason.
            raise refusal(f"The sign-in service at {_host(url)} has no description of the tenant", response.json())
        return response

    def post(self, url: str, **options: Any) -> requests.Response:
        """Request a token."""
        return self._ask("POST", url, options)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _ask(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        for pause_s in (*PAUSES_S, None):
            wait_s = pause_s
            trouble: SignInError | None
            try:
                response = self._session.request(
                    method,
                    url,
                    # auth: requests would otherwise send a line for this host from ~/.netrc.
                    **{**options, "timeout": TIMEOUT_S, "allow_redirects": False, "auth": _as_it_is},
                )
            except requests.RequestException as error:
                trouble = _unreachable(url, error)
            else:
                trouble = _judge(url, response)
                if trouble is None:
                    return response
                wait_s = _asked_to_wait(response, wait_s)
            if pause_s is None or wait_s is None or not isinstance(trouble, LoginUnreachableError):
                raise trouble
            wait_s = min(wait_s, LONGEST_PAUSE_S) * random.uniform(1.0, 1.25)  # noqa: S311 - spreads runs, hides nothing
            LOG.info("%s Waiting %.0f s.", trouble.reason, wait_s)
            self.sleep(wait_s)
        raise AssertionError  # pragma: no cover - the last round returns or raises


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def check_proxy(url: str) -> None:
    """See to it that the proxy for an address, if the environment names one, is an address itself.

    requests and urllib3 quote what they cannot read, and a password may be in it.

    Raises:
        ConfigError: It is not. The error holds nothing of it.
    """
    proxy = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    if not proxy:
        return
    address = proxy if "://" in proxy else f"http://{proxy}"
    try:
        parts = urlsplit(address)
        port = parts.port  # raises if it is not a port number
        # An @ behind the host: the password holds a / or another sign that ends a host.
        rest = parts.path + parts.query + parts.fragment
        is_usable = parts.scheme in _PROXY_SCHEMES and bool(parts.hostname) and port != 0 and "@" not in rest
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ConfigError(
            "The proxy that HTTPS_PROXY or ALL_PROXY names is not an address like http://proxy.example:8080.",
            "Correct the variable. With a password: http://name:password@proxy.example:8080, and in the password %2F "
            "for /, %23 for #, %40 for @, and so on.",
        )


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _judge(url: str, response: requests.Response) -> SignInError | None:
    """Return the error of an answer, None if MSAL can have it, LoginUnreachableError if a retry may help."""
    status = response.status_code
    attempt = f"The sign-in service at {_host(url)} gave no usable answer"
    if response.is_redirect:
        return SignInError(
            f"{attempt}: it redirects to another place, to which the tap sends no token.",
            "Check `login_url` or `cloud`.",
        )
    try:
        answer = response.json()
    except ValueError:
        answer = None
    is_busy = status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if isinstance(answer, dict):
        if is_busy or is_transient(answer):
            return refusal(f"{attempt} (HTTP {status})", answer, kind=LoginUnreachableError)
        return None
    reason = f"{attempt}: HTTP {status}, and no complete JSON object."
    if is_busy or response.ok:
        return LoginUnreachableError(reason, "Try again later; https://status.cloud.microsoft lists outages.")
    return SignInError(reason, "Look for a proxy or firewall that answers in its place.")


def _asked_to_wait(response: requests.Response, otherwise_s: float | None) -> float | None:
    """Return the seconds of a Retry-After header; the sign-in service sends no dates."""
    try:
        return max(0.0, float(response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return otherwise_s


def _unreachable(url: str, error: requests.RequestException) -> SignInError:
    cause: BaseException = error
    while (inner := cause.__cause__ or cause.__context__) is not None:
        cause = inner
    words = _USERINFO.sub("//", plain(str(cause)))
    reason = f"The sign-in service at {_host(url)} could not be reached: {words}."
    if isinstance(cause, ssl.SSLCertVerificationError):
        action = "If a proxy re-signs your traffic, set REQUESTS_CA_BUNDLE to a file with its certificate authority."
        return SignInError(reason, action)
    return LoginUnreachableError(reason, "Check the network, the proxy, and `login_url` if it is set.")
