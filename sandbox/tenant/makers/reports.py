"""Two reports that Microsoft refreshes each day: who could sign in how, and when an app was used last."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.logs.row import LogRow
    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.makers.people import Person

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


def registration_details(
    people: Iterable[Person], admins: set[str], refreshed: datetime, known: Mapping[str, Sequence[str]]
) -> dict[str, JsonObject]:
    """Which ways to sign in each enabled user has registered, by user id; disabled users are left out.

    Args:
        known: The ways of some users; those of others are left to chance.
    """
    return {
        person.id: _registration(person, admins, refreshed, known.get(person.id)) for person in people if person.enabled
    }


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
        throw = Draw(b"app activity " + app.app_id.encode(), 0)
        row = last_rows.get(app.app_id)
        if row is None and throw.below(3) == 0:
            continue
        at = row.at if row else starts - timedelta(days=91 + throw.below(200), minutes=throw.below(600))
        own = app.kind == "internal"
        row_of_report = _app_activity(app.app_id, at, at if own else None, resource=app.kind != "third_party")
        activities[row_of_report["id"]] = row_of_report
    return activities


def stated_activities(used: Mapping[str, tuple[datetime | None, datetime | None]]) -> dict[str, JsonObject]:
    """The same for apps of which it is known, by app id, when people and when they themselves signed in last."""
    rows = (_app_activity(app_id, people, itself, resource=False) for app_id, (people, itself) in used.items())
    return {row["id"]: row for row in rows}


def _app_activity(app_id: str, people: datetime | None, itself: datetime | None, *, resource: bool) -> JsonObject:
    throw = Draw(b"app activity " + app_id.encode(), 0)
    key = base64.b64encode(app_id.encode()).decode()
    last = max(filter(None, (people, itself)), default=None)
    return {
        "id": key,
        "appId": app_id,
        "delegatedClientSignInActivity": _activity(people, throw.id),
        "delegatedResourceSignInActivity": _activity(people, throw.id) if resource else _activity(),
        "applicationAuthenticationClientSignInActivity": _activity(itself, throw.other_id),
        "applicationAuthenticationResourceSignInActivity": _activity(),
        "lastSignInActivity": _activity(last, throw.id),
    }


def _activity(at: datetime | None = None, request_id: str | None = None) -> JsonObject:
    return {
        "lastSignInDateTime": zulu(at) if at else None,
        "lastSignInRequestId": request_id if at else None,
        "lastNonInteractiveSignInDateTime": None,
        "lastNonInteractiveSignInRequestId": None,
        "lastSuccessfulSignInDateTime": zulu(at) if at else None,
        "lastSuccessfulSignInRequestId": request_id if at else None,
    }


def _registration(person: Person, admins: set[str], refreshed: datetime, known: Sequence[str] | None) -> JsonObject:
    throw = Draw(b"registration " + person.id.encode(), person.number)
    drawn = _METHODS[throw.below(len(_METHODS))] if person.kind == "employee" else ()
    methods = list(drawn if known is None else known)
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
