"""Role definitions: admin roles of the directory, built-in and custom."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.types import JsonArray


class RoleDefinitions(FullStream):
    """What each admin role may do.

    https://learn.microsoft.com/graph/api/rbacapplication-list-roledefinitions
    """

    name = "role_definitions"
    path = "/roleManagement/directory/roleDefinitions"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    has_object_ids = True
    supports_select = False
    page_size = None
    # Without `version`: target-postgres 0.8.1 cannot activate a version of a table that has a column of this name.
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the role; of a built-in one its templateId"),
        th.Property("description", th.StringType, description="What the role is for"),
        th.Property("displayName", th.StringType, description="The role's name, e.g. Global Reader"),
        th.Property("isBuiltIn", th.BooleanType, description="False for the company's own roles"),
        th.Property("isEnabled", th.BooleanType, description="False if it can no longer be given to anybody"),
        th.Property(
            "rolePermissions",
            JsonArray,
            description=(
                "What it allows; each element has allowedResourceActions, excludedResourceActions and the condition "
                "they hold under"
            ),
        ),
        th.Property("templateId", th.StringType, description="Same in every tenant for a built-in role"),
    ).to_dict()
