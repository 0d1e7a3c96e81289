"""Rows of the sign-in and audit logs, and when they become visible."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from sandbox.tenant.collection_store import JsonObject

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_QUIET = timedelta(hours=3)  # after a day no row becomes visible for that long: what was read stays true
_EDGE = timedelta(hours=1)


class LogRow:
    """A row of a log. Its JSON is made up whenever it is asked for, and is always the same.

    Attributes:
        at: When it happened, in UTC: its createdDateTime or activityDateTime, to the microsecond.
        arrives: From when on the log shows it.
        facts: What its JSON is made of.
    """

    __slots__ = ("_write", "arrives", "at", "facts")

    def __init__(
        self, at: datetime, arrives: datetime, write: Callable[..., JsonObject], facts: tuple[Any, ...]
    ) -> None:
        self.at = at
        self.arrives = arrives
        self._write = write
        self.facts = facts

    @property
    def row(self) -> JsonObject:
        """The row as Graph writes it."""
        return self._write(self.at, *self.facts)


def arrival(rng: Random, at: datetime, ends: datetime) -> datetime:
    """When a row becomes visible: minutes after it happened, hours for one in thirty, up to twenty for a few.

    Args:
        ends: The end of the day that passes. Nothing is left to arrive in the three hours after it.
    """
    chance = rng.random()
    if chance < 0.965:
        wait_s = 60 + chance * 400
    elif chance < 0.995:
        wait_s = 600 + rng.random() * 6 * 3600
    else:
        wait_s = rng.uniform(6, 20) * 3600
    arrives = at + timedelta(seconds=int(wait_s))
    if not ends < arrives < ends + _QUIET:
        return arrives
    return ends if at < ends - _EDGE else ends + _QUIET + (arrives - ends)


def instant(seconds: int, microseconds: int) -> datetime:
    """A point in time from seconds since 1970."""
    return _EPOCH + timedelta(0, seconds, microseconds)


def written(at: datetime, throw_digit: int) -> str:
    """An instant as the logs write it: whole seconds, or seven digits after the point."""
    if at.microsecond:
        return f"{at.isoformat()[:26]}{throw_digit}Z"
    return at.isoformat()[:19] + "Z"
