"""Writes the sign-ins of what was planted into the logs, and what reports make of them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.expected import Visit
from sandbox.tenant.logs.row import LogRow
from sandbox.tenant.makers.habits import FAILURES, SUCCESS

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.expected import Expected
    from sandbox.tenant.logs.beta_sign_ins import MachineBook
    from sandbox.tenant.logs.sign_ins import SignInBook
    from sandbox.tenant.state import TenantState

_OUTCOMES = {failure.code: failure for failure in (SUCCESS, *FAILURES)}
_EVENING = timedelta(hours=5)  # before the day ends: by then every row is visible


class Books(NamedTuple):
    """What the logs are written with."""

    interactive: SignInBook
    renewals: SignInBook
    machines: MachineBook


class Sowing(NamedTuple):
    """The planted rows of one day, by log."""

    interactive: list[LogRow]
    renewals: list[LogRow]
    machines: list[LogRow]


def write_rows(tenant: TenantState, books: Books, ends: datetime, oldest: datetime) -> Sowing:
    """Write the planted sign-ins of the 24 hours before `ends`."""
    expected, sowing = tenant.planted, Sowing([], [], [])
    begins = max(ends - timedelta(days=1), oldest)
    for visit in expected.visits:
        if begins < visit.at <= ends:
            _write(books, sowing, visit)
    day = (ends - tenant.options.starts).days
    for number, routine in enumerate(expected.routines):
        at = ends - _EVENING + timedelta(seconds=61 * number)
        if (day + number) % routine.every_days:
            continue
        if routine.principal is not None:
            sowing.machines.append(books.machines.run(at, routine.principal))
        elif routine.person is not None:
            _write(books, sowing, Visit(routine.person, routine.app, at, routine.interactive))
    for rows in sowing:
        rows.sort(key=lambda row: row.at)
    _note(expected, sowing)
    return sowing


def _write(books: Books, sowing: Sowing, visit: Visit) -> None:
    book, rows = (books.interactive, sowing.interactive) if visit.interactive else (books.renewals, sowing.renewals)
    row = book.visit(visit.at, visit.person, visit.app, _OUTCOMES[visit.code])
    if visit.columns:
        row = LogRow(row.at, row.arrives, partial(_write_other, book, dict(visit.columns)), row.facts)
    rows.append(row)


def _write_other(book: SignInBook, columns: JsonObject, at: datetime, *facts: Any) -> JsonObject:
    return {**book.write(at, *facts), **columns}


def _note(expected: Expected, sowing: Sowing) -> None:
    """Microsoft's report of apps follows the logs."""
    for row in (*sowing.interactive, *sowing.renewals):
        app_id = row.facts[2].app_id
        if app_id in expected.apps and not row.facts[3].code:
            expected.used[app_id] = (row.at, expected.used.get(app_id, (None, None))[1])
    for row in sowing.machines:
        app_id = row.facts[1]["appId"]
        expected.used[app_id] = (expected.used.get(app_id, (None, None))[0], row.at)


def note_renewals(tenant: TenantState, rows: list[LogRow]) -> None:
    """Beside each planted user Microsoft keeps when a client last signed in for them; rows come in order of time."""
    activities = tenant.lists["signInActivity"]
    for row in rows:
        user_id = row.facts[1].id
        if user_id in tenant.planted.people:
            when, request = zulu(row.at), row.row["id"]
            known = activities.get(user_id) or dict.fromkeys(("lastSignInDateTime", "lastSignInRequestId"))
            activities[user_id] = {
                **known,
                "lastNonInteractiveSignInDateTime": when,
                "lastNonInteractiveSignInRequestId": request,
                "lastSuccessfulSignInDateTime": when,
                "lastSuccessfulSignInRequestId": request,
            }
