"""Who was given which app, and what apps were allowed to do.

https://learn.microsoft.com/graph/api/resources/approleassignment,
https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.makers.products import GRAPH
from sandbox.tenant.makers.service_principals import app_roles

if TYPE_CHECKING:
    from random import Random

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.tenant import Tenant

DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
SCOPES = (
    "openid profile email User.Read",
    "openid profile offline_access User.Read",
    " User.Read openid profile email offline_access",
    "User.Read Calendars.ReadWrite offline_access",
    "User.Read Contacts.Read offline_access",
    " User.Read Mail.Read Mail.Send offline_access",
    "User.Read Files.ReadWrite.All Sites.Read.All",
)
_MOST_PEOPLE = 150  # who have an app assigned to them one by one; larger circles are assigned as groups


class Principal(NamedTuple):
    """Who gets something: a User, a Group or a ServicePrincipal."""

    id: str
    kind: str
    name: str


def app_role_assignment(app: App, principal: Principal, role_id: str, created: datetime) -> JsonObject:
    """That somebody has a role in an app."""
    return {
        "id": _key(f"{principal.id} {app.principal_id} {role_id}"),
        "deletedDateTime": None,
        "appRoleId": role_id,
        "createdDateTime": zulu(created),
        "principalDisplayName": principal.name,
        "principalId": principal.id,
        "principalType": principal.kind,
        "resourceDisplayName": app.name,
        "resourceId": app.principal_id,
    }


def permission_grant(app: App, resource_id: str, scope: str, user_id: str | None) -> JsonObject:
    """That an app may do something on behalf of one user, or of all if `user_id` is None.

    Both ids are those of service principals, not of apps.
    """
    return {
        "id": _key(f"{app.principal_id} {resource_id} {user_id}"),
        "clientId": app.principal_id,
        "consentType": "Principal" if user_id else "AllPrincipals",
        "principalId": user_id,
        "resourceId": resource_id,
        "scope": scope,
    }


def graph_principal_id(tenant: Tenant) -> str:
    """The service principal of Microsoft Graph, for which consent is given."""
    return next(app.principal_id for app in tenant.apps if app.app_id == GRAPH and app.principal_id)


def assign_apps(rng: Random, tenant: Tenant) -> dict[str, list[JsonObject]]:
    """The first assignments of each app, by its service principal's id.

    A gallery app is assigned to departments' groups and to some people by name, whether they use it or not. A third
    party's OIDC app is assigned to those who consented to it. Others are open to all.
    """
    teams = {group["displayName"]: key for key, group in tenant.directory["groups"].live.items()}
    people = [person for person in tenant.people.values() if person.kind == "employee"]
    assigned: dict[str, list[JsonObject]] = {}
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


def consent_to_apps(rng: Random, tenant: Tenant) -> dict[str, JsonObject]:
    """What third parties' apps were allowed at first: by an admin for all, or by one person after the other."""
    graph = graph_principal_id(tenant)
    grants = []
    for app in tenant.apps:
        if app.principal_id is None or app.kind not in {"third_party", "internal"}:
            continue
        scope = rng.choice(SCOPES)
        if app.kind == "internal" or rng.random() < 0.5:
            grants.append(permission_grant(app, graph, scope, None))
            continue
        rows = tenant.lists["appRoleAssignedTo"][app.principal_id]
        grants += [permission_grant(app, graph, scope, row["principalId"]) for row in rows]
    return {grant["id"]: grant for grant in grants}


def as_principal(person: Person) -> Principal:
    """A person as somebody who gets something."""
    return Principal(person.id, "User", person.display_name)


def _app_only_permissions(tenant: Tenant, graph: App, created: datetime) -> list[JsonObject]:
    """Permissions without a user are not grants: they are app role assignments of the client, in Graph's list."""
    internal = [app for app in tenant.apps if app.kind == "internal" and app.principal_id][-2:]
    roles = [role["id"] for role in app_roles(graph)]
    clients = [Principal(str(app.principal_id), "ServicePrincipal", app.name) for app in internal]
    return [app_role_assignment(graph, client, role, created) for client in clients for role in roles]


def _key(facts: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(facts.encode()).digest()).decode().rstrip("=")
