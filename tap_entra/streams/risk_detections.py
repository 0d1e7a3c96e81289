"""Risk detections: signs of accounts in other hands."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import RISK_READERS

_LOCATION = th.ObjectType(
    th.Property("city", th.StringType, description="City"),
    th.Property("countryOrRegion", th.StringType, description="Country as code of two letters"),
    th.Property("state", th.StringType, description="State or province"),
)


class RiskDetections(FullStream):
    """What Identity Protection found: one row for each sign, which goes when Microsoft no longer keeps it.

    Microsoft keeps them for 90 days with P2. With P1 it keeps them for 30, and premium detections show as generic. Each
    run reads the whole list, because the state of a row changes later. Not selected unless asked for: it needs a
    permission that no default stream needs.

    https://learn.microsoft.com/graph/api/riskdetection-list
    """

    name = "risk_detections"
    path = "/identityProtection/riskDetections"
    permissions = ("IdentityRiskEvent.Read.All",)
    plan = "P1"
    roles = RISK_READERS
    primary_keys = ("id",)
    selected_by_default = False
    page_size = 500
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="Id of the detection"),
        th.Property("activity", th.StringType, description="What it is about: signin, user or servicePrincipal"),
        th.Property("activityDateTime", th.DateTimeType, description="When the risky activity happened, UTC"),
        th.Property("additionalInfo", th.StringType, description="More on it, a JSON text, e.g. the browser"),
        th.Property("correlationId", th.StringType, description="Correlation id of the sign-in; null without one"),
        th.Property("detectedDateTime", th.DateTimeType, description="When it was found, UTC; may be days later"),
        th.Property("detectionTimingType", th.StringType, description="realtime, nearRealtime or offline"),
        th.Property("ipAddress", th.StringType, description="Address that it came from"),
        th.Property("lastUpdatedDateTime", th.DateTimeType, description="When it last changed, UTC"),
        th.Property("location", _LOCATION, description="Where it came from, as far as addresses tell"),
        th.Property("requestId", th.StringType, description="The sign-in; sign_ins.id while it is kept, else null"),
        th.Property(
            "riskDetail",
            th.StringType,
            description="What became of it, e.g. adminDismissedAllRiskForUser; hidden without P2",
        ),
        th.Property(
            "riskEventType",
            th.StringType,
            description="The sign, e.g. unfamiliarFeatures or leakedCredentials; generic for premium ones without P2",
        ),
        th.Property("riskLevel", th.StringType, description="low, medium or high; hidden without P2"),
        th.Property("riskState", th.StringType, description="As risky_users.riskState"),
        th.Property("source", th.StringType, description="Product that found it, e.g. IdentityProtection"),
        th.Property("tokenIssuerType", th.StringType, description="AzureAD or ADFederationServices"),
        th.Property("userDisplayName", th.StringType, description="Name of the person"),
        th.Property("userId", th.StringType, description="The account; users.id"),
        th.Property("userPrincipalName", th.StringType, description="Sign-in name of the account"),
    ).to_dict()
