"""Domains of the tenant.

https://learn.microsoft.com/graph/api/domain-list
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.makers.organization import domains_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    return domains_json(tenant.company)


DOMAINS = GraphList(
    path="domains",
    entity="domain",
    scopes=scopes("Domain.Read.All"),
    properties=properties(
        default="""
            id authenticationType availabilityStatus isAdminManaged isDefault isInitial isRoot isVerified manufacturer
            model passwordNotificationWindowInDays passwordValidityPeriodInDays state supportedServices
        """,
    ),
    first_rows=_first_rows,
    expected={"domains": listed("domains")},
    options=frozenset({"$filter", "$select"}),
    page_default=None,
)
