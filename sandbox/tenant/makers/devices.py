"""Devices as Graph v1.0 describes them: https://learn.microsoft.com/graph/api/resources/device."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.makers.laptops import laptop_of
from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.people import Person

_UNSET: JsonObject = {
    "id": None, "deletedDateTime": None, "accountEnabled": True, "alternativeSecurityIds": [],
    "approximateLastSignInDateTime": None, "complianceExpirationDateTime": None, "deviceCategory": None,
    "deviceId": None, "deviceMetadata": None, "deviceOwnership": None, "deviceVersion": 2, "displayName": None,
    "enrollmentProfileName": None, "enrollmentType": None,
    "extensionAttributes": {f"extensionAttribute{i}": None for i in range(1, 16)}, "isCompliant": None,
    "isManaged": None, "isManagementRestricted": None, "isRooted": None, "managementType": None, "manufacturer": None,
    "mdmAppId": None, "model": None, "onPremisesLastSyncDateTime": None, "onPremisesSecurityIdentifier": None,
    "onPremisesSyncEnabled": None, "operatingSystem": None, "operatingSystemVersion": None, "physicalIds": [],
    "profileType": "RegisteredDevice", "registrationDateTime": None, "systemLabels": [], "trustType": None,
}  # fmt: skip

_INTUNE = "0000000a-0000-0000-c000-000000000000"
_SYSTEMS = {
    "Win": ("Windows", "10.0.26200.7171", "Borealis", "Slate 14"),
    "Mac": ("MacMDM", "26.1", "Apple", "MacBook Pro"),
    "Ios": ("IPhone", "26.1", "Apple", "iPhone"),
    "And": ("AndroidForWork", "16", "Meridian", "M7"),
    "Lin": ("Linux", "24.04", "Borealis", "Slate 14"),
}


def device_json(person: Person, starts: datetime) -> JsonObject | None:
    """A person's computer; None if the directory does not know it."""
    laptop = laptop_of(person)
    if not laptop.object_id:
        return None
    throw = Draw(b"device " + laptop.device_id.encode(), person.number)
    system, version, maker, model = _SYSTEMS[laptop.system[:3]]
    registered = person.created + timedelta(hours=3 + throw.below(60))
    seen = starts - timedelta(hours=throw.below(2000) if throw.below(8) == 0 else throw.below(100))
    return {
        **_UNSET,
        "id": laptop.object_id,
        "approximateLastSignInDateTime": zulu(max(seen, registered)),
        "deviceId": laptop.device_id,
        "deviceOwnership": "Company" if laptop.managed else "Personal",
        "displayName": laptop.name,
        "enrollmentType": "AzureDomainJoined" if laptop.managed else None,
        "isCompliant": throw.below(20) > 0 if laptop.managed else None,
        "isManaged": laptop.managed or None,
        "managementType": "MDM" if laptop.managed else None,
        "manufacturer": maker,
        "mdmAppId": _INTUNE if laptop.managed else None,
        "model": model,
        "operatingSystem": system,
        "operatingSystemVersion": version,
        "physicalIds": [f"[USER-GID]:{person.id}:{throw.below(10**15):015}"],
        "registrationDateTime": zulu(registered),
        "trustType": "AzureAd" if laptop.managed else "Workplace",
    }
