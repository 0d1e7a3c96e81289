"""The sign-in service's front: discovery, and which endpoint answers what.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

from __future__ import annotations

import uuid
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from sandbox.login import grants, machine
from sandbox.login.access import AccessTokens
from sandbox.login.authorize import Code, answer_admin_consent, answer_authorize
from sandbox.login.devices import Devices, answer_device_page
from sandbox.login.refresh_tokens import RefreshTokens
from sandbox.login.refusals import SignInRefusal
from sandbox.messages import Request, Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.consent import Consent
    from sandbox.login.registration import ManagedIdentity, Registration
    from sandbox.tenant import Tenant

ANY_TENANT = frozenset({"common", "organizations"})


class SignInService:
    """Answers requests to the login host.

    Attributes:
        refresh_tokens: `refresh_tokens.strict = True` makes each redeemable once only.
        access_tokens: Lifetime, and `revoke_all()`.
        devices: Codes that wait to be typed in.
        managed_identity: What the machine asks its platform with; None if it has no identity.
        refuse_next: AADSTS codes; each answers one token request, in order.
    """

    def __init__(self, tenant: Tenant, consent: Consent, registration: Registration) -> None:
        self.tenant = tenant
        self.consent = consent
        self.registration = registration
        self.access_tokens = AccessTokens(tenant)
        self.refresh_tokens = RefreshTokens(tenant)
        self.codes: dict[str, Code] = {}
        self.devices = Devices()
        self.managed_identity: ManagedIdentity | None = None
        self.refuse_next: deque[int] = deque()
        # An administrator who set this up on the first day.
        self.user = next(iter(tenant.directory["users"].live.values()))
        # Known once both servers listen.
        self.url = ""
        self.graph_url = ""

    def first_refresh_token(self) -> str:
        """What a one-time sign-in by the administrator would have left."""
        return self.refresh_tokens.issue(self.registration.client_id, self.user["id"])

    def app_token(self, client_id: str, *, takes_challenges: bool = False) -> str:
        """An access token for an app itself, with the application permissions it was given."""
        return self.access_tokens.issue(
            audience=self.graph_url,
            scopes=self.consent.app_permissions,
            user_id=str(uuid.uuid5(uuid.NAMESPACE_URL, client_id)),
            client_id=client_id,
            is_app=True,
            takes_challenges=takes_challenges,
        )

    @property
    def managed_identity_id(self) -> str:
        """The client id that tokens of the machine's identity are issued to."""
        assigned = self.managed_identity.client_id if self.managed_identity else None
        return assigned or str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.tenant.id}/machine"))

    def revoke_sessions(self) -> None:
        """What an administrator does after a theft: neither refresh nor access tokens are good any more."""
        self.refresh_tokens.revoke_all()
        self.access_tokens.revoke_all()

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


def _discovery(service: SignInService, request: Request) -> Response:
    """The OIDC document. Endpoints carry the tenant's id, whichever of its names was asked for."""
    asked = request.path.split("/")[1]
    name = asked if asked in ANY_TENANT else service.tenant.id
    issuer = "{tenantid}" if asked in ANY_TENANT else service.tenant.id
    base = f"{service.url}/{name}"
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
            "issuer": f"{service.url}/{issuer}/v2.0",
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


def _token(service: SignInService, request: Request) -> Response:
    tenant = request.path.split("/")[1]
    if service.refuse_next:
        code = service.refuse_next.popleft()
        raise SignInRefusal(code, client=service.registration.client_id, tenant=tenant)
    return json_response(grants.redeem(service, tenant, _form(request)))


def _device_code(service: SignInService, request: Request) -> Response:
    return service.devices.begin(service, _form(request))


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))


# By method, and path below the tenant.
ENDPOINTS: dict[tuple[str, str], Callable[[SignInService, Request], Response]] = {
    ("GET", "v2.0/.well-known/openid-configuration"): _discovery,
    ("POST", "oauth2/v2.0/token"): _token,
    ("POST", "oauth2/v2.0/devicecode"): _device_code,
    ("GET", "oauth2/deviceauth"): answer_device_page,
    ("POST", "oauth2/deviceauth"): answer_device_page,
    ("GET", "oauth2/v2.0/authorize"): answer_authorize,
    ("POST", "oauth2/v2.0/authorize"): answer_authorize,
    ("GET", "v2.0/adminconsent"): answer_admin_consent,
    ("POST", "v2.0/adminconsent"): answer_admin_consent,
}
# By method and whole path: what only the machine itself can reach.
MACHINE: dict[tuple[str, str], Callable[[SignInService, Request], Response]] = {
    ("GET", machine.METADATA_PATH): machine.answer_metadata,
    ("GET", machine.APP_SERVICE_PATH): machine.answer_app_service,
}
