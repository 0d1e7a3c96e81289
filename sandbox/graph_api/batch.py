"""`$batch`: up to twenty GETs in one POST, each answered by itself.

https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox import graph_errors as errors
from sandbox.messages import Request, Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.faults import Faults

MOST = 20
SHOWN_HEADERS = ("Content-Type", "ETag", "Location", "Retry-After", "Cache-Control")


def answer_batch(outer: Request, faults: Faults, answer: Callable[[Request], Response]) -> Response:
    """Answer each inner request with `answer`, in any order."""
    steps = _steps(outer.body)
    version = outer.path.split("/")[1]
    responses = []
    is_poisoned = False
    for step in faults.shuffled(steps):
        request = _inner_request(outer, version, step)
        outer.inner.append(request)
        response = answer(request)
        request.status = response.status
        is_poisoned |= response.status == 200 and response.body.startswith(b'{"error"')
        responses.append(_shown(str(step["id"]), response, faults))
    whole = json_response({"responses": responses})
    if faults.odd.poison_breaks_batches and is_poisoned:
        whole.body = whole.body[: len(whole.body) * 2 // 3]
    return whole


def _steps(body: bytes) -> list[dict[str, Any]]:
    try:
        steps = msgspec.json.decode(body)["requests"]
        ids = [str(step["id"]).lower() for step in steps]
        complete = all(step["url"] and step["method"] for step in steps)
    except (msgspec.DecodeError, KeyError, TypeError):
        raise errors.bad_request("Invalid batch payload format.", "BadRequest") from None
    if not steps or not complete:
        raise errors.bad_request("Invalid batch payload format.", "BadRequest")
    if len(steps) > MOST:
        message = f"Number of batch request steps exceeds the maximum value of {MOST}."
        raise errors.bad_request(message, "MaximumValueExceeded")
    if len(set(ids)) < len(ids):
        raise errors.bad_request("Request Id must be unique within a batch.", "BadRequest")
    return list(steps)


def _inner_request(outer: Request, version: str, step: dict[str, Any]) -> Request:
    """Inner requests take only the outer Authorization; other headers are their own."""
    headers = {name.lower(): str(value) for name, value in (step.get("headers") or {}).items()}
    headers["authorization"] = outer.headers.get("authorization", "")
    target = f"/{version}/{str(step['url']).lstrip('/')}"
    return Request(str(step["method"]).upper(), outer.host, target, headers)


def _shown(step_id: str, response: Response, faults: Faults) -> dict[str, Any]:
    headers = {faults.spelled(name): response.headers[name] for name in SHOWN_HEADERS if name in response.headers}
    shown: dict[str, Any] = {"id": step_id, "status": response.status, "headers": headers}
    if response.body and response.content_type == "application/json":
        shown["body"] = msgspec.Raw(response.body)
    elif response.body:
        shown["body"] = base64.b64encode(response.body).decode()
    else:
        shown["body"] = None
    return shown
