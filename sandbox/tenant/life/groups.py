"""What happens to groups, roles, units and devices on a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.life.apps import take_everything
from sandbox.tenant.logs.audits import Deed, Target
from sandbox.tenant.makers.devices import device_json
from sandbox.tenant.makers.groups import DEVICE, GROUP, USER, group_json, unit_json
from sandbox.tenant.makers.laptops import laptop_of
from sandbox.tenant.makers.roles import BUILT_IN, assignment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.tenant.collection_store import CollectionStore, JsonObject
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.state import TenantState

_ROLES = "roleManagement/directory/roleAssignments"

_ADD_GROUP = Deed("Add group", "GroupManagement", "Add")
_UPDATE_GROUP = Deed("Update group", "GroupManagement", "Update")
_DELETE_GROUP = Deed("Delete group", "GroupManagement", "Delete")
_RESTORE_GROUP = Deed("Restore Group", "GroupManagement", "Update")
_ADD_MEMBER = Deed("Add member to group", "GroupManagement", "Assign")
_REMOVE_MEMBER = Deed("Remove member from group", "GroupManagement", "Unassign")
_ADD_ROLE = Deed("Add member to role", "RoleManagement", "Assign")
_REMOVE_ROLE = Deed("Remove member from role", "RoleManagement", "Unassign")
_REGISTER = Deed("Register device", "Device", "Add")
_DELETE_DEVICE = Deed("Delete device", "Device", "Delete")
_UPDATE_UNIT = Deed("Update administrative unit", "AdministrativeUnit", "Update")


def _is_project(group: JsonObject) -> bool:
    return str(group["displayName"]).startswith("Project ")


def _is_assigned(group: JsonObject) -> bool:
    return not group["groupTypes"] or group["groupTypes"] == ["Unified"]


def _lacks_device(person: Person, devices: CollectionStore) -> bool:
    key = laptop_of(person).object_id
    return key != "" and key not in devices.live and key not in devices.gone


def _draw_group(tenant: TenantState, wanted: Callable[[JsonObject], bool]) -> JsonObject | None:
    groups = [group for group in tenant.directory["groups"].live.values() if wanted(group)]
    return tenant.rng.choice(groups) if groups else None


def _target(group: JsonObject) -> Target:
    return Target("Group", group["id"], group["displayName"])


def add_member(tenant: TenantState, at: datetime) -> None:
    """A person joins a group; now and then a group joins a group."""
    group = _draw_group(tenant, _is_assigned)
    person = tenant.draw(lambda other: other.created < at)
    if group is None or person is None:
        return
    groups = tenant.directory["groups"]
    nested = _draw_group(tenant, _is_project)
    if nested and nested["id"] != group["id"] and not group["groupTypes"] and tenant.rng.random() < 0.3:
        groups.link("members", group["id"], nested["id"], GROUP, at)
    groups.link("members", group["id"], person.id, USER, at)
    tenant.audits.note(
        at, _ADD_MEMBER, Target("User", person.id, None, person.upn), _target(group), by=tenant.admin()
    )  # fmt: skip


def remove_member(tenant: TenantState, at: datetime) -> None:
    """A person who lives leaves a group."""
    groups = tenant.directory["groups"]
    members = groups.links["members"]
    group = _draw_group(tenant, lambda group: _is_project(group) and len(members.get(group["id"], ())) > 2)
    leaving = [key for key in members[group["id"]] if key in tenant.people] if group else []
    if group and leaving:
        key = tenant.rng.choice(leaving)
        groups.unlink("members", group["id"], key, at)
        person = tenant.people[key]
        tenant.audits.note(
            at, _REMOVE_MEMBER, Target("User", key, None, person.upn), _target(group), by=tenant.admin()
        )  # fmt: skip


def change_owner(tenant: TenantState, at: datetime) -> None:
    """A project gets another owner."""
    group = _draw_group(tenant, _is_project)
    person = tenant.draw(lambda other: other.kind == "employee")
    if group and person:
        groups = tenant.directory["groups"]
        for old in list(groups.links["owners"].get(group["id"], ())):
            groups.unlink("owners", group["id"], old, at)
        groups.link("owners", group["id"], person.id, USER, at)
        tenant.audits.note(at, Deed("Add owner to group", "GroupManagement", "Assign"), _target(group), by=person)


def found_group(tenant: TenantState, at: datetime) -> None:
    """A project begins."""
    person = tenant.draw(lambda other: other.kind == "employee")
    if person is None:
        return
    groups = tenant.directory["groups"]
    name = f"Project {person.office.city} {len(groups.live) + len(groups.recycle_bin)}"
    group = group_json(tenant.rng, name, "team" if tenant.rng.random() < 0.7 else "security", tenant.company, at)
    groups.put(group, at)
    groups.link("owners", group["id"], person.id, USER, at)
    for member in (person.id, *tenant.rng.sample(list(tenant.people), min(4, len(tenant.people)))):
        groups.link("members", group["id"], member, USER, at)
    tenant.audits.note(at, _ADD_GROUP, _target(group), by=person)


def rename_group(tenant: TenantState, at: datetime) -> None:
    """A group's description changes, and sometimes its name."""
    group = _draw_group(tenant, _is_project)
    if group:
        name = f"{group['displayName']} II" if len(group["displayName"]) < 40 else "Project Phoenix"
        tenant.directory["groups"].alter(
            group["id"], at, displayName=name, description=f"Formerly {group['displayName']}"
        )
        tenant.audits.note(
            at, _UPDATE_GROUP, _target(group), by=tenant.admin(), DisplayName=(group["displayName"], name)
        )


