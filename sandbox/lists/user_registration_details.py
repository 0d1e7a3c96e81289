"""A report, renewed daily: the ways to sign in that each enabled user has registered.

https://learn.microsoft.com/graph/api/authenticationmethodsroot-list-userregistrationdetails
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList
from sandbox.tenant.makers.reports import registration_details

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_PATH = "reports/authenticationMethods/userRegistrationDetails"


def _rows_of_day(tenant: TenantState) -> Iterable[Row]:
    roles = tenant.lists["roleManagement/directory/roleAssignments"].values()
    admins = {entry["principalId"] for entry in roles}
    planted = tenant.planted
    methods = {key: planted.methods.get(key, ("fido2SecurityKey",)) for key in planted.people}
    people = [*tenant.people.values(), *planted.people.values()]
    return registration_details(people, admins, tenant.horizon, methods)


USER_REGISTRATION_DETAILS = GraphList(
    path=_PATH,
    entity="userRegistrationDetails",
    scopes=frozenset({"AuditLog.Read.All"}),
    rows_of_day=_rows_of_day,
    expected={"user_registration_details": listed(_PATH)},
    options=frozenset({"$filter", "$orderby", "$top"}),
    page_default=1_000,
    page_max=1_000,
    report=True,
    premium=True,
)
