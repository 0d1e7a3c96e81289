"""How the sign-in service says no: AADSTS codes.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.messages import Response, json_response

if TYPE_CHECKING:
    from datetime import datetime


class Reason(NamedTuple):
    """One AADSTS code: the OAuth error it comes with, the HTTP status, and its text."""

    error: str
    status: int
    text: str
    suberror: str = ""


def _grant(text: str, suberror: str = "") -> Reason:
    return Reason("invalid_grant", 400, text, suberror)


REASONS: dict[int, Reason] = {
    50011: Reason(
        "invalid_request",
        400,
        "The redirect URI '{redirect}' specified in the request does not match the redirect URIs configured for the "
        "application '{client}'.",
    ),
    50020: _grant(
        "User account '{account}' from identity provider '(unknown)' does not exist in tenant '{tenant}' and cannot "
        "access the application. The account needs to be added as an external user in the tenant first."
    ),
    50027: Reason("invalid_client", 401, "JWT token is invalid or malformed."),
    50034: _grant("The user account {account} does not exist in the {tenant} directory."),
    50053: _grant(
        "The account is locked, you've tried to sign in too many times with an incorrect user ID or password."
    ),
    50055: _grant("The password is expired.", "user_password_expired"),
    50057: _grant("The user account is disabled."),
    50076: Reason(
        "invalid_grant",
        400,
        "Due to a configuration change made by your administrator, or because you moved to a new location, "
        "you must use multi-factor authentication to access '{resource}'.",
        "basic_action",
    ),
    50079: _grant("The user is required to use multi-factor authentication.", "basic_action"),
    50105: _grant("Your administrator has configured the application to block users unless they are assigned access."),
    50173: _grant(
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. "
        "The user might have changed or reset their password.",
        "bad_token",
    ),
    50194: Reason("invalid_request", 400, "Application is not configured as a multi-tenant application."),
    50196: _grant("The server terminated an operation because it encountered a client request loop."),
    53003: _grant("Access has been blocked by Conditional Access policies.", "message_only"),
    54005: _grant("OAuth2 Authorization code was already redeemed, please retry with a new valid code."),
    65001: _grant(
        "The user or administrator has not consented to use the application with ID '{client}'. "
        "Send an interactive authorization request for this user and resource.",
        "consent_required",
    ),
    65004: Reason("access_denied", 400, "User declined to consent to access the app."),
    70000: _grant("Provided grant is invalid or malformed."),
    70003: Reason("unsupported_grant_type", 400, "The app requested an unsupported grant type '{grant}'."),
    70008: _grant("The refresh token has expired due to inactivity.", "token_expired"),
    70011: Reason("invalid_scope", 400, "The provided request must include a 'scope' input parameter."),
    70016: Reason(
        "authorization_pending", 400, "OAuth 2.0 device flow error. Authorization is pending. Continue polling."
    ),
    70018: Reason("bad_verification_code", 400, "Invalid verification code. The device code is not known."),
    70019: Reason("expired_token", 400, "Verification code expired."),
    70043: _grant("The refresh token has expired or is invalid due to sign-in frequency checks.", "token_expired"),
    90002: Reason(
        "invalid_tenant",
        400,
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud.",
    ),
    90033: Reason("temporarily_unavailable", 503, "A transient error has occurred. Please try again."),
    90055: Reason("temporarily_unavailable", 429, "Tenant '{tenant}' is throttled."),
    90094: _grant("The grant requires admin permission.", "consent_required"),
    90095: _grant("Admin consent is required.", "consent_required"),
    500011: Reason(
        "invalid_resource", 400, "The resource principal named {resource} was not found in the tenant named {tenant}."
    ),
    700016: Reason(
        "unauthorized_client",
        400,
        "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in it.",
    ),
    700025: Reason(
        "invalid_client",
        401,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    ),
    501481: _grant("The Code_Verifier does not match the code_challenge supplied in the authorization request."),
    700023: Reason(
        "invalid_client",
        401,
        "Client assertion audience claim does not match Realm issuer. Review the documentation.",
    ),
    700024: Reason("invalid_client", 401, "Client assertion is not within its valid time range."),
    700027: Reason(
        "invalid_client",
        401,
        "The certificate with identifier used to sign the client assertion is not registered on application.",
    ),
    700211: Reason(
        "invalid_request", 400, "No matching federated identity record found for presented assertion issuer '{issuer}'."
    ),
    700212: Reason(
        "invalid_request",
        400,
        "No matching federated identity record found for presented assertion audience '{audience}'.",
    ),
    700213: Reason(
        "invalid_request",
        400,
        "No matching federated identity record found for presented assertion subject '{subject}'.",
    ),
    700082: _grant(
        "The refresh token has expired due to inactivity. The token was issued on {issued} and was inactive for "
        "90.00:00:00.",
        "token_expired",
    ),
    700084: _grant(
        "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited "
        "lifetime of 1.00:00:00, which can't be extended.",
        "token_expired",
    ),
    900144: Reason("invalid_request", 400, "The request body must contain the following parameter: '{parameter}'."),
    7000112: Reason("unauthorized_client", 400, "Application '{client}' is disabled."),
    7000215: Reason(
        "invalid_client",
        401,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not "
        "the client secret ID, for a secret added to app '{client}'.",
    ),
    7000218: Reason(
        "invalid_client",
        401,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
    7000222: Reason("invalid_client", 401, "The provided client secret keys for app '{client}' are expired."),
    9002327: Reason(
        "invalid_request",
        400,
        "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
    ),
    9002313: _grant("Invalid request. Request is malformed or invalid.", "bad_token"),
}


class _Words(dict[str, str]):
    """What a text names; what is not known shows as "<client>" and the like."""

    def __missing__(self, name: str) -> str:
        return f"<{name}>"


class SignInRefusal(Exception):  # noqa: N818 - an answer, not a fault of the sandbox
    """Raised anywhere in the sign-in service; becomes an error response.

    Args:
        words: What the text of the code names: client, tenant, resource, ...
    """

    def __init__(self, code: int, **words: str) -> None:
        self.code = code
        self.reason = REASONS[code]
        self.text = f"AADSTS{code}: {self.reason.text.format_map(_Words(words))}"
        super().__init__(self.text)

    def response(self, now: datetime, correlation_id: str) -> Response:
        """The error response."""
        trace_id = str(uuid.uuid4())
        timestamp = now.strftime("%Y-%m-%d %H:%M:%SZ")
        body: dict[str, Any] = {
            "error": self.reason.error,
            "error_description": f"{self.text} Trace ID: {trace_id} Correlation ID: {correlation_id} "
            f"Timestamp: {timestamp}",
            "timestamp": timestamp,
            "trace_id": trace_id,
            "correlation_id": correlation_id,
        }
        if self.code:
            body |= {
                "error_codes": [self.code],
                "error_uri": f"https://login.microsoftonline.com/error?code={self.code}",
            }
        if self.reason.suberror:
            body["suberror"] = self.reason.suberror
        return json_response(body, self.reason.status)


class UnnumberedRefusal(SignInRefusal):
    """A refusal that OAuth names and that has no AADSTS code here."""

    def __init__(self, error: str, text: str) -> None:
        self.code = 0
        self.reason = Reason(error, 400, text)
        self.text = text
        Exception.__init__(self, text)
