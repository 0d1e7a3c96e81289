"""OAuth2 permission grants: delegated permissions of apps, and who consented to them."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream


class Oauth2PermissionGrants(FullStream):
    """Delegated consents. What an app may do in its own name is in app_role_assignments.

    https://learn.microsoft.com/graph/api/oauth2permissiongrant-list
    """

    name = "oauth2_permission_grants"
    path = "/oauth2PermissionGrants"
    permissions = ("Directory.Read.All",)
    roles = (
        "Global Reader",
        "Directory Readers",
        "Application Administrator",
        "Cloud Application Administrator",
        "Application Developer",
        "Directory Writers",
        "User Administrator",
        "Privileged Role Administrator",
    )
    primary_keys = ("id",)
    supports_select = False
    # Smaller pages have been seen to lose rows: https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/2469
    page_size = 999
    pages_lose_rows = True
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the grant"),
        th.Property(
            "clientId", th.StringType, description="The app that may act; service_principals.id, not its appId"
        ),
        th.Property(
            "consentType",
            th.StringType,
            description="AllPrincipals: an admin consented for everybody. Principal: for one person",
        ),
        th.Property("principalId", th.StringType, description="That person, users.id; null when for everybody"),
        th.Property("resourceId", th.StringType, description="The API it may call; service_principals.id"),
        th.Property("scope", th.StringType, description="Permissions with spaces between, maybe one at the start too"),
    ).to_dict()
