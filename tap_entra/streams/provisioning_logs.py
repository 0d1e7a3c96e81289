"""Provisioning logs: accounts that provisioning created and changed, here and in apps."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import SlicedStream
from tap_entra.streams.access import REPORT_READERS
from tap_entra.streams.types import JsonArray

_IDENTITY = (
    th.Property("displayName", th.StringType, description="Name of the account; may be null"),
    th.Property("id", th.StringType, description="Its id in that system"),
    th.Property("identityType", th.StringType, description="What it is, e.g. User or Group"),
)
_SYSTEM = (
    th.Property("displayName", th.StringType, description="Name of the system"),
    th.Property("id", th.StringType, description="Id of the system"),
)


class ProvisioningLogs(SlicedStream):
    """What was synchronised from an HR system, and to apps with accounts of their own; kept for 30 days.

    A provisioning job writes a row for each account that it looks at, so this log is large where one runs. It is not
    selected unless asked for.

    https://learn.microsoft.com/graph/api/provisioningobjectsummary-list
    """

    name = "provisioning_logs"
    path = "/auditLogs/provisioning"
    permissions = ("AuditLog.Read.All",)
    plan = "P1"
    roles = REPORT_READERS
    primary_keys = ("id",)
    replication_key = "activityDateTime"
    container = "insights-logs-provisioninglogs"
    selected_by_default = False
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the entry, a GUID"),
        th.Property("activityDateTime", th.DateTimeType, description="When it was done, UTC"),
        th.Property("changeId", th.StringType, description="Id of the change in the cycle"),
        th.Property("cycleId", th.StringType, description="Ties together entries of one cycle of the job"),
        th.Property("durationInMilliseconds", th.IntegerType, description="Time it took, in milliseconds"),
        th.Property(
            "initiatedBy",
            th.ObjectType(
                th.Property("displayName", th.StringType, description="Name of who or what did it"),
                th.Property("id", th.StringType, description="Its id; empty for Microsoft's own service"),
                th.Property("initiatorType", th.StringType, description="user, application or system"),
            ),
            description="Who or what started the job",
        ),
        th.Property("jobId", th.StringType, description="Id of the provisioning job"),
        th.Property(
            "modifiedProperties",
            JsonArray,
            description="What was changed; each element has displayName, oldValue and newValue",
        ),
        th.Property(
            "provisioningAction",
            th.StringType,
            description="create, update, delete, stagedDelete, disable or other",
        ),
        th.Property(
            "provisioningStatusInfo",
            th.ObjectType(
                th.Property(
                    "errorInformation",
                    th.ObjectType(
                        th.Property("additionalDetails", th.StringType, description="More on it"),
                        th.Property("errorCategory", th.StringType, description="Whose failure it was"),
                        th.Property("errorCode", th.StringType, description="Microsoft's name for it"),
                        th.Property("reason", th.StringType, description="Why it failed"),
                        th.Property("recommendedAction", th.StringType, description="What Microsoft advises"),
                    ),
                    description="What went wrong; null if nothing did",
                ),
                th.Property("status", th.StringType, description="success, failure, skipped or warning"),
            ),
            description="How it ended",
        ),
        th.Property(
            "provisioningSteps",
            JsonArray,
            description="Steps in order; each element has name, provisioningStepType, status and description",
        ),
        th.Property(
            "servicePrincipal",
            th.ObjectType(
                th.Property("displayName", th.StringType, description="Name of the app"),
                th.Property("id", th.StringType, description="service_principals.id"),
            ),
            description="The app that the job belongs to",
        ),
        th.Property("sourceIdentity", th.ObjectType(*_IDENTITY), description="The account that was read"),
        th.Property("sourceSystem", th.ObjectType(*_SYSTEM), description="Where it was read"),
        th.Property("targetIdentity", th.ObjectType(*_IDENTITY), description="The account that was written"),
        th.Property("targetSystem", th.ObjectType(*_SYSTEM), description="Where it was written"),
        th.Property("tenantId", th.StringType, description="The tenant"),
    ).to_dict()
