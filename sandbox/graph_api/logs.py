"""Sign-in logs and directory audits.

https://learn.microsoft.com/graph/api/signin-list and .../directoryaudit-list
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox import graph_errors as errors
from sandbox.graph_api.chains import Chain
from sandbox.graph_api.filters import Filter, FilterError, parse_filter
from sandbox.graph_api.paging import answer_page
from sandbox.graph_api.permissions import require_report
from sandbox.tenant.logs.row import LogRow, written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sandbox.graph_api.context import Call, Context
    from sandbox.lists.spec import GraphLog
    from sandbox.messages import Response

OPTIONS = frozenset({"$filter", "$orderby", "$top"})
PAGE = 1_000  # default and most
PAGE_TOKEN_LIFE = timedelta(minutes=24)  # https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/451
FREE_RETENTION = timedelta(days=7)
POLICY_SCOPES = frozenset({"Policy.Read.All", "Policy.Read.ConditionalAccess"})
EVENT_TYPES = "signInEventTypes"
_INTERRUPTED = timedelta(minutes=1)  # before the success that follows


def get_log(context: Context, call: Call, log: GraphLog) -> Response:
    """One page of a log, newest row first."""
    require_report(context, call, premium=log.premium)
    if call.options.get("$skip") is not None:
        message = "Query option 'Skip' is not allowed. To allow it, set the 'AllowedQueryOptions' property."
        raise errors.bad_request(message, "BadRequest")
    # $select is not documented here: taken, and without effect.
    call.options.allow({*OPTIONS, "$select", "$count"})
    return answer_page(context, call, lambda: _open(context, call, log))


def _open(context: Context, call: Call, log: GraphLog) -> Chain:
    largest = context.faults.turned.largest_log_page or PAGE
    top = largest if call.options.top is None else call.options.top
    if not 1 <= top <= largest:
        raise errors.bad_request(f"Invalid page size: {top}. Must be between 1 and {largest}.", "BadRequest")
    condition = _condition(context, call, log)
    rows = _rows(context, call, log, condition)
    rows = context.faults.odd.without_newest(rows, context.tenant.now())
    rows = context.faults.duplicate(context.faults.shrink(log.path, rows))
    if log.entity == "signIn":
        rows = _with_doubled_ids(context, rows)
    hides_policies = POLICY_SCOPES.isdisjoint(call.token.scopes)
    return Chain(
        path=f"{call.version}/{call.path}",
        query=call.request.target.partition("?")[2],
        context=log.path,
        items=rows,
        render=lambda part: [
            context.faults.turned.spelled(row) for row in _rendered(part, call.version, hides_policies=hides_policies)
        ],
        page_size=min(top, context.faults.page_limit or top),
        life=PAGE_TOKEN_LIFE,
    )


def _rows(context: Context, call: Call, log: GraphLog, condition: Filter | None) -> list[LogRow]:
    """What the filter lets through, in the order asked for."""
    oldest = context.tenant.now() - retention(context)
    required = condition.required if condition else ()
    inside = {"ge": "gt", "le": "lt"} if context.faults.turned.open_windows else {}
    asked_for = (one for one in required if one.path == log.moment)
    bounds = [("ge", oldest), *((inside.get(one.operator, one.operator), one.value) for one in asked_for)]
    sources = _sources(context, call, log, condition)
    rows = [entry for source in sources for entry in context.timelines.between(source, bounds)]
    # Moments and event types have chosen the rows already; to look into a row means to write it.
    asked = condition.comparisons if condition else ()
    if condition and any(one.path != log.moment and not one.path.startswith(EVENT_TYPES) for one in asked):
        rows = [entry for entry in rows if condition.matches(entry.row)]
    if len(sources) > 1:
        rows.sort(key=lambda entry: entry.at)
    return rows if _ascending(context, call, log) else rows[::-1]


def _with_doubled_ids(context: Context, rows: list[LogRow]) -> list[LogRow]:
    """The rows, and beside some successful ones the interrupted attempt before, under the same id."""
    odd = context.faults.odd
    if not odd.doubled_ids or not rows:
        return rows
    oldest = min(entry.at for entry in rows)
    shown: list[LogRow] = []
    for entry in rows:
        before = entry.at - _INTERRUPTED
        if before < oldest or not odd.happens("doubled_ids"):
            shown.append(entry)
            continue
        attempt = LogRow(before, entry.arrives, _interrupted, (entry.row,))
        shown += [attempt, entry] if odd.first() else [entry, attempt]
    return shown


def _interrupted(at: datetime, row: dict[str, Any]) -> dict[str, Any]:
    status = {"errorCode": 50074, "failureReason": "Strong Authentication is required.", "additionalDetails": None}
    return {**row, "createdDateTime": written(at, 0), "status": status}


def retention(context: Context) -> timedelta:
    """How long the tenant's plan keeps a log."""
    return context.faults.retention if context.consent.premium else FREE_RETENTION


