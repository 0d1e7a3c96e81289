"""Service principals: apps in the tenant, from any publisher."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import DeltaStream
from tap_entra.streams.access import only_in_global_cloud
from tap_entra.streams.types import (
    APP_ROLES,
    CREDENTIAL_SECRETS,
    DELETED,
    INFO,
    KEY_CREDENTIALS,
    PASSWORD_CREDENTIALS,
    VERIFIED_PUBLISHER,
    JsonArray,
)


class ServicePrincipals(DeltaStream):
    """Enterprise applications: third-party, own and Microsoft's apps, and managed identities.

    appRoles and oauth2PermissionScopes are what makes this stream large: a tenant has hundreds of Microsoft's own apps,
    and Microsoft Graph alone offers more than a thousand permissions. They give the permissions in app_role_assignments
    and oauth2_permission_grants their names; deselect them if you do not need those.

    https://learn.microsoft.com/graph/api/serviceprincipal-list and
    https://learn.microsoft.com/graph/api/serviceprincipal-delta
    """

    name = "service_principals"
    path = "/servicePrincipals"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    deleted_type = "microsoft.graph.servicePrincipal"
    always_set = ("appId", "displayName")
    kept_in_bin = ("appId", "displayName")
    not_selectable = ("deletedDateTime",)
    strip = CREDENTIAL_SECRETS
    missing_in = only_in_global_cloud("resourceSpecificApplicationPermissions", "verifiedPublisher")
    kind_column = "objectType"
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Object id; what grants and assignments refer to"),
        DELETED,
        th.Property("accountEnabled", th.BooleanType, description="False when sign-in to it is blocked"),
        th.Property(
            "addIns",
            JsonArray,
            description="Hooks for other services; each element has id, type and properties",
        ),
        th.Property(
            "alternativeNames",
            JsonArray,
            description="Strings; of a managed identity, the Azure resource it belongs to",
        ),
        th.Property("appDescription", th.StringType, description="Purpose of the app, in its publisher's words"),
        th.Property("appDisplayName", th.StringType, description="Name its publisher gave it"),
        th.Property("appId", th.StringType, description="Client id; what sign-ins call appId and resourceId"),
        th.Property(
            "appOwnerOrganizationId",
            th.StringType,
            description="Tenant that registered it: here, Microsoft's, or a third party's; null for managed identities",
        ),
        th.Property(
            "appRoleAssignmentRequired",
            th.BooleanType,
            description="True if only who is assigned may sign in; false lets everybody in",
        ),
        APP_ROLES,
        th.Property(
            "applicationTemplateId",
            th.StringType,
            description="Gallery product it was made from; null if from none",
        ),
        th.Property("createdByAppId", th.StringType, description="Client id of the app that created it"),
        th.Property("description", th.StringType, description="Purpose of the app, in this company's words"),
        th.Property(
            "disabledByMicrosoftStatus",
            th.StringType,
            description="DisabledDueToViolationOfServicesAgreement if Microsoft switched it off; as a rule null",
        ),
        th.Property("displayName", th.StringType, description="Name it has here"),
        th.Property("homepage", th.StringType, description="Its home page"),
        INFO,
        th.Property("isDisabled", th.BooleanType, description="True if it gets no new tokens; null means false"),
        KEY_CREDENTIALS,
        th.Property("loginUrl", th.StringType, description="Where the sign-in begins, if at its own site"),
        th.Property("logoutUrl", th.StringType, description="Called when the person signs out"),
        th.Property("notes", th.StringType, description="Notes of its admins"),
        th.Property(
            "notificationEmailAddresses",
            JsonArray,
            description="Contacts for the end of the signing certificate; mail addresses, strings",
        ),
        th.Property(
            "oauth2PermissionScopes",
            JsonArray,
            description=(
                "Delegated permissions it offers; each element has id, value (scope in grants), type, isEnabled, "
                "origin, adminConsentDisplayName, adminConsentDescription, userConsentDisplayName, "
                "userConsentDescription"
            ),
        ),
        th.Property(
            "objectType",
            th.StringType,
            description="agentIdentity or agentIdentityBlueprintPrincipal for AI agents; null for an ordinary app",
        ),
        PASSWORD_CREDENTIALS,
        th.Property(
            "preferredSingleSignOnMode",
            th.StringType,
            description="saml, oidc, password or notSupported; null for many that do use single sign-on",
        ),
        th.Property(
            "preferredTokenSigningKeyThumbprint",
            th.StringType,
            description="Which certificate signs its SAML tokens",
        ),
        th.Property("replyUrls", JsonArray, description="Where tokens may be sent; web addresses, strings"),
        th.Property(
            "resourceSpecificApplicationPermissions",
            JsonArray,
            description=(
                "Permissions it offers for one team or chat; each element has id, value, displayName, description and "
                "isEnabled"
            ),
        ),
        th.Property(
            "samlSingleSignOnSettings",
            th.ObjectType(
                th.Property("relayState", th.StringType, description="Where the app sends people after sign-in"),
            ),
            description="SAML settings; null if never set",
        ),
        th.Property("servicePrincipalNames", JsonArray, description="appId and other names as an API; strings"),
        th.Property(
            "servicePrincipalType",
            th.StringType,
            description="Application, ManagedIdentity, Legacy or SocialIdp",
        ),
        th.Property(
            "signInAudience",
            th.StringType,
            description="Whose accounts may sign in: AzureADMyOrg, AzureADMultipleOrgs and two with private accounts",
        ),
        th.Property(
            "tags",
            JsonArray,
            description="Strings; WindowsAzureActiveDirectoryIntegratedApp marks an enterprise application",
        ),
        th.Property(
            "tokenEncryptionKeyId", th.StringType, description="Key that encrypts its tokens; null if none does"
        ),
        VERIFIED_PUBLISHER,
    ).to_dict()
