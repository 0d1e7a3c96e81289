"""Words for the codes that the views hold."""

from __future__ import annotations

from dataclasses import dataclass

SEVERITIES = ("high", "medium", "low", "check", "info")
SEVERITY = {"high": "High", "medium": "Medium", "low": "Low", "check": "Perhaps", "info": "For information"}

ACCOUNT_STATE = {
    "active": "Active",
    "disabled": "Disabled",
    "guest": "Guest",
    "left": "Left",
    "unknown": "Not known",
}

ACCOUNT_KIND = {
    "person": "A person",
    "service account": "A service",
    "room": "A room",
    "shared mailbox": "A shared mailbox",
    "emergency account": "Emergencies",
}

#: States of a list, the most urgent first.
STREAM_STATES = ("action required", "getting data", "not available", "not selected", "active")
STREAM_STATE = {
    "action required": "Action required",
    "getting data": "Getting data",
    "not available": "Not available",
    "not selected": "Not selected",
    "active": "Active",
}
OUTCOME = {
    "complete": "Complete",
    "partial": "In part",
    "skipped": "Not available",
    "failed": "Failed",
}
APP_KIND = {
    "third_party": "Others",
    "in_house": "Ourselves",
    "microsoft": "Microsoft",
    "unknown": "Not known",
}
TREND = {
    "rising": "Rising",
    "falling": "Falling",
    "steady": "Steady",
    "new": "New",
    "gone": "No longer used",
    "unknown": "Not known yet",
}
RISKS = ("critical", "high", "medium", "low", "none")
RISK = {"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low", "none": "None"}
USAGES = ("high", "medium", "low", "none")
USAGE = {"high": "High", "medium": "Medium", "low": "Low", "none": "None"}
ACCESS = {
    "assigned": "Assigned",
    "through a group": "Through a group",
    "open to everyone": "Open to everyone",
    "consented": "Consented",
    "none": "No access today",
}


@dataclass(frozen=True)
class Kind:
    """A kind of finding in words.

    Attributes:
        category: cost, security or access.
        title: Heading of a card.
        sentence: The meaning of the kind.
    """

    category: str
    title: str
    sentence: str


CATEGORIES = {"cost": "Cost", "security": "Security", "access": "Access", "data": "Data"}
KIND = {
    "department_unused_accounts": Kind(
        "cost", "Departments with many unused accounts", "One conversation settles them all."
    ),
    "unused_account": Kind("cost", "Unused accounts", "People who have not signed in to anything for a long time."),
    "unused_app": Kind("cost", "Unused apps", "Apps that people have access to and that show no use."),
    "unused_seat": Kind("cost", "Unused seats", "People who were given an app and do not use it."),
    "seats_without_use": Kind("cost", "Apps with unused seats", "Apps that some use and others only hold."),
    "unused_licence": Kind("cost", "Unused licences", "Licences held by people who do not sign in."),
    "unassigned_licences": Kind("cost", "Unassigned licences", "Licences that are paid for and that no one holds."),
    "overlapping_licences": Kind(
        "cost", "Overlapping licences", "People who hold a licence that another one contains."
    ),
    "contained_in_microsoft365": Kind("cost", "Contained in Microsoft 365", "Products that a licence already covers."),
    "redundant_apps": Kind("cost", "Several products for one job", "Products that do the same work for several teams."),
    "risky_grant": Kind("security", "Risky permissions", "Apps that may read or change a lot."),
    "own_app_rights": Kind("security", "Powerful apps of our own", "Own apps with far-reaching permissions."),
    "stale_admin": Kind("security", "Quiet administrators", "People with admin roles who have not signed in lately."),
    "admin_without_mfa": Kind("security", "Admins without a second factor", "A stolen password would be enough."),
    "admin_with_weak_mfa": Kind(
        "security", "Admins with a weak second factor", "A code that can be stolen or guessed."
    ),
    "failing_sign_ins": Kind("security", "Failing sign-ins", "Accounts with many failed sign-ins and no success."),
    "legacy_sign_ins": Kind("security", "Old ways to sign in", "Sign-ins that skip the second factor."),
    "open_risk": Kind("security", "Risky sign-ins", "People whom Microsoft reports as at risk."),
    "expiring_credential": Kind("security", "Expiring credentials", "Secrets and certificates that end or have ended."),
    "new_app": Kind("access", "New apps", "Apps that came in the last days."),
    "not_permitted_app": Kind("access", "Apps that are not permitted", "People use what the company does not permit."),
    "app_without_owner": Kind("access", "Apps without an owner", "No one answers for these apps."),
    "leaver_access": Kind("access", "Leavers with access", "Disabled or removed accounts that still hold something."),
    "quiet_guest": Kind("access", "Quiet guests", "Guests who have not signed in for a long time."),
    "pending_guest": Kind("access", "Invitations without an answer", "Guests who never accepted."),
    "failing_app": Kind("access", "Apps that keep people out", "Many of those who try do not get in."),
    "disabled_app_grants": Kind("security", "Permissions of disabled apps", "They have them again once enabled."),
    "ai_app": Kind("data", "AI tools", "Tools that people may give the company's data to."),
    "new_admin": Kind("security", "New administrators", "People who were given an admin role in the last days."),
    "groups_without_owner": Kind("access", "Groups without an owner", "No one answers for these groups."),
    "stale_devices": Kind("access", "Devices that are not seen any more", "They are still enabled."),
    "renewal": Kind("cost", "Contracts that renew soon", "Until then seats can be given back."),
    "guest_admin": Kind("security", "Guests with admin roles", "People of other companies who can change this one."),
}


