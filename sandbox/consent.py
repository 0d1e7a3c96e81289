"""What the invented company lets the app do: scopes, the signed-in user's roles, the plan it pays for."""

from __future__ import annotations

from dataclasses import dataclass, field

CONNECT_SCOPES = ("Directory.Read.All", "User.Read.All", "ProfilePhoto.Read.All", "AuditLog.Read.All")

# What streams need that are not read by default.
OPTIONAL_SCOPES = (
    "DirectoryRecommendations.Read.All",
    "IdentityProvider.Read.All",
    "IdentityRiskEvent.Read.All",
    "IdentityRiskyUser.Read.All",
    "Policy.Read.All",
    "RoleAssignmentSchedule.Read.Directory",
    "RoleEligibilitySchedule.Read.Directory",
)

# Any one of them may read sign-ins, audits and reports: https://learn.microsoft.com/graph/api/signin-list#permissions
REPORT_ROLES = frozenset(
    {"Global Reader", "Reports Reader", "Security Administrator", "Security Operator", "Security Reader"}
)


@dataclass
class Consent:
    """Switches; change them at any time.

    Attributes:
        scopes: Graph scopes with admin consent. An access token keeps those it was issued with, as at Microsoft.
        app_permissions: The same for the app itself, with no person signed in.
        registered_app_permissions: What an administrator who consents gives the app itself.
        roles: Directory roles of the signed-in user, by display name. Looked up at every request.
        premium: Whether the tenant has Entra ID P1 or P2. Looked up at every request.
        p2: Whether that is P2. Looked up at every request.
        storage: Whether the person may act in Azure Storage through the app: `user_impersonation` has consent.
        internet_access: Whether it has Entra Suite or Internet Access, which the risk of gallery apps needs.
    """

    scopes: set[str] = field(default_factory=lambda: {*CONNECT_SCOPES, *OPTIONAL_SCOPES, "User.Read"})
    app_permissions: set[str] = field(default_factory=lambda: {*CONNECT_SCOPES, *OPTIONAL_SCOPES})
    registered_app_permissions: set[str] = field(default_factory=lambda: set(CONNECT_SCOPES))
    roles: set[str] = field(default_factory=lambda: {"Global Reader"})
    premium: bool = True
    p2: bool = True
    storage: bool = True
    internet_access: bool = False

    @property
    def may_read_reports(self) -> bool:
        """Whether one of the user's roles is allowed to read reports."""
        return not REPORT_ROLES.isdisjoint(self.roles)

    @property
    def has_p2(self) -> bool:
        """Whether the tenant has Entra ID P2."""
        return self.premium and self.p2
