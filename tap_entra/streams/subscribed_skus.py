"""Subscribed SKUs: licences that the tenant pays for, with counts."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.types import JsonArray


class SubscribedSkus(FullStream):
    """One row for each product the tenant has licences of.

    https://learn.microsoft.com/graph/api/subscribedsku-list
    """

    name = "subscribed_skus"
    path = "/subscribedSkus"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    supports_select = False
    page_size = None
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Tenant id and skuId with _ between"),
        th.Property("accountId", th.StringType, description="Id of the account that bought it"),
        th.Property("accountName", th.StringType, description="Name of the account that bought it"),
        th.Property("appliesTo", th.StringType, description="User, or Company for what is not given to people"),
        th.Property(
            "capabilityStatus",
            th.StringType,
            description="Enabled, Warning when expired but in grace, Suspended, Deleted or LockedOut",
        ),
        th.Property("consumedUnits", th.IntegerType, description="Licences given out"),
        th.Property(
            "prepaidUnits",
            th.ObjectType(
                th.Property("enabled", th.IntegerType, description="Licences in force"),
                th.Property("lockedOut", th.IntegerType, description="Licences of a cancelled subscription"),
                th.Property("suspended", th.IntegerType, description="Licences that can no longer be given out"),
                th.Property("warning", th.IntegerType, description="Licences expired, in days of grace"),
            ),
            description="Licences paid for, by state",
        ),
        th.Property(
            "servicePlans",
            JsonArray,
            description=(
                "What is in it; each element has servicePlanId, servicePlanName, provisioningStatus and appliesTo"
            ),
        ),
        th.Property("skuId", th.StringType, description="The product's id, a GUID; users.assignedLicenses refer to it"),
        th.Property("skuPartNumber", th.StringType, description="The product's short name, e.g. SPE_E3"),
        th.Property("subscriptionIds", JsonArray, description="Subscriptions it was bought with; strings"),
    ).to_dict()
