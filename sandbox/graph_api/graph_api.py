"""Graph's front: authorises a call, finds who answers it, and puts on the headers that every answer has."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from sandbox.graph_api import delta, errors, links, lists, logs, photos, recycle_bin
from sandbox.graph_api.batch import answer_batch
from sandbox.graph_api.collections import BY_SHELF, COLLECTIONS
from sandbox.graph_api.context import Call, Context
from sandbox.graph_api.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.login.access import AccessTokens
    from sandbox.messages import Request, Response

    Handler = Callable[[Context, Call, re.Match[str]], Response]

ADMINISTRATIVE_UNITS = BY_SHELF["administrativeUnits"]
VERSIONS = frozenset({"v1.0", "beta"})
NOT_VALID = "Access token validation failure. Invalid audience, signature or lifetime."
DIAGNOSTIC = '{"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"SANDBOX"}}'

# Below one object. Lists, their deltas and single objects come from the table of collections.
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
            r"groups/([^/]+)/(members|owners)",
            lambda context, call, path: links.get_links(context, call, COLLECTIONS["groups"], path[1], path[2]),
        ),
        (
            r"groups/([^/]+)/(members|owners)/microsoft\.graph\.(\w+)",
            lambda context, call, path: links.get_links(
                context, call, COLLECTIONS["groups"], path[1], path[2], kind=path[3]
            ),
        ),
        (
            r"directory/administrativeUnits/([^/]+)/members",
            lambda context, call, path: links.get_links(context, call, ADMINISTRATIVE_UNITS, path[1], "members"),
        ),
        (
            r"servicePrincipals/([^/]+)/owners",
            lambda context, call, path: links.get_links(
                context, call, BY_SHELF["servicePrincipals"], path[1], "owners"
            ),
        ),
        (
            r"servicePrincipals/([^/]+)/appRoleAssignedTo",
            lambda context, call, path: links.get_assignments(context, call, path[1]),
        ),
        (
            r"directory/deletedItems/([^/]+)",
            lambda context, call, path: recycle_bin.get_deleted(context, call, path[1]),
        ),
    )
)


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
    collection = COLLECTIONS.get(call.path)
    if collection is not None and call.version in collection.versions:
        return lists.get_list(context, call, collection)
    if call.path in logs.LOGS:
        return logs.get_log(context, call, logs.LOGS[call.path])
    for pattern, handler in ROUTES:
        path = pattern.fullmatch(call.path)
        if path is not None:
            return handler(context, call, path)
    parent, _, last = call.path.rpartition("/")
    collection = COLLECTIONS.get(parent)
    if collection is None or call.version not in collection.versions:
        raise errors.no_such_segment(call.path.partition("/")[0])
    if last in ("delta", "delta()") and collection.delta:
        return delta.get_delta(context, call, collection)
    return lists.get_one(context, call, collection, last)
