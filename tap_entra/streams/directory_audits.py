"""Directory audits: changes in the directory, with who made them."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import SlicedStream
from tap_entra.streams.access import REPORT_READERS
from tap_entra.streams.types import JsonArray


class DirectoryAudits(SlicedStream):
    """Changes to users, groups, apps, roles and policies; Microsoft keeps them for 30 days, for 7 without a plan.

    https://learn.microsoft.com/graph/api/directoryaudit-list
    """

    name = "directory_audits"
    path = "/auditLogs/directoryAudits"
    permissions = ("AuditLog.Read.All",)
    roles = REPORT_READERS
    primary_keys = ("id",)
    replication_key = "activityDateTime"
    container = "insights-logs-auditlogs"
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the entry, e.g. Directory_..."),
        th.Property("activityDateTime", th.DateTimeType, description="When it was done, UTC"),
        th.Property("activityDisplayName", th.StringType, description="What was done, e.g. Add member to group"),
        th.Property("additionalDetails", JsonArray, description="More on it; each element has key and value"),
        th.Property("category", th.StringType, description="Kind of thing that was changed, e.g. GroupManagement"),
        th.Property("correlationId", th.StringType, description="Ties together entries of one operation; a GUID"),
        th.Property(
            "initiatedBy",
            th.ObjectType(
                th.Property(
                    "app",
                    th.ObjectType(
                        th.Property("appId", th.StringType, description="Client id of the app; often null"),
                        th.Property("displayName", th.StringType, description="The app's name"),
                        th.Property("servicePrincipalId", th.StringType, description="service_principals.id"),
                        th.Property("servicePrincipalName", th.StringType, description="Name of the service principal"),
                    ),
                    description="The app that did it in its own name; else null",
                ),
                th.Property(
                    "user",
                    th.ObjectType(
                        th.Property("displayName", th.StringType, description="The person's name; often null"),
                        th.Property("id", th.StringType, description="users.id"),
                        th.Property("ipAddress", th.StringType, description="Address it was done from"),
                        th.Property("userPrincipalName", th.StringType, description="Name the person signs in with"),
                    ),
                    description="The person who did it; else null",
                ),
            ),
            description="Who did it: an app or a person, sometimes neither",
        ),
        th.Property("loggedByService", th.StringType, description="Which of Microsoft's services logged it"),
        th.Property("operationType", th.StringType, description="Add, Assign, Update, Unassign, Delete and so on"),
        th.Property("result", th.StringType, description="success, failure or timeout"),
        th.Property("resultReason", th.StringType, description="Why it failed; may be empty"),
        th.Property(
            "targetResources",
            JsonArray,
            description=(
                "What was changed; each element has id, type, displayName, userPrincipalName, groupType and "
                "modifiedProperties: displayName, oldValue and newValue, the values JSON as text"
            ),
        ),
    ).to_dict()
