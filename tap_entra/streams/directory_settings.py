"""Directory settings: rules for groups and passwords that differ from Microsoft's defaults."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.types import JsonArray


class DirectorySettings(FullStream):
    """One row for each set of settings, e.g. Group.Unified; a set without changes is not listed.

    https://learn.microsoft.com/graph/api/group-list-settings
    """

    name = "directory_settings"
    path = "/groupSettings"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    has_object_ids = True
    supports_select = False
    page_size = None
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the set, a GUID"),
        th.Property("displayName", th.StringType, description="Its name, e.g. Group.Unified"),
        th.Property("templateId", th.StringType, description="The same for this set in all tenants, a GUID"),
        th.Property("values", JsonArray, description="The settings; each element has name and value, both texts"),
    ).to_dict()
