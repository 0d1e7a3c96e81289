"""Microsoft's own counts of sign-ins: by day, and by app over 30 days. Here they count the interactive ones.

https://learn.microsoft.com/graph/api/auditlogroot-list-signineventssummary. The page does not say which kinds count.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.spec import GraphList
from sandbox.tenant.rng import named_guid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.lists.spec import Row
    from sandbox.tenant.logs.row import LogRow
    from sandbox.tenant.state import TenantState

_MONTH = timedelta(days=30)


def _visible(tenant: TenantState) -> Iterator[LogRow]:
    now = tenant.now()
    return (row for row in tenant.logs["signIns"] if now - _MONTH <= row.at and row.arrives <= now)


def _by_day(tenant: TenantState) -> Iterable[Row]:
    counts = Counter(row.at.date() for row in _visible(tenant))
    for day, count in sorted(counts.items(), reverse=True):
        yield {
            "id": named_guid(f"sign-ins of {day} in {tenant.id}"),
            "activityDateTime": f"{day.isoformat()}T00:00:00Z",
            "signInCount": count,
        }


def _by_app(tenant: TenantState) -> Iterable[Row]:
    counts = Counter(row.facts[2].app_id for row in _visible(tenant))
    return [{"appId": app, "signInCount": count, "tenantId": tenant.id} for app, count in sorted(counts.items())]


SIGN_IN_EVENTS_SUMMARY = GraphList(
    path="auditLogs/signInEventsSummary",
    entity="signInEventsActivity",
    scopes=frozenset({"AuditLog.Read.All"}),
    rows_now=_by_day,
    expected={"sign_in_events_summary": _by_day},
    options=frozenset({"$filter", "$top"}),
    page_default=1_000,
    page_max=1_000,
    versions=frozenset({"beta"}),
    report=True,
    premium=True,
)
SIGN_IN_EVENTS_APP_SUMMARY = GraphList(
    path="auditLogs/signInEventsAppSummary",
    entity="signInEventsAppActivity",
    scopes=frozenset({"AuditLog.Read.All"}),
    rows_now=_by_app,
    key="appId",
    expected={"sign_in_events_app_summary": _by_app},
    options=frozenset({"$filter", "$top"}),
    page_default=1_000,
    page_max=1_000,
    versions=frozenset({"beta"}),
    report=True,
    premium=True,
)
