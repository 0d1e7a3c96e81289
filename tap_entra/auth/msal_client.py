"""MSAL's client for the app registration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msal
from msal.authority import WELL_KNOWN_AUTHORITY_HOSTS

from tap_entra.auth.errors import ConfigError, SignInError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tap_entra.auth.msal_http import MsalHttpClient
    from tap_entra.auth.settings import Settings

CAPABILITIES = ["CP1"]
"""The tap answers claims challenges. So Graph may use continuous access evaluation, with tokens of up to 28 hours.

https://learn.microsoft.com/entra/identity-platform/claims-challenge
"""

# Exceptions of MSAL for input that it did not expect. HTTP errors and refusals are SignInErrors.
_MSAL_ERRORS = (msal.exceptions.MsalError, ValueError, LookupError, TypeError, RuntimeError)


def open_application(
    settings: Settings, login: MsalHttpClient
) -> msal.PublicClientApplication | msal.ConfidentialClientApplication:
    """Return MSAL's client: confidential if the app has a secret, certificate or platform token, otherwise public.

    It requests the sign-in service's description of the tenant.

    Raises:
        SignInError: There is no such tenant, the service cannot be reached, or it points elsewhere.
        ConfigError: The certificate cannot be used.
    """
    credential = _credential(settings)
    options: dict[str, Any] = {
        "authority": f"{settings.login_url}/{settings.tenant_id}",
        "http_client": login,
        "client_capabilities": CAPABILITIES,
        # Otherwise MSAL asks login.microsoftonline.com about each host that it does not know.
        "instance_discovery": False,
    }
    try:
        if credential is None:
            application = msal.PublicClientApplication(settings.client_id, **options)
        else:
            application = msal.ConfidentialClientApplication(
                settings.client_id, client_credential=credential, azure_region=False, **options
            )
    except _MSAL_ERRORS as error:
        if settings.certificate_path:
            raise ConfigError(
                f"`certificate_path` ({settings.certificate_path}) cannot be used: {type(error).__name__}.",
                "Use a PEM file with certificate and private key, or a PFX file, and the right `certificate_password`.",
            ) from None
        raise SignInError(
            f"The sign-in service at {settings.login_url} described tenant {settings.tenant_id} in a way that "
            f"MSAL does not understand ({type(error).__name__}).",
            "Check `login_url` if it is set.",
        ) from None
    _check_token_host(settings, application.authority.token_endpoint)
    return application


def ask_msal(attempt: str, method: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Call MSAL; convert every other exception to SignInError."""
    try:
        return method(*args, **options)
    except (SignInError, msal.BrowserInteractionTimeoutError):
        raise
    except _MSAL_ERRORS as error:
        # The type alone: the text may quote the answer, with its tokens.
        raise SignInError(
            f"{attempt}: MSAL does not understand the answer ({type(error).__name__}).",
            "Try again. If it happens again, please report it.",
        ) from None


def with_capabilities(claims: str | None) -> str:
    """Return the claims and the capabilities, for the one request to which MSAL adds none: redeeming a given token."""
    wanted = read_claims(claims)
    wanted["access_token"] = {**wanted.get("access_token", {}), "xms_cc": {"values": CAPABILITIES}}
    return json.dumps(wanted)


def read_claims(claims: str | None) -> dict[str, Any]:
    """Return the claims of a challenge; empty if it is no JSON object of objects, so that a plain new token follows."""
    try:
        wanted = json.loads(claims or "{}")
    except ValueError:
        return {}
    if not isinstance(wanted, dict) or not all(isinstance(part, dict) for part in wanted.values()):
        return {}
    return wanted


def _check_token_host(settings: Settings, token_endpoint: str) -> None:
    """Refuse to send a refresh token or secret to any host but the configured one and Microsoft's own.

    Raises:
        SignInError: The service names another token endpoint.
    """
    expected, found = urlsplit(settings.login_url), urlsplit(token_endpoint)
    if found.scheme == "https" and (found.netloc == expected.netloc or found.hostname in WELL_KNOWN_AUTHORITY_HOSTS):
        return
    raise SignInError(
        f"The sign-in service at {settings.login_url} asks for tokens to be sent to {found.scheme}://{found.netloc}.",
        "Nothing was sent. Check `login_url`.",
    )


def _credential(settings: Settings) -> str | dict[str, Any] | None:
    """Return the app's credential in the form that MSAL takes; None for a public client."""
    if settings.auth_flow == "workload_identity" and settings.federated_token_path:
        path = settings.federated_token_path
        # Read for each request: the platform replaces the file about every hour.
        return {"client_assertion": lambda: _read(path, "federated_token_path").strip()}
    if settings.certificate_path is None:
        return settings.client_secret
    if settings.certificate_path.suffix.lower() in {".pfx", ".p12"}:
        _read(settings.certificate_path, "certificate_path")
        return {
            "private_key_pfx_path": str(settings.certificate_path),
            "public_certificate": True,
            "passphrase": settings.certificate_password,
        }
    pem = _read(settings.certificate_path, "certificate_path")
    return {"private_key": pem, "public_certificate": pem, "passphrase": settings.certificate_password}


def _read(path: Path, setting: str) -> str:
    try:
        return path.read_text(encoding="latin-1")
    except OSError as error:
        raise ConfigError(
            f"`{setting}` ({path}) cannot be read: {error.strerror}.", "Check the path and its permissions."
        ) from None
