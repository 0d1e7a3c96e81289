"""Who used what when."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tests.transform.answers.world import INTERRUPTS, Row, SignIn, World

if TYPE_CHECKING:
    from datetime import date, datetime


def app_usage(world: World) -> dict[tuple[str, str, date], Row]:
    """A row a person, app and day."""
    days: dict[tuple[str, str, date], list[SignIn]] = defaultdict(list)
    for one in world.sign_ins:
        days[one.user_id, one.app_id, one.at.date()].append(one)
    interactive, other = (world.since(stream) for stream in ("sign_ins", "non_interactive_sign_ins"))
    return {
        key: {
            **_day(rows),
            "interactive_sign_ins": _successes(rows, interactive, key[2], interactive=True),
            "non_interactive_sign_ins": _successes(rows, other, key[2], interactive=False),
        }
        for key, rows in days.items()
    }


def _successes(rows: list[SignIn], since: datetime | None, day: date, *, interactive: bool) -> int | None:
    """How many are in one of the logs; None on days before its first row."""
    if not since or day < since.date():
        return None
    return sum(one.code == 0 and one.interactive == interactive for one in rows)


def _day(rows: list[SignIn]) -> Row:
    good = [one for one in rows if one.code == 0]
    return {
        "sign_ins": len(good),
        "failures": sum(one.code not in {0, *INTERRUPTS} for one in rows),
        "interrupts": sum(one.code in INTERRUPTS for one in rows),
        "first_at": min((one.at for one in good), default=None),
        "last_at": max((one.at for one in good), default=None),
    }


def last_use(world: World) -> dict[tuple[str, str], datetime]:
    """The last success of each person with each app."""
    return {(one.user_id, one.app_id): one.at for one in world.successes}


def last_of_people(world: World) -> dict[str, datetime]:
    """The last success of each person with anything."""
    return {one.user_id: one.at for one in world.successes}


def last_of_apps(world: World) -> dict[str, datetime]:
    """The last success of anybody with each app."""
    return {one.app_id: one.at for one in world.successes}


def users_of_apps(world: World, days: int) -> dict[str, set[str]]:
    """Who signed in to each app within a number of days."""
    found = defaultdict(set)
    for one in world.successes:
        if world.in_last(one.at.date(), days):
            found[one.app_id].add(one.user_id)
    return found
