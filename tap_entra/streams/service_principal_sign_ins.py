"""Service principal sign-ins: sign-ins of apps as themselves."""

from __future__ import annotations

from tap_entra.streams.beta_sign_ins import BetaSignIns


class ServicePrincipalSignIns(BetaSignIns):
    """Sign-ins of apps and scripts with a secret or certificate of their own; there is no user in them.

    https://learn.microsoft.com/graph/api/signin-list?view=graph-rest-beta
    """

    name = "service_principal_sign_ins"
    event_type = "servicePrincipal"
    container = "insights-logs-serviceprincipalsigninlogs"
