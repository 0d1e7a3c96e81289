"""The three logs that only Graph beta has: sign-ins without a person present, and of apps and machines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.logs.row import LogRow, arrival, instant, written
from sandbox.tenant.logs.sign_ins import SignInBook
from sandbox.tenant.makers.products import AZURE_MANAGEMENT, GRAPH
from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from random import Random

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.makers.habits import Failure
    from sandbox.tenant.makers.people import Person

_ONLY_V1 = ("riskEventTypes",)
_SECRET_EXPIRED = (7000222, "The provided client secret keys are expired.")


class NonInteractiveBook(SignInBook):
    """Writes the log of tokens that clients renewed for people."""

    def write(self, at: datetime, number: int, person: Person, app: App, failure: Failure) -> JsonObject:
        """The row in Graph beta."""
        row = super().write(at, number, person, app, failure)
        for column in _ONLY_V1:
            del row[column]
        return (
            row
            | {
                "isInteractive": False,
                "signInEventTypes": ["nonInteractiveUser"],
                "incomingTokenType": "primaryRefreshToken",
                "authenticationRequirement": "singleFactorAuthentication",
                "crossTenantAccessType": "b2bCollaboration" if person.kind == "guest" else "none",
                "userType": "guest" if person.kind == "guest" else "member",
                "autonomousSystemNumber": 64_500 + number % 11,  # of the numbers for documentation, RFC 5398
                "uniqueTokenIdentifier": row["id"].replace("-", "")[:22],
                "clientCredentialType": "none",
            }
        )


class MachineBook:
    """Writes the logs of service principals and of managed identities, which sign in around the clock.

    Args:
        event_type: "servicePrincipal" or "managedIdentity".
    """

    def __init__(self, rng: Random, tenant_id: str, seed: int, event_type: str) -> None:
        self._rng = rng
        self._tenant_id = tenant_id
        self._event_type = event_type
        self._purpose = f"{event_type} {seed}".encode()
        self._count = 0

    def day(self, principals: Sequence[JsonObject], ends: datetime, count: int, oldest: datetime) -> list[LogRow]:
        """Some `count` rows of the 24 hours before `ends`, in order of time, none before `oldest`."""
        if not principals:
            return []
        begins_s = int(max(oldest, ends - timedelta(days=1)).timestamp()) + 1
        moments_s = sorted(self._rng.sample(range(begins_s, int(ends.timestamp())), count))
        return [self._row(self._rng.choice(principals), at_s, ends) for at_s in moments_s]

    def run(self, at: datetime, principal: JsonObject) -> LogRow:
        """A row beside those drawn at random; it becomes visible within minutes."""
        self._count += 1
        return LogRow(at, at + timedelta(minutes=2), self._write, (self._count, principal))

    def _row(self, principal: JsonObject, at_s: int, ends: datetime) -> LogRow:
        self._count += 1
        at = instant(at_s, self._rng.randrange(1_000_000) if self._count % 2 else 0)
        return LogRow(at, arrival(self._rng, at, ends), self._write, (self._count, principal))

    def _write(self, at: datetime, number: int, principal: JsonObject) -> JsonObject:
        throw = Draw(self._purpose, number)
        managed = self._event_type == "managedIdentity"
        resource = ("Azure Resource Manager", AZURE_MANAGEMENT) if managed else ("Microsoft Graph", GRAPH)
        code, reason = _SECRET_EXPIRED if not managed and throw.below(40) == 0 else (0, "Other.")
        return {
            "id": throw.id,
            "createdDateTime": written(at, throw.below(10)),
            "userDisplayName": None,
            "userPrincipalName": None,
            "userId": "",
            "appId": principal["appId"],
            "appDisplayName": principal["displayName"],
            "servicePrincipalId": principal["id"],
            "servicePrincipalName": principal["displayName"],
            "ipAddress": "" if managed else f"192.0.2.{200 + throw.below(50)}",
            "clientAppUsed": "",
            "userAgent": None,
            "correlationId": throw.other_id,
            "conditionalAccessStatus": "notApplied",
            "isInteractive": False,
            "signInEventTypes": [self._event_type],
            "riskDetail": "none",
            "riskLevelAggregated": "none",
            "riskLevelDuringSignIn": "none",
            "riskState": "none",
            "riskEventTypes_v2": [],
            "resourceDisplayName": resource[0],
            "resourceId": resource[1],
            "resourceTenantId": self._tenant_id,
            "homeTenantId": self._tenant_id,
            "resourceServicePrincipalId": "",
            "clientCredentialType": "managedIdentity" if managed else "clientSecret",
            "managedServiceIdentity": {"msiType": "systemAssigned", "associatedResourceId": ""} if managed else None,
            "authenticationAppDeviceDetails": None,
            "status": {"errorCode": code, "failureReason": reason, "additionalDetails": None},
            "deviceDetail": None,
            "location": {"city": None, "state": None, "countryOrRegion": None, "geoCoordinates": {}},
        }
