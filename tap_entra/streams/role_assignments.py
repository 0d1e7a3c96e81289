"""Role assignments: holders of admin roles."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream


class RoleAssignments(FullStream):
    """Roles in force now: held for good or activated for a time, not those a person might activate.

    https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments
    """

    name = "role_assignments"
    path = "/roleManagement/directory/roleAssignments"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    page_size = None
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the assignment"),
        th.Property(
            "appScopeId", th.StringType, description="Limited to this scope of an app; null for directory roles"
        ),
        th.Property(
            "directoryScopeId",
            th.StringType,
            description="/ for the whole tenant, /administrativeUnits/{id} or /{object id} for a part of it",
        ),
        th.Property(
            "principalId",
            th.StringType,
            description="Object id of who holds it: a user, a group or a service principal",
        ),
        th.Property("roleDefinitionId", th.StringType, description="The role; role_definitions.id"),
    ).to_dict()
