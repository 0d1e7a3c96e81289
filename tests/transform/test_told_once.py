"""A finding that another one explains stands below it: in the rows, in the counts and in the sums."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.transform.conftest import PRICES
from tests.transform.hand_made import MODELS, NOW, HandMadeWarehouse, last_seen, person, principal, ran, seat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.transform.conftest import SeededWith

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

E3, E5 = "05e9a617-0261-4cee-bb44-138d3ef5d965", "06ebc4ee-1bb5-47dd-8120-11324bc54e06"
LONG_AGO = NOW - timedelta(days=200)


def holding(*skus: str) -> dict[str, Any]:
    return {"assignedLicenses": [{"skuId": sku} for sku in skus]}


def activity(app: str, at: Any) -> dict[str, Any]:
    used = {"lastSignInDateTime": f"{at.isoformat()}Z"}
    return {"id": app, "appId": app, "lastSignInActivity": used, "delegatedClientSignInActivity": used}


@pytest.fixture(scope="module")
def findings(seeded: SeededWith) -> dict[Any, dict[str, Any]]:
    """Findings about an absent person, a quiet guest, a person who is there, and an app without use."""
    priced = seeded(licence_prices=PRICES)
    priced.add("organization", {"id": "tenant", "displayName": "Contoso"})
    priced.add(
        "users", person(1, **holding(E3, E5)), person(2, **holding(E3)), person(3, userType="Guest", **holding(E3))
    )
    priced.add("user_sign_in_activity", last_seen(1, LONG_AGO), last_seen(2, NOW), last_seen(3, LONG_AGO))
    priced.add("service_principals", principal("chat", homepage="https://slack.com/"), principal("alive"))
    priced.add("service_principal_sign_in_activities", activity("chat", LONG_AGO), activity("alive", NOW))
    priced.add("app_role_assignments", seat(1, 1, "chat"), seat(2, 2, "chat"), seat(3, 1, "alive"), seat(4, 2, "alive"))
    priced.add("role_definitions", {"id": "reader", "displayName": "Reports Reader"})
    priced.add(
        "role_assignments",
        *({"id": f"{who}", "principalId": f"person {who}", "roleDefinitionId": "reader"} for who in (1, 3)),
    )
    streams = (
        "users", "user_sign_in_activity", "service_principals", "service_principal_sign_in_activities", "organization",
        "app_role_assignments", "group_members", "groups", "role_assignments", "subscribed_skus", "directory_audits",
    )  # fmt: skip
    priced.add("stream_runs", *(ran(stream, NOW) for stream in streams))
    priced.dbt(*MODELS)
    return {(row["kind"], row["subject_id"], row["related_id"]): row for row in priced.rows("insights")}


def test_a_detail_stands_below_what_explains_it(findings: dict[Any, dict[str, Any]]) -> None:
    keys = {row["insight_id"]: key for key, row in findings.items()}
    account, app = ("unused_account", "person 1", None), ("unused_app", "chat", None)
    guest = ("quiet_guest", "person 3", None)

    assert {key: keys.get(row["parent_id"]) for key, row in findings.items()} == {
        account: None,
        app: None,
        guest: None,
        ("unused_licence", "person 1", E3): account,
        ("unused_licence", "person 1", E5): account,
        # The person comes before the app: one thing to see to.
        ("unused_seat", "person 1", "chat"): account,
        ("unused_seat", "person 1", "alive"): account,
        ("unused_seat", "person 2", "chat"): app,
        ("stale_admin", "person 1", None): account,
        # More severe than the quiet guest, so neither of them may stand below it.
        ("stale_admin", "person 3", None): None,
        ("unused_licence", "person 3", E3): None,
        ("guest_admin", "person 3", None): None,
    }
    assert {key: row["children"] for key, row in findings.items() if row["children"]} == {account: 5, app: 1}


def test_each_saving_is_counted_once(findings: dict[Any, dict[str, Any]]) -> None:
    def total(rows: Iterable[dict[str, Any]], column: str) -> float:
        return sum(float(row[column] or 0) for row in rows)

    account, app = findings["unused_account", "person 1", None], findings["unused_app", "chat", None]
    assert (account["estimated_monthly_saving"], account["currency"]) == (None, "EUR")
    assert float(account["saving_with_children"]) == 36.5 + 54.0 + 7.25
    assert float(app["saving_with_children"]) == 7.25
    assert findings["quiet_guest", "person 3", None]["saving_with_children"] is None
    parents = [row for row in findings.values() if row["parent_id"] is None]
    assert total(parents, "saving_with_children") == total(findings.values(), "estimated_monthly_saving")


def test_every_finding_has_a_category(findings: dict[Any, dict[str, Any]]) -> None:
    assert {(row["kind"], row["category"]) for row in findings.values()} == {
        ("unused_account", "cost"),
        ("unused_app", "cost"),
        ("unused_licence", "cost"),
        ("unused_seat", "cost"),
        ("quiet_guest", "access"),
        ("stale_admin", "security"),
        ("guest_admin", "security"),
    }


def test_many_unused_accounts_of_a_department_stand_below_one_finding(warehouse: HandMadeWarehouse) -> None:
    sales, legal = range(1, 4), range(4, 6)
    warehouse.add(
        "users",
        *(person(number, department="Sales") for number in sales),
        *(person(number, department="Legal") for number in legal),
        # Is there, and one of the department.
        person(6, department="Sales"),
    )
    warehouse.add("user_sign_in_activity", *(last_seen(n, LONG_AGO) for n in range(1, 6)), last_seen(6, NOW))
    warehouse.add("stream_runs", *(ran(stream, NOW) for stream in ("users", "user_sign_in_activity")))

    warehouse.dbt(*MODELS, department_accounts=3)

    rows = {(row["kind"], row["subject_id"]): row for row in warehouse.rows("insights")}
    department = rows["department_unused_accounts", "Sales"]
    assert (department["title"], department["people"], department["children"]) == (
        "3 of 4 accounts of Sales are not used",
        3,
        3,
    )
    assert {key for key, row in rows.items() if row["parent_id"] == department["insight_id"]} == {
        ("unused_account", f"person {number}") for number in sales
    }
    assert {key for key, row in rows.items() if row["parent_id"] is None} == {
        ("department_unused_accounts", "Sales"),
        *(("unused_account", f"person {number}") for number in legal),
    }
