"""Faults of the way: connections that break, and answers that are not what they should be.

HTML and empty bodies under any status, and an error object under 200, were seen in the field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.faults.fault import Fault, Strike, has_delta_token
from sandbox.messages import Delivery, Request, Response, json_response

if TYPE_CHECKING:
    from collections.abc import Mapping

ELSEWHERE = "https://graph.elsewhere.example"
#: The answer of a web server, before Graph sees a request: https://learn.microsoft.com/troubleshoot/developer/webapps/iis
_TOO_LONG = b"<HTML><HEAD><TITLE>URI Too Long</TITLE></HEAD><BODY><h2>Bad Request - Request Too Long</h2></BODY></HTML>"
HTML = b"<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body><h1>502 - Bad Gateway</h1></body></html>"
_MARK = "redirected=1"


def _undelivered(delivery: Delivery) -> Fault:
    def spoil(response: Response, how: Strike) -> Response:
        response.delivery, response.stall_s = delivery, how.stall_s
        return response

    return Fault(spoil=spoil)


def _refusing(how: Strike) -> Response:
    return Response(delivery=Delivery.REFUSED, stall_s=min(how.stall_s, 0.2))


def _too_long(_: Response, __: Strike) -> Response:
    return Response(414, _TOO_LONG, {"Content-Type": "text/html; charset=us-ascii"})


def _html(status: int) -> Fault:
    def spoil(_: Response, __: Strike) -> Response:
        return Response(status, HTML, {"Content-Type": "text/html; charset=utf-8"})

    return Fault(spoil=spoil, in_batches=status == 200)


def _empty(status: int | None = None) -> Fault:
    def spoil(response: Response, _: Strike) -> Response:
        response.body = b""
        response.status = status or response.status
        return response

    return Fault(spoil=spoil, in_batches=status is None)


def _malformed(response: Response, _: Strike) -> Response:
    response.body = response.body[: max(1, len(response.body) * 2 // 3)]
    return response


def _mistyped(response: Response, _: Strike) -> Response:
    response.headers["Content-Type"] = "application/octet-stream"
    return response


def _error_in_200(_: Response, __: Strike) -> Response:
    error = {"code": "UnknownError", "message": "An unexpected error occurred.", "innerError": {}}
    return json_response({"error": error})


def _has_not_been_redirected(request: Request) -> bool:
    return _MARK not in request.target


def _redirected(_: Response, how: Strike) -> Response:
    location = f"{how.target}{'&' if '?' in how.target else '?'}{_MARK}"
    return Response(307, headers={"Location": location})


def _led_elsewhere(_: Response, how: Strike) -> Response:
    return Response(302, headers={"Location": f"{ELSEWHERE}{how.target}"})


BREAKING: Mapping[str, Fault] = {
    "bad_gateway": _html(502),
    "html": _html(200),
    "html_unavailable": _html(503),
    "empty_timeout": _empty(504),
    "refused_connection": Fault(spoil=lambda _, how: _refusing(how)),
    "reset": _undelivered(Delivery.RESET),
    "cut_body": _undelivered(Delivery.CUT),
    "cut_chunks": _undelivered(Delivery.CUT_CHUNKED),
    "cut_gzip": _undelivered(Delivery.CUT_GZIP),
    "stalled_body": _undelivered(Delivery.STALLED),
    "empty_body": _empty(),
    "malformed_json": Fault(spoil=_malformed),
    "wrong_content_type": Fault(spoil=_mistyped, fits=lambda response: response.content_type == "application/json"),
    "error_in_200": Fault(spoil=_error_in_200, in_batches=True),
    "redirect": Fault(spoil=_redirected, applies=_has_not_been_redirected),
    "foreign_redirect": Fault(spoil=_led_elsewhere),
    "too_long_delta_link": Fault(spoil=_too_long, applies=has_delta_token),
}
