"""What happens to apps on a day: they come and go, are consented to and assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tenant.logs.audits import Deed, Target
from sandbox.tenant.makers.apps import App, product_app
from sandbox.tenant.makers.grants import (
    DEFAULT_ACCESS,
    SCOPES,
    app_role_assignment,
    as_principal,
    graph_principal_id,
    permission_grant,
)
from sandbox.tenant.makers.groups import USER
from sandbox.tenant.makers.service_principals import app_roles, application_json, principal_json
from sandbox.tenant.rng import guid

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.state import TenantState

_GRANTS = "oauth2PermissionGrants"
_ASSIGNED = "appRoleAssignedTo"

_ADD_PRINCIPAL = Deed("Add service principal", "ApplicationManagement", "Add")
_REMOVE_PRINCIPAL = Deed("Remove service principal", "ApplicationManagement", "Delete")
_CONSENT = Deed("Consent to application", "ApplicationManagement", "Assign")
_WITHDRAW = Deed("Remove delegated permission grant", "ApplicationManagement", "Unassign")
_ASSIGN = Deed("Add app role assignment grant to user", "UserManagement", "Assign")
_UNASSIGN = Deed("Remove app role assignment from user", "UserManagement", "Unassign")
_ADD_OWNER = Deed("Add owner to service principal", "ApplicationManagement", "Assign")
_UPDATE_APP = Deed("Update application", "ApplicationManagement", "Update")
_UPDATE_PRINCIPAL = Deed("Update service principal", "ApplicationManagement", "Update")


def appear(tenant: TenantState, at: datetime) -> None:
    """A product is set up for the first time, and some employees begin to use it."""
    known = {app.name for app in tenant.apps}
    product = next((product for product in tenant.market.newcomers if product.name not in known), None)
    if product is None:
        return
    app = product_app(tenant.rng, product)
    tenant.apps.append(app)
    tenant.habits.welcome(app)
    tenant.directory["servicePrincipals"].put(principal_json(app, tenant.id, tenant.company, at), at)
    if app.kind == "gallery":
        application = application_json(app, guid(tenant.rng), tenant.company, at)
        tenant.directory["applications"].put(application, at)
    tenant.lists[_ASSIGNED][str(app.principal_id)] = []
    for _ in range(max(3, len(tenant.people) // 50)):
        person = tenant.draw(lambda other: other.kind == "employee" and app not in other.apps)
        if person:
            tenant.people[person.id] = person._replace(apps=(*person.apps[:2], app, *person.apps[2:]))
            _assign(tenant, app, person, at)
            if app.kind == "third_party":
                _grant(tenant, app, person.id)
    tenant.audits.note(at, _ADD_PRINCIPAL, _target(app), by=tenant.admin())


def disappear(tenant: TenantState, at: datetime) -> None:
    """A third party's app without recent use is removed, with its assignments and permissions."""
    unused = [app for app in tenant.apps if not app.popularity and app.kind in {"third_party", "gallery"}]
    if not unused:
        return
    app = tenant.rng.choice(unused)
    tenant.apps.remove(app)
    principal_id = str(app.principal_id)
    applications = tenant.directory["applications"]
    own = next((key for key, item in applications.live.items() if item["appId"] == app.app_id), None)
    if own:
        applications.soft_delete(own, at)
    tenant.directory["servicePrincipals"].soft_delete(principal_id, at)
    del tenant.lists[_ASSIGNED][principal_id]
    take_everything(tenant, principal_id)
    grants = tenant.lists[_GRANTS]
    for key in [key for key, grant in grants.items() if grant["clientId"] == principal_id]:
        del grants[key]
    tenant.audits.note(at, _REMOVE_PRINCIPAL, _target(app), by=tenant.admin())


def consent(tenant: TenantState, at: datetime) -> None:
    """A person consents to an app."""
    apps = [app for app in tenant.apps if app.kind == "third_party"]
    person = tenant.draw(lambda other: other.kind == "employee")
    if apps and person:
        app = tenant.rng.choice(apps)
        _grant(tenant, app, person.id)
        _assign(tenant, app, person, at)
        tenant.audits.note(at, _CONSENT, _target(app), by=person)


