"""What happens to people on a day: they join, leave, change names and departments, get licences and photos."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.life.apps import take_everything
from sandbox.tenant.logs.audits import Deed, Target
from sandbox.tenant.makers.company import DEPARTMENTS
from sandbox.tenant.makers.licences import COPILOT, POWER_BI_PRO, VISIO, count_seats, held_by, licence_columns
from sandbox.tenant.makers.photos import draw_photo
from sandbox.tenant.makers.users import department_columns, name_columns, user_json

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.state import TenantState

_ADD = Deed("Add user", "UserManagement", "Add")
_UPDATE = Deed("Update user", "UserManagement", "Update")
_DELETE = Deed("Delete user", "UserManagement", "Delete")
_RESTORE = Deed("Restore user", "UserManagement", "Update")
_PURGE = Deed("Hard Delete user", "UserManagement", "Delete")
_LICENSE = Deed("Change user license", "UserManagement", "Update")
_INVITE = Deed("Invite external user", "UserManagement", "Add")
_DISABLE = Deed("Disable account", "UserManagement", "Update")
_HR = "Workday to Microsoft Entra user provisioning"
_SOON_NOTICED = timedelta(days=25)  # a mistake later than that is no mistake
_ALLOWANCE = 10  # with fewer accounts no person leaves


def newcomer(tenant: TenantState, created: datetime) -> Person:
    """A new employee in one of the departments."""
    rng = tenant.recruiter.rng
    department = rng.choices(DEPARTMENTS, [department.share for department in DEPARTMENTS])[0]
    return tenant.recruiter.employee(department, rng.choice(department.titles[2:]), created)


def join(tenant: TenantState, at: datetime) -> None:
    """A person is hired: an account, licences, a manager, and by chance a photo."""
    person = newcomer(tenant, at)._replace(enabled=True)
    tenant.people[person.id] = person
    users = tenant.directory["users"]
    user = user_json(person, tenant.company)
    users.put(user, at)
    for licence in held_by(user):
        count_seats(tenant.lists["subscribedSkus"], licence, 1)
    manager = tenant.draw(lambda other: other.department == person.department and other.id != person.id)
    if manager:
        users.link("manager", person.id, manager.id, users.entity, at)
    if tenant.rng.random() < 0.5:
        tenant.photos[person.id] = draw_photo(tenant.rng)
    tenant.audits.note(at, _ADD, _target(person), by=_HR, AccountEnabled=(None, True))


def invite(tenant: TenantState, at: datetime) -> None:
    """A guest is invited."""
    person = tenant.recruiter.guest(at)
    tenant.people[person.id] = person
    tenant.directory["users"].put(user_json(person, tenant.company), at)
    tenant.audits.note(at, _INVITE, _target(person), by=tenant.admin())


def leave(tenant: TenantState, at: datetime) -> None:
    """A person leaves: those they led get their manager, and the account goes to the recycle bin."""
    if len(tenant.people) <= _ALLOWANCE:
        return
    users = tenant.directory["users"]
    managers = users.links["manager"]
    person = tenant.draw(lambda other: other.kind in {"employee", "guest"} and not _leads_all(users.links, other))
    if person is None:
        return
    heir = next(iter(managers.get(person.id, ())), None)
    for report in users.containers_of("manager", person.id):
        if report not in users.live:
            continue
        users.unlink("manager", report, person.id, at)
        if heir:
            users.link("manager", report, heir, users.entity, at)
    for licence in held_by(users.live[person.id]):
        count_seats(tenant.lists["subscribedSkus"], licence, -1)
    users.soft_delete(person.id, at)
    tenant.former[person.id] = tenant.people.pop(person.id)._replace(until=at)
    if person.id in tenant.photos:
        tenant.former_photos[person.id] = tenant.photos.pop(person.id)
    tenant.lists["signInActivity"].pop(person.id, None)
    take_everything(tenant, person.id)
    tenant.audits.note(at, _DELETE, _target(person), by=tenant.admin())


def come_back(tenant: TenantState, at: datetime) -> None:
    """A person was deleted by mistake and is restored from the recycle bin, with links, licences and photo."""
    users = tenant.directory["users"]
    candidates = [key for key, person in tenant.former.items() if person.until and person.until > at - _SOON_NOTICED]
    if not candidates:
        return
    key = tenant.rng.choice(candidates)
    tenant.restore("users", key, at)
    for licence in held_by(users.live[key]):
        count_seats(tenant.lists["subscribedSkus"], licence, 1)
    person = tenant.people[key] = tenant.former.pop(key)._replace(until=None)
    if key in tenant.former_photos:
        tenant.photos[key] = tenant.former_photos.pop(key)
    tenant.audits.note(at, _RESTORE, _target(person), by=tenant.admin())


def purge_person(tenant: TenantState, keys: list[str], at: datetime) -> None:
    """Accounts that lay in the recycle bin for 30 days are gone for good."""
    tenant.purge("users", keys, at)
    for key in keys:
        tenant.former_photos.pop(key, None)
        tenant.audits.note(at, _PURGE, _target(tenant.former.pop(key)), by=None)


def rename_person(tenant: TenantState, at: datetime) -> None:
    """A person changes their surname; name, userPrincipalName and mail follow, the old address stays an alias."""
    person = tenant.draw(lambda other: other.kind == "employee" and other.surname is not None)
    if person is None:
        return
    renamed = tenant.people[person.id] = tenant.recruiter.renamed(person)
    columns = name_columns(renamed, tenant.company)
    columns["proxyAddresses"] = [*columns["proxyAddresses"], f"smtp:{person.upn}"]
    _alter(tenant, renamed, at, columns, "userPrincipalName", "displayName")


def move(tenant: TenantState, at: datetime) -> None:
    """A person changes departments, and with it title, manager and what they sign in to."""
    person = tenant.draw(lambda other: other.kind == "employee" and other.department in DEPARTMENTS)
    if person is None or person.department is None:
        return
    department = tenant.rng.choice([other for other in DEPARTMENTS if other != person.department])
    apps = tenant.habits.apps_for(tenant.rng, department)
    title = tenant.rng.choice(department.titles[2:])
    moved = tenant.people[person.id] = person._replace(department=department, title=title, apps=apps)
    _alter(tenant, moved, at, department_columns(moved), "department", "jobTitle")
    users = tenant.directory["users"]
    manager = tenant.draw(lambda other: other.department == department and other.id != person.id)
    if manager and not _is_below(users.links["manager"], manager.id, person.id):
        for old in list(users.links["manager"].get(person.id, ())):
            users.unlink("manager", person.id, old, at)
        users.link("manager", person.id, manager.id, users.entity, at)


def change_phone(tenant: TenantState, at: datetime) -> None:
    """A person gets another mobile number, or loses it."""
    person = tenant.draw(lambda other: other.kind == "employee")
    if person is not None:
        phone = person.office.phone or "+1 206 555 01{:02}"
        number = phone.format(tenant.rng.randrange(100)) if tenant.rng.random() < 0.8 else None
        _alter(tenant, person, at, {"mobilePhone": number}, "mobilePhone")


def block(tenant: TenantState, at: datetime) -> None:
    """An account is disabled, or a disabled one enabled again."""
    person = tenant.draw(lambda other: other.kind == "employee" and (tenant.rng.random() < 0.2 or not other.enabled))
    if person is not None:
        tenant.people[person.id] = person._replace(enabled=not person.enabled)
        tenant.directory["users"].alter(person.id, at, accountEnabled=not person.enabled)
        tenant.audits.note(
            at, _DISABLE, _target(person), by=tenant.admin(), AccountEnabled=(person.enabled, not person.enabled)
        )


def accept(tenant: TenantState, at: datetime) -> None:
    """A guest accepts the invitation."""
    users = tenant.directory["users"].live
    guest = tenant.draw(lambda other: users[other.id]["externalUserState"] == "PendingAcceptance")
    if guest is not None:
        columns = {"externalUserState": "Accepted", "externalUserStateChangeDateTime": zulu(at)}
        _alter(tenant, guest, at, columns, "externalUserState")


def license_anew(tenant: TenantState, at: datetime) -> None:
    """A person gets one licence more, or gives it back."""
    person = tenant.draw(lambda other: other.kind == "employee")
    if person is None:
        return
    licence = tenant.rng.choice((COPILOT, POWER_BI_PRO, VISIO))
    held = held_by(tenant.directory["users"].live[person.id])
    gives_back = licence in held
    kept = [other for other in held if other is not licence] if gives_back else [*held, licence]
    tenant.directory["users"].alter(person.id, at, **licence_columns(kept, zulu(at)))
    count_seats(tenant.lists["subscribedSkus"], licence, -1 if gives_back else 1)
    tenant.audits.note(at, _LICENSE, _target(person), by=tenant.admin())


def change_photo(tenant: TenantState, at: datetime) -> None:
    """An employee gets a photo or another one; a photo is not a directory change, so `at` is not recorded."""
    person = tenant.draw(lambda other: other.kind == "employee" and other.created < at)
    if person is not None:
        tenant.photos[person.id] = draw_photo(tenant.rng)


def remove_photo(tenant: TenantState, at: datetime) -> None:
    """A person removes their photo."""
    person = tenant.draw(lambda other: other.id in tenant.photos and other.created < at - timedelta(days=1))
    if person is not None:
        del tenant.photos[person.id]


def _alter(tenant: TenantState, person: Person, at: datetime, columns: JsonObject, *audited: str) -> None:
    users = tenant.directory["users"]
    before = users.live[person.id]
    users.alter(person.id, at, **columns)
    changed = {name: (before[name], columns[name]) for name in audited}
    tenant.audits.note(at, _UPDATE, _target(person), by=tenant.admin(), **changed)


def _target(person: Person) -> Target:
    return Target("User", person.id, person.display_name, person.upn)


def _leads_all(links: dict[str, dict[str, dict[str, str]]], person: Person) -> bool:
    return person.kind == "employee" and not links["manager"].get(person.id)


def _is_below(managers: dict[str, dict[str, str]], person: str, boss: str) -> bool:
    """Whether `boss` leads `person`, however many levels up, or is the same."""
    while person != boss:
        above = next(iter(managers.get(person, ())), None)
        if above is None:
            return False
        person = above
    return True
