"""The faults that can be switched on, by name.

Statuses and codes: https://learn.microsoft.com/graph/errors, https://learn.microsoft.com/graph/throttling; the codes of
a 429 and the HTML and empty bodies were seen in the field.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from sandbox.messages import Delivery, Request, Response, json_response
from sandbox.surface import refusals
from sandbox.surface.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

CHALLENGE = base64.b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}').decode()
HTML = b"<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body><h1>502 - Bad Gateway</h1></body></html>"


@dataclass(frozen=True)
class How:
    """What a fault may be told, and what it may look at.

    Attributes:
        url: The request's, without query.
        retry_after: Overrides the fault's own Retry-After; "" sends none.
        stall_s: How long a stalled body stalls.
    """

    now: datetime
    rng: Random
    url: str
    retry_after: str | None = None
    stall_s: float = 600.0


@dataclass(frozen=True)
class Fault:
    """One way to fail: either a refusal instead of the answer, or damage done to the answer.

    Attributes:
        refuse: Makes what is answered instead. Works inside `$batch` too.
        spoil: Changes the answer after it was worked out: what was asked for has happened.
        applies: Which requests it can hit at all.
    """

    refuse: Callable[[How], Refusal] | None = None
    spoil: Callable[[Response, How], Response] | None = None
    applies: Callable[[Request], bool] = lambda _: True


def _throttled(default: Callable[[How], str | None]) -> Fault:
    def refuse(how: How) -> Refusal:
        refusal = refusals.throttled((default(how) if how.retry_after is None else how.retry_after) or None)
        refusal.code = how.rng.choice(
            ("TooManyRequests", "TooManyRequests", "activityLimitReached", "UnknownError", "")
        )
        return refusal

    return Fault(refuse=refuse)


def _broken(status: int, code: str, message: str) -> Fault:
    def refuse(how: How) -> Refusal:
        headers = {"Retry-After": how.retry_after} if how.retry_after else {}
        return Refusal(status, code, message, headers=headers)

    return Fault(refuse=refuse)


def _has_page_token(request: Request) -> bool:
    return "$skiptoken" in request.query


def _has_delta_token(request: Request) -> bool:
    return request.query.get("$deltatoken", "latest") != "latest"


def _forgotten(status: int) -> Fault:
    return Fault(
        refuse=lambda how: refusals.forgotten_delta_link(f"{how.url}?$deltatoken=", status),
        applies=_has_delta_token,
    )


def _claims_challenge(_: How) -> Refusal:
    refusal = refusals.invalid_token("Continuous access evaluation resulted in challenge.")
    refusal.headers["WWW-Authenticate"] = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
        f'client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="{CHALLENGE}"'
    )
    return refusal


def _html(status: int) -> Fault:
    return Fault(spoil=lambda _, __: Response(status, HTML, {"Content-Type": "text/html; charset=utf-8"}))


def _undelivered(delivery: Delivery) -> Fault:
    def spoil(response: Response, how: How) -> Response:
        response.delivery, response.stall_s = delivery, how.stall_s
        return response

    return Fault(spoil=spoil)


def _malformed(response: Response, _: How) -> Response:
    response.body = response.body[: max(1, len(response.body) * 2 // 3)]
    return response


def _emptied(response: Response, _: How) -> Response:
    response.body = b""
    return response


def _error_in_200(_: Response, __: How) -> Response:
    error = {"code": "UnknownError", "message": "An unexpected error occurred.", "innerError": {}}
    return json_response({"error": error})


UNAVAILABLE = "The service is temporarily unavailable. Please try again later."
TIMED_OUT = "The server, while acting as a proxy, did not receive a timely response from the upstream server."
LOST_PAGE = "The page token was not found. It may belong to a request that failed and was tried again."

FAULTS: dict[str, Fault] = {
    "throttled": _throttled(lambda _: "2"),
    "throttled_decimal": _throttled(lambda _: "0.249"),
    "throttled_date": _throttled(lambda how: format_datetime(how.now + timedelta(seconds=2), usegmt=True)),
    "throttled_silently": _throttled(lambda _: None),
    "internal_error": _broken(500, "InternalServerError", "An unexpected error occurred."),
    "unknown_error": _broken(500, "UnknownError", ""),
    "unavailable": _broken(503, "ServiceNotAvailable", UNAVAILABLE),
    "timeout": _broken(504, "UnknownError", TIMED_OUT),
    "bandwidth": _broken(509, "generalException", "Bandwidth limit exceeded."),
    "expired_page_token": Fault(refuse=lambda _: refusals.expired_page_token(), applies=_has_page_token),
    "lost_page_token": Fault(
        refuse=lambda _: refusals.bad_request(LOST_PAGE, "DirectoryPageTokenNotFoundException"),
        applies=_has_page_token,
    ),
    "forgotten_delta_link": _forgotten(400),
    "gone_delta_link": _forgotten(410),
    "plan_doubted": Fault(refuse=lambda _: refusals.plan_missing()),
    "denied": Fault(refuse=lambda _: refusals.scope_missing()),
    "token_refused": Fault(
        refuse=lambda _: refusals.invalid_token("Lifetime validation failed, the token is expired.")
    ),
    "claims_challenge": Fault(refuse=_claims_challenge),
    "bad_gateway": _html(502),
    "html": _html(200),
    "reset": _undelivered(Delivery.RESET),
    "cut_body": _undelivered(Delivery.CUT),
    "stalled_body": _undelivered(Delivery.STALLED),
    "empty_body": Fault(spoil=_emptied),
    "malformed_json": Fault(spoil=_malformed),
    "error_in_200": Fault(spoil=_error_in_200),
}
