"""Licences that the company has bought, with their seats.

https://learn.microsoft.com/graph/api/subscribedsku-list
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList, scopes
from sandbox.tenant.makers.licences import subscribed_skus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    return subscribed_skus(tenant.id, tenant.company.name, tenant.directory["users"].live.values())


SUBSCRIBED_SKUS = GraphList(
    path="subscribedSkus",
    entity="subscribedSku",
    scopes=scopes("LicenseAssignment.Read.All", "Organization.Read.All"),
    first_rows=_first_rows,
    needs=("users",),
    expected={"subscribed_skus": listed("subscribedSkus")},
    options=frozenset(),
    page_default=None,
    cost=3,
)
