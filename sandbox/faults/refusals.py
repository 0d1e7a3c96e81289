"""Faults that answer instead: Graph is busy, has forgotten, or says no.

Statuses and codes: https://learn.microsoft.com/graph/errors, https://learn.microsoft.com/graph/throttling; the codes of
a 429 were seen in the field.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from sandbox import graph_errors as errors
from sandbox.faults.fault import Fault, Strike, has_delta_token, has_filter, has_page_token
from sandbox.graph_errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CHALLENGE = base64.b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}').decode()


def _throttled(default: Callable[[Strike], str | None]) -> Fault:
    def refuse(how: Strike) -> Refusal:
        refusal = errors.throttled((default(how) if how.retry_after is None else how.retry_after) or None)
        refusal.code = how.rng.choice(
            ("TooManyRequests", "TooManyRequests", "activityLimitReached", "UnknownError", "")
        )
        return refusal

    return Fault(refuse=refuse)


def _broken(status: int, code: str, message: str) -> Fault:
    def refuse(how: Strike) -> Refusal:
        headers = {"Retry-After": how.retry_after} if how.retry_after else {}
        return Refusal(status, code, message, headers=headers)

    return Fault(refuse=refuse)


def _forgotten(status: int, code: str | None = None) -> Fault:
    """A delta link that is too old; Microsoft's own spellings without a code.

    "40X with syncStateNotFound", "410 Gone", and `resyncRequired` are each named somewhere:
    https://learn.microsoft.com/graph/delta-query-overview, https://learn.microsoft.com/graph/errors
    """

    def refuse(how: Strike) -> Refusal:
        if code is not None:
            return Refusal(status, code, errors.FORGOTTEN)
        return errors.forgotten_delta_link(f"{how.url}?$deltatoken=", status)

    return Fault(refuse=refuse, applies=has_delta_token)


def _gone_to_another_host(how: Strike) -> Refusal:
    path = how.url.partition("//")[2].partition("/")[2]
    return errors.forgotten_delta_link(f"https://graph.elsewhere.example/{path}?$deltatoken=", 410)


def _claims_challenge(_: Strike) -> Refusal:
    refusal = errors.invalid_token("Continuous access evaluation resulted in challenge.")
    refusal.headers["WWW-Authenticate"] = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
        f'client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="{CHALLENGE}"'
    )
    return refusal


UNAVAILABLE = "The service is temporarily unavailable. Please try again later."
TIMED_OUT = "The server, while acting as a proxy, did not receive a timely response from the upstream server."
LOST_PAGE = "The page token was not found. It may belong to a request that failed and was tried again."

REFUSING: Mapping[str, Fault] = {
    "throttled": _throttled(lambda _: "2"),
    "throttled_decimal": _throttled(lambda _: "0.249"),
    "throttled_date": _throttled(lambda how: format_datetime(how.now + timedelta(seconds=2), usegmt=True)),
    "throttled_silently": _throttled(lambda _: None),
    "throttled_minutes": _throttled(lambda _: "315"),
    "internal_error": _broken(500, "InternalServerError", "An unexpected error occurred."),
    "unknown_error": _broken(500, "UnknownError", ""),
    "unavailable": _broken(503, "ServiceNotAvailable", UNAVAILABLE),
    "timeout": _broken(504, "UnknownError", TIMED_OUT),
    "bandwidth": _broken(509, "generalException", "Bandwidth limit exceeded."),
    "expired_page_token": Fault(refuse=lambda _: errors.expired_page_token(), applies=has_page_token),
    "lost_page_token": Fault(
        refuse=lambda _: errors.bad_request(LOST_PAGE, "DirectoryPageTokenNotFoundException"),
        applies=has_page_token,
    ),
    "forgotten_delta_link": _forgotten(400),
    "gone_delta_link": _forgotten(410),
    "unknown_sync_state": _forgotten(404, "syncStateNotFound"),
    "gone_sync_state": _forgotten(410, "syncStateNotFound"),
    "resync_required": _forgotten(400, "resyncRequired"),
    "gone_without_a_code": _forgotten(410, ""),
    "gone_to_another_host": Fault(refuse=_gone_to_another_host, applies=has_delta_token),
    "refused_filter": Fault(
        refuse=lambda _: errors.bad_request("Invalid filter clause: The request is not valid.", "BadRequest"),
        applies=has_filter,
    ),
    "plan_doubted": Fault(refuse=lambda _: errors.plan_missing()),
    "denied": Fault(refuse=lambda _: errors.scope_missing()),
    "token_refused": Fault(refuse=lambda _: errors.invalid_token("Lifetime validation failed, the token is expired.")),
    "claims_challenge": Fault(refuse=_claims_challenge),
}
