"""Non-interactive sign-ins, one row per app, person, address, result and day.

https://learn.microsoft.com/graph/api/auditlogroot-getsummarizednoninteractivesignins. No filter on the day is
documented, the user name is in lower case, and the rows of a day change until it is over, with their ids.
"""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from sandbox.lists.expected import logged
from sandbox.lists.spec import GraphList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState


_KEPT = timedelta(days=30)
_NO_AGENT = {
    "agentType": "notAgentic",
    "agentSubjectType": "notAgentic",
    "agentSubjectParentId": None,
    "parentAppId": None,
}
_NO_IDENTITY = {"msiType": "none", "associatedResourceId": None, "federatedTokenId": None, "federatedTokenIssuer": None}


def _rows(tenant: TenantState) -> Iterable[Row]:
    groups: dict[tuple[str, ...], Row] = {}
    oldest = (tenant.now() - _KEPT).date().isoformat()
    for row in logged("nonInteractiveUser")(tenant):
        day, code = row["createdDateTime"][:10], row["status"]["errorCode"]
        if day < oldest:
            continue
        name = str(row["userPrincipalName"]).lower()
        key = (day, name, row["appId"], row["ipAddress"], str(code), row["conditionalAccessStatus"])
        known = groups.get(key)
        if known is None:
            groups[key] = _summary(tenant, key, row)
        else:
            known["signInCount"] += 1
            known["id"] = row["id"]
            known["firstSignInDateTime"] = min(known["firstSignInDateTime"], row["createdDateTime"])
    return sorted(groups.values(), key=lambda row: str(row["aggregationDateTime"]), reverse=True)


def _expected(tenant: TenantState) -> Iterable[Row]:
    """The rows, with a key that does not depend on the id."""
    for row in _rows(tenant):
        grouped_by = (
            *(row[name] for name in ("aggregationDateTime", "userPrincipalName", "appId", "ipAddress")),
            row["status"]["errorCode"],
            *(row[name] for name in ("conditionalAccessStatus", "resourceId", "servicePrincipalId")),
            *(row[name] for name in ("agent", "managedServiceIdentity")),
        )
        yield {**row, "groupId": sha256(json.dumps(grouped_by, sort_keys=True).encode()).hexdigest()[:32]}


def _summary(tenant: TenantState, key: tuple[str, ...], row: Row) -> Row:
    return {
        "id": row["id"],
        "agent": _NO_AGENT,
        "aggregationDateTime": f"{key[0]}T00:00:00Z",
        "appDisplayName": row["appDisplayName"],
        "appId": row["appId"],
        "conditionalAccessStatus": row["conditionalAccessStatus"],
        "firstSignInDateTime": row["createdDateTime"],
        "ipAddress": row["ipAddress"],
        "managedServiceIdentity": _NO_IDENTITY,
        "resourceDisplayName": row["resourceDisplayName"],
        "resourceId": row["resourceId"],
        "servicePrincipalId": "",
        "servicePrincipalName": "",
        "signInCount": 1,
        "status": row["status"],
        "tenantId": tenant.id,
        "userPrincipalName": key[1],
    }


NON_INTERACTIVE_SIGN_IN_SUMMARIES = GraphList(
    path="auditLogs/getSummarizedNonInteractiveSignIns(aggregationWindow='d1')",
    entity="summarizedSignIn",
    scopes=frozenset({"AuditLog.Read.All"}),
    rows_now=_rows,
    expected={"non_interactive_sign_in_summaries": _expected},
    options=frozenset({"$filter", "$top"}),
    page_default=1_000,
    page_max=1_000,
    versions=frozenset({"beta"}),
    report=True,
    premium=True,
)
