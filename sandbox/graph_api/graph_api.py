"""Graph's front: authorises a call, finds who answers it, and puts on the headers that every answer has."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from sandbox import graph_errors as errors
from sandbox.graph_api import delta, links, lists, logs, photos, recycle_bin
from sandbox.graph_api.batch import answer_batch
from sandbox.graph_api.context import Call, Context
from sandbox.graph_api.options import Options
from sandbox.lists import CHILD_LISTS, LISTS, LOGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.lists.spec import GraphList
    from sandbox.login.access import AccessTokens
    from sandbox.messages import Request, Response

    Handler = Callable[[Context, Call, re.Match[str]], Response]

VERSIONS = frozenset({"v1.0", "beta"})
NOT_VALID = "Access token validation failure. Invalid audience, signature or lifetime."
DIAGNOSTIC = '{"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"SANDBOX"}}'

# What is special below one object. `sandbox.lists` names all other paths.
ROUTES: tuple[tuple[re.Pattern[str], Handler], ...] = tuple(
    (re.compile(pattern), handler)
    for pattern, handler in (
        (r"users/([^/]+)/photo", lambda context, call, path: photos.get_metadata(context, call, path[1])),
        (r"users/([^/]+)/photo/\$value", lambda context, call, path: photos.get_bytes(context, call, path[1])),
        (r"users/([^/]+)/photos", lambda context, call, path: photos.get_sizes(context, call, path[1])),
        (
            r"users/([^/]+)/photos/([^/]+)",
            lambda context, call, path: photos.get_metadata(context, call, path[1], path[2]),
        ),
        (
            r"users/([^/]+)/photos/([^/]+)/\$value",
            lambda context, call, path: photos.get_bytes(context, call, path[1], path[2]),
        ),
        (r"users/([^/]+)/manager", lambda context, call, path: links.get_manager(context, call, path[1])),
        (
            r"directory/deletedItems/([^/]+)",
            lambda context, call, path: recycle_bin.get_deleted(context, call, path[1]),
        ),
    )
)
BELOW_ONE = re.compile(r"(?P<parent>.+)/(?P<id>[^/]+)/(?P<name>\w+)(?:/microsoft\.graph\.(?P<kind>\w+))?")


class GraphApi:
    """Answers requests to Graph."""

    def __init__(self, context: Context, tokens: AccessTokens) -> None:
        self.context = context
        self._tokens = tokens

    def answer(self, request: Request) -> Response:
        """Answer a request, `$batch` or single."""
        if not request.path.endswith("/$batch"):
            return self._answered(request, self._read)
        return self._answered(request, self._read_batch)

    def _read(self, request: Request) -> Response:
        told = self.context.faults.strike(request)
        call = self._call(request)
        if self.context.faults.turned.is_gone(call.path):
            raise errors.no_such_segment(call.path.rpartition("/")[2])
        with self.context.tenant.lock:
            response = _route(self.context, call)
        response.headers.update(told)
        return response

    def _read_batch(self, request: Request) -> Response:
        self.context.faults.strike(request)
        self._call(request)
        return answer_batch(request, self.context.faults, self._answer_part)

    def _answer_part(self, request: Request) -> Response:
        return self.context.faults.spoil(request, self._answered(request, self._read), in_batch=True)

    def _answered(self, request: Request, read: Callable[[Request], Response]) -> Response:
        """What `read` answers or how it refuses, with the headers that every answer has."""
        request_id = str(uuid.uuid4())
        client_request_id = request.headers.get("client-request-id", request_id)
        try:
            response = read(request)
        except errors.Refusal as refusal:
            date = self.context.tenant.now().strftime("%Y-%m-%dT%H:%M:%S")
            response = refusal.response(date=date, request_id=request_id, client_request_id=client_request_id)
        response.headers.setdefault("Cache-Control", "no-cache")
        response.headers["OData-Version"] = "4.0"
        response.headers["request-id"] = request_id
        response.headers["client-request-id"] = client_request_id
        response.headers["x-ms-ags-diagnostic"] = DIAGNOSTIC
        hidden = self.context.faults.turned.hidden_headers
        response.headers = {name: value for name, value in response.headers.items() if name not in hidden}
        response.is_dated = "Date" not in hidden
        return response

    def _call(self, request: Request) -> Call:
        version, _, path = request.path.removeprefix("/").partition("/")
        if version not in VERSIONS:
            raise errors.bad_request(f"Invalid version: {version}", "BadRequest")
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise errors.invalid_token("Access token is empty.")
        token = self._tokens.verify(text, audience=self.context.url)
        if token is None:
            claims = self._tokens.challenge(text, audience=self.context.url)
            raise errors.insufficient_claims(claims) if claims else errors.invalid_token(NOT_VALID)
        if path == "me" or path.startswith("me/"):
            path = f"users/{token.user_id}{path.removeprefix('me')}"
        return Call(request, version, path, Options.parse(request.query), token)


def _route(context: Context, call: Call) -> Response:
    if call.request.method != "GET":
        raise errors.Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    served = _served(call.path, call.version)
    if served is not None:
        return (lists.get_single if served.is_single else lists.get_list)(context, call, served)
    if call.path in LOGS:
        return logs.get_log(context, call, LOGS[call.path])
    for pattern, handler in ROUTES:
        path = pattern.fullmatch(call.path)
        if path is not None:
            return handler(context, call, path)
    below = BELOW_ONE.fullmatch(call.path)
    if below is not None:
        found = _route_below_one(context, call, below)
        if found is not None:
            return found
    parent, _, last = call.path.rpartition("/")
    served = _served(parent, call.version)
    if served is None:
        raise errors.not_served(call.path)
    if last in ("delta", "delta()") and served.delta:
        return delta.get_delta(context, call, served)
    return lists.get_one(context, call, served, last)


def _route_below_one(context: Context, call: Call, path: re.Match[str]) -> Response | None:
    """A list below one object; None if the sandbox serves none of that name."""
    parents = _served(path["parent"], call.version)
    if parents is None:
        return None
    if path["name"] in parents.links:
        return links.get_links(context, call, parents, path["id"], path["name"], kind=path["kind"] or "")
    child = CHILD_LISTS.get((parents.path, path["name"]))
    return links.get_children(context, call, child, path["id"]) if child is not None else None


def _served(path: str, version: str) -> GraphList | None:
    served = LISTS.get(path)
    return served if served is not None and version in served.versions else None
