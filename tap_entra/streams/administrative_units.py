"""Administrative units: parts of the directory with admins of their own."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import DeltaStream
from tap_entra.streams.types import DELETED


class AdministrativeUnits(DeltaStream):
    """Containers of users, groups and devices that an admin role can be limited to.

    https://learn.microsoft.com/graph/api/directory-list-administrativeunits and
    https://learn.microsoft.com/graph/api/administrativeunit-delta
    """

    name = "administrative_units"
    path = "/directory/administrativeUnits"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    deleted_type = "microsoft.graph.administrativeUnit"
    # Old units may leave membershipType unset: they are read again without harm.
    always_set = ("displayName", "membershipType")
    not_selectable = ("deletedDateTime",)
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Object id, a GUID"),
        DELETED,
        th.Property("description", th.StringType, description="What the unit is for"),
        th.Property("displayName", th.StringType, description="The unit's name"),
        th.Property(
            "isMemberManagementRestricted",
            th.BooleanType,
            description="True if admins of the whole tenant may not change its members; null means false",
        ),
        th.Property("membershipRule", th.StringType, description="Rule that picks the members; null if assigned"),
        th.Property(
            "membershipRuleProcessingState",
            th.StringType,
            description="On or Paused; null if members are assigned",
        ),
        th.Property(
            "membershipType", th.StringType, description="Dynamic if a rule picks members; null means Assigned"
        ),
        th.Property(
            "visibility",
            th.StringType,
            description="HiddenMembership if only its admins see who is in it; null means everybody does",
        ),
    ).to_dict()
