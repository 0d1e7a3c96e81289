"""Applications: app registrations of this tenant."""

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


class Applications(DeltaStream):
    """Registrations: apps of its own, and single sign-on apps from the gallery. Apps of others are service principals.

    Left out are authenticationBehaviors and logo, which a list does not give by default.

    https://learn.microsoft.com/graph/api/application-list and https://learn.microsoft.com/graph/api/application-delta
    """

    name = "applications"
    path = "/applications"
    permissions = ("Directory.Read.All",)
    primary_keys = ("id",)
    deleted_type = "microsoft.graph.application"
    always_set = ("appId", "displayName")
    kept_in_bin = ("appId", "displayName")
    not_selectable = ("deletedDateTime",)
    kind_column = "objectType"
    strip = CREDENTIAL_SECRETS
    missing_in = only_in_global_cloud(
        "certification", "nativeAuthenticationApisEnabled", "samlMetadataUrl", "verifiedPublisher"
    )
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Object id of the registration; not the appId"),
        DELETED,
        th.Property(
            "addIns",
            JsonArray,
            description="Hooks for other services; each element has id, type and properties",
        ),
        th.Property(
            "api",
            th.ObjectType(
                th.Property(
                    "acceptMappedClaims", th.BooleanType, description="Takes claims mapped without a signing key"
                ),
                th.Property(
                    "knownClientApplications", JsonArray, description="Client ids consented to with it; strings"
                ),
                th.Property(
                    "oauth2PermissionScopes",
                    JsonArray,
                    description=(
                        "Delegated permissions it offers; each element has id, value, type, isEnabled, origin and "
                        "adminConsentDisplayName, userConsentDisplayName and their descriptions"
                    ),
                ),
                th.Property(
                    "preAuthorizedApplications",
                    JsonArray,
                    description="Apps that need no consent; each element has appId and delegatedPermissionIds",
                ),
                th.Property(
                    "requestedAccessTokenVersion",
                    th.IntegerType,
                    description="Version of the tokens it wants, 1 or 2; null means 1",
                ),
            ),
            description="What it is as an API",
        ),
        th.Property("appId", th.StringType, description="Client id; the one that sign-ins and service principals name"),
        APP_ROLES,
        th.Property(
            "applicationTemplateId",
            th.StringType,
            description="Gallery product it was made from; null if from none",
        ),
        th.Property(
            "certification",
            th.ObjectType(
                th.Property("certificationDetailsUrl", th.StringType, description="Where the certification is shown"),
                th.Property("certificationExpirationDateTime", th.DateTimeType, description="When it ends, UTC"),
                th.Property("isCertifiedByMicrosoft", th.BooleanType, description="Certified by Microsoft"),
                th.Property("isPublisherAttested", th.BooleanType, description="Vouched for by its publisher"),
                th.Property("lastCertificationDateTime", th.DateTimeType, description="When last certified, UTC"),
            ),
            description="Microsoft 365 certification; null for most",
        ),
        th.Property("createdByAppId", th.StringType, description="Client id of the app that registered it"),
        th.Property("createdDateTime", th.DateTimeType, description="When it was registered, UTC"),
        th.Property(
            "defaultRedirectUri", th.StringType, description="Redirect address used unless another is asked for"
        ),
        th.Property("description", th.StringType, description="Purpose of the app, as people read it"),
        th.Property(
            "disabledByMicrosoftStatus",
            th.StringType,
            description="DisabledDueToViolationOfServicesAgreement if Microsoft switched it off; as a rule null",
        ),
        th.Property("displayName", th.StringType, description="The app's name"),
        th.Property(
            "groupMembershipClaims",
            th.StringType,
            description="Which groups its tokens name: None, SecurityGroup, All, ...",
        ),
        th.Property("identifierUris", JsonArray, description="Its names as an API, e.g. api://...; strings"),
        INFO,
        th.Property(
            "isDeviceOnlyAuthSupported",
            th.BooleanType,
            description="True if a device may sign in to it without a person",
        ),
        th.Property("isDisabled", th.BooleanType, description="True if it gets no new tokens; null means false"),
        th.Property(
            "isFallbackPublicClient",
            th.BooleanType,
            description="True if it counts as an installed app when Microsoft cannot tell; null means false",
        ),
        KEY_CREDENTIALS,
        th.Property(
            "managerApplications", JsonArray, description="Client ids of Microsoft apps that manage it; strings"
        ),
        th.Property("nativeAuthenticationApisEnabled", th.StringType, description="none or all"),
        th.Property("notes", th.StringType, description="Notes of its admins"),
        th.Property("oauth2RequirePostResponse", th.BooleanType, description="True if it only takes answers by POST"),
        th.Property(
            "objectType",
            th.StringType,
            description="agentIdentityBlueprint for what AI agents are made of; null for an ordinary app",
        ),
        th.Property(
            "optionalClaims",
            th.ObjectType(
                *(
                    th.Property(
                        token,
                        JsonArray,
                        description="Each element has name, source, essential and additionalProperties",
                    )
                    for token in ("accessToken", "idToken", "saml2Token")
                )
            ),
            description="Claims it asks for beyond the usual, by kind of token",
        ),
        th.Property(
            "parentalControlSettings",
            th.ObjectType(
                th.Property("countriesBlockedForMinors", JsonArray, description="Two-letter countries; strings"),
                th.Property("legalAgeGroupRule", th.StringType, description="Rule for minors, e.g. Allow"),
            ),
            description="Whether minors may use it",
        ),
        PASSWORD_CREDENTIALS,
        th.Property(
            "publicClient",
            th.ObjectType(th.Property("redirectUris", JsonArray, description="Redirect addresses; strings")),
            description="What it is as an installed app",
        ),
        th.Property("publisherDomain", th.StringType, description="Checked domain of its publisher"),
        th.Property(
            "requestSignatureVerification",
            th.ObjectType(
                th.Property(
                    "allowedWeakAlgorithms", th.StringType, description="Old signatures it takes, e.g. rsaSha1"
                ),
                th.Property("isSignedRequestRequired", th.BooleanType, description="True if requests must be signed"),
            ),
            description="Whether SAML requests must be signed; null if never set",
        ),
        th.Property(
            "requiredResourceAccess",
            JsonArray,
            description=(
                "Permissions it asks for; each element has resourceAppId and resourceAccess: id of the permission and "
                "type, Scope or Role"
            ),
        ),
        th.Property("samlMetadataUrl", th.StringType, description="Where its SAML metadata is"),
        th.Property(
            "serviceManagementReference",
            th.StringType,
            description="Its number in the company's own list of services",
        ),
        th.Property(
            "servicePrincipalLockConfiguration",
            th.ObjectType(
                th.Property("allProperties", th.BooleanType, description="Locks all that can be locked"),
                th.Property("credentialsWithUsageSign", th.BooleanType, description="Locks credentials to sign with"),
                th.Property(
                    "credentialsWithUsageVerify", th.BooleanType, description="Locks credentials to verify with"
                ),
                th.Property("isEnabled", th.BooleanType, description="True if the lock is on"),
                th.Property("tokenEncryptionKeyId", th.BooleanType, description="Locks the key that encrypts tokens"),
            ),
            description="What other tenants may not change of it; null if never set",
        ),
        th.Property(
            "signInAudience",
            th.StringType,
            description="Whose accounts may sign in: AzureADMyOrg, AzureADMultipleOrgs and two with private accounts",
        ),
        th.Property(
            "spa",
            th.ObjectType(th.Property("redirectUris", JsonArray, description="Redirect addresses; strings")),
            description="What it is as a web page without a server",
        ),
        th.Property("tags", JsonArray, description="Labels, own ones and Microsoft's; strings"),
        th.Property(
            "tokenEncryptionKeyId", th.StringType, description="Key that encrypts its tokens; null if none does"
        ),
        th.Property(
            "uniqueName", th.StringType, description="Name given once for scripts to find it by; as a rule null"
        ),
        VERIFIED_PUBLISHER,
        th.Property(
            "web",
            th.ObjectType(
                th.Property("homePageUrl", th.StringType, description="Its home page"),
                th.Property(
                    "implicitGrantSettings",
                    th.ObjectType(
                        th.Property("enableAccessTokenIssuance", th.BooleanType, description="Gets access tokens so"),
                        th.Property("enableIdTokenIssuance", th.BooleanType, description="Gets id tokens so"),
                    ),
                    description="Whether it gets tokens straight from the sign-in page",
                ),
                th.Property("logoutUrl", th.StringType, description="Called when the person signs out"),
                th.Property("redirectUris", JsonArray, description="Redirect addresses; strings"),
                th.Property("redirectUriSettings", JsonArray, description="Each element has uri and index"),
            ),
            description="What it is as a web app",
        ),
    ).to_dict()
