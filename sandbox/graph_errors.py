"""How Graph says no: error bodies, shaped as https://learn.microsoft.com/graph/errors has them."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.messages import Response, json_response

if TYPE_CHECKING:
    from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818 - Graph's answer, not a fault of the sandbox
    """Raised anywhere below the surface; becomes an error response.

    Args:
        inner: More members of `innerError`, where Graph hides the specific code.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        inner: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.inner = dict(inner or {})
        self.headers = dict(headers or {})

    def response(self, *, date: str, request_id: str, client_request_id: str) -> Response:
        """The error response; `date` in Graph's spelling, without a zone."""
        inner = {**self.inner, "date": date, "request-id": request_id, "client-request-id": client_request_id}
        error = {"code": self.code, "message": self.message, "innerError": inner}
        response = json_response({"error": error}, self.status)
        response.headers.update(self.headers)
        return response


def bad_request(message: str, code: str = "Request_BadRequest") -> Refusal:
    """400: the query is wrong."""
    return Refusal(400, code, message)


def unsupported_query(message: str) -> Refusal:
    """400: the query is well formed, but this endpoint does not know it."""
    return Refusal(400, "Request_UnsupportedQuery", message)


def not_found(object_id: str) -> Refusal:
    """404: no such object, or no longer."""
    message = f"Resource '{object_id}' does not exist or one of its queried reference-property objects are not present."
    return Refusal(404, "Request_ResourceNotFound", message)


def not_served(path: str) -> Refusal:
    """400, as Graph answers an unknown path; the message also tells a developer how to add the list here."""
    names = [segment for segment in path.split("/") if segment.isidentifier()]
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", (names or [path])[-1]).lower()
    return bad_request(
        f"Resource not found for the segment '{path.partition('/')[0]}'. (the sandbox does not serve /{path}: "
        f"add sandbox/lists/{name}.py and name it in sandbox/lists/__init__.py)",
        "BadRequest",
    )


def no_such_segment(segment: str) -> Refusal:
    """400: the path itself is unknown to Graph."""
    return bad_request(f"Resource not found for the segment '{segment}'.", "BadRequest")


def invalid_token(message: str) -> Refusal:
    """401: no token, or not one for this Graph, or an old one."""
    challenge = 'Bearer realm="", authorization_uri="/common/oauth2/authorize", error="invalid_token"'
    return Refusal(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge})


def insufficient_claims(claims: str) -> Refusal:
    """401: the token was revoked, and its client said that it can answer a challenge.

    https://learn.microsoft.com/entra/identity-platform/claims-challenge
    """
    encoded = b64encode(claims.encode()).decode()
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
        f'client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="{encoded}"'
    )
    message = (
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: "
        "TokenIssuedBeforeRevocationTimestamp"
    )
    return Refusal(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge})


def expired_page_token() -> Refusal:
    """400: the next link was kept for too long."""
    message = "The specified page token value has expired and can no longer be included in your request."
    return bad_request(message, "Directory_ExpiredPageToken")


FORGOTTEN = "The sync state generation is not found. The delta token is expired and data must be synchronized again."


def forgotten_delta_link(restart_url: str, status: int) -> Refusal:
    """400 or 410: the delta link is older than seven days, or Graph lost what it stood for.

    Both spellings occur: https://learn.microsoft.com/graph/delta-query-overview#synchronization-reset has the 410.
    Any other status is spelled as the 400 is.
    """
    if status == 410:
        message = "Resync required. Replace any local items with the server's version."
        return Refusal(410, "resyncRequired", message, headers={"Location": restart_url})
    return Refusal(status, "BadRequest", FORGOTTEN, inner={"code": "syncStateNotFound", "message": FORGOTTEN})


# The three kinds of 403. https://learn.microsoft.com/graph/api/signin-list#permissions


def scope_missing() -> Refusal:
    """403 of the directory: the token lacks a scope."""
    return Refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def report_scope_missing() -> Refusal:
    """403 of the reports: the token lacks AuditLog.Read.All."""
    message = "Calling principal does not have required MSGraph permissions AuditLog.Read.All"
    return Refusal(403, "Authentication_MSGraphPermissionMissing", message)


def role_missing() -> Refusal:
    """403: the signed-in user holds none of the directory roles that may read reports."""
    return Refusal(403, "Authentication_RequestFromUnsupportedUserRole", "User is not in the allowed roles")


def plan_missing() -> Refusal:
    """403: no Entra ID P1 or P2. Also sent by mistake to tenants that have one."""
    message = "Neither tenant is B2C or tenant doesn't have premium license"
    return Refusal(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", message)


# Services behind Graph refuse in words of their own. The last two of each are the same in some, so that only a person
# who knows the tenant can tell a missing scope from a missing role.


@dataclass(frozen=True)
class Service:
    """How a service refuses: status, code and message.

    Attributes:
        scope: The token lacks the permission.
        role: The signed-in user lacks a directory role.
        plan: The tenant lacks the plan.
    """

    scope: tuple[int, str, str]
    role: tuple[int, str, str]
    plan: tuple[int, str, str]


_DIRECTORY_DENIED = (403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
_SCOPES_MISSING = "You cannot perform the requested operation, required scopes are missing in the token."
_NOT_LICENSED = "Your tenant is not licensed for this feature."
#: Codes and messages as they are reported in issues of clients; none of them is documented.
SERVICES = {
    "": Service(_DIRECTORY_DENIED, _DIRECTORY_DENIED, (403, "Forbidden", _NOT_LICENSED)),
    "conditional access": Service(
        (403, "AccessDenied", _SCOPES_MISSING),
        (403, "AccessDenied", _SCOPES_MISSING),
        (403, "AccessDenied", f"{_NOT_LICENSED} Please upgrade your subscription to access it."),
    ),
    "identity protection": Service(
        (403, "Forbidden", _SCOPES_MISSING),
        (403, "Forbidden", _SCOPES_MISSING),
        (403, "Forbidden", _NOT_LICENSED),
    ),
    "privileged identity management": Service(
        (403, "PermissionScopeNotGranted", "Authorization failed due to missing permission scope."),
        (403, "UnauthorizedAccessException", "Attempted to perform an unauthorized operation."),
        (
            400,
            "AadPremiumLicenseRequired",
            "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
        ),
    ),
}


def throttled(retry_after: str | None, headers: Mapping[str, str] | None = None) -> Refusal:
    """429, with `Retry-After` as given; None sends none."""
    inner = {"code": "429", "message": "Please retry after", "status": "429"}
    after = {} if retry_after is None else {"Retry-After": retry_after}
    return Refusal(
        429, "TooManyRequests", "Please retry again later.", inner=inner, headers={**after, **(headers or {})}
    )
