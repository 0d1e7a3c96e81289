"""Facts about the logs: filters, order, retention, and how times are spelled. Five requests in ten seconds at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from tap_entra.commands.facts.fact import Fact, Known, Question, first_rows, judge, not_seen, other
from tap_entra.commands.facts.shapes import TIME, column, listed, shapes
from tap_entra.graph import odata
from tap_entra.replication.event_types import event_filter
from tap_entra.streams import (
    DirectoryAudits,
    ManagedIdentitySignIns,
    NonInteractiveSignIns,
    ServicePrincipalSignIns,
    SignIns,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_entra.commands.facts.fact import Inquiry, Seen
    from tap_entra.replication import SlicedStream

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_RETENTION = timedelta(days=30)
#: Time that surely holds rows and is surely kept.
_WEEK = timedelta(days=6)
_FEW = 20


def _window(
    log: type[SlicedStream], start: datetime, end: datetime, top: int | None = None, **options: str
) -> Question:
    conditions = filter(None, [odata.between(log.replication_key, start, end), event_filter(log.event_type)])
    size = top or log.page_size
    return Question(
        odata.query(f"/{log.graph_version}{log.path}", filter=" and ".join(conditions), top=size, **options)
    )


def _last_week(log: type[SlicedStream], known: Known) -> str:
    """Return a question for the newest rows of a log; several facts share it."""
    return _window(log, known.now - _WEEK, known.now, _FEW).url


def _pages(known: Known) -> Inquiry:
    refused = []
    for log in (SignIns, DirectoryAudits):
        reply = yield _window(log, known.now - _HOUR, known.now)
        reply.raise_unless_told()
        if reply.error is not None:
            refused.append(f"{log.path} ({reply.code})")
    return judge(not refused, f"refused by {', '.join(refused)}" if refused else "accepted by 2 logs")


def _order(known: Known) -> Inquiry:
    rows = (yield from first_rows(_last_week(SignIns, known))).rows
    return _in_order(rows, newest_first=True)


def _ascending(known: Known) -> Inquiry:
    question = _window(SignIns, known.now - _WEEK, known.now, _FEW, orderby="createdDateTime asc")
    reply = yield question
    reply.raise_unless_told()
    if reply.error is not None:
        return other(f"refused ({reply.code})")
    return _in_order((yield from first_rows(question.url)).rows, newest_first=False)


def _in_order(rows: Sequence[dict[str, Any]], *, newest_first: bool) -> Seen:
    times = [odata.parse_instant(str(row["createdDateTime"])) for row in rows]
    if len(set(times)) < 2:  # noqa: PLR2004 - no order without two
        return not_seen("fewer than two rows in six days")
    named = {(False, True): "oldest first", (True, False): "newest first"}
    order = named.get((times == sorted(times, reverse=True), times == sorted(times)), "in no order")
    return judge(order == ("newest first" if newest_first else "oldest first"), order)


def _times(known: Known) -> Inquiry:
    kinds = column((yield from first_rows(_last_week(SignIns, known))).rows, "createdDateTime")
    kinds += column((yield from first_rows(_last_week(DirectoryAudits, known))).rows, "activityDateTime")
    return judge(kinds.keys() <= {TIME}, listed(kinds))


def _bounds(known: Known) -> Inquiry:
    row = (yield from first_rows(_last_week(SignIns, known))).rows[0]
    time = str(row["createdDateTime"])
    url = odata.query(
        f"/v1.0{SignIns.path}", filter=f"createdDateTime ge {time} and createdDateTime le {time}", top=_FEW
    )
    rows = (yield Question(url)).rows
    return judge(any(one.get("id") == row["id"] for one in rows), f"{len(rows):,} rows at the time of one row")


def _kept(known: Known) -> Inquiry:
    start = known.now - _RETENTION + _HOUR
    reply = yield _window(SignIns, start, start + _HOUR, _FEW)
    reply.raise_unless_told()
    return judge(reply.error is None, "30 days" if reply.error is None else f"less than 30 days ({reply.code})")


def _too_old(known: Known) -> Inquiry:
    start = known.now - _RETENTION - 10 * _DAY
    reply = yield _window(SignIns, start, start + _HOUR, _FEW)
    reply.raise_unless_told()
    if reply.error is None:
        return other(f"answered with {len(reply.rows):,} rows")
    return judge(reply.error.is_invalid_filter, reply.code)


def _events(log: type[SlicedStream], known: Known) -> Inquiry:
    rows = (yield from first_rows(_last_week(log, known))).rows
    fitting = sum(log.event_type in (row.get("signInEventTypes") or ()) for row in rows)
    return judge(fitting == len(rows), f"{fitting:,} of {len(rows):,} rows are of the kind asked for")


def _activity(_: Known) -> Inquiry:
    rows = (yield from first_rows("/beta/reports/servicePrincipalSignInActivities")).rows
    times = shapes(
        value
        for row in rows
        for part in row.values()
        if isinstance(part, dict)
        for name, value in part.items()
        if name.endswith("DateTime")
    )
    if not times.keys() - {"null"}:
        return not_seen("no app has a sign-in activity")
    return judge(times.keys() <= {TIME, "null"}, listed(times))


def _event_fact(log: type[SlicedStream], stream: str) -> Fact:
    return Fact(
        f"events_of_{stream}",
        assumed=f"signInEventTypes finds {log.event_type}",
        ask=partial(_events, log),
        then="The stream ends with an error, and writes no row of another kind",
        streams=(stream,),
    )


FACTS = (
    Fact(
        "log_pages",
        assumed="Logs accept pages of 1,000 rows",
        ask=_pages,
        then="Graph chooses the page size, and more requests are needed",
        streams=("sign_ins", "directory_audits"),
    ),
    Fact(
        "log_order",
        assumed="Logs come newest first",
        ask=_order,
        then="Nothing: no order is relied on",
        streams=("sign_ins", "directory_audits"),
    ),
    Fact(
        "log_sorting",
        assumed="Logs can be sorted oldest first",
        ask=_ascending,
        then="Nothing: the tap does not sort",
        streams=("sign_ins",),
    ),
    Fact(
        "log_times",
        assumed="Times in logs end in Z",
        ask=_times,
        then="An offset is converted to UTC",
        streams=("sign_ins", "directory_audits"),
    ),
    Fact(
        "log_bounds",
        assumed="ge and le include the moment they name",
        ask=_bounds,
        then="A row at the very edge of two windows comes with the next run",
        streams=("sign_ins",),
    ),
    Fact(
        "log_retention",
        assumed="Logs reach back 30 days",
        ask=_kept,
        then="The tap looks for the oldest day, and tells the gap",
        streams=("sign_ins",),
    ),
    Fact(
        "log_too_old",
        assumed="A start before that is refused with 400",
        ask=_too_old,
        then="Older time seems to have no rows; it is never asked for",
        streams=("sign_ins",),
    ),
    _event_fact(NonInteractiveSignIns, "non_interactive_sign_ins"),
    _event_fact(ServicePrincipalSignIns, "service_principal_sign_ins"),
    _event_fact(ManagedIdentitySignIns, "managed_identity_sign_ins"),
    Fact(
        "app_activity_times",
        assumed="Times of app sign-in activity end in Z",
        ask=_activity,
        then="An offset is converted to UTC; a value that is not a time becomes null",
        streams=("service_principal_sign_in_activities",),
    ),
)
