"""Log rows as the export writes them: the spelling of Azure, from records of real tenants.

Seen in the fixtures of public readers of the export: a member that is null is left out; times have an offset; a success
has no words; `userType` has a capital; keys that Graph does not declare stand beside the others. Objects of the
provisioning log have members with capitals.

https://learn.microsoft.com/entra/identity/monitoring-health/reference-azure-monitor-sign-ins-log-schema
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject


class Category(NamedTuple):
    """A category of the diagnostic setting."""

    name: str
    operation: str
    properties: Callable[[JsonObject], JsonObject]

    @property
    def container(self) -> str:
        """The container that Azure Monitor writes it to."""
        return f"insights-logs-{self.name.lower()}"


def record(category: Category, row: JsonObject, tenant_id: str, received: datetime) -> JsonObject:
    """The line of a row."""
    properties = category.properties(row)
    status = row.get("status") or {}
    return {
        "time": received.isoformat()[:19] + ".0000000Z",
        "resourceId": f"/tenants/{tenant_id}/providers/Microsoft.aadiam",
        "operationName": category.operation or row.get("activityDisplayName") or "Provisioning activity",
        "operationVersion": "1.0",
        "category": category.name,
        "tenantId": tenant_id,
        "resultType": str(status.get("errorCode", "")),
        "resultSignature": "None",
        "durationMs": 0,
        "callerIpAddress": row.get("ipAddress"),
        "correlationId": row.get("correlationId"),
        "identity": row.get("userDisplayName"),
        "Level": 4,
        "location": (row.get("location") or {}).get("countryOrRegion"),
        "properties": {**properties, "tenantId": tenant_id},
    }


def _sign_in(row: JsonObject) -> JsonObject:
    written = _without_nulls(row)
    written["createdDateTime"] = _with_offset(row["createdDateTime"])
    written.pop("signInEventTypes", None)
    if row.get("status", {}).get("errorCode") == 0:
        written["status"] = {"errorCode": 0}
    if "userType" in written:
        written["userType"] = written["userType"].capitalize()
    if not row.get("userId"):
        written["userId"] = None
    return {
        **written,
        "mfaDetail": {},
        "authenticationStrengths": [],
        "ssoExtensionVersion": "",
        "appServicePrincipalId": None,
        "rngcStatus": 0,
    }


def _audit(row: JsonObject) -> JsonObject:
    written = _without_nulls(row)
    written["activityDateTime"] = _with_offset(row["activityDateTime"])
    for target in written.get("targetResources") or []:
        target["administrativeUnits"] = []
    return {
        "resultType": "",
        "resultDescription": "",
        "operationName": row["activityDisplayName"],
        "identity": "",
        "tenantGeo": "EU",
        **written,
        "userAgent": None,
    }


_CAPITALS = {"id": "Id", "displayName": "Name", "initiatorType": "Type", "status": "Status"}
_WITH_CAPITALS = ("initiatedBy", "provisioningStatusInfo", "servicePrincipal", "sourceIdentity", "sourceSystem")


def _provisioning(row: JsonObject) -> JsonObject:
    written = _without_nulls(row)
    written["activityDateTime"] = _with_offset(row["activityDateTime"])
    for name in (*_WITH_CAPITALS, "targetIdentity", "targetSystem"):
        written[name] = {_CAPITALS.get(member, member): value for member, value in written[name].items()}
    status = written["provisioningStatusInfo"]
    status["Status"] = status["Status"].capitalize()
    action = written["provisioningAction"]
    written["provisioningAction"] = action[0].upper() + action[1:]
    return {**written, "action": action, "statusInfo": {"@odata.type": "statusDetails", "status": status["Status"]}}


def _with_offset(time: str) -> str:
    return time.removesuffix("Z") + "+00:00"


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_without_nulls(member) for member in value]
    return value


#: By the tenant's name of the log.
CATEGORIES = {
    "signIns": Category("SignInLogs", "Sign-in activity", _sign_in),
    "nonInteractiveUser": Category("NonInteractiveUserSignInLogs", "Sign-in activity", _sign_in),
    "servicePrincipal": Category("ServicePrincipalSignInLogs", "Sign-in activity", _sign_in),
    "managedIdentity": Category("ManagedIdentitySignInLogs", "Sign-in activity", _sign_in),
    "directoryAudits": Category("AuditLogs", "", _audit),
    "provisioning": Category("ProvisioningLogs", "", _provisioning),
}
