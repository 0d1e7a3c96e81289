"""Service principal sign-in activities: last use of each app."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import REPORT_READERS
from tap_entra.streams.types import SIGN_IN_ACTIVITY


class ServicePrincipalSignInActivities(FullStream):
    """One row for each app that anybody or anything signed in to; beta, and only in the global cloud.

    https://learn.microsoft.com/graph/api/reportroot-list-serviceprincipalsigninactivities?view=graph-rest-beta
    """

    name = "service_principal_sign_in_activities"
    path = "/reports/servicePrincipalSignInActivities"
    graph_version = "beta"
    clouds = ("global",)
    permissions = ("AuditLog.Read.All",)
    plan = "P1"
    roles = REPORT_READERS
    primary_keys = ("id",)
    supports_select = False
    page_size = None
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Made of the appId, base64"),
        th.Property("appId", th.StringType, description="Client id of the app; service_principals.appId"),
        th.Property(
            "applicationAuthenticationClientSignInActivity",
            SIGN_IN_ACTIVITY,
            description="It asked another app or API in its own name; null if never",
        ),
        th.Property(
            "applicationAuthenticationResourceSignInActivity",
            SIGN_IN_ACTIVITY,
            description="It was asked by another app in that app's own name; null if never",
        ),
        th.Property(
            "delegatedClientSignInActivity",
            SIGN_IN_ACTIVITY,
            description="A person signed in through it; null if never",
        ),
        th.Property(
            "delegatedResourceSignInActivity",
            SIGN_IN_ACTIVITY,
            description="It was asked by an app in a person's name; null if never",
        ),
        th.Property("lastSignInActivity", SIGN_IN_ACTIVITY, description="The latest of the four"),
    ).to_dict()
