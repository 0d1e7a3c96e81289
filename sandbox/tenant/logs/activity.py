"""When each user signed in last, as the directory keeps it beside the user."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.logs.row import LogRow
    from sandbox.tenant.makers.people import Person


def activity_before(people: Iterable[Person], starts: datetime) -> dict[str, JsonObject]:
    """The last sign-ins, by user id, from before the month that the log reaches back.

    For those who never signed in there is no entry at all, as in Graph.
    """
    activities = {}
    for person in people:
        throw = Draw(b"activity " + person.id.encode(), person.number)
        last = starts - timedelta(days=31 + throw.below(400), seconds=throw.below(86_400))
        if last > person.created and throw.below(3):
            activities[person.id] = {
                **_attempt(last, throw.id),
                "lastNonInteractiveSignInDateTime": zulu(last + timedelta(hours=throw.below(9))),
                "lastNonInteractiveSignInRequestId": throw.other_id,
                **_success(last, throw.id),
            }
    return activities


def note_sign_ins(activities: dict[str, JsonObject], rows: Iterable[LogRow], throw_of: Callable[[int], Draw]) -> None:
    """Bring the activities up to date with interactive sign-ins, given in order of time.

    A failed attempt is a sign-in too, but no successful one. Non-interactive ones follow within the hour.
    """
    attempts: dict[str, LogRow] = {}
    successes: dict[str, LogRow] = {}
    for row in rows:
        _, person, _, failure = row.facts
        attempts[person.id] = row
        if not failure.code:
            successes[person.id] = row
    for user_id, row in attempts.items():
        throw = throw_of(row.facts[0])
        success = successes.get(user_id)
        activities[user_id] = {
            **_attempt(row.at, throw.id),
            "lastNonInteractiveSignInDateTime": zulu(row.at + timedelta(minutes=throw.below(60))),
            "lastNonInteractiveSignInRequestId": throw.other_id,
            **(_success(success.at, throw_of(success.facts[0]).id) if success else _earlier(activities.get(user_id))),
        }


def _attempt(at: datetime, request_id: str) -> JsonObject:
    return {"lastSignInDateTime": zulu(at), "lastSignInRequestId": request_id}


def _success(at: datetime, request_id: str) -> JsonObject:
    return {"lastSuccessfulSignInDateTime": zulu(at), "lastSuccessfulSignInRequestId": request_id}


def _earlier(activity: JsonObject | None) -> JsonObject:
    columns = ("lastSuccessfulSignInDateTime", "lastSuccessfulSignInRequestId")
    return {column: activity[column] if activity else None for column in columns}
