"""Holders of a role that counts for one administrative unit only, below each unit.

https://learn.microsoft.com/graph/api/administrativeunit-list-scopedrolemembers
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import child_rows
from sandbox.lists.spec import ChildList, properties, scopes
from sandbox.tenant.rng import named_guid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_UNITS = "directory/administrativeUnits"
_ASSIGNMENTS = "roleManagement/directory/roleAssignments"


def _first_rows(tenant: TenantState) -> Mapping[str, list[Row]]:
    members: dict[str, list[Row]] = {}
    for entry in tenant.lists[_ASSIGNMENTS].values():
        unit = str(entry["directoryScopeId"]).removeprefix("/administrativeUnits/")
        if unit not in tenant.directory["administrativeUnits"].live:
            continue
        person = tenant.people[entry["principalId"]]
        members.setdefault(unit, []).append(
            {
                "id": entry["id"],
                "administrativeUnitId": unit,
                "roleId": named_guid(f"directory role {entry['roleDefinitionId']}"),
                "roleMemberInfo": {"id": person.id, "displayName": person.display_name},
            }
        )
    return members


SCOPED_ROLE_MEMBERS = ChildList(
    parent=_UNITS,
    name="scopedRoleMembers",
    entity="scopedRoleMembership",
    scopes=scopes("RoleManagement.Read.Directory"),
    properties=properties("id administrativeUnitId roleId roleMemberInfo"),
    first_rows=_first_rows,
    needs=(_UNITS, _ASSIGNMENTS),
    expected={"scoped_role_members": child_rows("scopedRoleMembers")},
)
