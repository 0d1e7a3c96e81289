"""What messages are made of: the views, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal


@dataclass(frozen=True)
class Stream:
    """A row of sync_status."""

    name: str
    state: str
    reason: str
    action: str | None


@dataclass(frozen=True)
class Kind:
    """The findings of a kind that are open and no detail of another.

    Attributes:
        name: Kind of the findings.
        open: Their number.
        saving: Their saving per month, with that of their details; None if no price is known.
        currency: Currency of the saving; None if there are several.
    """

    name: str
    open: int
    saving: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Facts:
    """The state of the warehouse. A figure is None where the views do not know it.

    Attributes:
        now: The clock of the database, UTC.
        company: Display name of the company.
        observed_since: Since when no sign-in was missed, UTC.
        streams: One per stream, by name.
        people: People with an active account.
        apps: Apps that are not removed.
        new_apps: Names of apps of other companies, first used in the last seven days.
        kinds: Open findings by kind; None if there are no findings yet.
        events: What came and went in the last days, such as a consent: the number by event; None if that is not known.
        sign_in: Problem and action of the tap's own sign-in; None if it is fine or unknown here.
    """

    now: datetime
    streams: tuple[Stream, ...]
    company: str | None = None
    observed_since: datetime | None = None
    people: int | None = None
    apps: int | None = None
    new_apps: tuple[str, ...] | None = None
    kinds: tuple[Kind, ...] | None = None
    events: Mapping[str, int] | None = None
    sign_in: tuple[str, str] | None = None
