"""The evidence of a finding in words. A finding keeps it as JSON, whose keys depend on the kind of finding."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import Any

from pages import vocabulary, words
from pages.parts import Fact

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_LABELS = {
    "assigned_at": "Access assigned",
    "assigned_directly": "Assigned by name",
    "app_last_used_at": "App last used by anyone",
    "because": "Because",
    "consented_by": "Allowed by",
    "consenting_people": "People who allowed it",
    "directly_assigned_apps": "Apps assigned by name",
    "invited_at": "Invited",
    "last_activity_at": "Last activity of the app",
    "last_attempt_at": "Last attempt to sign in",
    "last_sign_in_at": "Last sign-in",
    "last_use_at": "Last use",
    "paid": "Paid for",
    "people_by_product": "People by product",
    "people_with_access": "People with access",
    "permission_names": "Names of the permissions",
    "permission_risk": "Risk of the permissions",
    "person_last_signed_in_at": "Person last signed in to anything",
    "publisher_verified": "Publisher checked by Microsoft",
    "sku_part_number": "Product code",
}


def evidence(details: dict[str, Any], zone: tzinfo) -> list[Fact]:
    """Return the details of a finding as facts."""
    return [Fact(_label(name), _value(value, zone)) for name, value in details.items()]


def _label(name: str) -> str:
    return _LABELS.get(name) or name.removesuffix("_at").replace("_", " ").capitalize()


def _value(value: Any, zone: tzinfo) -> str:
    match value:
        case None:
            shown = "none known"
        case bool():
            shown = words.yes_no(value)
        case int() | float():
            shown = words.number(value)
        case list():
            shown = "\n".join(_value(one, zone) for one in value) or words.NONE
        case dict():
            shown = "\n".join(f"{name}: {_value(one, zone)}" for name, one in value.items()) or words.NONE
        case _:
            shown = _text(str(value), zone)
    return shown


def _text(value: str, zone: tzinfo) -> str:
    if not _TIME.match(value):
        return vocabulary.ACCOUNT_STATE.get(value, value)
    try:
        return words.moment(datetime.fromisoformat(value[:19]), zone)
    except ValueError:
        return value
