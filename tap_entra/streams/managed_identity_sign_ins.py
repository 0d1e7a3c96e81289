"""Managed identity sign-ins: sign-ins of Azure resources as themselves."""

from __future__ import annotations

from tap_entra.streams.beta_sign_ins import BetaSignIns


class ManagedIdentitySignIns(BetaSignIns):
    """Sign-ins of Azure resources with an identity that Microsoft keeps for them; there is no user in them.

    https://learn.microsoft.com/graph/api/signin-list?view=graph-rest-beta
    """

    name = "managed_identity_sign_ins"
    event_type = "managedIdentity"
    container = "insights-logs-managedidentitysigninlogs"
