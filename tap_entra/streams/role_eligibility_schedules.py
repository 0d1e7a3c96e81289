"""Role eligibility schedules: admin roles that people may activate."""

from __future__ import annotations

from tap_entra.replication import FullStream
from tap_entra.streams.access import ROLE_SCHEDULE_READERS
from tap_entra.streams.types import schedule_schema


class RoleEligibilitySchedules(FullStream):
    """Roles that a person or a group does not hold but may activate for some hours, with the end of that right.

    Not selected unless asked for: it needs a permission that no default stream needs, and Entra ID P2 or Governance.

    https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedules
    """

    name = "role_eligibility_schedules"
    path = "/roleManagement/directory/roleEligibilitySchedules"
    permissions = ("RoleEligibilitySchedule.Read.Directory",)
    plan = "P2"
    roles = ROLE_SCHEDULE_READERS
    primary_keys = ("id",)
    has_object_ids = True
    selected_by_default = False
    page_size = None
    schema = schedule_schema("Object id of who may activate it: a user, a group or a service principal")
