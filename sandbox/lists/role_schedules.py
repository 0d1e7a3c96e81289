"""Privileged Identity Management: who may activate a role, and until when a role is held.

https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedules
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.expected import never_is_null
from sandbox.lists.spec import GraphList, properties
from sandbox.tenant.collection_store import zulu
from sandbox.tenant.makers.roles import GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR
from sandbox.tenant.rng import named_guid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_ELIGIBLE = "roleManagement/directory/roleEligibilitySchedules"
_ACTIVE = "roleManagement/directory/roleAssignmentSchedules"
_HELD = "roleManagement/directory/roleAssignments"
_COLUMNS = """
    id principalId roleDefinitionId directoryScopeId appScopeId createdUsing createdDateTime modifiedDateTime status
    memberType scheduleInfo
"""
#: What Microsoft writes for a schedule that was never changed.
_NEVER = "0001-01-01T08:00:00Z"
_ACTIVATED_HOURS = 8
_READERS = frozenset(
    {
        "Global Reader",
        "Privileged Role Administrator",
        "Security Administrator",
        "Security Operator",
        "Security Reader",
    }
)


def _schedule(held: Row, since: datetime, until: datetime | None, *, is_eligible: bool) -> Row:
    key = named_guid(f"{held['principalId']} {held['roleDefinitionId']} {is_eligible} {until}")
    return {
        "id": key,
        "principalId": held["principalId"],
        "roleDefinitionId": held["roleDefinitionId"],
        "directoryScopeId": held["directoryScopeId"],
        "appScopeId": None,
        "createdUsing": key,
        "createdDateTime": zulu(since),
        "modifiedDateTime": _NEVER,
        "status": "Provisioned",
        "memberType": "Direct",
        "scheduleInfo": {
            "startDateTime": zulu(since),
            "recurrence": None,
            "expiration": {
                "type": "afterDateTime" if until else "noExpiration",
                "endDateTime": zulu(until) if until else None,
                "duration": None,
            },
        },
    }


def _eligible(tenant: TenantState) -> list[Row]:
    """Some employees outside IT may become user administrators, the first for some weeks only."""
    staff = [person for person in tenant.people.values() if person.department and person.department.name != "IT"]
    since = tenant.options.starts - timedelta(days=90)
    rows = []
    for number, person in enumerate(staff[1:4]):
        right = {"principalId": person.id, "roleDefinitionId": USER_ADMINISTRATOR, "directoryScopeId": "/"}
        until = tenant.options.starts + timedelta(days=30) if number == 0 else None
        rows.append(_schedule(right, since, until, is_eligible=True))
    return rows + [_schedule(one, since, None, is_eligible=True) for one in _activated(tenant)]


def _activated(tenant: TenantState) -> list[Row]:
    """The last global administrator who is a person holds the role for some hours only, anew on each day."""
    held = [
        row
        for row in tenant.lists[_HELD].values()
        if row["roleDefinitionId"] == GLOBAL_ADMINISTRATOR and row["principalId"] in tenant.people
    ]
    return held[-1:]


def _active(tenant: TenantState) -> Iterable[Row]:
    """Each role that is held: mostly for good. A role that was not given through PIM has no times."""
    taken = _activated(tenant)
    morning = tenant.now().replace(hour=0, minute=0, second=0, microsecond=0)
    for held in tenant.lists[_HELD].values():
        if held in taken:
            row = _schedule(held, morning, morning + timedelta(hours=_ACTIVATED_HOURS), is_eligible=False)
            yield {**row, "assignmentType": "Activated"}
        else:
            row = _schedule(held, tenant.options.starts - timedelta(days=200), None, is_eligible=False)
            row |= {"id": held["id"], "createdUsing": None, "createdDateTime": None, "modifiedDateTime": None}
            yield {**row, "assignmentType": "Assigned"}


ROLE_ELIGIBILITY_SCHEDULES = GraphList(
    path=_ELIGIBLE,
    entity="unifiedRoleEligibilitySchedule",
    scopes=frozenset({"RoleEligibilitySchedule.Read.Directory", "RoleManagement.Read.Directory"}),
    service="privileged identity management",
    roles=_READERS,
    p2=True,
    properties=properties(default=_COLUMNS),
    rows_of_day=_eligible,
    expected={"role_eligibility_schedules": never_is_null(_ELIGIBLE, "modifiedDateTime")},
    options=frozenset({"$filter", "$select"}),
)
ROLE_ASSIGNMENT_SCHEDULES = GraphList(
    path=_ACTIVE,
    entity="unifiedRoleAssignmentSchedule",
    scopes=frozenset({"RoleAssignmentSchedule.Read.Directory", "RoleManagement.Read.Directory"}),
    service="privileged identity management",
    roles=_READERS,
    p2=True,
    properties=properties(default=f"{_COLUMNS} assignmentType"),
    rows_of_day=_active,
    expected={"role_assignment_schedules": never_is_null(_ACTIVE, "modifiedDateTime")},
    options=frozenset({"$filter", "$select"}),
)
