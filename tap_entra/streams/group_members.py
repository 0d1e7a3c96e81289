"""Group members: members of groups."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import LinkStream


class GroupMembers(LinkStream):
    """One row for each direct member of a group; members of a group inside it are not repeated.

    Members of groups with hidden membership come only with Member.Read.Hidden, a scope this tap does not ask for.

    https://learn.microsoft.com/graph/api/group-delta
    """

    name = "group_members"
    path = "/groups"
    permissions = ("Directory.Read.All",)
    relation = "members"
    parent_key = "groupId"
    child_key = "memberId"
    type_key = "memberType"
    lacks_service_principals = True
    primary_keys = ("groupId", "memberId")
    schema = th.PropertiesList(
        th.Property("groupId", th.StringType, required=True, description="The group's object id; groups.id"),
        th.Property("memberId", th.StringType, required=True, description="Object id of the member"),
        th.Property(
            "memberType",
            th.StringType,
            description="What the member is: user, group, device, servicePrincipal or orgContact",
        ),
    ).to_dict()
