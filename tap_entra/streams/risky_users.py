"""Risky users: people whose accounts are at risk."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_entra.replication import FullStream
from tap_entra.streams.access import RISK_READERS


class RiskyUsers(FullStream):
    """One row for each account that Identity Protection ever found at risk, with its risk now.

    Not selected unless asked for: it needs a permission that no default stream needs, and Entra ID P2.

    https://learn.microsoft.com/graph/api/riskyuser-list
    """

    name = "risky_users"
    path = "/identityProtection/riskyUsers"
    permissions = ("IdentityRiskyUser.Read.All",)
    plan = "P2"
    roles = RISK_READERS
    primary_keys = ("id",)
    has_object_ids = True
    selected_by_default = False
    page_size = 500
    schema = th.PropertiesList(
        th.Property("id", th.StringType, required=True, description="The account; users.id"),
        th.Property("isDeleted", th.BooleanType, description="True if the account was deleted"),
        th.Property("isProcessing", th.BooleanType, description="True while Microsoft works on its risk"),
        th.Property(
            "riskDetail",
            th.StringType,
            description="Why the risk is as it is, e.g. none or userPerformedSecuredPasswordReset",
        ),
        th.Property("riskLastUpdatedDateTime", th.DateTimeType, description="When its risk last changed, UTC"),
        th.Property("riskLevel", th.StringType, description="low, medium or high; none without a risk today"),
        th.Property(
            "riskState",
            th.StringType,
            description="atRisk, confirmedCompromised, remediated, dismissed, confirmedSafe or none",
        ),
        th.Property("userDisplayName", th.StringType, description="Name of the person"),
        th.Property("userPrincipalName", th.StringType, description="Sign-in name of the account"),
    ).to_dict()