def _rendered(part: Sequence[LogRow], version: str, *, hides_policies: bool) -> list[dict[str, Any]]:
    rows = [entry.row for entry in part]
    if version == "beta":
        # Says what kind each row is; has no riskEventTypes any more.
        rows = [{EVENT_TYPES: ["interactiveUser"], **row} for row in rows]
    # Absent, not empty: https://learn.microsoft.com/graph/api/resources/signin#properties
    hidden = {"appliedConditionalAccessPolicies"} if hides_policies else set()
    hidden |= {"riskEventTypes"} if version == "beta" else set()
    return [{name: value for name, value in row.items() if name not in hidden} for row in rows]


def _ascending(context: Context, call: Call, log: GraphLog) -> bool:
    order, turned = call.options.get("$orderby"), context.faults.turned
    if order is None:
        return turned.logs_oldest_first
    if turned.refuses_log_order:
        raise errors.unsupported_query("'$orderby' is not supported by the service.")
    name, _, direction = order.partition(" ")
    if name != log.moment:
        raise errors.bad_request(f"Sorting by '{name}' is not supported.", "BadRequest")
    return direction.strip() != "desc"


def _condition(context: Context, call: Call, log: GraphLog) -> Filter | None:
    text = call.options.get("$filter")
    if text is None:
        return None
    try:
        condition = parse_filter(text)
    except FilterError as error:
        raise _invalid() from error
    oldest = context.tenant.now() - retention(context)
    for one in condition.comparisons:
        if one.path == log.moment:
            _check_moment(one.operator, one.value, oldest, answers_too_old=context.faults.turned.answers_too_old)
        if one.path.startswith(EVENT_TYPES) and (call.version != "beta" or log.entity != "signIn"):
            message = f"Invalid filter clause: Could not find a property named '{EVENT_TYPES}' on type '{log.entity}'."
            raise errors.bad_request(message, "BadRequest")
        if one.path == "isInteractive":
            raise _invalid()
    return condition


def _check_moment(operator: str, value: Any, oldest: datetime, *, answers_too_old: bool) -> None:
    if isinstance(value, str) or value is None:  # a quoted datetime
        raise _invalid()
    if operator in ("eq", "ge", "gt") and value < oldest and not answers_too_old:
        raise _invalid()


def _invalid() -> errors.Refusal:
    return errors.bad_request("Invalid filter clause", "BadRequest")


def _sources(context: Context, call: Call, log: GraphLog, condition: Filter | None) -> list[str]:
    """The logs of the tenant that the filter names; without a filter the first."""
    asked = [one for one in condition.comparisons if one.path.startswith(EVENT_TYPES)] if condition else []
    if call.version != "beta" or not asked or context.faults.turned.ignores_event_types:
        return [next(iter(log.sources.values()))]
    named = {str(one.value) for one in asked}
    excluded = any(one.operator == "ne" for one in asked)
    return [source for kind, source in log.sources.items() if (kind in named) != excluded]
