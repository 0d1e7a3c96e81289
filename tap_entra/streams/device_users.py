"""Device users: people who use devices."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import ExpandedLinkStream


class DeviceUsers(ExpandedLinkStream):
    """One row for each registered user of a device: at registration the owner, later perhaps others too.

    https://learn.microsoft.com/graph/api/device-list-registeredusers
    """

    name = "device_users"
    path = "/devices/{id}/registeredUsers"
    parents = "/devices"
    permissions = ("Directory.Read.All",)
    parent_key = "deviceId"
    child_key = "userId"
    type_key = "userType"
    primary_keys = ("deviceId", "userId")
    schema = th.PropertiesList(
        th.Property(
            "deviceId",
            th.StringType,
            required=True,
            description="Object id of the device; devices.id, not its deviceId",
        ),
        th.Property("userId", th.StringType, required=True, description="Object id of the user"),
        th.Property("userType", th.StringType, description="What the user is: user, as a rule"),
    ).to_dict()
