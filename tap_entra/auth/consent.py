"""The permissions that the app requests, and the page where an administrator consents."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tap_entra.auth.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_entra.auth.settings import Settings

REDIRECT_URI = "http://localhost"
"""Register it under "Mobile and desktop applications". Microsoft accepts any port after it.

https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
"""


def scopes_to_ask(settings: Settings, permissions: Iterable[str]) -> list[str]:
    """Return permissions as scopes with their host: without one, a scope means the global Graph in every cloud.

    MSAL adds "openid profile offline_access". https://learn.microsoft.com/graph/permissions-reference

    Args:
        permissions: Short names, e.g. "User.Read.All".
    """
    return [f"{settings.graph_url}/{name}" for name in permissions]


def admin_consent_url(settings: Settings, permissions: Iterable[str]) -> str:
    """Return the address of the page where an administrator consents for all users.

    In the delegated flow the page asks for `permissions`. In the other flows it asks for all permissions of the app
    registration, which is the only way to request application permissions.

    Args:
        permissions: Short names, e.g. "User.Read.All".

    Raises:
        ConfigError: There is no app registration.

    https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
    """
    if not settings.client_id:
        raise ConfigError(
            "A managed identity has no app registration, so there is no page for consent.",
            "Assign Graph's application permissions to the identity (appRoleAssignments).",
        )
    delegated = settings.auth_flow == "delegated"
    wanted = scopes_to_ask(settings, permissions) if delegated else [f"{settings.graph_url}/.default"]
    query = {"client_id": settings.client_id, "scope": " ".join(wanted), "redirect_uri": REDIRECT_URI}
    return f"{settings.login_url}/{settings.tenant_id}/v2.0/adminconsent?{urlencode(query)}"


def more_than_reading(permissions: Iterable[str]) -> list[str]:
    """Return the permissions that allow more than reading, e.g. "User.ReadWrite.All"."""
    return [name for name in permissions if not {"Read", "ReadBasic"} & set(name.split(".")[1:])]
