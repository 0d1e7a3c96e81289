"""Directory roles: the built-in ones, and one of the company's own.

https://learn.microsoft.com/graph/api/rbacapplication-list-roledefinitions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.makers.roles import role_definitions
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_PATH = "roleManagement/directory/roleDefinitions"


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    return role_definitions(seeded(tenant.options.seed, "roles"))


ROLE_DEFINITIONS = GraphList(
    path=_PATH,
    entity="unifiedRoleDefinition",
    scopes=scopes("RoleManagement.Read.Directory"),
    properties=properties(
        default="""
            id description displayName isBuiltIn isEnabled resourceScopes rolePermissions templateId version
        """,
        on_request="inheritsPermissionsFrom",
    ),
    first_rows=_first_rows,
    expected={"role_definitions": listed(_PATH)},
    options=frozenset({"$filter", "$select", "$top"}),
)
