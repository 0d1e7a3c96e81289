"""What a company has agreed for its products, beside what is used of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.transform.hand_made import DIRECTORY, NOW, person, principal, ran, seat, sign_in

if TYPE_CHECKING:
    from tests.transform.conftest import SeededWith
    from tests.transform.hand_made import HandMadeWarehouse

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

SOON, LATE, PAST = (NOW.date() + timedelta(days=days) for days in (20, 200, -1))
CONTRACTS = f"""product,seats,monthly_price,currency,renews_at,owner,note
Slack,5,10,EUR,{SOON},Ada,
Zoom,2,,,{LATE},Ada,
Miro,9,4,EUR,{PAST},Ada,Ended
"""
KINDS = "user_id,kind,note\nperson 3,service account,Sends reports\nperson 4,emergency account,In the safe\n"


@pytest.fixture
def agreed(seeded: SeededWith) -> tuple[HandMadeWarehouse, str]:
    """A company with contracts for three products, of which it has two; and what dbt said."""
    warehouse = seeded(contracts=CONTRACTS, people_kinds=KINDS)
    warehouse.add("organization", {"id": "tenant", "displayName": "Contoso"})
    warehouse.add("users", *(person(number) for number in range(1, 5)))
    warehouse.add(
        "service_principals",
        principal("chat", homepage="https://slack.com/"),
        principal("calls", homepage="https://zoom.us/"),
    )
    seats = (seat(1, 1, "chat"), seat(2, 2, "chat"), *(seat(2 + who, who, "calls") for who in (1, 2, 4)))
    warehouse.add("app_role_assignments", *seats)
    logs = ("sign_ins", "non_interactive_sign_ins")
    for log in logs:
        warehouse.add(log, sign_in(1, 1, "chat", NOW - timedelta(days=100)), sign_in(2, 1, "chat", NOW))
    warehouse.add("user_sign_in_activity", *({"id": f"person {who}", "signInActivity": {}} for who in range(1, 5)))
    streams = (*DIRECTORY, *logs, "user_sign_in_activity")
    warehouse.add("stream_runs", *(ran(stream, NOW) for stream in streams))
    return warehouse, warehouse.dbt("build")


def test_contracts_stand_beside_use_and_accounts_of_no_person_do_not_count(
    agreed: tuple[HandMadeWarehouse, str],
) -> None:
    warehouse, said = agreed
    rows = {row["product"]: row for row in warehouse.rows("product_costs")}

    figures = ("apps", "seats", "people_with_access", "people_30d", "seats_without_use", "people_beyond_seats")
    assert {name: [row[figure] for figure in figures] for name, row in rows.items()} == {
        "Slack": [1, 5, 2, 1, 4, 0],
        "Zoom": [1, 2, 3, 0, 2, 1],
        # No app is left of it.
        "Miro": [0, 9, None, None, None, None],
    }
    assert (rows["Slack"]["monthly_cost"], rows["Slack"]["monthly_cost_per_user"]) == (50, 50)
    assert (rows["Zoom"]["monthly_cost"], rows["Miro"]["renews_at"]) == (None, PAST)
    assert "Warning in test contract_of_an_app_that_is_gone" in said

    (renewal,) = [row for row in warehouse.rows("insights") if row["kind"] == "renewal"]
    assert renewal["title"] == "The contract for Slack renews in 20 days, with 4 seats that no one used in 30 days"
    assert (renewal["subject_type"], renewal["subject_id"], renewal["severity"]) == ("contract", "slack", "medium")
    assert (renewal["estimated_monthly_saving"], renewal["currency"]) == (40, "EUR")
    assert date.fromisoformat(renewal["details"]["renews_at"]) == SOON

    kinds = {row["user_id"]: row["account_kind"] for row in warehouse.rows("employees")}
    unused = {row["subject_id"] for row in warehouse.rows("insights") if row["kind"] == "unused_account"}
    assert kinds == {
        "person 1": "person",
        "person 2": "person",
        "person 3": "service account",
        "person 4": "emergency account",
    }
    assert unused == {"person 2"}
