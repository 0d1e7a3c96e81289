"""Device owners: people who registered devices or joined them."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import ExpandedLinkStream


class DeviceOwners(ExpandedLinkStream):
    """One row for each owner of a device: as a rule the person who registered it, none for shared devices.

    https://learn.microsoft.com/graph/api/device-list-registeredowners
    """

    name = "device_owners"
    path = "/devices/{id}/registeredOwners"
    parents = "/devices"
    permissions = ("Directory.Read.All",)
    parent_key = "deviceId"
    child_key = "ownerId"
    type_key = "ownerType"
    primary_keys = ("deviceId", "ownerId")
    schema = th.PropertiesList(
        th.Property(
            "deviceId",
            th.StringType,
            required=True,
            description="Object id of the device; devices.id, not its deviceId",
        ),
        th.Property("ownerId", th.StringType, required=True, description="Object id of the owner"),
        th.Property("ownerType", th.StringType, description="What the owner is: user, as a rule"),
    ).to_dict()
