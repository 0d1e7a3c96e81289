"""Assignments of users, groups and apps to an app, below each service principal.

https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.expected import child_rows
from sandbox.lists.spec import ChildList, properties, scopes
from sandbox.tenant.makers.grants import DEFAULT_ACCESS, Principal, app_role_assignment, as_principal
from sandbox.tenant.makers.products import GRAPH
from sandbox.tenant.makers.service_principals import app_roles
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sandbox.lists.spec import Row
    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.state import TenantState

_MOST_PEOPLE = 150  # who have an app assigned to them one by one; a larger circle has it through a group


def _first_rows(tenant: TenantState) -> Mapping[str, list[Row]]:
    """Departments' groups and some people have a gallery app, whether they use it or not.

    Those who consented to a third party's OIDC app have that app. Others are open to all.
    """
    rng = seeded(tenant.options.seed, "assignments")
    teams = {group["displayName"]: key for key, group in tenant.directory["groups"].live.items()}
    people = [person for person in tenant.people.values() if person.kind == "employee"]
    assigned: dict[str, list[Row]] = {}
    for app in tenant.apps:
        if app.principal_id is None:
            continue
        rows = assigned[app.principal_id] = []
        roles = [role["id"] for role in app_roles(app) if role["allowedMemberTypes"] == ["User"]] or [DEFAULT_ACCESS]
        created = tenant.options.starts - timedelta(days=rng.randrange(60, 1500))
        if app.kind == "gallery":
            names = [name for name in app.departments if name in teams] or ["All Employees"]
            rows += [app_role_assignment(app, Principal(teams[n], "Group", n), roles[0], created) for n in names]
        if app.kind in {"gallery", "third_party"}:
            chosen = rng.sample(people, min(len(people), _MOST_PEOPLE, 2 + len(people) * max(app.popularity, 8) // 600))
            rows += [app_role_assignment(app, as_principal(p), rng.choice(roles), created) for p in chosen]
        if app.app_id == GRAPH:
            rows += _app_only_permissions(tenant, app, created)
    return assigned


def _app_only_permissions(tenant: TenantState, graph: App, created: datetime) -> list[Row]:
    """Permissions without a user are not grants: they are app role assignments of the client, in Graph's list."""
    internal = [app for app in tenant.apps if app.kind == "internal" and app.principal_id][-2:]
    roles = [role["id"] for role in app_roles(graph)]
    clients = [Principal(str(app.principal_id), "ServicePrincipal", app.name) for app in internal]
    return [app_role_assignment(graph, client, role, created) for client in clients for role in roles]


APP_ROLE_ASSIGNMENTS = ChildList(
    parent="servicePrincipals",
    name="appRoleAssignedTo",
    entity="appRoleAssignment",
    scopes=scopes("Application.Read.All"),
    properties=properties(
        default="""
            id deletedDateTime appRoleId createdDateTime principalDisplayName principalId principalType
            resourceDisplayName resourceId
        """,
    ),
    first_rows=_first_rows,
    needs=("users", "servicePrincipals", "groups"),
    expected={"app_role_assignments": child_rows("appRoleAssignedTo")},
)
