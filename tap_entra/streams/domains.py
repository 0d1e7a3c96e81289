"""Domains: domain names of the tenant."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.types import JsonArray


class Domains(FullStream):
    """Domains added to the tenant, verified or not yet.

    https://learn.microsoft.com/graph/api/domain-list
    """

    name = "domains"
    path = "/domains"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    page_size = None
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="The domain's full name, e.g. example.com"),
        th.Property(
            "authenticationType",
            th.StringType,
            description="Managed: Microsoft checks passwords. Federated: another identity provider does",
        ),
        th.Property(
            "availabilityStatus",
            th.StringType,
            description="AvailableImmediately or EmailVerifiedDomainTakeoverScheduled while verifying; else null",
        ),
        th.Property(
            "isAdminManaged",
            th.BooleanType,
            description="False if employees signed up with it before any admin took it over",
        ),
        th.Property("isDefault", th.BooleanType, description="True for the one domain that new users get"),
        th.Property("isInitial", th.BooleanType, description="True for the onmicrosoft.com name the tenant began with"),
        th.Property("isRoot", th.BooleanType, description="True if it is not a subdomain of another domain here"),
        th.Property("isVerified", th.BooleanType, description="True once ownership was proved"),
        th.Property("manufacturer", th.StringType, description="Not used by Microsoft today; as a rule null"),
        th.Property("model", th.StringType, description="Not used by Microsoft today; as a rule null"),
        th.Property(
            "passwordNotificationWindowInDays",
            th.IntegerType,
            description="Days between the warning of an expiring password and its end; null means the default, 14",
        ),
        th.Property(
            "passwordValidityPeriodInDays",
            th.IntegerType,
            description="Days a password lasts; 2147483647 means for ever, null the default, 90",
        ),
        th.Property(
            "state",
            th.ObjectType(
                th.Property("lastActionDateTime", th.DateTimeType, description="When the operation last moved, UTC"),
                th.Property("operation", th.StringType, description="What is being done, e.g. ForceDelete"),
                th.Property("status", th.StringType, description="How far it is: Scheduled, InProgress or Failed"),
            ),
            description="A long operation on the domain; null when there is none",
        ),
        th.Property(
            "supportedServices",
            JsonArray,
            description="What the domain is used for; strings such as Email, OfficeCommunicationsOnline, Intune",
        ),
    ).to_dict()
