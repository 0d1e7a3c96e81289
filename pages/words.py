"""How values become words: numbers, null, times, evidence, names.

The one place that formats. Times arrive in UTC, as the views have them, and leave in the reader's time zone.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

NOT_KNOWN = "not known"
NONE = "none"
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - one line
_LONG_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
#: Addresses that Markdown makes links of by itself, and arrows: an invisible word joiner keeps them apart.
_BY_ITSELF = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=-)(?=[->])|(?<=<)(?=-)|(?<=@)", re.IGNORECASE)


def zone(name: str | None) -> tzinfo:
    """Return the time zone that a browser names; UTC if it names none that is known here."""
    try:
        return ZoneInfo(name) if name else timezone.utc
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.utc


def number(value: float | Decimal | None) -> str:
    """Return a number with thousands separated; null is not a number."""
    if value is None:
        return NOT_KNOWN
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def count(value: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number(value)} {one if value == 1 else many}"


def money(value: float | Decimal | None, currency: str | None) -> str:
    """Return an amount with its currency."""
    return NOT_KNOWN if value is None else f"{number(value)} {currency or ''}".strip()


def day(moment: datetime | None, where: tzinfo = timezone.utc) -> str:
    """Return the day of a moment, such as 25 October 2026."""
    if moment is None:
        return NOT_KNOWN
    local = _local(moment, where)
    return f"{local.day} {_LONG_MONTHS[local.month - 1]} {local.year}"


def moment(value: datetime | None, where: tzinfo = timezone.utc, missing: str = NOT_KNOWN) -> str:
    """Return a moment to the minute, such as 25 Oct 2026, 14:05."""
    if value is None:
        return missing
    local = _local(value, where)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"


def duration(value: timedelta) -> str:
    """Return how long something took, such as 2 h 5 min, 5 min or 40 s."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def month(first: date) -> str:
    """Return a month, such as Oct 2026."""
    return f"{_MONTHS[first.month - 1]} {first.year}"


def utc(value: datetime | None) -> str:
    """Return a moment in UTC, for the help text beside a local time."""
    return "" if value is None else f"{value:%Y-%m-%d %H:%M} UTC"


def ago(value: datetime | None, now: datetime, where: tzinfo = timezone.utc, missing: str = NOT_KNOWN) -> str:
    """Return how long ago a moment was: days up to a month, then the day itself."""
    if value is None:
        return missing
    days = (_local(now, where).date() - _local(value, where).date()) / timedelta(days=1)
    if 0 <= days < 1:
        return "today"
    if 1 <= days < 2:  # noqa: PLR2004
        return "yesterday"
    local = _local(value, where)
    return f"{days:.0f} days ago" if 0 < days <= 30 else f"{local.day} {_MONTHS[local.month - 1]} {local.year}"  # noqa: PLR2004


def evidence(kind: str | None, since: datetime | None, where: tzinfo = timezone.utc) -> str:
    """Return what a figure rests on, and since when."""
    if kind is None:
        return "nothing yet: no record of sign-ins has been read"
    named = {
        "all sign-ins": "all sign-ins",
        "summaries": "sign-ins with the person present, and Microsoft's daily sums of the others",
        "interactive sign-ins": "sign-ins with the person present; apps that stay signed in do not show",
        "activity report": "Microsoft's activity report",
        "directory": "the directory itself",
    }.get(kind, kind)
    return named if since is None else f"{named}, complete since {day(since, where)}"


def listed(values: Sequence[str] | None, most: int = 3) -> str:
    """Return a list in a line; an empty one is "none", null is not known."""
    if values is None:
        return NOT_KNOWN
    if not values:
        return NONE
    more = len(values) - most
    return ", ".join(values[:most]) + (f" and {more} more" if more > 0 else "")


def yes_no(value: bool | None, yes: str = "yes", no: str = "no") -> str:  # noqa: FBT001
    """Return a truth in a word."""
    return NOT_KNOWN if value is None else yes if value else no


def text(value: Any, missing: str = NOT_KNOWN) -> str:
    """Return a text as it is, on one line."""
    return missing if value in {None, ""} else " ".join(str(value).split())


def sentence(value: str) -> str:
    """Return a text with a capital at its start."""
    return "AI" + value[2:] if value[:3] == "ai " else value[:1].upper() + value[1:]


def plain(value: str) -> str:
    """Return a text such that Streamlit's Markdown shows it as typed."""
    apart = _BY_ITSELF.sub("\u2060", " ".join(value.split()))
    return _MARKDOWN.sub(r"\\\1", apart)


def _local(value: datetime, where: tzinfo) -> datetime:
    return value.replace(tzinfo=value.tzinfo or timezone.utc).astimezone(where)
