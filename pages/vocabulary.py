"""Words for the codes that the views hold."""

from __future__ import annotations

SEVERITIES = ("high", "medium", "low", "check", "info")
SEVERITY = {"high": "High", "medium": "Medium", "low": "Low", "check": "Perhaps", "info": "For information"}

ACCOUNT_STATE = {
    "active": "Active",
    "disabled": "Disabled",
    "guest": "Guest",
    "left": "Left",
    "unknown": "Not known",
}

#: Streams as a reader knows them, by the name that the tap gives them.
STREAM = {
    "administrative_unit_members": "Members of administrative units",
    "administrative_units": "Administrative units",
    "app_role_assignments": "Who may use which app",
    "applications": "App registrations",
    "application_owners": "Owners of app registrations",
    "application_templates": "The app gallery",
    "devices": "Devices",
    "directory_audits": "Changes in the directory",
    "directory_subscriptions": "Subscriptions",
    "domains": "Domains",
    "group_members": "Members of groups",
    "group_owners": "Owners of groups",
    "groups": "Groups",
    "managed_identity_sign_ins": "Sign-ins of managed identities",
    "non_interactive_sign_ins": "Sign-ins without the person present",
    "oauth2_permission_grants": "Consents",
    "organization": "The company",
    "profile_photos": "Photos",
    "role_assignments": "Who holds which admin role",
    "role_definitions": "Admin roles",
    "service_principal_owners": "Owners of apps",
    "service_principal_sign_in_activities": "Microsoft's report on the use of apps",
    "service_principal_sign_ins": "Sign-ins of apps",
    "service_principals": "Apps",
    "sign_ins": "Sign-ins with the person present",
    "subscribed_skus": "Licences bought",
    "user_managers": "Managers",
    "user_registration_details": "Second factors",
    "user_sign_in_activity": "Microsoft's report on last sign-ins",
    "users": "People",
}


def stream(name: str) -> str:
    """Return a stream as a reader knows it."""
    return STREAM.get(name, name.replace("_", " ").capitalize())
