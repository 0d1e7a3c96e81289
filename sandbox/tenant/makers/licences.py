"""Microsoft licences: what the company has bought and who holds which.

Names and ids: https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.tenant.collection_store import JsonObject


class Plan(NamedTuple):
    """A service within a licence."""

    name: str
    id: str
    service: str


class Licence(NamedTuple):
    """A product Microsoft sells by the seat; `spare` is the share of seats bought beyond need."""

    part_number: str
    sku_id: str
    plans: tuple[Plan, ...]
    spare: float


_EXCHANGE = Plan("EXCHANGE_S_ENTERPRISE", "efb87545-963c-4e0d-99df-69c6916d9eb0", "exchange")
_SHAREPOINT = Plan("SHAREPOINTENTERPRISE", "5dbe027f-2339-4123-9542-606e4d348a72", "SharePoint")
_TEAMS = Plan("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929", "TeamspaceAPI")
_ENTRA_P1 = Plan("AAD_PREMIUM", "41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AADPremiumService")
_ENTRA_P2 = Plan("AAD_PREMIUM_P2", "eec0eb4f-6444-4f95-aba0-50c24d67f998", "AADPremiumService")
_INTUNE = Plan("INTUNE_A", "c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "SCO")
_OFFICE = Plan("OFFICESUBSCRIPTION", "43de0ff5-c92c-492b-9116-175376d08c38", "MicrosoftOffice")
_POWER_BI = Plan("BI_AZURE_P2", "70d33638-9c74-4d01-bfd3-562de28bd4ba", "PowerBI")
_DESKLESS_MAIL = Plan("EXCHANGE_S_DESKLESS", "4a82b400-a79f-41a4-b4e2-e94f5787b113", "exchange")
_FOUNDATION = Plan("EXCHANGE_S_FOUNDATION", "113feb6c-3fe4-4440-bddc-54d774bf0318", "exchange")

E5 = Licence(
    "SPE_E5",
    "06ebc4ee-1bb5-47dd-8120-11324bc54e06",
    (_EXCHANGE, _SHAREPOINT, _TEAMS, _ENTRA_P1, _ENTRA_P2, _INTUNE, _OFFICE, _POWER_BI),
    0.08,
)
E3 = Licence(
    "SPE_E3",
    "05e9a617-0261-4cee-bb44-138d3ef5d965",
    (_EXCHANGE, _SHAREPOINT, _TEAMS, _ENTRA_P1, _INTUNE, _OFFICE),
    0.12,
)
F1 = Licence("SPE_F1", "66b55226-6b4f-492c-910c-a3b7a3c9d993", (_DESKLESS_MAIL, _TEAMS, _ENTRA_P1, _INTUNE), 0.05)
POWER_BI_PRO = Licence("POWER_BI_PRO", "f8a1db68-be16-40ed-86d5-cb42ce701560", (_POWER_BI,), 0.4)
POWER_BI_FREE = Licence("POWER_BI_STANDARD", "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235", (_FOUNDATION,), 50.0)
VISIO = Licence("VISIOCLIENT", "c5928f49-12ba-48f7-ada3-0d743a3601d5", (_FOUNDATION,), 0.5)
PROJECT = Licence("PROJECTPROFESSIONAL", "53818b1b-4a27-454b-8896-0dba576410e6", (_FOUNDATION, _SHAREPOINT), 0.6)
COPILOT = Licence("Microsoft_365_Copilot", "639dec6b-bb19-468b-871c-c5c441c4b0cb", (_FOUNDATION,), 0.25)

LICENCES = (E5, E3, F1, POWER_BI_PRO, POWER_BI_FREE, VISIO, PROJECT, COPILOT)
_BY_ID = {licence.sku_id: licence for licence in LICENCES}


def licence_columns(licences: Iterable[Licence], since: str) -> JsonObject:
    """The columns of a user who holds these licences since `since`."""
    held = tuple(licences)
    plans = [plan for licence in held for plan in licence.plans]
    return {
        "assignedLicenses": [{"disabledPlans": [], "skuId": licence.sku_id} for licence in held],
        "assignedPlans": [
            {
                "assignedDateTime": since,
                "capabilityStatus": "Enabled",
                "service": plan.service,
                "servicePlanId": plan.id,
            }
            for plan in plans
        ],
        "provisionedPlans": [
            {"capabilityStatus": "Enabled", "provisioningStatus": "Success", "service": service}
            for service in sorted({plan.service for plan in plans})
        ],
        "licenseAssignmentStates": [
            {
                "assignedByGroup": None,
                "disabledPlans": [],
                "error": "None",
                "lastUpdatedDateTime": since,
                "skuId": licence.sku_id,
                "state": "Active",
            }
            for licence in held
        ],
    }


def held_by(user: JsonObject) -> list[Licence]:
    """The licences a user holds."""
    return [_BY_ID[assigned["skuId"]] for assigned in user["assignedLicenses"]]


def subscribed_skus(
    tenant_id: str, company: str, users: Iterable[JsonObject], licences: Iterable[Licence] = LICENCES
) -> list[JsonObject]:
    """The tenant's subscriptions as bought to fit these users."""
    seats = Counter(assigned["skuId"] for user in users for assigned in user["assignedLicenses"])
    return [_subscribed_sku(tenant_id, company, licence, seats[licence.sku_id]) for licence in licences]


def count_seats(skus: dict[str, JsonObject], licence: Licence, more: int) -> None:
    """Note that some more (or fewer) users hold a licence; buys ten seats where there are too few."""
    key, sku = next((key, sku) for key, sku in skus.items() if sku["skuId"] == licence.sku_id)
    consumed = max(sku["consumedUnits"] + more, 0)
    units = sku["prepaidUnits"]
    if consumed > units["enabled"] + units["warning"]:
        units = {**units, "enabled": units["enabled"] + 10}
    skus[key] = {**sku, "consumedUnits": consumed, "prepaidUnits": units}


def _subscribed_sku(tenant_id: str, company: str, licence: Licence, consumed: int) -> JsonObject:
    expiring = licence is VISIO
    bought = consumed + max(round(consumed * licence.spare), 2)
    return {
        "id": f"{tenant_id}_{licence.sku_id}",
        "accountId": tenant_id,
        "accountName": company,
        "appliesTo": "User",
        "capabilityStatus": "Warning" if expiring else "Enabled",
        "consumedUnits": consumed,
        "prepaidUnits": {
            "enabled": 0 if expiring else bought,
            "suspended": 0,
            "warning": bought if expiring else 0,
            "lockedOut": 0,
        },
        "servicePlans": [
            {
                "appliesTo": "User",
                "provisioningStatus": "Success",
                "servicePlanId": plan.id,
                "servicePlanName": plan.name,
            }
            for plan in licence.plans
        ],
        "skuId": licence.sku_id,
        "skuPartNumber": licence.part_number,
        "subscriptionIds": [],
    }
