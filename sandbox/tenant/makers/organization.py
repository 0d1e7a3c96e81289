"""The tenant itself and its domains, as Graph v1.0 describes them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.makers.company import OFFICES
from sandbox.tenant.makers.licences import E5

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.company import Company


def organization_json(tenant_id: str, company: Company, starts: datetime) -> JsonObject:
    """The one organization of the tenant."""
    seat = OFFICES[0]
    founded = zulu(starts - timedelta(days=4500))
    verified = [(company.initial_domain, False, True), (company.domain, True, False)]
    verified += [(domain, False, False) for domain in company.other_domains]
    return {
        "id": tenant_id, "deletedDateTime": None,
        "assignedPlans": [
            {"assignedDateTime": founded, "capabilityStatus": "Enabled", "service": plan.service,
             "servicePlanId": plan.id}
            for plan in E5.plans
        ],
        "businessPhones": [seat.phone.format(0)] if seat.phone else [], "city": seat.city, "country": seat.country,
        "countryLetterCode": seat.code, "createdDateTime": founded, "defaultUsageLocation": seat.code,
        "displayName": company.name, "marketingNotificationEmails": [], "mobileDeviceManagementAuthority": "intune",
        "onPremisesLastSyncDateTime": zulu(starts - timedelta(minutes=17)), "onPremisesSyncEnabled": True,
        "partnerTenantType": None, "postalCode": seat.postal_code, "preferredLanguage": "en",
        "privacyProfile": {
            "contactEmail": f"privacy@{company.domain}", "statementUrl": f"https://www.{company.domain}/privacy",
        },
        "provisionedPlans": [
            {"capabilityStatus": "Enabled", "provisioningStatus": "Success", "service": plan.service}
            for plan in E5.plans
        ],
        "securityComplianceNotificationMails": [], "securityComplianceNotificationPhones": [], "state": seat.state,
        "street": seat.street, "technicalNotificationMails": [f"it@{company.domain}"], "tenantType": "AAD",
        "verifiedDomains": [
            {"capabilities": "Email, OfficeCommunicationsOnline", "isDefault": default, "isInitial": initial,
             "name": name, "type": "Managed"}
            for name, default, initial in verified
        ],
    }  # fmt: skip


#: The tenant never proved that the domain is its own, so an admin removes it.
_ABANDONED = {"lastActionDateTime": "2026-01-12T09:30:00Z", "operation": "ForceDelete", "status": "Scheduled"}


def domains_json(company: Company) -> list[JsonObject]:
    """All domains: one federated, one on which ownership was never proved."""
    federated = company.other_domains[1]
    names = (company.initial_domain, company.domain, *company.other_domains, company.unverified_domain)
    return [
        {
            "id": name,
            "authenticationType": "Federated" if name == federated else "Managed",
            "availabilityStatus": None,
            "isAdminManaged": True,
            "isDefault": name == company.domain,
            "isInitial": name == company.initial_domain,
            "isRoot": name != federated,
            "isVerified": name != company.unverified_domain,
            "manufacturer": None,
            "model": None,
            "passwordNotificationWindowInDays": None if name == federated else 14,
            "passwordValidityPeriodInDays": None if name == federated else 2_147_483_647,
            "state": _ABANDONED if name == company.unverified_domain else None,
            "supportedServices": [] if name == company.unverified_domain else ["Email", "OfficeCommunicationsOnline"],
        }
        for name in names
    ]
