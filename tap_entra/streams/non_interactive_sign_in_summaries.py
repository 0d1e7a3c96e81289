"""Non-interactive sign-in summaries: non-interactive sign-ins, summed per day."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import SUMMARY_READERS
from tap_entra.streams.beta_sign_ins import AGENT, MANAGED_IDENTITY
from tap_entra.streams.sign_ins import STATUS


class NonInteractiveSignInSummaries(FullStream):
    """One row for each app, person, address, result and day; a fraction of the rows of `non_interactive_sign_ins`.

    Each run reads the whole list: Microsoft documents no filter on the day. It documents neither how far the list goes
    back nor whether its ids last, so a digest of what a row is grouped by is the key. The rows of a day change until it
    is over. Not selected unless asked for: it replaces `non_interactive_sign_ins`, and Graph has it in beta alone.

    https://learn.microsoft.com/graph/api/auditlogroot-getsummarizednoninteractivesignins?view=graph-rest-beta
    """

    name = "non_interactive_sign_in_summaries"
    path = "/auditLogs/getSummarizedNonInteractiveSignIns(aggregationWindow='d1')"
    graph_version = "beta"
    permissions = ("AuditLog.Read.All",)
    plan = "P1"
    roles = SUMMARY_READERS
    primary_keys = ("groupId",)
    grouped_by = (
        "aggregationDateTime",
        "userPrincipalName",
        "appId",
        "ipAddress",
        "status.errorCode",
        "conditionalAccessStatus",
        "resourceId",
        "servicePrincipalId",
        "agent",
        "managedServiceIdentity",
    )
    selected_by_default = False
    supports_select = False
    page_size = None
    is_steady = False
    schema = th.PropertiesList(
        th.Property("groupId", th.StringType, required=True, description="Digest of what the row is grouped by"),
        AGENT,
        th.Property(
            "aggregationDateTime",
            th.DateTimeType,
            description="The day, UTC: its midnight, or another time of it",
        ),
        th.Property("appDisplayName", th.StringType, description="Name of the app signed in to"),
        th.Property("appId", th.StringType, description="Client id of the app"),
        th.Property(
            "conditionalAccessStatus",
            th.StringType,
            description="Result of conditional access: success, failure or notApplied",
        ),
        th.Property("firstSignInDateTime", th.DateTimeType, description="When the first of them was, UTC"),
        th.Property("id", th.StringType, description="Id of one of them in the full log; another one in the next run"),
        th.Property("ipAddress", th.StringType, description="Address that they came from"),
        MANAGED_IDENTITY,
        th.Property("resourceDisplayName", th.StringType, description="Name of the API or service that was asked for"),
        th.Property("resourceId", th.StringType, description="That API or service; its client id"),
        th.Property("servicePrincipalId", th.StringType, description="App that signed in; empty for people"),
        th.Property("servicePrincipalName", th.StringType, description="Name of that app; empty for people"),
        th.Property("signInCount", th.IntegerType, description="How many sign-ins they are"),
        STATUS,
        th.Property("tenantId", th.StringType, description="The tenant"),
        th.Property(
            "userPrincipalName",
            th.StringType,
            description="Sign-in name at that time in lower case, of guests their own address; there is no user id",
        ),
    ).to_dict()
