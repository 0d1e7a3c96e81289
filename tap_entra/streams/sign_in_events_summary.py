"""Sign-in events summary: Microsoft's count of sign-ins per day."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import REPORT_READERS


class SignInEventsSummary(FullStream):
    """One row for each day, at present only in beta. Microsoft does not document which kinds of sign-in it counts.

    The page contradicts itself on filters, so the list is read without one.

    https://learn.microsoft.com/graph/api/auditlogroot-list-signineventssummary?view=graph-rest-beta
    """

    name = "sign_in_events_summary"
    path = "/auditLogs/signInEventsSummary"
    graph_version = "beta"
    permissions = ("AuditLog.Read.All",)
    plan = "P1"
    roles = REPORT_READERS
    primary_keys = ("id",)
    supports_select = False
    page_size = None  # by default a page has 1,000 rows, the most
    is_steady = False
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the count"),
        th.Property("activityDateTime", th.DateTimeType, description="The day, as its midnight, UTC"),
        th.Property("signInCount", th.IntegerType, description="Sign-ins of that day, of kinds that are undocumented"),
    ).to_dict()
