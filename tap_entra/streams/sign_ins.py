"""Sign-ins: interactive user sign-ins."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import SlicedStream
from tap_entra.streams.access import REPORT_READERS
from tap_entra.streams.types import JsonArray

STATUS = th.Property(
    "status",
    th.ObjectType(
        th.Property("additionalDetails", th.StringType, description="More on it, e.g. how MFA was met"),
        th.Property("errorCode", th.IntegerType, description="0 for success, else the number of an AADSTS error"),
        th.Property("failureReason", th.StringType, description="The error in words; Other. for a success"),
    ),
    description="Whether it worked",
)

# Two of Graph's properties are left out: appliedConditionalAccessPolicies, which only comes with the right to read
# policies, and riskEventTypes, which Microsoft has replaced by riskEventTypes_v2.
SIGN_IN_PROPERTIES = (
    th.Property("id", th.StringType, required=True, description="Id of the sign-in, a GUID"),
    th.Property("appDisplayName", th.StringType, description="Name of the app signed in to, at that time"),
    th.Property(
        "appId",
        th.StringType,
        description="Client id of the app signed in to; servicePrincipals.appId, not their object id. May be empty",
    ),
    th.Property(
        "authenticationAppDeviceDetails",
        th.ObjectType(
            th.Property("appVersion", th.StringType, description="Version of the authenticator app"),
            th.Property("clientApp", th.StringType, description="Which authenticator app it was"),
            th.Property("deviceId", th.StringType, description="Id of the phone it ran on"),
            th.Property("operatingSystem", th.StringType, description="Operating system of that phone"),
        ),
        description="The authenticator app that confirmed the sign-in; null if none did",
    ),
    th.Property(
        "clientAppUsed",
        th.StringType,
        description="Kind of client: Browser, Mobile Apps and Desktop clients, or an old protocol such as IMAP",
    ),
    th.Property(
        "conditionalAccessStatus",
        th.StringType,
        description="What conditional access made of it: success, failure or notApplied",
    ),
    th.Property("correlationId", th.StringType, description="Ties together the steps of one attempt; a GUID"),
    th.Property("createdDateTime", th.DateTimeType, description="When the sign-in began, UTC"),
    th.Property(
        "deviceDetail",
        th.ObjectType(
            th.Property("browser", th.StringType, description="Browser and its version"),
            th.Property("deviceId", th.StringType, description="devices.deviceId; empty for an unregistered device"),
            th.Property("displayName", th.StringType, description="The device's name"),
            th.Property("isCompliant", th.BooleanType, description="Met the company's rules; null if not known"),
            th.Property("isManaged", th.BooleanType, description="Managed by the company; null if not known"),
            th.Property("operatingSystem", th.StringType, description="Operating system and its version"),
            th.Property("trustType", th.StringType, description="How it is joined, e.g. Azure AD joined; empty if not"),
        ),
        description="What the sign-in came from",
    ),
    th.Property("homeTenantId", th.StringType, description="Tenant that the user's account belongs to"),
    th.Property("ipAddress", th.StringType, description="Address the sign-in came from, IPv4 or IPv6"),
    th.Property("isInteractive", th.BooleanType, description="True if a person did something to sign in"),
    th.Property(
        "location",
        th.ObjectType(
            th.Property("city", th.StringType, description="City; may be empty"),
            th.Property("countryOrRegion", th.StringType, description="Country or region, two letters"),
            th.Property(
                "geoCoordinates",
                th.ObjectType(
                    th.Property("altitude", th.NumberType, description="Height in metres; as a rule null"),
                    th.Property("latitude", th.NumberType, description="Degrees, north positive"),
                    th.Property("longitude", th.NumberType, description="Degrees, east positive"),
                ),
                description="Point on the map, about the middle of the city; may be without members",
            ),
            th.Property("state", th.StringType, description="State or province; may be empty"),
        ),
        description="Where Microsoft places the IP address",
    ),
    th.Property("resourceDisplayName", th.StringType, description="Name of the API or service that was asked for"),
    th.Property(
        "resourceId",
        th.StringType,
        description="Client id of the API or service asked for; servicePrincipals.appId. May be empty",
    ),
    th.Property("resourceTenantId", th.StringType, description="Tenant that the API or service asked for is in"),
    th.Property(
        "riskDetail",
        th.StringType,
        description="Why the risk is judged as it is, e.g. userPassedMFADrivenByRiskBasedPolicy; hidden without P2",
    ),
    th.Property(
        "riskEventTypes_v2",
        JsonArray,
        description="What looked risky; strings such as unlikelyTravel or leakedCredentials",
    ),
    th.Property(
        "riskLevelAggregated",
        th.StringType,
        description="Risk after all is known: none, low, medium, high; hidden without P2",
    ),
    th.Property(
        "riskLevelDuringSignIn",
        th.StringType,
        description="Risk as seen while signing in: none, low, medium, high; hidden without P2",
    ),
    th.Property(
        "riskState",
        th.StringType,
        description="What became of the risk: none, atRisk, remediated, dismissed, confirmedSafe, confirmedCompromised",
    ),
    th.Property(
        "servicePrincipalId",
        th.StringType,
        description="Object id of the app that signed in as itself; empty when a user did",
    ),
    th.Property(
        "servicePrincipalName",
        th.StringType,
        description="Name of the app that signed in as itself; empty when a user did",
    ),
    STATUS,
    th.Property("userAgent", th.StringType, description="User-Agent header of the client"),
    th.Property("userDisplayName", th.StringType, description="The user's name at that time"),
    th.Property("userId", th.StringType, description="The user's object id; users.id. The one to join on"),
    th.Property(
        "userPrincipalName",
        th.StringType,
        description="Name signed in with, in lower case; for a guest the one at home, so join on userId",
    ),
)


class SignIns(SlicedStream):
    """Interactive sign-ins of users, successful or not; Microsoft keeps them for 30 days.

    https://learn.microsoft.com/graph/api/signin-list
    """

    name = "sign_ins"
    path = "/auditLogs/signIns"
    # Without Directory.Read.All Graph answers licensed tenants now and then that they have no premium licence.
    permissions = ("AuditLog.Read.All", "Directory.Read.All")
    plan = "P1"
    roles = REPORT_READERS
    primary_keys = ("id",)
    replication_key = "createdDateTime"
    container = "insights-logs-signinlogs"
    counted_by = "/auditLogs/signInEventsSummary"
    schema = th.PropertiesList(*SIGN_IN_PROPERTIES).to_dict()
