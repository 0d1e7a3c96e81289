"""App role assignments: people and groups assigned to apps, and apps' permissions."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import BatchedStream


class AppRoleAssignments(BatchedStream):
    """One row for each user, group or app assigned to an enterprise application.

    A group is not resolved into its members, and members of a group inside it get no access.

    https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto
    """

    name = "app_role_assignments"
    path = "/servicePrincipals/{id}/appRoleAssignedTo"
    parents = "/servicePrincipals"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    supports_select = False
    # Managed identities have been seen missing from smaller pages.
    page_size = 999
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the assignment"),
        th.Property(
            "appRoleId",
            th.StringType,
            description="The role; id of one of the app's appRoles, or all zeros for access without a role",
        ),
        th.Property("createdDateTime", th.DateTimeType, description="When it was assigned, UTC"),
        th.Property(
            "principalDisplayName", th.StringType, description="Name of who or what was assigned, at that time"
        ),
        th.Property(
            "principalId",
            th.StringType,
            description="Object id of who or what was assigned; users.id, groups.id or service_principals.id",
        ),
        th.Property("principalType", th.StringType, description="User, Group or ServicePrincipal"),
        th.Property("resourceDisplayName", th.StringType, description="Name of the app, at that time"),
        th.Property("resourceId", th.StringType, description="The app's object id; service_principals.id"),
    ).to_dict()
