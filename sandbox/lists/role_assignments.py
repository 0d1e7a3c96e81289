"""Holders of directory roles: some of IT, an app, a group, and a helper for one administrative unit only.

https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.makers.roles import (
    BUILT_IN,
    DIRECTORY_READERS,
    GLOBAL_ADMINISTRATOR,
    GLOBAL_READER,
    HELPDESK_ADMINISTRATOR,
    assignment,
)
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_PATH = "roleManagement/directory/roleAssignments"


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    rng = seeded(tenant.options.seed, "role assignments")
    staff = [p for p in tenant.people.values() if p.department and p.department.name == "IT"] or [tenant.admin()]
    principal = next(iter(tenant.directory["servicePrincipals"].live))
    unit = next(iter(tenant.directory["administrativeUnits"].live))
    tier0 = next(key for key, group in tenant.directory["groups"].live.items() if group["isAssignableToRole"])
    wanted = [
        (staff[0].id, GLOBAL_ADMINISTRATOR, "/"),
        (staff[-1].id, GLOBAL_READER, "/"),
        (principal, DIRECTORY_READERS, "/"),
        (tier0, GLOBAL_ADMINISTRATOR, "/"),
        (staff[len(staff) // 2].id, HELPDESK_ADMINISTRATOR, f"/administrativeUnits/{unit}"),
        *((person.id, rng.choice(list(BUILT_IN)), "/") for person in staff[1:12]),
    ]
    return [assignment(*entry) for entry in wanted]


ROLE_ASSIGNMENTS = GraphList(
    path=_PATH,
    entity="unifiedRoleAssignment",
    scopes=scopes("RoleManagement.Read.Directory"),
    properties=properties(
        default="id principalId directoryScopeId roleDefinitionId appScopeId condition",
    ),
    first_rows=_first_rows,
    needs=("users", "servicePrincipals", "groups", "directory/administrativeUnits"),
    expected={"role_assignments": listed(_PATH)},
    options=frozenset({"$filter", "$select", "$top"}),
)
