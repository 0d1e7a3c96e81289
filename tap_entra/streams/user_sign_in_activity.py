"""User sign-in activity: last sign-in of each user."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.types import SIGN_IN_ACTIVITY


class UserSignInActivity(FullStream):
    """One row a user; up to a day behind, sometimes more. A stream of its own, as it needs a plan that users does not.

    https://learn.microsoft.com/graph/api/resources/signinactivity
    """

    name = "user_sign_in_activity"
    path = "/users"
    permissions = ("AuditLog.Read.All", "User.Read.All")
    plan = "P1"
    primary_keys = ("id",)
    has_object_ids = True
    page_size = 500
    can_be_counted = True
    # Some tenants refuse 500 with signInActivity, as all did until 2025.
    smaller_page_sizes = (120, 100)
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="The user's object id; users.id"),
        th.Property(
            "signInActivity",
            SIGN_IN_ACTIVITY,
            description="Null for who never signed in, or not since April 2020",
        ),
    ).to_dict()
