"""A report, renewed daily: the last sign-in to each app.

https://learn.microsoft.com/graph/api/reportroot-list-serviceprincipalsigninactivities
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList
from sandbox.tenant.makers.reports import app_activities, stated_activities

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_PATH = "reports/servicePrincipalSignInActivities"


def _rows_of_day(tenant: TenantState) -> Iterable[Row]:
    last_sign_ins = {app_id: row.at for app_id, row in tenant.last_sign_ins.items()}
    yield from app_activities(tenant.apps, last_sign_ins, tenant.options.starts)
    yield from stated_activities(tenant.planted.used)


SERVICE_PRINCIPAL_SIGN_IN_ACTIVITIES = GraphList(
    path=_PATH,
    entity="servicePrincipalSignInActivity",
    scopes=frozenset({"AuditLog.Read.All"}),
    rows_of_day=_rows_of_day,
    expected={"service_principal_sign_in_activities": listed(_PATH)},
    options=frozenset({"$filter", "$orderby", "$top"}),
    versions=frozenset({"beta"}),
    report=True,
)
