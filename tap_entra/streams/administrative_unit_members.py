"""Administrative unit members: users, groups and devices in administrative units."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import LinkStream


class AdministrativeUnitMembers(LinkStream):
    """One row for each user, group or device in an administrative unit.

    Members of units with hidden membership come only with Member.Read.Hidden, a scope this tap does not ask for.

    https://learn.microsoft.com/graph/api/administrativeunit-delta
    """

    name = "administrative_unit_members"
    path = "/directory/administrativeUnits"
    permissions = ("Directory.Read.All",)
    relation = "members"
    parent_key = "administrativeUnitId"
    child_key = "memberId"
    type_key = "memberType"
    primary_keys = ("administrativeUnitId", "memberId")
    schema = th.PropertiesList(
        th.Property(
            "administrativeUnitId",
            th.StringType,
            required=True,
            description="The unit's object id; administrative_units.id",
        ),
        th.Property("memberId", th.StringType, required=True, description="Object id of the member"),
        th.Property("memberType", th.StringType, description="What the member is: user, group or device"),
    ).to_dict()
