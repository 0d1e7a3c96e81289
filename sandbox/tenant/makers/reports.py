"""Two reports that Microsoft refreshes each day: who could sign in how, and when an app was used last."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
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
) -> list[JsonObject]:
    """The ways to sign in that each enabled user has registered. Disabled users are left out.

    Args:
        known: The ways of some users; those of others are left to chance.
    """
    return [_registration(person, admins, refreshed, known.get(person.id)) for person in people if person.enabled]


def app_activities(
    apps: Iterable[App], last_sign_ins: Mapping[str, datetime], starts: datetime
) -> Iterator[JsonObject]:
    """The last sign-in to each app. The id of a row is the app id in base64.

    Args:
        last_sign_ins: By app id. Other apps were last used a quarter of a year before the tenant began, or are missing.
    """
    for app in apps:
        if app.principal_id is None:
            continue
        throw = Draw(b"app activity " + app.app_id.encode(), 0)
        seen = last_sign_ins.get(app.app_id)
        if seen is None and throw.below(3) == 0:
            continue
        at = seen or starts - timedelta(days=91 + throw.below(200), minutes=throw.below(600))
        own = app.kind == "internal"
        yield _app_activity(app.app_id, at, at if own else None, resource=app.kind != "third_party")


def stated_activities(used: Mapping[str, tuple[datetime | None, datetime | None]]) -> list[JsonObject]:
    """The same for apps with known times, by app id: the last sign-in of a person, and of the app itself."""
    return [_app_activity(app_id, people, itself, resource=False) for app_id, (people, itself) in used.items()]


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
