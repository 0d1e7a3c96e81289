"""Who may read what, and in which of Microsoft's clouds."""

from __future__ import annotations

# When a person is signed in, Graph asks for one of these roles beside the scope, for logs and reports:
# https://learn.microsoft.com/graph/api/signin-list#permissions
REPORT_READERS = (
    "Reports Reader",
    "Security Reader",
    "Security Operator",
    "Security Administrator",
    "Global Reader",
)

# For summaries of sign-ins, whose page names fewer roles:
# https://learn.microsoft.com/graph/api/auditlogroot-getsummarizednoninteractivesignins?view=graph-rest-beta#permissions
SUMMARY_READERS = ("Reports Reader", "Security Reader", "Security Administrator")

# For Conditional Access: https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies#permissions
POLICY_READERS = (
    "Security Reader",
    "Security Administrator",
    "Global Reader",
    "Conditional Access Administrator",
    "Global Secure Access Administrator",
)

# For Privileged Identity Management: https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedules
ROLE_SCHEDULE_READERS = (
    "Security Reader",
    "Security Operator",
    "Global Reader",
    "Security Administrator",
    "Privileged Role Administrator",
)

# For Identity Protection: https://learn.microsoft.com/graph/api/riskdetection-list#permissions
RISK_READERS = ("Security Reader", "Security Operator", "Global Reader", "Security Administrator")

# For recommendations: https://learn.microsoft.com/graph/api/directory-list-recommendation?view=graph-rest-beta#permissions
RECOMMENDATION_READERS = (
    "Reports Reader",
    "Security Reader",
    "Global Reader",
    "Security Operator",
    "Application Administrator",
    "Security Administrator",
    "Cloud Application Administrator",
)


def only_in_global_cloud(*properties: str, china: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Which properties each national cloud lacks; naming one there in a `$select` is refused with 400.

    Source: the metadata of the three clouds, https://github.com/microsoftgraph/msgraph-metadata/tree/master/schemas

    Args:
        properties: Lacking in all national clouds.
        china: Lacking in China only.
    """
    return {
        "usgov": set(properties),
        "usgov_dod": set(properties),
        "china": {*properties, *china},
    }
