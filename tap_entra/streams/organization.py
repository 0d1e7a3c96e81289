"""Organization: the tenant itself."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import only_in_global_cloud
from tap_entra.streams.types import ASSIGNED_PLANS, PROVISIONED_PLANS, JsonArray


class Organization(FullStream):
    """The company as Microsoft knows it: always exactly one row.

    https://learn.microsoft.com/graph/api/organization-list
    """

    name = "organization"
    path = "/organization"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    has_object_ids = True
    page_size = None
    missing_in = only_in_global_cloud("defaultUsageLocation")
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Tenant id, a GUID"),
        ASSIGNED_PLANS,
        th.Property("businessPhones", JsonArray, description="Phone numbers, strings; Graph keeps at most one"),
        th.Property("city", th.StringType, description="City of its address"),
        th.Property("country", th.StringType, description="Country or region of its address, as typed in"),
        th.Property(
            "countryLetterCode", th.StringType, description="Country or region as ISO 3166 code of two letters"
        ),
        th.Property("createdDateTime", th.DateTimeType, description="When the tenant was created, UTC"),
        th.Property(
            "defaultUsageLocation",
            th.StringType,
            description="Two-letter country taken for users who have no usageLocation of their own",
        ),
        th.Property("displayName", th.StringType, description="The company's name"),
        th.Property(
            "marketingNotificationEmails", JsonArray, description="Where Microsoft sends marketing mail; strings"
        ),
        th.Property(
            "mobileDeviceManagementAuthority",
            th.StringType,
            description="What manages mobile devices: unknown, intune, sccm or office365",
        ),
        th.Property(
            "onPremisesLastSyncDateTime",
            th.DateTimeType,
            description="Last synchronisation with Active Directory, UTC; null if there never was one",
        ),
        th.Property(
            "onPremisesSyncEnabled",
            th.BooleanType,
            description="True while Active Directory is synchronised, false if no longer, null if it never was",
        ),
        th.Property(
            "partnerTenantType",
            th.StringType,
            description="Kind of Microsoft partner, e.g. resellerPartnerDelegatedAdmin; null for other companies",
        ),
        th.Property("postalCode", th.StringType, description="Postal code of its address"),
        th.Property("preferredLanguage", th.StringType, description="Its language as ISO 639-1 code, e.g. en"),
        th.Property(
            "privacyProfile",
            th.ObjectType(
                th.Property("contactEmail", th.StringType, description="Mail address for questions about privacy"),
                th.Property("statementUrl", th.StringType, description="Web address of the privacy statement"),
            ),
            description="Data of its privacy page; null if never filled in",
        ),
        PROVISIONED_PLANS,
        th.Property(
            "securityComplianceNotificationMails",
            JsonArray,
            description="Contacts for security and compliance matters; mail addresses, strings",
        ),
        th.Property(
            "securityComplianceNotificationPhones",
            JsonArray,
            description="Contacts for security and compliance matters; phone numbers, strings",
        ),
        th.Property("state", th.StringType, description="State or province of its address"),
        th.Property("street", th.StringType, description="Street of its address"),
        th.Property("technicalNotificationMails", JsonArray, description="Who gets technical notices; mail addresses"),
        th.Property(
            "tenantType",
            th.StringType,
            description="AAD for a workforce tenant, AAD B2C or CIAM for one that holds customers",
        ),
        th.Property(
            "verifiedDomains",
            JsonArray,
            description="Domains proved its own; each element has name, type, capabilities, isDefault and isInitial",
        ),
    ).to_dict()
