"""The sign-in service over HTTP, in the shape MSAL asks of an HTTP client.

MSAL has no timeout, does not retry, writes an answer that is not JSON into the log (tokens and all), sends a token
wherever a redirect points, and answers a repeated request from its own cache for a minute after a failure. So the
trying again happens here, below MSAL, and nothing reaches it but whole answers worth looking at.
"""

from __future__ import annotations

import logging
import random
import ssl
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from tap_entra.auth.errors import LoginUnreachableError, SignInError, is_transient, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger(__name__)

TIMEOUT_S = (10, 30)
"""To connect, and between two bytes."""

PAUSES_S = (1.0, 3.0, 9.0)
"""Before the second, third and fourth try, unless the service names a time."""

LONGEST_PAUSE_S = 30.0
"""Other runs wait meanwhile: a whole redemption holds a lock."""


class MsalHttpClient:
    """What MSAL calls an `http_client`: `get`, `post` and `close`.

    Both raise SignInError, which MSAL lets through. What they return holds a JSON object and is a token or a refusal.
    """

    def __init__(self, session: requests.Session, sleep: Callable[[float], None]) -> None:
        self._session = session
        self.sleep = sleep

    def get(self, url: str, **options: Any) -> requests.Response:
        """Ask for the description of a tenant's sign-in service, or a machine's own service for a token."""
        response = self._ask("GET", url, options)
        if not response.ok and url.endswith("/openid-configuration"):
            # MSAL would drop Microsoft's reason.
            raise refusal(f"The sign-in service at {_host(url)} has no description of the tenant", response.json())
        return response

    def post(self, url: str, **options: Any) -> requests.Response:
        """Ask for a token."""
        return self._ask("POST", url, options)

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def _ask(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        for pause_s in (*PAUSES_S, None):
            wait_s = pause_s
            trouble: SignInError | None
            try:
                response = self._session.request(
                    method,
                    url,
                    # auth: keeps a line for this host in ~/.netrc from being sent along.
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


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _judge(url: str, response: requests.Response) -> SignInError | None:
    """What is wrong with an answer, None if MSAL can have it. LoginUnreachableError if the same may work later."""
    status = response.status_code
    attempt = f"The sign-in service at {_host(url)} did not answer as it should"
    if response.is_redirect:
        return SignInError(
            f"{attempt}: it redirects elsewhere, where no token is sent.", "Check `login_url` or `cloud`."
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
    reason = f"{attempt}: HTTP {status}, and no whole JSON object."
    if is_busy or response.ok:
        return LoginUnreachableError(reason, "Try again later; https://status.cloud.microsoft tells of outages.")
    return SignInError(reason, "Look for a proxy or firewall that answers instead.")


def _asked_to_wait(response: requests.Response, otherwise_s: float | None) -> float | None:
    """Seconds of a Retry-After header; the sign-in service sends no dates."""
    try:
        return max(0.0, float(response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return otherwise_s


def _unreachable(url: str, error: requests.RequestException) -> SignInError:
    cause: BaseException = error
    while (inner := cause.__cause__ or cause.__context__) is not None:
        cause = inner
    reason = f"The sign-in service at {_host(url)} could not be reached: {cause}."
    if isinstance(cause, ssl.SSLCertVerificationError):
        action = "If a proxy re-signs your traffic, set REQUESTS_CA_BUNDLE to a file with its certificate authority."
        return SignInError(reason, action)
    return LoginUnreachableError(reason, "Check the network, the proxy, and `login_url` if it is set.")
