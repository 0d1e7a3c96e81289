"""The provisioning log: what Microsoft's provisioning service creates and changes in the directory and in apps.

https://learn.microsoft.com/graph/api/resources/provisioningobjectsummary
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.logs.row import LogRow, arrival, instant, written
from sandbox.tenant.rng import Draw, named_guid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from random import Random

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.people import Person

_SOURCE = "Workday to Microsoft Entra user provisioning"
_ACTIONS = ("update", "update", "update", "create", "disable", "stagedDelete")


class ProvisioningBook:
    """Writes the log of one provisioning job, day by day."""

    def __init__(self, rng: Random, tenant_id: str, seed: int) -> None:
        self._rng = rng
        self._tenant_id = tenant_id
        self._purpose = f"provisioning {seed}".encode()
        self._count = 0

    def day(self, people: Sequence[Person], ends: datetime, count: int, oldest: datetime) -> list[LogRow]:
        """Return `count` rows of the 24 hours before `ends`, in order of time, none before `oldest`."""
        begins_s = int(max(oldest, ends - timedelta(days=1)).timestamp()) + 1
        moments_s = sorted(self._rng.sample(range(begins_s, int(ends.timestamp())), count))
        return [self._row(self._rng.choice(people), at_s, ends) for at_s in moments_s]

    def _row(self, person: Person, at_s: int, ends: datetime) -> LogRow:
        self._count += 1
        at = instant(at_s, 0)
        return LogRow(at, arrival(self._rng, at, ends), self._write, (self._count, person))

    def _write(self, at: datetime, number: int, person: Person) -> JsonObject:
        throw = Draw(self._purpose, number)
        failed = throw.below(15) == 0
        principal = {"id": named_guid(f"provisioning app {self._tenant_id}"), "displayName": _SOURCE}
        return {
            "id": throw.id,
            "activityDateTime": written(at, throw.below(10)),
            "changeId": throw.other_id,
            "cycleId": named_guid(f"cycle {at.date()}"),
            "durationInMilliseconds": 20 + throw.below(2_000),
            "initiatedBy": {"id": "", "displayName": "Azure AD Provisioning Service", "initiatorType": "system"},
            "jobId": f"Workday2AAD.{self._tenant_id[:8]}",
            "modifiedProperties": [{"displayName": "department", "oldValue": None, "newValue": person.title}],
            "provisioningAction": _ACTIONS[throw.below(len(_ACTIONS))],
            "provisioningStatusInfo": {
                "status": "failure" if failed else "success",
                "errorInformation": {
                    "errorCode": "AzureActiveDirectoryDuplicateUserPrincipalName",
                    "errorCategory": "nonServiceFailure",
                    "reason": "Another object has this user principal name.",
                    "recommendedAction": None,
                    "additionalDetails": None,
                }
                if failed
                else None,
            },
            "provisioningSteps": [
                {"name": "EntryImport", "provisioningStepType": "import", "status": "success", "description": ""}
            ],
            "servicePrincipal": principal,
            "sourceIdentity": {"id": f"{person.number:06}", "displayName": person.display_name, "identityType": "User"},
            "sourceSystem": {"id": named_guid("Workday"), "displayName": "Workday", "details": {}},
            "targetIdentity": {"id": person.id, "displayName": person.upn, "identityType": "User"},
            "targetSystem": {"id": self._tenant_id, "displayName": "Microsoft Entra ID", "details": {}},
            "tenantId": self._tenant_id,
        }
