"""Non-interactive sign-ins: non-interactive user sign-ins, such as token refreshes."""

from __future__ import annotations

from tap_entra.streams.beta_sign_ins import BetaSignIns


class NonInteractiveSignIns(BetaSignIns):
    """Sign-ins by a client that had a token already, without the user doing anything.

    https://learn.microsoft.com/graph/api/signin-list?view=graph-rest-beta
    """

    name = "non_interactive_sign_ins"
    event_type = "nonInteractiveUser"
    container = "insights-logs-noninteractiveusersigninlogs"
