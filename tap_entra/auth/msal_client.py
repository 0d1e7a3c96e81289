"""MSAL's client for our app registration."""

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
"""We can answer claims challenges, so Graph may use continuous access evaluation: tokens that live up to 28 hours.

https://learn.microsoft.com/entra/identity-platform/claims-challenge
"""

# What MSAL is seen to raise for input it did not expect; HTTP and refusals are ours.
_MSAL_ERRORS = (msal.exceptions.MsalError, ValueError, LookupError, TypeError, RuntimeError)


def open_application(
    settings: Settings, login: MsalHttpClient
) -> msal.PublicClientApplication | msal.ConfidentialClientApplication:
    """Make MSAL's client: confidential if the app has a secret, certificate or platform token, else public.

    Asks the sign-in service for its description of the tenant.

    Raises:
        SignInError: There is no such tenant, the service cannot be reached, or it points elsewhere.
        ConfigError: The certificate cannot be used.
    """
    credential = _credential(settings)
    options: dict[str, Any] = {
        "authority": f"{settings.login_url}/{settings.tenant_id}",
        "http_client": login,
        "client_capabilities": CAPABILITIES,
        # Else MSAL asks login.microsoftonline.com about every host it does not know.
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
                "Give a PEM file with certificate and private key, or a PFX file; `certificate_password` must fit.",
            ) from None
        raise SignInError(
            f"The sign-in service at {settings.login_url} described tenant {settings.tenant_id} in a way that "
            f"cannot be used ({type(error).__name__}).",
            "Check `login_url` if it is set.",
        ) from None
    _check_token_host(settings, application.authority.token_endpoint)
    return application


def ask_msal(attempt: str, method: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Call MSAL, and let nothing out of it but an answer or a SignInError."""
    try:
        return method(*args, **options)
    except (SignInError, msal.BrowserInteractionTimeoutError):
        raise
    except _MSAL_ERRORS as error:
        # The text may quote the answer, tokens and all.
        raise SignInError(
            f"{attempt}: MSAL stumbled over the answer ({type(error).__name__}).",
            "Try again; if it stays so, please report it.",
        ) from None


def with_capabilities(claims: str | None) -> str:
    """Claims for a token request that MSAL does not add its capabilities to: redeeming a given refresh token."""
    wanted = read_claims(claims)
    wanted["access_token"] = {**wanted.get("access_token", {}), "xms_cc": {"values": CAPABILITIES}}
    return json.dumps(wanted)


def read_claims(claims: str | None) -> dict[str, Any]:
    """The claims of a challenge, none if they are no JSON object of objects: then a plain new token has to do."""
    try:
        wanted = json.loads(claims or "{}")
    except ValueError:
        return {}
    if not isinstance(wanted, dict) or not all(isinstance(part, dict) for part in wanted.values()):
        return {}
    return wanted


def _check_token_host(settings: Settings, token_endpoint: str) -> None:
    """A refresh token or secret goes to the configured host, or where Microsoft itself points, and nowhere else."""
    expected, found = urlsplit(settings.login_url), urlsplit(token_endpoint)
    if found.scheme == "https" and (found.netloc == expected.netloc or found.hostname in WELL_KNOWN_AUTHORITY_HOSTS):
        return
    raise SignInError(
        f"The sign-in service at {settings.login_url} wants tokens to be sent to {found.scheme}://{found.netloc}.",
        "Nothing was sent. Check `login_url`.",
    )


def _credential(settings: Settings) -> str | dict[str, Any] | None:
    """What the app proves itself with, in MSAL's words."""
    if settings.auth_flow == "workload_identity" and settings.federated_token_path:
        path = settings.federated_token_path
        # Read each time: the platform replaces the file about every hour.
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
