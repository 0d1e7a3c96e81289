"""Named locations: networks and countries that policies name."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import POLICY_READERS
from tap_entra.streams.types import JsonArray


class NamedLocations(FullStream):
    """Networks by their addresses, or countries; conditional_access_policies refer to them.

    Not selected unless asked for: it needs a permission that no default stream needs.

    https://learn.microsoft.com/graph/api/conditionalaccessroot-list-namedlocations
    """

    name = "named_locations"
    path = "/identity/conditionalAccess/namedLocations"
    permissions = ("Policy.Read.All",)
    plan = "P1"
    roles = POLICY_READERS
    primary_keys = ("id",)
    has_object_ids = True
    selected_by_default = False
    supports_select = False  # each kind has columns that the list itself does not know
    page_size = None
    kind_column = "objectType"
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the location, a GUID"),
        th.Property(
            "countriesAndRegions",
            JsonArray,
            description="Countries as codes of two letters, strings; null for networks",
        ),
        th.Property(
            "countryLookupMethod",
            th.StringType,
            description="clientIpAddress or authenticatorAppGps: what tells the country; null for networks",
        ),
        th.Property("createdDateTime", th.DateTimeType, description="When it was created, UTC"),
        th.Property("displayName", th.StringType, description="Its name"),
        th.Property(
            "includeUnknownCountriesAndRegions",
            th.BooleanType,
            description="True if it includes addresses whose country is not known; null for networks",
        ),
        th.Property(
            "ipRanges",
            JsonArray,
            description="Addresses; each element has cidrAddress, e.g. 203.0.113.0/24. Null for countries",
        ),
        th.Property(
            "isTrusted",
            th.BooleanType,
            description="True if an admin marked the network as trusted; null for countries",
        ),
        th.Property("modifiedDateTime", th.DateTimeType, description="When it was last changed, UTC"),
        th.Property("objectType", th.StringType, description="ipNamedLocation or countryNamedLocation"),
    ).to_dict()
