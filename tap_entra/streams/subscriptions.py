"""Subscriptions: what was bought, with seats and the date of renewal."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.types import JsonArray


class Subscriptions(FullStream):
    """One row for each purchase; a product of subscribed_skus may have several.

    https://learn.microsoft.com/graph/api/directory-list-subscriptions
    """

    name = "subscriptions"
    path = "/directory/subscriptions"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    has_object_ids = True
    page_size = None
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the subscription, a GUID"),
        th.Property(
            "commerceSubscriptionId", th.StringType, description="Its id in the store; null if it was not bought there"
        ),
        th.Property("createdDateTime", th.DateTimeType, description="When it began, UTC"),
        th.Property("isTrial", th.BooleanType, description="True if it is a trial"),
        th.Property(
            "nextLifecycleDateTime",
            th.DateTimeType,
            description=(
                "When its status changes unless it is renewed, UTC: of Enabled the end of what is paid for, of Warning "
                "the suspension"
            ),
        ),
        th.Property("ownerId", th.StringType, description="Object id of the account that bought it"),
        th.Property("ownerTenantId", th.StringType, description="Tenant that bought it"),
        th.Property("ownerType", th.StringType, description="What bought it, e.g. User"),
        th.Property(
            "serviceStatus",
            JsonArray,
            description=(
                "What is in it; each element has servicePlanId, servicePlanName, provisioningStatus and appliesTo"
            ),
        ),
        th.Property("skuId", th.StringType, description="The product; subscribed_skus.skuId"),
        th.Property("skuPartNumber", th.StringType, description="The product's short name, e.g. SPE_E3"),
        th.Property(
            "status",
            th.StringType,
            description="Enabled, Warning when expired but in grace, Suspended, Deleted or LockedOut",
        ),
        th.Property("totalLicenses", th.IntegerType, description="Seats in it, in whatever status"),
    ).to_dict()
