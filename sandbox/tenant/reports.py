"""Two reports that Microsoft refreshes each day: who could sign in how, and when an app was used last."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.dice import Throw
from sandbox.tenant.shelf import zulu

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sandbox.tenant.apps import App
    from sandbox.tenant.log import LogRow
    from sandbox.tenant.people import Person
    from sandbox.tenant.shelf import JsonObject

_METHODS = (
    ("mobilePhone",),
    ("mobilePhone", "email"),
    ("microsoftAuthenticatorPush", "softwareOneTimePasscode"),
    ("mobilePhone", "microsoftAuthenticatorPush", "softwareOneTimePasscode"),
    ("windowsHelloForBusiness", "microsoftAuthenticatorPush", "softwareOneTimePasscode"),
    ("passKeyDeviceBound", "windowsHelloForBusiness", "microsoftAuthenticatorPush", "softwareOneTimePasscode"),
    ("fido2SecurityKey",),
    (),
)
_PASSWORDLESS = frozenset({"windowsHelloForBusiness", "passKeyDeviceBound", "fido2SecurityKey"})


def registration_details(people: Iterable[Person], admins: set[str], refreshed: datetime) -> dict[str, JsonObject]:
    """Which ways to sign in each enabled user has registered, by user id; disabled users are left out."""
    return {person.id: _registration(person, admins, refreshed) for person in people if person.enabled}


def app_activities(apps: Iterable[App], last_rows: dict[str, LogRow], starts: datetime) -> dict[str, JsonObject]:
    """When apps were last signed in to, by id (the app id in base64).

    Args:
        last_rows: The last interactive sign-in by app id. Others were last used a quarter of a year before the tenant
            began, or are missing.
    """
    activities = {}
    for app in apps:
        if app.principal_id is None:
            continue
        throw = Throw(b"app activity " + app.app_id.encode(), 0)
        row = last_rows.get(app.app_id)
        if row is None and throw.below(3) == 0:
            continue
        at = row.at if row else starts - timedelta(days=91 + throw.below(200), minutes=throw.below(600))
        key = base64.b64encode(app.app_id.encode()).decode()
        own = app.kind == "internal"
        activities[key] = {
            "id": key,
            "appId": app.app_id,
            "delegatedClientSignInActivity": _activity(at, throw.id),
            "delegatedResourceSignInActivity": _activity(at, throw.id) if app.kind != "third_party" else _activity(),
            "applicationAuthenticationClientSignInActivity": _activity(at, throw.other_id) if own else _activity(),
            "applicationAuthenticationResourceSignInActivity": _activity(),
            "lastSignInActivity": _activity(at, throw.id),
        }
    return activities


def _activity(at: datetime | None = None, request_id: str | None = None) -> JsonObject:
    return {
        "lastSignInDateTime": zulu(at) if at else None,
        "lastSignInRequestId": request_id,
        "lastNonInteractiveSignInDateTime": None,
        "lastNonInteractiveSignInRequestId": None,
        "lastSuccessfulSignInDateTime": zulu(at) if at else None,
        "lastSuccessfulSignInRequestId": request_id,
    }


def _registration(person: Person, admins: set[str], refreshed: datetime) -> JsonObject:
    throw = Throw(b"registration " + person.id.encode(), person.number)
    methods = list(_METHODS[throw.below(len(_METHODS))]) if person.kind == "employee" else []
    mfa = bool(methods)
    push = "microsoftAuthenticatorPush" in methods
    return {
        "id": person.id,
        "isAdmin": person.id in admins,
        "isMfaCapable": mfa,
        "isMfaRegistered": mfa,
        "isPasswordlessCapable": not _PASSWORDLESS.isdisjoint(methods),
        "isSsprCapable": mfa,
        "isSsprEnabled": person.kind == "employee",
        "isSsprRegistered": mfa,
        "isSystemPreferredAuthenticationMethodEnabled": True,
        "lastUpdatedDateTime": zulu(refreshed),
        "methodsRegistered": methods,
        "systemPreferredAuthenticationMethods": ["PhoneAppNotification"] if push else [],
        "userDisplayName": person.display_name,
        # An enumeration, and yet it may be an empty string.
        "userPreferredMethodForSecondaryAuthentication": "push" if push else "sms" if mfa else "",
        "userPrincipalName": person.upn,
        "userType": "guest" if person.kind == "guest" else "member",
    }
