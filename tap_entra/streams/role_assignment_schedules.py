"""Role assignment schedules: until when admin roles are held."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import ROLE_SCHEDULE_READERS
from tap_entra.streams.types import SCHEDULE_INFO


class RoleAssignmentSchedules(FullStream):
    """Roles in force or to come: assigned, or activated by somebody who is eligible, each with its end.

    Not selected unless asked for: it needs a permission that no default stream needs, and Entra ID P2 or Governance.

    https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentschedules
    """

    name = "role_assignment_schedules"
    path = "/roleManagement/directory/roleAssignmentSchedules"
    permissions = ("RoleAssignmentSchedule.Read.Directory",)
    plan = "P2"
    roles = ROLE_SCHEDULE_READERS
    primary_keys = ("id",)
    selected_by_default = False
    page_size = None
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the schedule"),
        th.Property("appScopeId", th.StringType, description="Limited to this scope of an app; null for most"),
        th.Property(
            "assignmentType",
            th.StringType,
            description="Assigned if it was given, Activated if somebody who is eligible took it for a time",
        ),
        th.Property("createdDateTime", th.DateTimeType, description="When it was made, UTC; null if not through PIM"),
        th.Property("createdUsing", th.StringType, description="Id of the request that it was made by"),
        th.Property(
            "directoryScopeId",
            th.StringType,
            description="/ for the whole tenant, /administrativeUnits/{id} or /{object id} for a part of it",
        ),
        th.Property(
            "memberType", th.StringType, description="Direct, Group or Inherited: how the principal comes by it"
        ),
        th.Property(
            "modifiedDateTime", th.DateTimeType, description="When it was last changed, UTC; null if it never was"
        ),
        th.Property(
            "principalId",
            th.StringType,
            description="Object id of who holds it: a user, a group or a service principal",
        ),
        th.Property("roleDefinitionId", th.StringType, description="The role; role_definitions.id"),
        SCHEDULE_INFO,
        th.Property("status", th.StringType, description="Provisioned once it counts"),
    ).to_dict()
