"""Groups and administrative units: who belongs together.

https://learn.microsoft.com/graph/api/resources/group,
https://learn.microsoft.com/graph/api/resources/administrativeunit
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.makers.names import spelled_plainly
from sandbox.tenant.makers.users import security_identifier
from sandbox.tenant.rng import guid

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.company import Company

GroupKind = Literal["team", "dynamic", "security", "synced", "mail", "roles"]

USER = "#microsoft.graph.user"
GROUP = "#microsoft.graph.group"
DEVICE = "#microsoft.graph.device"
PRINCIPAL = "#microsoft.graph.servicePrincipal"

_UNSET: JsonObject = {
    "id": None, "deletedDateTime": None, "assignedLabels": [], "assignedLicenses": [], "classification": None,
    "createdDateTime": None, "description": None, "displayName": None, "expirationDateTime": None, "groupTypes": [],
    "infoCatalogs": [], "isAssignableToRole": None, "isManagementRestricted": None, "licenseProcessingState": None,
    "mail": None, "mailEnabled": False, "mailNickname": None, "membershipRule": None,
    "membershipRuleProcessingState": None, "onPremisesDomainName": None,
    "onPremisesExtensionAttributes": {f"extensionAttribute{i}": None for i in range(1, 16)},
    "onPremisesLastSyncDateTime": None, "onPremisesNetBiosName": None, "onPremisesProvisioningErrors": [],
    "onPremisesSamAccountName": None, "onPremisesSecurityIdentifier": None, "onPremisesSyncEnabled": None,
    "organizationId": None, "preferredDataLocation": None, "preferredLanguage": None, "proxyAddresses": [],
    "renewedDateTime": None, "resourceBehaviorOptions": [], "resourceProvisioningOptions": [], "securityEnabled": True,
    "securityIdentifier": None, "serviceProvisioningErrors": [], "theme": None, "uniqueName": None, "visibility": None,
    "welcomeMessageEnabled": None,
}  # fmt: skip


def group_json(rng: Random, name: str, kind: GroupKind, company: Company, created: datetime) -> JsonObject:
    """A group without members. Only a team (a Microsoft 365 group) goes to the recycle bin when deleted."""
    key = guid(rng)
    nickname = spelled_plainly(name).replace("&", "and")
    mail = f"{nickname}@{company.domain}"
    group = {
        **_UNSET,
        "id": key,
        "createdDateTime": zulu(created),
        "renewedDateTime": zulu(created),
        "displayName": name,
        "mailNickname": nickname,
        "securityIdentifier": security_identifier(key),
    }
    addressed = {"mail": mail, "mailEnabled": True, "proxyAddresses": [f"SMTP:{mail}"]}
    if kind == "team":
        team = {"groupTypes": ["Unified"], "resourceProvisioningOptions": ["Team"], "securityEnabled": False}
        return group | addressed | team | {"description": f"Everything about {name}", "visibility": "Private"}
    if kind == "mail":
        return group | addressed | {"securityEnabled": False}
    if kind == "dynamic":
        rule = {"membershipRule": '(user.userType -eq "Member")', "membershipRuleProcessingState": "On"}
        return group | rule | {"groupTypes": ["DynamicMembership"]}
    if kind == "synced":
        return group | {
            "onPremisesDomainName": f"corp.{company.domain}",
            "onPremisesLastSyncDateTime": zulu(created),
            "onPremisesNetBiosName": "CORP",
            "onPremisesSamAccountName": name,
            "onPremisesSecurityIdentifier": f"S-1-5-21-1004336348-1177238915-682003330-{rng.randrange(10**6, 10**7)}",
            "onPremisesSyncEnabled": True,
        }
    return group | ({"isAssignableToRole": True} if kind == "roles" else {})


def unit_json(rng: Random, name: str, description: str | None) -> JsonObject:
    """An administrative unit without members."""
    return {
        "id": guid(rng),
        "deletedDateTime": None,
        "description": description,
        "displayName": name,
        "isMemberManagementRestricted": False,
        "membershipRule": None,
        "membershipRuleProcessingState": None,
        "membershipType": "Assigned",
        "visibility": None,
    }
