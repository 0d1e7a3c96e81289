"""What the app asks to be allowed, and where an administrator allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tap_entra.auth.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_entra.auth.settings import Settings

SCOPES = ("Directory.Read.All", "User.Read.All", "ProfilePhoto.Read.All", "AuditLog.Read.All")
"""All that any stream needs. MSAL adds "openid profile offline_access" by itself.

https://learn.microsoft.com/graph/permissions-reference
"""

REDIRECT_URI = "http://localhost"
"""To be registered under "Mobile and desktop applications". Microsoft lets any port follow it.

https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
"""


def scopes_to_ask(settings: Settings) -> list[str]:
    """The scopes in full: outside the global cloud a scope without its host would be the global Graph's."""
    return [f"{settings.graph_url}/{scope}" for scope in SCOPES]


def admin_consent_url(settings: Settings) -> str:
    """The page where an administrator consents for everybody.

    A person's app asks for the four scopes; an app of its own for whatever its registration lists, as application
    permissions can be asked for in no other way.

    Raises:
        ConfigError: There is no app registration.

    https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
    """
    if not settings.client_id:
        raise ConfigError(
            "A managed identity has no app registration, and so no page to consent on.",
            "Assign Graph's application permissions to the identity (appRoleAssignments).",
        )
    delegated = settings.auth_flow == "delegated"
    wanted = scopes_to_ask(settings) if delegated else [f"{settings.graph_url}/.default"]
    query = {"client_id": settings.client_id, "scope": " ".join(wanted), "redirect_uri": REDIRECT_URI}
    return f"{settings.login_url}/{settings.tenant_id}/v2.0/adminconsent?{urlencode(query)}"


def more_than_reading(permissions: Iterable[str]) -> list[str]:
    """Those of some permissions that let their holder do more than read, e.g. "User.ReadWrite.All"."""
    return [name for name in permissions if not {"Read", "ReadBasic"} & set(name.split(".")[1:])]
