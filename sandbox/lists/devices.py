"""Devices: registered computers.

https://learn.microsoft.com/graph/api/device-list
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import tracked
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.makers.devices import device_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    devices = (device_json(person, tenant.options.starts) for person in tenant.people.values())
    return [device for device in devices if device]


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
    expected={"devices": tracked("devices")},
)
