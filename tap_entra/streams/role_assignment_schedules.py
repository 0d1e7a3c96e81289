"""Role assignment schedules: until when admin roles are held."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import ROLE_SCHEDULE_READERS
from tap_entra.streams.types import schedule_schema


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
    schema = schedule_schema(
        "Object id of who holds it: a user, a group or a service principal",
        th.Property(
            "assignmentType",
            th.StringType,
            description="Assigned if it was given, Activated if somebody who is eligible took it for a time",
        ),
    )
