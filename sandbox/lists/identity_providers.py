"""Ways of signing in that guests have, beside an account of their own company.

https://learn.microsoft.com/graph/api/identitycontainer-list-identityproviders
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import typed
from sandbox.lists.spec import GraphList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_PATH = "identity/identityProviders"


def _first_rows(_: TenantState) -> Iterable[Row]:
    """Two that are built in, and two with registrations of the company's own, whose secrets show as stars."""
    for key, name in (("MSASignup-OAUTH", "MicrosoftAccount"), ("EmailOtpSignup-OAUTH", "EmailOTP")):
        yield {
            # Without the # that all other lists have.
            "@odata.type": "microsoft.graph.builtInIdentityProvider",
            "id": key,
            "identityProviderType": name,
            "displayName": name,
        }
    yield {
        "@odata.type": "#microsoft.graph.socialIdentityProvider",
        "id": "Google-OAUTH",
        "displayName": "Google",
        "identityProviderType": "Google",
        "clientId": "420019.apps.example",
        "clientSecret": "******",
    }
    yield {
        "@odata.type": "#microsoft.graph.oidcIdentityProvider",
        "id": "Partner-OIDC",
        "displayName": "Partner portal",
        "clientId": "portal",
        "issuer": "https://login.partner.example",
        "wellKnownEndpoint": "https://login.partner.example/.well-known/openid-configuration",
        "responseType": "code",
        "scope": "openid",
        "clientAuthentication": {
            "@odata.type": "#microsoft.graph.oidcClientSecretAuthentication",
            "clientSecret": "******",
        },
    }


IDENTITY_PROVIDERS = GraphList(
    path=_PATH,
    entity="identityProviderBase",
    scopes=frozenset({"IdentityProvider.Read.All"}),
    # Microsoft's page names no Global Reader, whom its page of roles lets read everything.
    roles=frozenset(
        {
            "External ID User Flow Administrator",
            "External Identity Provider Administrator",
            "Global Administrator",
            "Global Reader",
        }
    ),
    first_rows=_first_rows,
    expected={"identity_providers": typed(_PATH)},
    options=frozenset(),
    page_default=None,
)
