"""Recommendations: Microsoft's advice."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import RECOMMENDATION_READERS
from tap_entra.streams.types import JsonArray


class Recommendations(FullStream):
    """One row for each piece of advice that applies here, done or not; recommendation_resources has what it is about.

    Not selected unless asked for: it needs a permission that no default stream needs, and Graph has it in beta alone.

    https://learn.microsoft.com/graph/api/directory-list-recommendation?view=graph-rest-beta
    """

    name = "recommendations"
    path = "/directory/recommendations"
    graph_version = "beta"
    permissions = ("DirectoryRecommendations.Read.All",)
    roles = RECOMMENDATION_READERS
    primary_keys = ("id",)
    selected_by_default = False
    page_size = None
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the recommendation in this tenant"),
        th.Property("actionSteps", JsonArray, description="What to do; elements have stepNumber, text and actionUrl"),
        th.Property("benefits", th.StringType, description="What it is good for"),
        th.Property("category", th.StringType, description="identityBestPractice or identitySecureScore"),
        th.Property("createdDateTime", th.DateTimeType, description="When it was found to apply, UTC"),
        th.Property("currentScore", th.NumberType, description="Points of the secure score that were reached"),
        th.Property("displayName", th.StringType, description="Its title"),
        th.Property("featureAreas", JsonArray, description="Parts of the directory, e.g. applications; strings"),
        th.Property("impactStartDateTime", th.DateTimeType, description="When it should be done, UTC"),
        th.Property("impactType", th.StringType, description="tenantLevel, users, apps and the like"),
        th.Property("insights", th.StringType, description="Why it applies to this tenant"),
        th.Property("lastCheckedDateTime", th.DateTimeType, description="When Microsoft last looked, UTC"),
        th.Property("lastModifiedBy", th.StringType, description="Who last changed its status"),
        th.Property("lastModifiedDateTime", th.DateTimeType, description="When its status last changed, UTC"),
        th.Property("maxScore", th.NumberType, description="Points of the secure score that can be reached"),
        th.Property(
            "postponeUntilDateTime", th.DateTimeType, description="Until when an admin put it off, UTC; null if not"
        ),
        th.Property("priority", th.StringType, description="low, medium or high"),
        th.Property("recommendationType", th.StringType, description="Its short name, e.g. staleApps"),
        th.Property("releaseType", th.StringType, description="preview or generallyAvailable"),
        th.Property("remediationImpact", th.StringType, description="What people notice when it is done"),
        th.Property("requiredLicenses", th.StringType, description="Plan that shows it, e.g. microsoftEntraIdP1"),
        th.Property(
            "status",
            th.StringType,
            description="active, completedBySystem, completedByUser, dismissed or postponed",
        ),
    ).to_dict()
