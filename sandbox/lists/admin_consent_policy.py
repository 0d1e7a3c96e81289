"""What happens when a person asks an administrator to consent to an app: one object, which has no id.

https://learn.microsoft.com/graph/api/adminconsentrequestpolicy-get
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList, properties, scopes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_PATH = "policies/adminConsentRequestPolicy"


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    yield {
        "id": "adminConsentRequestPolicy",
        "isEnabled": True,
        "notifyReviewers": True,
        "remindersEnabled": False,
        "requestDurationInDays": 30,
        "version": 2,
        "reviewers": [{"query": f"/users/{tenant.admin().id}", "queryType": "MicrosoftGraph", "queryRoot": None}],
    }


ADMIN_CONSENT_POLICY = GraphList(
    path=_PATH,
    entity="adminConsentRequestPolicy",
    scopes=scopes("Policy.Read.All"),
    roles=frozenset(
        {"Application Administrator", "Cloud Application Administrator", "Global Administrator", "Global Reader"}
    ),
    properties=properties(default="isEnabled notifyReviewers remindersEnabled requestDurationInDays version reviewers"),
    first_rows=_first_rows,
    needs=("users",),
    expected={"admin_consent_policy": listed(_PATH)},
    is_single=True,
    page_default=None,
)