def delete_group(tenant: TenantState, at: datetime) -> None:
    """A project ends: a team goes to the recycle bin, a security group is gone at once."""
    group = _draw_group(tenant, _is_project)
    groups = tenant.directory["groups"]
    if group is None or len(groups.live) < 12:
        return
    if group["groupTypes"]:
        groups.soft_delete(group["id"], at)
    else:
        tenant.purge("groups", [group["id"]], at)
    take_everything(tenant, group["id"])
    tenant.audits.note(at, _DELETE_GROUP, _target(group), by=tenant.admin())


def restore_group(tenant: TenantState, at: datetime) -> None:
    """A team comes back from the recycle bin with its members."""
    groups = tenant.directory["groups"]
    if groups.recycle_bin:
        key = tenant.rng.choice(list(groups.recycle_bin))
        tenant.restore("groups", key, at)
        tenant.audits.note(at, _RESTORE_GROUP, _target(groups.live[key]), by=tenant.admin())


def give_role(tenant: TenantState, at: datetime) -> None:
    """A person is given a directory role."""
    person = tenant.draw(lambda other: other.kind == "employee" and other.enabled)
    if person:
        entry = assignment(person.id, tenant.rng.choice(list(BUILT_IN)), "/")
        tenant.lists[_ROLES][entry["id"]] = entry
        role = BUILT_IN[entry["roleDefinitionId"]][0]
        target = Target("User", person.id, person.display_name, person.upn)
        tenant.audits.note(at, _ADD_ROLE, target, by=tenant.admin(), **{"Role.DisplayName": (None, role)})


def take_role(tenant: TenantState, at: datetime) -> None:
    """A person's directory role ends."""
    entries = [entry for entry in tenant.lists[_ROLES].values() if entry["principalId"] in tenant.people]
    if len(entries) > 2:
        entry = tenant.rng.choice(entries)
        del tenant.lists[_ROLES][entry["id"]]
        person = tenant.people[entry["principalId"]]
        target = Target("User", person.id, person.display_name, person.upn)
        tenant.audits.note(at, _REMOVE_ROLE, target, by=tenant.admin())


def register_device(tenant: TenantState, at: datetime) -> None:
    """The computer of a new employee, or of one without a computer, is registered."""
    devices = tenant.directory["devices"]
    person = tenant.draw(lambda other: _lacks_device(other, devices))
    device = device_json(person, at) if person else None
    if person and device:
        devices.put(device | {"registrationDateTime": zulu(at), "approximateLastSignInDateTime": zulu(at)}, at)
        for relation in devices.links:
            devices.link(relation, device["id"], person.id, USER, at)
        tenant.audits.note(at, _REGISTER, Target("Device", device["id"], device["displayName"]), by=person)


def use_device(tenant: TenantState, at: datetime) -> None:
    """A device is seen again, and may have stopped to comply."""
    devices = tenant.directory["devices"]
    if devices.live:
        key = tenant.rng.choice(list(devices.live))
        compliant = devices.live[key]["isManaged"] and tenant.rng.random() < 0.8
        devices.alter(key, at, approximateLastSignInDateTime=zulu(at), isCompliant=compliant)


def retire_device(tenant: TenantState, at: datetime) -> None:
    """A device is thrown away; devices have no recycle bin."""
    devices = tenant.directory["devices"]
    if len(devices.live) > 3:
        key = tenant.rng.choice(list(devices.live))
        target = Target("Device", key, devices.live[key]["displayName"])
        tenant.purge("devices", [key], at)
        tenant.audits.note(at, _DELETE_DEVICE, target, by=tenant.admin())


def tend_units(tenant: TenantState, at: datetime) -> None:
    """A person moves into an administrative unit, a device with them, and a unit is described anew or founded."""
    units = tenant.directory["administrativeUnits"]
    key = tenant.rng.choice(list(units.live))
    person = tenant.draw(lambda other: other.kind == "employee")
    if person:
        units.link("members", key, person.id, USER, at)
    devices = list(tenant.directory["devices"].live)
    if devices:
        units.link("members", key, tenant.rng.choice(devices), DEVICE, at + timedelta(seconds=1))
    unit = units.alter(key, at, description=f"Reviewed {at.date().isoformat()}")
    if tenant.rng.random() < 0.2:
        units.put(unit_json(tenant.rng, f"Region {len(units.live)}", None), at)
    target = Target("AdministrativeUnit", key, unit["displayName"])
    tenant.audits.note(at, _UPDATE_UNIT, target, by=tenant.admin())


def delete_unit(tenant: TenantState, at: datetime) -> None:
    """An administrative unit goes to the recycle bin."""
    units = tenant.directory["administrativeUnits"]
    if len(units.live) > 4:
        key = tenant.rng.choice(list(units.live))
        name = units.live[key]["displayName"]
        units.soft_delete(key, at)
        deed = Deed("Delete administrative unit", "AdministrativeUnit", "Delete")
        tenant.audits.note(at, deed, Target("AdministrativeUnit", key, name), by=tenant.admin())
