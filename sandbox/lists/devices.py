"""Devices: registered computers.

https://learn.microsoft.com/graph/api/device-list
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import linked, tracked
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.makers.devices import device_json
from sandbox.tenant.makers.groups import USER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    """The computer of each employee who has one; who registered it is its owner and its user."""
    store = tenant.directory["devices"]
    devices = []
    for person in tenant.people.values():
        device = device_json(person, tenant.options.starts)
        if device:
            devices.append(device)
            for relation in store.links:
                store.links[relation][device["id"]] = {person.id: USER}
    return devices


DEVICES = GraphList(
    path="devices",
    entity="device",
    scopes=scopes("Device.Read.All"),
    properties=properties(
        default="""
            id deletedDateTime accountEnabled approximateLastSignInDateTime complianceExpirationDateTime
            deviceCategory deviceId deviceMetadata deviceOwnership deviceVersion displayName enrollmentProfileName
            enrollmentType isCompliant isManaged isManagementRestricted isRooted managementType manufacturer mdmAppId
            model onPremisesLastSyncDateTime onPremisesSecurityIdentifier onPremisesSyncEnabled operatingSystem
            operatingSystemVersion physicalIds profileType registrationDateTime systemLabels trustType
            alternativeSecurityIds
        """,
        on_request="extensionAttributes",
    ),
    store="devices",
    first_rows=_first_rows,
    needs=("users",),
    links=("registeredOwners", "registeredUsers"),
    expected={
        "devices": tracked("devices"),
        "device_owners": linked("devices", "registeredOwners", "deviceId", "ownerId", "ownerType"),
        "device_users": linked("devices", "registeredUsers", "deviceId", "userId", "userType"),
    },
)
