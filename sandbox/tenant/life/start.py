"""How a tenant looks when it begins."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.collection_store import CollectionStore
from sandbox.tenant.life.people import newcomer
from sandbox.tenant.makers.devices import device_json
from sandbox.tenant.makers.grants import assign_apps, consent_to_apps
from sandbox.tenant.makers.groups import PRINCIPAL, USER, Founder, found_administrative_units
from sandbox.tenant.makers.licences import subscribed_skus
from sandbox.tenant.makers.organization import domains_json, organization_json
from sandbox.tenant.makers.people import recruit_staff
from sandbox.tenant.makers.photos import draw_photo
from sandbox.tenant.makers.reports import app_activities, registration_details, stated_activities
from sandbox.tenant.makers.roles import role_assignments, role_definitions
from sandbox.tenant.makers.service_principals import application_json, managed_identity_json, principal_json
from sandbox.tenant.makers.users import user_json
from sandbox.tenant.rng import guid, seeded

if TYPE_CHECKING:
    from sandbox.tenant.logs.writer import LogWriter
    from sandbox.tenant.tenant import Tenant

_SHELVES: dict[str, tuple[str, tuple[str, ...]]] = {
    "users": ("#microsoft.graph.user", ("manager",)),
    "groups": ("#microsoft.graph.group", ("members", "owners")),
    "applications": ("#microsoft.graph.application", ()),
    "servicePrincipals": ("#microsoft.graph.servicePrincipal", ("owners",)),
    "devices": ("#microsoft.graph.device", ()),
    "administrativeUnits": ("#microsoft.graph.administrativeUnit", ("members",)),
}
_MACHINES = ("func-invoices", "vm-warehouse", "aks-prod-agent", "adf-nightly-load")
_HAVE_PHOTO = 0.8  # of the employees, which makes it 70 in 100 of the members


def create_initial_state(tenant: Tenant) -> None:
    """Put everything into an empty tenant but its logs."""
    seed = tenant.options.seed
    for name, (entity, relations) in _SHELVES.items():
        tenant.directory[name] = CollectionStore(entity, relations, tenant.revisions)
    _settle_people(tenant)
    _settle_apps(tenant)
    _settle_app_owners(tenant)
    starts = tenant.options.starts
    devices = (device_json(person, starts) for person in tenant.people.values())
    tenant.directory["devices"].live = {device["id"]: device for device in devices if device}
    Founder(seeded(seed, "groups"), tenant).found_all()
    found_administrative_units(seeded(seed, "units"), tenant)
    lists = tenant.lists
    lists["organization"] = {tenant.id: organization_json(tenant.id, tenant.company, starts)}
    lists["domains"] = domains_json(tenant.company)
    users = tenant.directory["users"].live.values()
    lists["subscribedSkus"] = subscribed_skus(tenant.id, tenant.company.name, users)
    lists["roleManagement/directory/roleDefinitions"] = role_definitions(seeded(seed, "roles"))
    lists["roleManagement/directory/roleAssignments"] = role_assignments(seeded(seed, "role assignments"), tenant)
    lists["appRoleAssignedTo"] = assign_apps(seeded(seed, "assignments"), tenant)
    lists["oauth2PermissionGrants"] = consent_to_apps(seeded(seed, "consent"), tenant)


def refresh_reports(tenant: Tenant, log_writer: LogWriter) -> None:
    """Write the reports that Microsoft renews every day."""
    roles = tenant.lists["roleManagement/directory/roleAssignments"].values()
    admins = {entry["principalId"] for entry in roles}
    planted = tenant.planted
    methods = {key: () if key in planted.without_mfa else ("fido2SecurityKey",) for key in planted.people}
    tenant.lists["reports/authenticationMethods/userRegistrationDetails"] = registration_details(
        [*tenant.people.values(), *planted.people.values()], admins, tenant.horizon, methods
    )
    tenant.lists["reports/servicePrincipalSignInActivities"] = app_activities(
        tenant.apps, log_writer.last_rows, tenant.options.starts
    ) | stated_activities(planted.used)


def _settle_people(tenant: Tenant) -> None:
    starts = tenant.options.starts
    staff = recruit_staff(tenant.recruiter, tenant.options.users, starts)
    tenant.people.update((person.id, person) for person in staff.people)
    users = tenant.directory["users"]
    users.live = {person.id: user_json(person, tenant.company) for person in staff.people}
    users.links["manager"] = {key: {manager: users.entity} for key, manager in staff.managers.items()}
    boss = staff.people[0].id
    # One in sixty left within the last month; the first of them is about to be deleted for good.
    for i in range(max(tenant.options.users // 60, 2)):
        left = starts - timedelta(days=29 - i * 7 % 28, seconds=tenant.recruiter.rng.randrange(36_000))
        person = newcomer(tenant, left - timedelta(days=200 + i))._replace(enabled=True, until=left)
        tenant.former[person.id] = person
        users.add_deleted(user_json(person, tenant.company), left)
        users.links["manager"][person.id] = {boss: users.entity}
    faces = seeded(tenant.options.seed, "photos")
    chosen = (person for person in staff.people if person.kind == "employee" and faces.random() < _HAVE_PHOTO)
    tenant.photos.update((person.id, draw_photo(faces)) for person in chosen)


def _settle_apps(tenant: Tenant) -> None:
    """Service principals of all apps and of some machines; an application for each that the tenant owns."""
    rng, starts = seeded(tenant.options.seed, "principals"), tenant.options.starts
    principals, applications = tenant.directory["servicePrincipals"], tenant.directory["applications"]
    for app in tenant.apps:
        created = starts - timedelta(days=rng.randrange(60, 2500))
        if app.principal_id is not None:
            principals.live[app.principal_id] = principal_json(app, tenant.id, tenant.company, created)
        if app.kind in {"gallery", "internal"}:
            application = application_json(app, guid(rng), tenant.company, created)
            applications.live[application["id"]] = application
    for name in _MACHINES:
        machine = managed_identity_json(name, guid(rng), starts - timedelta(days=rng.randrange(30, 600)))
        principals.live[machine["id"]] = machine
    first = next(iter(applications.live.values()))
    buried = {**first, "id": guid(rng), "appId": guid(rng), "displayName": "Visitor Sign-in (pilot)"}
    applications.add_deleted(buried, starts - timedelta(days=12))


def _settle_app_owners(tenant: Tenant) -> None:
    """Who set a product up looks after it: one or two people; what IT alone uses is looked after by an app."""
    rng = seeded(tenant.options.seed, "app owners")
    staff = [person.id for person in tenant.people.values() if person.kind == "employee"]
    own = [str(app.principal_id) for app in tenant.apps if app.kind == "internal"]
    owners = tenant.directory["servicePrincipals"].links["owners"]
    for app in tenant.apps:
        if app.kind == "microsoft" or app.principal_id is None or rng.random() < 0.3:
            continue
        owners[app.principal_id] = dict.fromkeys(rng.sample(staff, min(rng.randrange(1, 3), len(staff))), USER)
        if app.departments == ("IT",) and app.principal_id not in own[:1]:
            owners[app.principal_id][own[0]] = PRINCIPAL
