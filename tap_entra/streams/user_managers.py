"""User managers: the manager of each user."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import LinkStream


class UserManagers(LinkStream):
    """One row for each user who has a manager.

    https://learn.microsoft.com/graph/api/user-delta
    """

    name = "user_managers"
    path = "/users"
    permissions = ("User.Read.All",)
    relation = "manager"
    parent_key = "userId"
    child_key = "managerId"
    type_key = None
    primary_keys = ("userId",)
    schema = th.PropertiesList(
        th.Property("userId", th.StringType, required=True, description="Object id of who reports; users.id"),
        th.Property("managerId", th.StringType, description="Object id of the manager; users.id"),
    ).to_dict()
