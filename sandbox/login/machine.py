"""What a machine in Azure asks for a token of its own: the instance metadata state, or App Service's endpoint.

https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token and
https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.login.scopes import STORAGE
from sandbox.messages import json_response

if TYPE_CHECKING:
    from sandbox.login.state import SignInState
    from sandbox.messages import Request, Response

METADATA_PATH = "/metadata/identity/oauth2/token"
APP_SERVICE_PATH = "/msi/token"


def answer_metadata(state: SignInState, request: Request) -> Response:
    """As a virtual machine is answered. MSAL asks here if AZURE_POD_IDENTITY_AUTHORITY_HOST is the login host."""
    if request.headers.get("metadata") != "true":
        return _bad_request("invalid_request", "Required metadata header not specified")
    if not _is_ours(state, request):
        return _bad_request("invalid_request", "Identity not found")
    if request.query.get("resource") not in {state.graph_url, STORAGE}:
        return _bad_request("invalid_resource", "The resource principal was not found in the tenant.")
    token = _token(state, request)
    return json_response({**token, "expires_in": str(token["expires_in"]), "ext_expires_in": str(token["expires_in"])})


def answer_app_service(state: SignInState, request: Request) -> Response:
    """As App Service and Container Apps answer; they say where by IDENTITY_ENDPOINT and IDENTITY_HEADER."""
    identity = state.managed_identity
    if identity is None or request.headers.get("x-identity-header") != identity.header:
        return json_response({"statusCode": 401, "message": "Unauthorized"}, 401)
    if not _is_ours(state, request) or request.query.get("resource") not in {state.graph_url, STORAGE}:
        return json_response(
            {"statusCode": 400, "message": "No User Assigned or Delegated Managed Identity found"}, 400
        )
    token = _token(state, request)
    token["expires_on"] = str(int(state.tenant.now().timestamp()) + token.pop("expires_in"))
    return json_response(token)


def _is_ours(state: SignInState, request: Request) -> bool:
    """Whether the machine has the identity that is asked for, by its client id or as the machine's own."""
    identity = state.managed_identity
    return identity is not None and request.query.get("client_id") == identity.client_id


def _token(state: SignInState, request: Request) -> dict[str, Any]:
    return {
        "access_token": state.app_token(state.managed_identity_id, audience=request.query["resource"]),
        "expires_in": state.access_tokens.lifetime_s,
        "resource": request.query["resource"],
        "token_type": "Bearer",
    }


def _bad_request(error: str, text: str) -> Response:
    return json_response({"error": error, "error_description": text}, 400)
