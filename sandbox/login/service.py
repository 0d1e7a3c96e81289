"""The sign-in service's front: discovery, and which endpoint answers what.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from sandbox.login import grants, machine, web_apps
from sandbox.login.authorize import answer_admin_consent, answer_authorize
from sandbox.login.device_codes import answer_device_page, begin_device_sign_in
from sandbox.login.refusals import SignInRefusal
from sandbox.login.state import SignInState
from sandbox.messages import Request, Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

ANY_TENANT = frozenset({"common", "organizations"})


class SignInService(SignInState):
    """Answers requests to the login host. `SignInState` has its attributes."""

    def answer(self, request: Request) -> Response:
        """Answer a request to the login host."""
        correlation_id = request.headers.get("client-request-id", str(uuid.uuid4()))
        try:
            response = self._route(request)
        except SignInRefusal as refusal:
            response = refusal.response(self.tenant.now(), correlation_id)
        response.headers.setdefault("Cache-Control", "no-store, no-cache")
        response.headers["x-ms-request-id"] = str(uuid.uuid4())
        response.headers["client-request-id"] = correlation_id
        return response

    def _route(self, request: Request) -> Response:
        tenant, _, endpoint = request.path.removeprefix("/").partition("/")
        if answer := MACHINE.get((request.method, request.path)):
            return answer(self, request)
        answer = ENDPOINTS.get((request.method, endpoint))
        if answer is None:
            return Response(404)
        self._check_tenant(tenant)
        return answer(self, request)

    def _check_tenant(self, tenant: str) -> None:
        domains = {str(domain).lower() for domain in self.tenant.lists["domains"]}
        if tenant.lower() not in {self.tenant.id.lower(), *domains, *ANY_TENANT}:
            raise SignInRefusal(90002, tenant=tenant)


def _discovery(state: SignInState, request: Request) -> Response:
    """The OIDC document. Endpoints carry the tenant's id, whichever of its names was asked for."""
    asked = request.path.split("/")[1]
    name = asked if asked in ANY_TENANT else state.tenant.id
    issuer = "{tenantid}" if asked in ANY_TENANT else state.tenant.id
    base = f"{state.url}/{name}"
    return json_response(
        {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"{state.url}/{issuer}/v2.0",
            "request_uri_parameter_supported": False,
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "http_logout_supported": True,
            "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "name", "preferred_username", "oid", "tid"],
            "tenant_region_scope": "EU",
            "cloud_instance_name": "microsoftonline.com",
        }
    )


def _token(state: SignInState, request: Request) -> Response:
    tenant = request.path.split("/")[1]
    if state.refuse_next:
        code = state.refuse_next.popleft()
        raise SignInRefusal(code, client=state.registration.client_id, tenant=tenant)
    form = _form(request)
    return json_response(web_apps.redeem(state, request, form) or grants.redeem(state, tenant, form))


def _keys(state: SignInState, _: Request) -> Response:
    return json_response(state.signing_key.document())


def _authorize(state: SignInState, request: Request) -> Response:
    if app := state.web_apps.get(request.query.get("client_id", "")):
        return web_apps.answer_authorize(state, app, request)
    return answer_authorize(state, request)


def _device_code(state: SignInState, request: Request) -> Response:
    return begin_device_sign_in(state, _form(request))


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))


# By method, and path below the tenant.
ENDPOINTS: dict[tuple[str, str], Callable[[SignInState, Request], Response]] = {
    ("GET", "v2.0/.well-known/openid-configuration"): _discovery,
    ("GET", "discovery/v2.0/keys"): _keys,
    ("GET", "oauth2/v2.0/logout"): web_apps.answer_logout,
    ("POST", "oauth2/v2.0/token"): _token,
    ("POST", "oauth2/v2.0/devicecode"): _device_code,
    ("GET", "oauth2/deviceauth"): answer_device_page,
    ("POST", "oauth2/deviceauth"): answer_device_page,
    ("GET", "oauth2/v2.0/authorize"): _authorize,
    ("POST", "oauth2/v2.0/authorize"): _authorize,
    ("GET", "v2.0/adminconsent"): answer_admin_consent,
    ("POST", "v2.0/adminconsent"): answer_admin_consent,
}
# By method and whole path: what only the machine itself can reach.
MACHINE: dict[tuple[str, str], Callable[[SignInState, Request], Response]] = {
    ("GET", machine.METADATA_PATH): machine.answer_metadata,
    ("GET", machine.APP_SERVICE_PATH): machine.answer_app_service,
}
