"""Groups: Microsoft 365 groups, teams, security groups and distribution lists."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import DeltaStream
from tap_entra.streams.access import only_in_global_cloud
from tap_entra.streams.types import (
    ASSIGNED_LICENSES,
    DELETED,
    EXTENSION_ATTRIBUTES,
    ON_PREMISES_PROVISIONING_ERRORS,
    SERVICE_PROVISIONING_ERRORS,
    JsonArray,
)


class Groups(DeltaStream):
    """Groups of all kinds, but dynamic distribution groups, which Exchange keeps to itself.

    A Microsoft 365 group has Unified in groupTypes, and one with a team has Team in resourceProvisioningOptions. Left
    out is what a list does not give (isArchived, hasMembersWithLicenseErrors), what depends on who asks (unseenCount,
    ...), and what Microsoft does not describe (infoCatalogs, welcomeMessageEnabled).

    https://learn.microsoft.com/graph/api/group-list and https://learn.microsoft.com/graph/api/group-delta
    """

    name = "groups"
    path = "/groups"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    deleted_type = "microsoft.graph.group"
    always_set = ("createdDateTime", "displayName")
    kept_in_bin = ("displayName", "mail")
    not_selectable = ("deletedDateTime",)
    missing_in = only_in_global_cloud("organizationId", china=("assignedLabels",))
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Object id, a GUID"),
        DELETED,
        th.Property(
            "assignedLabels",
            JsonArray,
            description="Sensitivity labels; each element has labelId and displayName. Needs the plan P1",
        ),
        ASSIGNED_LICENSES,
        th.Property("classification", th.StringType, description="The company's own word for it, e.g. low impact"),
        th.Property("createdDateTime", th.DateTimeType, description="When the group was created, UTC"),
        th.Property("description", th.StringType, description="What the group is for"),
        th.Property("displayName", th.StringType, description="The group's name"),
        th.Property(
            "expirationDateTime",
            th.DateTimeType,
            description="When it is deleted unless renewed, UTC; null if it does not expire",
        ),
        th.Property(
            "groupTypes",
            JsonArray,
            description="Unified for a Microsoft 365 group, DynamicMembership if a rule picks its members; strings",
        ),
        th.Property(
            "isAssignableToRole",
            th.BooleanType,
            description="True if directory roles can be given to the group; null means false",
        ),
        th.Property(
            "isManagementRestricted",
            th.BooleanType,
            description="True if only admins of a restricted administrative unit may change it; null means false",
        ),
        th.Property(
            "licenseProcessingState",
            th.ObjectType(
                th.Property(
                    "state", th.StringType, description="QueuedForProcessing, ProcessingInProgress and the like"
                ),
            ),
            description="How far giving its licences to its members is; null if it gives none",
        ),
        th.Property("mail", th.StringType, description="Mail address; null for a group without mail"),
        th.Property("mailEnabled", th.BooleanType, description="True if it can get mail"),
        th.Property("mailNickname", th.StringType, description="Mail alias, the part before the @"),
        th.Property(
            "membershipRule",
            th.StringType,
            description='Rule that picks the members, e.g. (user.department -eq "Sales"); null if they are assigned',
        ),
        th.Property(
            "membershipRuleProcessingState",
            th.StringType,
            description="On or Paused; null if members are assigned",
        ),
        th.Property("onPremisesDomainName", th.StringType, description="DNS name of its domain in Active Directory"),
        th.Property(
            "onPremisesExtensionAttributes",
            EXTENSION_ATTRIBUTES,
            description="Fifteen free texts, mastered in Active Directory for synchronised groups",
        ),
        th.Property(
            "onPremisesLastSyncDateTime",
            th.DateTimeType,
            description="Last synchronisation with Active Directory, UTC; null if there never was one",
        ),
        th.Property("onPremisesNetBiosName", th.StringType, description="NetBIOS name of its domain"),
        ON_PREMISES_PROVISIONING_ERRORS,
        th.Property("onPremisesSamAccountName", th.StringType, description="Name in Active Directory"),
        th.Property("onPremisesSecurityIdentifier", th.StringType, description="SID in Active Directory, S-1-5-..."),
        th.Property(
            "onPremisesSyncEnabled",
            th.BooleanType,
            description="True while synchronised from Active Directory, false if no longer, null if never",
        ),
        th.Property(
            "organizationId", th.StringType, description="Tenant the group belongs to; as a rule organization.id"
        ),
        th.Property(
            "preferredDataLocation",
            th.StringType,
            description="Region that its mail and files are kept in, e.g. EUR; null for the tenant's own",
        ),
        th.Property("preferredLanguage", th.StringType, description="Language of a Microsoft 365 group, e.g. en-US"),
        th.Property(
            "proxyAddresses",
            JsonArray,
            description="All mail addresses, strings; SMTP: is before the primary one and smtp: before the others",
        ),
        th.Property("renewedDateTime", th.DateTimeType, description="When its owners last kept it from expiring, UTC"),
        th.Property(
            "resourceBehaviorOptions",
            JsonArray,
            description="Set when it was created; strings such as WelcomeEmailDisabled",
        ),
        th.Property(
            "resourceProvisioningOptions",
            JsonArray,
            description="What was created with it; strings, Team for a team",
        ),
        th.Property("securityEnabled", th.BooleanType, description="True if access can be given to it"),
        th.Property("securityIdentifier", th.StringType, description="SID in Entra ID, S-1-12-1-..."),
        SERVICE_PROVISIONING_ERRORS,
        th.Property("theme", th.StringType, description="Colour of a Microsoft 365 group: Teal, Purple, Green, ..."),
        th.Property(
            "uniqueName", th.StringType, description="Name given once for scripts to find it by; as a rule null"
        ),
        th.Property(
            "visibility",
            th.StringType,
            description="Who may see and join: Public, Private or HiddenMembership; null means Public",
        ),
    ).to_dict()
