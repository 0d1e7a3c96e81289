"""Conditional Access policies: what sign-ins must fulfil, such as MFA."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import POLICY_READERS
from tap_entra.streams.types import JsonArray

_GUESTS = th.ObjectType(
    th.Property(
        "externalTenants", th.ObjectType(), description="The companies they come from: all, or a list of tenants"
    ),
    th.Property(
        "guestOrExternalUserTypes",
        th.StringType,
        description="Kinds of guests with commas between them, e.g. b2bCollaborationGuest,internalGuest",
    ),
)


class ConditionalAccessPolicies(FullStream):
    """One row for each policy, in force, in trial or switched off; those that Microsoft manages too.

    Not selected unless asked for: it needs a permission that no default stream needs.

    https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies
    """

    name = "conditional_access_policies"
    path = "/identity/conditionalAccess/policies"
    permissions = ("Policy.Read.All",)
    plan = "P1"
    roles = POLICY_READERS
    primary_keys = ("id",)
    has_object_ids = True
    selected_by_default = False
    page_size = None
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the policy, a GUID"),
        th.Property(
            "conditions",
            th.ObjectType(
                th.Property(
                    "applications",
                    th.ObjectType(
                        th.Property("applicationFilter", th.ObjectType(), description="A rule on attributes of apps"),
                        th.Property("excludeApplications", JsonArray, description="Apps by appId; strings"),
                        th.Property(
                            "includeApplications",
                            JsonArray,
                            description="Apps by appId, or All, None, Office365 and the like; strings",
                        ),
                        th.Property(
                            "includeAuthenticationContextClassReferences",
                            JsonArray,
                            description="Authentication contexts, e.g. c1; strings",
                        ),
                        th.Property(
                            "includeUserActions",
                            JsonArray,
                            description="Actions, such as registering a device; strings",
                        ),
                    ),
                    description="The apps or actions it is about",
                ),
                th.Property(
                    "authenticationFlows",
                    th.ObjectType(
                        th.Property(
                            "transferMethods",
                            th.StringType,
                            description="deviceCodeFlow and authenticationTransfer, with a comma between them",
                        ),
                    ),
                    description="Ways of signing in; null for any",
                ),
                th.Property("clientAppTypes", JsonArray, description="all, browser, other and the like; strings"),
                th.Property(
                    "clientApplications",
                    th.ObjectType(
                        th.Property(
                            "excludeServicePrincipals", JsonArray, description="service_principals.id; strings"
                        ),
                        th.Property(
                            "includeServicePrincipals", JsonArray, description="service_principals.id; strings"
                        ),
                        th.Property(
                            "servicePrincipalFilter", th.ObjectType(), description="A rule on attributes of apps"
                        ),
                    ),
                    description="The apps that sign in as themselves; null for policies about people",
                ),
                th.Property(
                    "devices",
                    th.ObjectType(
                        th.Property("deviceFilter", th.ObjectType(), description="A rule, with mode include or exclude")
                    ),
                    description="The devices; null for any",
                ),
                th.Property(
                    "insiderRiskLevels", th.StringType, description="Levels of Purview's insider risk, with commas"
                ),
                th.Property(
                    "locations",
                    th.ObjectType(
                        th.Property("excludeLocations", JsonArray, description="As includeLocations"),
                        th.Property(
                            "includeLocations",
                            JsonArray,
                            description="named_locations.id, or All, or AllTrusted; strings",
                        ),
                    ),
                    description="The places of the sign-in; null for any",
                ),
                th.Property(
                    "platforms",
                    th.ObjectType(
                        th.Property("excludePlatforms", JsonArray, description="As includePlatforms"),
                        th.Property(
                            "includePlatforms", JsonArray, description="android, iOS, all and the like; strings"
                        ),
                    ),
                    description="The operating systems; null for any",
                ),
                th.Property(
                    "servicePrincipalRiskLevels", JsonArray, description="Risk of the app: low, medium, high; strings"
                ),
                th.Property(
                    "signInRiskLevels", JsonArray, description="Risk of the sign-in: low, medium, high; strings"
                ),
                th.Property("userRiskLevels", JsonArray, description="Risk of the person: low, medium, high; strings"),
                th.Property(
                    "users",
                    th.ObjectType(
                        th.Property("excludeGroups", JsonArray, description="groups.id; strings"),
                        th.Property("excludeGuestsOrExternalUsers", _GUESTS, description="Guests; null for none"),
                        th.Property("excludeRoles", JsonArray, description="role_definitions.templateId; strings"),
                        th.Property(
                            "excludeUsers", JsonArray, description="users.id, or GuestsOrExternalUsers; strings"
                        ),
                        th.Property("includeGroups", JsonArray, description="groups.id; strings"),
                        th.Property("includeGuestsOrExternalUsers", _GUESTS, description="Guests; null for none"),
                        th.Property("includeRoles", JsonArray, description="role_definitions.templateId; strings"),
                        th.Property(
                            "includeUsers",
                            JsonArray,
                            description="users.id, or All, None or GuestsOrExternalUsers; strings",
                        ),
                    ),
                    description="The people it is about; exclusions win",
                ),
            ),
            description="When it applies: all conditions must be met",
        ),
        th.Property("createdDateTime", th.DateTimeType, description="When it was created, UTC; null for old ones"),
        th.Property("description", th.StringType, description="What it is for"),
        th.Property("displayName", th.StringType, description="Its name"),
        th.Property(
            "grantControls",
            th.ObjectType(
                th.Property(
                    "authenticationStrength",
                    th.ObjectType(),
                    description="The strength of MFA it asks for, with id, displayName and allowedCombinations",
                ),
                th.Property("builtInControls", JsonArray, description="block, mfa, compliantDevice and so on; strings"),
                th.Property("customAuthenticationFactors", JsonArray, description="Factors of other vendors; strings"),
                th.Property(
                    "operator", th.StringType, description="AND if all controls are asked for, OR if one is enough"
                ),
                th.Property("termsOfUse", JsonArray, description="Ids of terms of use to be accepted; strings"),
            ),
            description="What it asks for before it lets a sign-in pass; null if nothing",
        ),
        th.Property("modifiedDateTime", th.DateTimeType, description="When it was last changed, UTC"),
        th.Property(
            "sessionControls",
            th.ObjectType(
                th.Property(
                    "applicationEnforcedRestrictions",
                    th.ObjectType(),
                    description="Limits that Microsoft's apps enforce",
                ),
                th.Property("cloudAppSecurity", th.ObjectType(), description="Control by Defender for Cloud Apps"),
                th.Property(
                    "disableResilienceDefaults",
                    th.BooleanType,
                    description="True if sessions end in an outage instead of going on",
                ),
                th.Property("persistentBrowser", th.ObjectType(), description="Whether browsers stay signed in"),
                th.Property(
                    "secureSignInSession", th.ObjectType(), description="Whether tokens are bound to the device"
                ),
                th.Property("signInFrequency", th.ObjectType(), description="How often people must sign in again"),
            ),
            description="What it does to the session after the sign-in; null if nothing",
        ),
        th.Property(
            "state",
            th.StringType,
            description="enabled, disabled, or enabledForReportingButNotEnforced while it is on trial",
        ),
        th.Property("templateId", th.StringType, description="Microsoft's template that it was made from"),
    ).to_dict()
