"""Identity providers: ways of signing in for guests, such as Google."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream


class IdentityProviders(FullStream):
    """One row for each provider, built in or set up with a registration of the company's own; never its secret.

    Not selected unless asked for: it needs a permission that no default stream needs.

    https://learn.microsoft.com/graph/api/identitycontainer-list-identityproviders
    """

    name = "identity_providers"
    path = "/identity/identityProviders"
    permissions = ("IdentityProvider.Read.All",)
    roles = (
        "External Identity Provider Administrator",
        "External ID User Flow Administrator",
        "Global Administrator",
    )
    primary_keys = ("id",)
    selected_by_default = False
    supports_select = False
    page_size = None
    kind_column = "objectType"
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the provider, e.g. Google-OAUTH"),
        th.Property(
            "clientId",
            th.StringType,
            description="Id of the company's registration at the provider; null for what is built in",
        ),
        th.Property("displayName", th.StringType, description="Its name"),
        th.Property(
            "identityProviderType", th.StringType, description="What it is, e.g. Google, EmailOTP or MicrosoftAccount"
        ),
        th.Property("issuer", th.StringType, description="Issuer of its tokens, an address; null for most kinds"),
        th.Property(
            "objectType",
            th.StringType,
            description="builtInIdentityProvider, socialIdentityProvider, oidcIdentityProvider and so on",
        ),
    ).to_dict()
