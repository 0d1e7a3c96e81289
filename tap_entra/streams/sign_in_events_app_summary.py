"""Sign-in events app summary: Microsoft's count of sign-ins per app."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import REPORT_READERS


class SignInEventsAppSummary(FullStream):
    """One row for each app with sign-ins in the past 30 days, at present only in beta.

    Microsoft does not document which kinds of sign-in it counts, nor whether more than 1,000 apps come.

    https://learn.microsoft.com/graph/api/auditlogroot-list-signineventsappsummary?view=graph-rest-beta
    """

    name = "sign_in_events_app_summary"
    path = "/auditLogs/signInEventsAppSummary"
    graph_version = "beta"
    permissions = ("AuditLog.Read.All",)
    plan = "P1"
    roles = REPORT_READERS
    primary_keys = ("appId",)
    supports_select = False
    page_size = None  # by default a page has 1,000 rows, the most
    is_steady = False
    schema = th.PropertiesList(
        th.Property("appId", th.StringType, required=True, description="Client id of the app"),
        th.Property(
            "signInCount",
            th.IntegerType,
            description="Sign-ins to it in the past 30 days, of kinds that are undocumented",
        ),
        th.Property("tenantId", th.StringType, description="The tenant"),
    ).to_dict()
