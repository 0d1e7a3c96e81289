"""The tenant itself, as the one row of a list.

https://learn.microsoft.com/graph/api/organization-list
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.makers.organization import organization_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    return [organization_json(tenant.id, tenant.company, tenant.options.starts)]


ORGANIZATION = GraphList(
    path="organization",
    entity="organization",
    scopes=scopes("Organization.Read.All"),
    properties=properties(
        default="""
            id deletedDateTime assignedPlans businessPhones city country countryLetterCode createdDateTime
            defaultUsageLocation displayName marketingNotificationEmails mobileDeviceManagementAuthority
            onPremisesLastSyncDateTime onPremisesSyncEnabled partnerTenantType postalCode preferredLanguage
            privacyProfile provisionedPlans securityComplianceNotificationMails securityComplianceNotificationPhones
            state street technicalNotificationMails tenantType verifiedDomains
        """,
    ),
    first_rows=_first_rows,
    expected={"organization": listed("organization")},
    options=frozenset({"$select"}),
    page_default=None,
)
