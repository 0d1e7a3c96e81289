"""Graph's front: authorises a call, finds who answers it, and puts on the headers that every answer has."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from sandbox.surface import deleted, delta, lists, logs, photos, refusals, related
from sandbox.surface.batch import answer_batch
from sandbox.surface.collections import BY_SHELF, COLLECTIONS
from sandbox.surface.options import Options
from sandbox.surface.world import Call, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.login.access import AccessTokens
    from sandbox.messages import Request, Response

    Handler = Callable[[World, Call, re.Match[str]], Response]

ADMINISTRATIVE_UNITS = BY_SHELF["administrativeUnits"]
VERSIONS = frozenset({"v1.0", "beta"})
NOT_VALID = "Access token validation failure. Invalid audience, signature or lifetime."
DIAGNOSTIC = '{"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"SANDBOX"}}'

# Below one object. Lists, their deltas and single objects come from the table of collections.
ROUTES: tuple[tuple[re.Pattern[str], Handler], ...] = tuple(
    (re.compile(pattern), handler)
    for pattern, handler in (
        (r"users/([^/]+)/photo", lambda world, call, path: photos.get_metadata(world, call, path[1])),
        (r"users/([^/]+)/photo/\$value", lambda world, call, path: photos.get_bytes(world, call, path[1])),
        (r"users/([^/]+)/photos", lambda world, call, path: photos.get_sizes(world, call, path[1])),
        (r"users/([^/]+)/photos/([^/]+)", lambda world, call, path: photos.get_metadata(world, call, path[1], path[2])),
        (
            r"users/([^/]+)/photos/([^/]+)/\$value",
            lambda world, call, path: photos.get_bytes(world, call, path[1], path[2]),
        ),
        (r"users/([^/]+)/manager", lambda world, call, path: related.get_manager(world, call, path[1])),
        (
            r"groups/([^/]+)/(members|owners)",
            lambda world, call, path: related.get_links(world, call, COLLECTIONS["groups"], path[1], path[2]),
        ),
        (
            r"groups/([^/]+)/(members|owners)/microsoft\.graph\.(\w+)",
            lambda world, call, path: related.get_links(
                world, call, COLLECTIONS["groups"], path[1], path[2], kind=path[3]
            ),
        ),
        (
            r"directory/administrativeUnits/([^/]+)/members",
            lambda world, call, path: related.get_links(world, call, ADMINISTRATIVE_UNITS, path[1], "members"),
        ),
        (
            r"servicePrincipals/([^/]+)/owners",
            lambda world, call, path: related.get_links(world, call, BY_SHELF["servicePrincipals"], path[1], "owners"),
        ),
        (
            r"servicePrincipals/([^/]+)/appRoleAssignedTo",
            lambda world, call, path: related.get_assignments(world, call, path[1]),
        ),
        (r"directory/deletedItems/([^/]+)", lambda world, call, path: deleted.get_deleted(world, call, path[1])),
    )
)


class Surface:
    """Answers requests to Graph."""

    def __init__(self, world: World, tokens: AccessTokens) -> None:
        self.world = world
        self._tokens = tokens

    def answer(self, request: Request) -> Response:
        """Answer a request, `$batch` or single."""
        if not request.path.endswith("/$batch"):
            return self._answered(request, self._read)
        return self._answered(request, self._read_batch)

    def _read(self, request: Request) -> Response:
        told = self.world.weather.strike(request)
        call = self._call(request)
        with self.world.tenant.lock:
            response = _route(self.world, call)
        response.headers.update(told)
        return response

    def _read_batch(self, request: Request) -> Response:
        self.world.weather.strike(request)
        self._call(request)
        return answer_batch(request, self.world.weather, self._answer_part)

    def _answer_part(self, request: Request) -> Response:
        return self.world.weather.spoil(request, self._answered(request, self._read), in_batch=True)

    def _answered(self, request: Request, read: Callable[[Request], Response]) -> Response:
        """What `read` answers or how it refuses, with the headers that every answer has."""
        request_id = str(uuid.uuid4())
        client_request_id = request.headers.get("client-request-id", request_id)
        try:
            response = read(request)
        except refusals.Refusal as refusal:
            date = self.world.tenant.now().strftime("%Y-%m-%dT%H:%M:%S")
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
            raise refusals.bad_request(f"Invalid version: {version}", "BadRequest")
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise refusals.invalid_token("Access token is empty.")
        token = self._tokens.verify(text, audience=self.world.url)
        if token is None:
            claims = self._tokens.challenge(text, audience=self.world.url)
            raise refusals.insufficient_claims(claims) if claims else refusals.invalid_token(NOT_VALID)
        if path == "me" or path.startswith("me/"):
            path = f"users/{token.user_id}{path.removeprefix('me')}"
        return Call(request, version, path, Options.parse(request.query), token)


def _route(world: World, call: Call) -> Response:
    if call.request.method != "GET":
        raise refusals.Refusal(
            405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target."
        )
    collection = COLLECTIONS.get(call.path)
    if collection is not None and call.version in collection.versions:
        return lists.get_list(world, call, collection)
    if call.path in logs.LOGS:
        return logs.get_log(world, call, logs.LOGS[call.path])
    for pattern, handler in ROUTES:
        path = pattern.fullmatch(call.path)
        if path is not None:
            return handler(world, call, path)
    parent, _, last = call.path.rpartition("/")
    collection = COLLECTIONS.get(parent)
    if collection is None or call.version not in collection.versions:
        raise refusals.no_such_segment(call.path.partition("/")[0])
    if last in ("delta", "delta()") and collection.delta:
        return delta.get_delta(world, call, collection)
    return lists.get_one(world, call, collection, last)
