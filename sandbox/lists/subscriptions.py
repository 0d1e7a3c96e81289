"""Subscriptions: what the company bought, with the date on which each changes its state.

https://learn.microsoft.com/graph/api/directory-list-subscriptions
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.collection_store import zulu
from sandbox.tenant.makers.licences import POWER_BI_FREE, POWER_BI_PRO
from sandbox.tenant.rng import Draw, named_guid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_PATH = "directory/subscriptions"
_TRIAL_SEATS = 25


def _rows_of_day(tenant: TenantState) -> Iterable[Row]:
    """One subscription for most licences, two for the large ones, a trial, and one that was deleted."""
    for sku in tenant.lists["subscribedSkus"].values():
        units = sku["prepaidUnits"]
        seats = units["enabled"] + units["warning"] + units["suspended"]
        parts = [seats - seats // 3, seats // 3] if seats >= 30 else [seats]
        status = "Warning" if units["warning"] else "Suspended" if units["suspended"] else "Enabled"
        for number, part in enumerate(parts):
            yield _subscription(tenant, sku, number, part, status)
        if sku["skuId"] == POWER_BI_PRO.sku_id:
            yield _subscription(tenant, sku, 8, _TRIAL_SEATS, "LockedOut", is_trial=True)
        if sku["skuId"] == POWER_BI_FREE.sku_id:
            yield _subscription(tenant, sku, 9, 5, "Deleted")


def _subscription(  # noqa: PLR0913 - what a subscription consists of
    tenant: TenantState, sku: Row, number: int, seats: int, status: str, *, is_trial: bool = False
) -> Row:
    key = named_guid(f"subscription {tenant.id} {sku['skuId']} {number}")
    throw = Draw(b"subscription " + key.encode(), number)
    starts = tenant.options.starts
    ends = starts + timedelta(days=tenant.planted.renews.get(sku["skuId"], 20 + throw.below(340)))
    return {
        "id": key,
        "commerceSubscriptionId": throw.id,
        "createdDateTime": zulu(starts - timedelta(days=40 + throw.below(1400))),
        "isTrial": is_trial,
        "nextLifecycleDateTime": None if status == "Deleted" else zulu(ends),
        "ownerId": tenant.id,
        "ownerTenantId": tenant.id,
        "ownerType": "User",
        "serviceStatus": [
            {**plan, "provisioningStatus": "Success" if status == "Enabled" else "Disabled"}
            for plan in sku["servicePlans"]
        ],
        "skuId": sku["skuId"],
        "skuPartNumber": sku["skuPartNumber"],
        "status": status,
        "totalLicenses": seats,
    }


SUBSCRIPTIONS = GraphList(
    path=_PATH,
    entity="companySubscription",
    scopes=scopes("LicenseAssignment.Read.All", "Organization.Read.All"),
    properties=properties(
        """
        id commerceSubscriptionId createdDateTime isTrial nextLifecycleDateTime ownerId ownerTenantId ownerType
        serviceStatus skuId skuPartNumber status totalLicenses
        """
    ),
    rows_of_day=_rows_of_day,
    expected={"subscriptions": listed(_PATH)},
    options=frozenset({"$filter", "$select"}),
    page_default=None,
)
