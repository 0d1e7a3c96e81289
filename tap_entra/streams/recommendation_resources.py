"""Recommendation resources: people and apps in Microsoft's advice."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import BatchedStream
from tap_entra.streams.access import RECOMMENDATION_READERS
from tap_entra.streams.types import JsonArray


class RecommendationResources(BatchedStream):
    """One row for each person or app that a recommendation names, done or not.

    Not selected unless asked for: it needs a permission that no default stream needs, and Graph has it in beta alone.

    https://learn.microsoft.com/graph/api/recommendation-list-impactedresources?view=graph-rest-beta
    """

    name = "recommendation_resources"
    path = "/directory/recommendations/{id}/impactedResources"
    parents = "/directory/recommendations"
    graph_version = "beta"
    permissions = ("DirectoryRecommendations.Read.All",)
    roles = RECOMMENDATION_READERS
    primary_keys = ("id",)
    selected_by_default = False
    supports_select = False
    page_size = None
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the row, a GUID"),
        th.Property("addedDateTime", th.DateTimeType, description="When it was found, UTC"),
        th.Property("additionalDetails", JsonArray, description="More on it; each element has key and value"),
        th.Property("apiUrl", th.StringType, description="Where Graph has it; may be null"),
        th.Property("displayName", th.StringType, description="Name of the person or app"),
        th.Property("lastModifiedBy", th.StringType, description="Who last changed its status"),
        th.Property("lastModifiedDateTime", th.DateTimeType, description="When its status last changed, UTC"),
        th.Property("owner", th.StringType, description="Who is responsible for it; mostly null"),
        th.Property("portalUrl", th.StringType, description="Its page in the admin center"),
        th.Property(
            "postponeUntilDateTime", th.DateTimeType, description="Until when an admin put it off, UTC; null if not"
        ),
        th.Property("rank", th.IntegerType, description="1 for the most important"),
        th.Property("recommendationId", th.StringType, description="The advice; recommendations.id"),
        th.Property("resourceType", th.StringType, description="What it is, e.g. user or app"),
        th.Property("status", th.StringType, description="As recommendations.status"),
        th.Property("subjectId", th.StringType, description="The person or app; users.id of a user, appId of an app"),
    ).to_dict()