def kind(name: str) -> Kind:
    """Return a kind of finding in words; one that is new here keeps its own name."""
    return KIND.get(name) or Kind("data", name.replace("_", " ").capitalize(), "")


_AUDITS = "directory_audits"


@dataclass(frozen=True)
class Event:
    """A kind of event in words.

    Attributes:
        one: A single one.
        many: Several of them.
        streams: What must have been read for their number to be known.
    """

    one: str
    many: str
    streams: tuple[str, ...]


EVENTS = {
    "new app": Event("New app", "New apps", (_AUDITS, "service_principals", "organization")),
    "consent": Event("Consent", "Consents", (_AUDITS, "service_principals", "organization")),
    "new registration": Event("New registration", "New registrations", (_AUDITS, "applications")),
    "new admin": Event("New admin", "New admins", (_AUDITS, "users")),
    "joiner": Event("Joiner", "Joiners", ("users",)),
    "new guest": Event("New guest", "New guests", ("users",)),
    "leaver": Event("Leaver", "Leavers", ("users",)),
}

#: Streams as a reader knows them, by the name that the tap gives them.
STREAM = {
    "admin_consent_policy": "Who decides on requests for consent",
    "administrative_unit_members": "Members of administrative units",
    "administrative_units": "Administrative units",
    "app_role_assignments": "Who may use which app",
    "application_owners": "Owners of app registrations",
    "application_templates": "The app gallery",
    "applications": "App registrations",
    "conditional_access_policies": "Rules of conditional access",
    "contacts": "Contacts",
    "device_owners": "Owners of devices",
    "device_users": "Users of devices",
    "devices": "Devices",
    "directory_audits": "Changes in the directory",
    "directory_settings": "Rules of the directory",
    "domains": "Domains",
    "group_members": "Members of groups",
    "group_owners": "Owners of groups",
    "groups": "Groups",
    "identity_providers": "Other ways in for guests",
    "managed_identity_sign_ins": "Sign-ins of managed identities",
    "named_locations": "Named locations",
    "non_interactive_sign_ins": "Sign-ins without the person present",
    "non_interactive_sign_in_summaries": "Sums of sign-ins without the person present",
    "oauth2_permission_grants": "Consents",
    "organization": "The company",
    "profile_photos": "Photos",
    "provisioning_logs": "Accounts provisioned in apps",
    "recommendation_resources": "What Microsoft's advice is about",
    "recommendations": "Microsoft's advice",
    "risk_detections": "Signs of risk",
    "risky_users": "People at risk",
    "role_assignment_schedules": "Admin roles and when they end",
    "role_assignments": "Who holds which admin role",
    "role_definitions": "Admin roles",
    "role_eligibility_schedules": "Admin roles that people may take",
    "service_principal_owners": "Owners of apps",
    "service_principal_sign_in_activities": "Microsoft's report on the use of apps",
    "service_principal_sign_ins": "Sign-ins of apps",
    "service_principals": "Apps",
    "sign_in_events_app_summary": "Microsoft's count of sign-ins per app",
    "sign_in_events_summary": "Microsoft's count of sign-ins per day",
    "sign_ins": "Sign-ins with the person present",
    "subscribed_skus": "Licences bought",
    "subscriptions": "Purchases and their renewal",
    "user_managers": "Managers",
    "user_registration_details": "Second factors",
    "user_sign_in_activity": "Microsoft's report on last sign-ins",
    "users": "People",
}


def stream(name: str) -> str:
    """Return a stream as a reader knows it."""
    return STREAM.get(name, name.replace("_", " ").capitalize())