def withdraw(tenant: TenantState, at: datetime) -> None:
    """A person's consent ends."""
    grants = tenant.lists[_GRANTS]
    keys = [
        key
        for key, grant in grants.items()
        if grant["principalId"] and grant["clientId"] not in tenant.planted.principals
    ]
    if keys:
        grant = grants.pop(tenant.rng.choice(keys))
        tenant.audits.note(at, _WITHDRAW, Target("ServicePrincipal", grant["clientId"], None), by=tenant.admin())


def assign(tenant: TenantState, at: datetime) -> None:
    """A person is assigned to an app that requires an assignment."""
    apps = [app for app in tenant.apps if app.kind == "gallery"]
    person = tenant.draw(lambda other: other.kind in {"employee", "guest"})
    if person:
        app = tenant.rng.choice(apps)
        _assign(tenant, app, person, at)
        target = Target("User", person.id, person.display_name, person.upn)
        tenant.audits.note(at, _ASSIGN, _target(app), target, by=tenant.admin())


def unassign(tenant: TenantState, at: datetime) -> None:
    """The assignment of an app to a person ends."""
    assigned = tenant.lists[_ASSIGNED]
    keys = [
        key
        for key, rows in assigned.items()
        if key not in tenant.planted.principals and any(row["principalType"] == "User" for row in rows)
    ]
    if keys:
        key = tenant.rng.choice(keys)
        row = tenant.rng.choice([row for row in assigned[key] if row["principalType"] == "User"])
        assigned[key] = [other for other in assigned[key] if other is not row]
        target = Target("ServicePrincipal", key, row["resourceDisplayName"])
        tenant.audits.note(at, _UNASSIGN, target, by=tenant.admin())


def reconfigure(tenant: TenantState, at: datetime) -> None:
    """An app of the company's own gets a note, and an app is switched off or on."""
    applications = tenant.directory["applications"]
    item = applications.alter(
        tenant.rng.choice(list(applications.live)), at, notes=f"Secrets renewed on {at.date().isoformat()}"
    )
    tenant.audits.note(at, _UPDATE_APP, Target("Application", item["id"], item["displayName"]), by=tenant.admin())
    principals = tenant.directory["servicePrincipals"]
    app = tenant.rng.choice([app for app in tenant.apps if app.kind == "gallery"])
    enabled = principals.live[str(app.principal_id)]["accountEnabled"]
    principals.alter(str(app.principal_id), at, accountEnabled=not enabled)
    tenant.audits.note(at, _UPDATE_PRINCIPAL, _target(app), by=tenant.admin(), AccountEnabled=(enabled, not enabled))
    _hand_over(tenant, app, at)


def _hand_over(tenant: TenantState, app: App, at: datetime) -> None:
    """The administrator who changed an app becomes its owner."""
    principals, admin = tenant.directory["servicePrincipals"], tenant.admin()
    for owner in list(principals.links["owners"].get(str(app.principal_id), ())):
        principals.unlink("owners", str(app.principal_id), owner, at)
    principals.link("owners", str(app.principal_id), admin.id, USER, at)
    tenant.audits.note(at, _ADD_OWNER, Target("User", admin.id, None, admin.upn), _target(app), by=admin)


def take_everything(tenant: TenantState, principal_id: str) -> None:
    """Remove the assignments, consents and roles of a deleted user, group or app."""
    assigned = tenant.lists[_ASSIGNED]
    for key, rows in assigned.items():
        if any(row["principalId"] == principal_id for row in rows):
            assigned[key] = [row for row in rows if row["principalId"] != principal_id]
    for path in (_GRANTS, "roleManagement/directory/roleAssignments"):
        entries = tenant.lists[path]
        for key in [key for key, entry in entries.items() if entry["principalId"] == principal_id]:
            del entries[key]


def _grant(tenant: TenantState, app: App, user_id: str) -> None:
    grant = permission_grant(app, graph_principal_id(tenant.apps), tenant.rng.choice(SCOPES), user_id)
    tenant.lists[_GRANTS][grant["id"]] = grant


def _assign(tenant: TenantState, app: App, person: Person, at: datetime) -> None:
    role = next((role["id"] for role in app_roles(app)), DEFAULT_ACCESS)
    row = app_role_assignment(app, as_principal(person), role, at)
    rows = tenant.lists[_ASSIGNED][str(app.principal_id)]
    if all(other["id"] != row["id"] for other in rows):
        tenant.lists[_ASSIGNED][str(app.principal_id)] = [*rows, row]


def _target(app: App) -> Target:
    return Target("ServicePrincipal", str(app.principal_id), app.name)
