"""Group owners: people and apps that manage groups."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import LinkStream


class GroupOwners(LinkStream):
    """One row for each owner of a group. The list of a group's owners leaves out service principals.

    https://learn.microsoft.com/graph/api/group-delta
    https://learn.microsoft.com/graph/api/group-list-owners
    """

    name = "group_owners"
    path = "/groups"
    permissions = ("Directory.Read.All",)
    relation = "owners"
    parent_key = "groupId"
    child_key = "ownerId"
    type_key = "ownerType"
    lacks_service_principals = True
    primary_keys = ("groupId", "ownerId")
    schema = th.PropertiesList(
        th.Property("groupId", th.StringType, required=True, description="The group's object id; groups.id"),
        th.Property("ownerId", th.StringType, required=True, description="Object id of the owner"),
        th.Property("ownerType", th.StringType, description="What the owner is: user or servicePrincipal"),
    ).to_dict()
