"""Columns and settings of the three sign-in logs that only the beta version of Graph has."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import SlicedStream
from tap_entra.streams.access import REPORT_READERS
from tap_entra.streams.sign_ins import SIGN_IN_PROPERTIES
from tap_entra.streams.types import JsonArray

AGENT = th.Property(
    "agent",
    th.ObjectType(
        th.Property(
            "agentSubjectParentId", th.StringType, description="Object id of the agent's identity or blueprint"
        ),
        th.Property("agentSubjectType", th.StringType, description="Kind of agent the token is about"),
        th.Property("agentType", th.StringType, description="Kind of agent that signed in, or notAgentic"),
        th.Property("parentAppId", th.StringType, description="Client id of the agent's blueprint"),
    ),
    description="The AI agent that took part; null if none did",
)
MANAGED_IDENTITY = th.Property(
    "managedServiceIdentity",
    th.ObjectType(
        th.Property("associatedResourceId", th.StringType, description="Azure resource it belongs to"),
        th.Property("federatedTokenId", th.StringType, description="Id of the federated token"),
        th.Property("federatedTokenIssuer", th.StringType, description="Who issued the federated token"),
        th.Property("msiType", th.StringType, description="systemAssigned, userAssigned or none"),
    ),
    description="The managed identity that signed in; else null",
)

# Left out are mfaDetail, appTokenProtectionStatus and signInTokenProtectionStatus, which Microsoft has replaced by
# authenticationDetails and tokenProtectionStatusDetails.
_BETA_PROPERTIES = (
    AGENT,
    th.Property("appOwnerTenantId", th.StringType, description="Tenant that registered the app"),
    th.Property(
        "appliedEventListeners",
        JsonArray,
        description="Code run by the sign-in; each element has eventType, executedListenerId and handlerResult",
    ),
    th.Property(
        "authenticationAppPolicyEvaluationDetails",
        JsonArray,
        description=(
            "Rules for the authenticator app; each element has policyName, status, adminConfiguration and "
            "authenticationEvaluation"
        ),
    ),
    th.Property(
        "authenticationContextClassReferences",
        JsonArray,
        description="Authentication contexts asked for; each element has id and detail",
    ),
    th.Property(
        "authenticationDetails",
        JsonArray,
        description=(
            "Each step; elements have authenticationStepDateTime, authenticationMethod, authenticationMethodDetail, "
            "succeeded, authenticationStepResultDetail and authenticationStepRequirement"
        ),
    ),
    th.Property("authenticationMethodsUsed", JsonArray, description="Methods used; strings such as Password, FIDO"),
    th.Property(
        "authenticationProcessingDetails",
        JsonArray,
        description="How it was processed; each element has key and value",
    ),
    th.Property("authenticationProtocol", th.StringType, description="Protocol, e.g. oAuth2, saml20, deviceCode, ropc"),
    th.Property(
        "authenticationRequirement",
        th.StringType,
        description="singleFactorAuthentication or multiFactorAuthentication",
    ),
    th.Property(
        "authenticationRequirementPolicies",
        JsonArray,
        description="Why more than a password was asked; each element has requirementProvider and detail",
    ),
    th.Property("autonomousSystemNumber", th.IntegerType, description="Number of the network it came from (ASN)"),
    th.Property("azureResourceId", th.StringType, description="Azure resource it was for; null if none"),
    th.Property("clientCredentialType", th.StringType, description="How the client proved itself, e.g. certificate"),
    th.Property("clientSessionId", th.StringType, description="Id of the session on the client"),
    th.Property("conditionalAccessAudiences", JsonArray, description="Apps conditional access looked at; strings"),
    th.Property(
        "crossTenantAccessType",
        th.StringType,
        description="none, b2bCollaboration, serviceProvider and the like; several with commas between",
    ),
    th.Property("federatedCredentialId", th.StringType, description="Federated credential used; null if none"),
    th.Property("flaggedForReview", th.BooleanType, description="The user asked an admin to look at the failure"),
    th.Property("globalSecureAccessIpAddress", th.StringType, description="Address behind Global Secure Access"),
    th.Property("homeTenantName", th.StringType, description="Name of the user's own tenant, if that tenant allows it"),
    th.Property(
        "incomingTokenType",
        th.StringType,
        description="Token presented, e.g. primaryRefreshToken; several with commas between",
    ),
    th.Property("ipAddressFromResourceProvider", th.StringType, description="Address the service saw; often null"),
    th.Property("isTenantRestricted", th.BooleanType, description="A tenant restriction policy took part"),
    th.Property("isThroughGlobalSecureAccess", th.BooleanType, description="Came through Global Secure Access"),
    MANAGED_IDENTITY,
    th.Property(
        "networkLocationDetails",
        JsonArray,
        description="Named locations the address is in; each element has networkType and networkNames",
    ),
    th.Property("originalRequestId", th.StringType, description="Id of the first sign-in of the sequence"),
    th.Property("originalTransferMethod", th.StringType, description="deviceCodeFlow, authenticationTransfer or none"),
    th.Property(
        "privateLinkDetails",
        th.ObjectType(
            th.Property("policyId", th.StringType, description="Id of the Private Link policy"),
            th.Property("policyName", th.StringType, description="Name of the policy"),
            th.Property("policyTenantId", th.StringType, description="Tenant it belongs to"),
            th.Property("resourceId", th.StringType, description="Azure resource it belongs to"),
        ),
        description="The Private Link policy that took part; else null",
    ),
    th.Property("processingTimeInMilliseconds", th.IntegerType, description="Time Microsoft took, in milliseconds"),
    th.Property("resourceOwnerTenantId", th.StringType, description="Tenant that owns the API or service asked for"),
    th.Property("resourceServicePrincipalId", th.StringType, description="That API or service; service_principals.id"),
    th.Property("rootActorId", th.StringType, description="Id of the first actor in a chain of agents"),
    th.Property("servicePrincipalCredentialKeyId", th.StringType, description="keyId of the credential used"),
    th.Property(
        "servicePrincipalCredentialThumbprint", th.StringType, description="Thumbprint of the certificate used"
    ),
    th.Property(
        "sessionId", th.StringType, description="Id of the session; the same until the next interactive sign-in"
    ),
    th.Property(
        "sessionLifetimePolicies",
        JsonArray,
        description="What limits the session; each element has expirationRequirement and detail",
    ),
    th.Property(
        "signInEventTypes",
        JsonArray,
        description="Kind of sign-in; strings: nonInteractiveUser, servicePrincipal, managedIdentity",
    ),
    th.Property("signInIdentifier", th.StringType, description="What the user typed to sign in"),
    th.Property(
        "signInIdentifierType",
        th.StringType,
        description="Kind of signInIdentifier: userPrincipalName, phoneNumber, ...",
    ),
    th.Property("tokenIssuerName", th.StringType, description="Name of the identity provider; may be empty"),
    th.Property("tokenIssuerType", th.StringType, description="Kind of identity provider, as a rule AzureAD"),
    th.Property(
        "tokenProtectionStatusDetails",
        th.ObjectType(
            th.Property("signInSessionStatus", th.StringType, description="bound, unbound or none"),
            th.Property(
                "signInSessionStatusCode", th.IntegerType, description="Reason for signInSessionStatus, as a number"
            ),
        ),
        description="Whether the session is tied to the device; null if not looked at",
    ),
    th.Property("uniqueTokenIdentifier", th.StringType, description="Finds this sign-in's token in other logs"),
    th.Property("userType", th.StringType, description="member or guest"),
)


class BetaSignIns(SlicedStream):
    """Sign-ins that v1.0 of Graph does not list; each log asks for its own by `event_type`.

    Each has five to ten times as many rows as the interactive sign-ins, so it is not selected by default.
    """

    path = "/auditLogs/signIns"
    graph_version = "beta"
    permissions = ("AuditLog.Read.All", "Directory.Read.All")
    plan = "P1"
    roles = REPORT_READERS
    primary_keys = ("id",)
    replication_key = "createdDateTime"
    selected_by_default = False
    schema = th.PropertiesList(*SIGN_IN_PROPERTIES, *_BETA_PROPERTIES).to_dict()
