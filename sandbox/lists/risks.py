"""Identity Protection: signs of danger in sign-ins and leaked passwords, and the people they are about.

https://learn.microsoft.com/graph/api/riskdetection-list
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList, properties
from sandbox.tenant.collection_store import zulu
from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.state import TenantState

_DETECTIONS = "identityProtection/riskDetections"
_USERS = "identityProtection/riskyUsers"
_KEPT = timedelta(days=90)
_READERS = frozenset({"Global Reader", "Security Administrator", "Security Operator", "Security Reader"})
#: The sign, its level, whether a sign-in is behind it, and days after which it was remediated.
_SIGNS = (
    ("unfamiliarFeatures", "low", True, 1),
    ("leakedCredentials", "high", False, 400),
    ("anonymizedIPAddress", "medium", True, 12),
    ("passwordSpray", "high", True, 3),
)


def _people(tenant: TenantState) -> list[Person]:
    """A few of the employees: the same ones while they are here."""
    return [
        one for one in tenant.people.values() if one.department and Draw(b"risk", int(one.id[:8], 16)).below(6) == 0
    ]


def _found(tenant: TenantState) -> Iterable[Row]:
    """Each of them has one or two signs in half a year, of which Microsoft shows those of the past 90 days."""
    now = tenant.now()
    for person in _people(tenant):
        throw = Draw(b"risk of " + person.id.encode(), 0)
        for number in range(1 + throw.below(2)):
            sign, level, is_sign_in, remedied_days = _SIGNS[throw.below(len(_SIGNS))]
            happened = tenant.options.starts - timedelta(hours=1 + throw.below(24 * 85 * (number + 1)))
            if now - happened > _KEPT:
                continue
            own = Draw(b"detection of " + person.id.encode(), number)
            remedied = happened + timedelta(days=remedied_days)
            yield {
                "id": own.id.replace("-", ""),
                "requestId": own.other_id if is_sign_in else None,
                "correlationId": own.other_id if is_sign_in else None,
                "riskEventType": sign,
                "riskState": "remediated" if remedied <= now else "atRisk",
                "riskLevel": level,
                "riskDetail": "userPerformedSecuredPasswordReset" if remedied <= now else "none",
                "source": "IdentityProtection",
                "detectionTimingType": "realtime" if is_sign_in else "offline",
                "activity": "signin" if is_sign_in else "user",
                "tokenIssuerType": "AzureAD",
                "ipAddress": "198.51.100.7" if is_sign_in else None,
                "location": {"city": "Lagos", "state": "Lagos", "countryOrRegion": "NG"} if is_sign_in else None,
                # Seven digits of a second, and none where there is no fraction.
                "activityDateTime": f"{zulu(happened)[:19]}.7822851Z",
                "detectedDateTime": zulu(happened + timedelta(minutes=3)),
                "lastUpdatedDateTime": zulu(remedied if remedied <= now else happened + timedelta(minutes=3)),
                "userId": person.id,
                "userDisplayName": person.display_name,
                "userPrincipalName": person.upn,
                "additionalInfo": '[{"Key":"userAgent","Value":"Mozilla/5.0"}]',
            }


def _at_risk(tenant: TenantState) -> Iterable[Row]:
    """A person is at risk while one of the signs is; the list also has those who no longer are."""
    of_person: dict[str, list[Row]] = {}
    for row in _found(tenant):
        of_person.setdefault(row["userId"], []).append(row)
    for key, rows in of_person.items():
        open_ones = [row for row in rows if row["riskState"] == "atRisk"]
        last = max(rows, key=lambda row: str(row["lastUpdatedDateTime"]))
        yield {
            "id": key,
            "isDeleted": False,
            "isProcessing": False,
            "riskLevel": open_ones[0]["riskLevel"] if open_ones else "none",
            "riskState": "atRisk" if open_ones else "remediated",
            "riskDetail": "none" if open_ones else "userPerformedSecuredPasswordReset",
            "riskLastUpdatedDateTime": last["lastUpdatedDateTime"],
            "userDisplayName": last["userDisplayName"],
            "userPrincipalName": last["userPrincipalName"],
        }


RISK_DETECTIONS = GraphList(
    path=_DETECTIONS,
    entity="riskDetection",
    scopes=frozenset({"IdentityRiskEvent.Read.All"}),
    service="identity protection",
    roles=_READERS,
    premium=True,
    properties=properties(
        default="""
            id requestId correlationId riskEventType riskState riskLevel riskDetail source detectionTimingType activity
            tokenIssuerType ipAddress location activityDateTime detectedDateTime lastUpdatedDateTime userId
            userDisplayName userPrincipalName additionalInfo
        """
    ),
    rows_of_day=_found,
    expected={"risk_detections": listed(_DETECTIONS)},
    options=frozenset({"$filter", "$select", "$top"}),
    page_default=20,
    page_max=500,
)
RISKY_USERS = GraphList(
    path=_USERS,
    entity="riskyUser",
    scopes=frozenset({"IdentityRiskyUser.Read.All"}),
    service="identity protection",
    roles=_READERS,
    p2=True,
    properties=properties(
        default="""
            id isDeleted isProcessing riskLevel riskState riskDetail riskLastUpdatedDateTime userDisplayName
            userPrincipalName
        """
    ),
    rows_of_day=_at_risk,
    expected={"risky_users": listed(_USERS)},
    options=frozenset({"$filter", "$select", "$top"}),
    page_default=20,
    page_max=500,
)
