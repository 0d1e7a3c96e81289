"""Months that are over stay as they were, what changed is known, and costs add up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.transform.hand_made import DIRECTORY, MODELS, NOW, person, principal, ran, seat, sign_in

if TYPE_CHECKING:
    from tests.transform.hand_made import HandMadeWarehouse

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

E3, E5, FREE = (
    "05e9a617-0261-4cee-bb44-138d3ef5d965", "06ebc4ee-1bb5-47dd-8120-11324bc54e06",
    "f30db892-07e9-47e9-837c-80727f46fd3d",
)  # fmt: skip
MAY, JUNE = (datetime(2026, month, 20, 4) for month in (5, 6))  # noqa: DTZ001


def sku(sku_id: str, part_number: str, paid: int, held: int) -> dict[str, Any]:
    return {
        "skuId": sku_id, "skuPartNumber": part_number, "consumedUnits": held, "appliesTo": "User",
        "capabilityStatus": "Enabled", "prepaidUnits": {"enabled": paid, "warning": 0, "suspended": 0},
    }  # fmt: skip


def holding(*skus: str) -> dict[str, Any]:
    return {"assignedLicenses": [{"skuId": one} for one in skus]}


def facts(warehouse: HandMadeWarehouse) -> dict[Any, float]:
    return {
        (row["month"].month, row["fact"], row["subject_type"], row["subject_id"]): float(row["value"])
        for row in warehouse.rows("monthly_facts")
    }


def test_months_that_are_over_stay_as_they_were(warehouse: HandMadeWarehouse) -> None:
    warehouse.add("users", person(1, department="Sales"), person(2, department=None), person(3, userType="Guest"))
    warehouse.add("subscribed_skus", sku(E3, "SPE_E3", 10, 4))
    warehouse.add("stream_runs", *(ran(stream, MAY) for stream in ("users", "subscribed_skus")))
    warehouse.dbt("build", as_of=str(MAY))
    of_may = facts(warehouse)
    warehouse.add("users", person(4, department="Sales"))

    # The month is not over: it is written anew.
    warehouse.dbt(*MODELS, as_of=str(MAY + timedelta(days=2)))
    at_the_end = facts(warehouse)
    warehouse.add("users", person(5, department="Sales"), person(6, department=None))
    warehouse.dbt("build", "--full-refresh", as_of=str(JUNE))
    # A day of the past that is built anew does not change what is over.
    warehouse.dbt(*MODELS, as_of=str(MAY))
    found = facts(warehouse)

    assert of_may[5, "members", "company", "company"] == 2
    expected = {
        ("members", "company", "company"): (3, 5),
        ("guests", "company", "company"): (1, 1),
        ("disabled accounts", "company", "company"): (0, 0),
        ("people", "department", "Sales"): (2, 3),
        ("people", "department", "not filled in"): (1, 2),
        ("paid", "licence", E3): (10, 10),
        ("assigned", "licence", E3): (4, 4),
        ("open findings", "kind of finding", "unassigned_licences"): (1, 1),
    }
    # Admins, second factors and money are not known, so they have no row.
    assert at_the_end == {(5, *key): may for key, (may, _) in expected.items()}
    assert found == at_the_end | {(6, *key): june for key, (_, june) in expected.items()}
    changes = {(row["fact"], row["subject_id"]): row for row in warehouse.rows("changes")}
    members = changes["members", "company"]
    assert (members["month"], members["value"], members["value_a_month_ago"]) == (date(2026, 6, 1), 5, 3)
    assert (members["change_in_a_month"], members["change_in_a_year"]) == (2, None)


def test_costs_by_department_add_up_to_the_company(priced: HandMadeWarehouse) -> None:
    priced.add("organization", {"id": "tenant", "displayName": "Contoso"})
    priced.add("subscribed_skus", sku(E3, "SPE_E3", 10, 2), sku(E5, "SPE_E5", 1, 1), sku(FREE, "FLOW_FREE", 9, 1))
    priced.add(
        "users",
        person(1, department="Sales", **holding(E3)),
        person(2, department="Sales", **holding(E5, FREE)),
        person(3, department=None, accountEnabled=False, **holding(E3)),
        # Those of a person who left are free again.
        person(4, department="Sales", _sdc_deleted_at=NOW, **holding(E3)),
    )
    slack = {"homepage": "https://slack.com/"}
    priced.add("service_principals", principal("chat", **slack), principal("chat of old", **slack), principal("other"))
    # A product is paid for once a person.
    priced.add("app_role_assignments", seat(1, 1, "chat"), seat(2, 1, "chat of old"), seat(3, 2, "chat"))
    priced.add("app_role_assignments", seat(4, 2, "other"), seat(5, 3, "chat"))
    priced.add("sign_ins", sign_in(1, 1, "chat", NOW))
    priced.add("stream_runs", *(ran(stream, NOW) for stream in (*DIRECTORY, "sign_ins")))

    priced.dbt(*MODELS)

    rows = priced.rows("costs")
    found = {
        (row["department"], row["item_name"]): (row["people"], row["active_people"], float(row["monthly_cost"]))
        for row in rows
    }
    assert found == {
        ("Sales", "Microsoft 365 E3"): (1, 1, 36.5),
        ("Sales", "Microsoft 365 E5"): (1, 0, 54.0),
        ("not filled in", "Microsoft 365 E3"): (1, 0, 36.5),
        ("Sales", "Slack"): (2, 1, 14.5),
    }
    assert {row["currency"] for row in rows} == {"EUR"}
    of_month = facts(priced)
    assert of_month[6, "cost a month", "department", "Sales"] == 36.5 + 54.0 + 14.5
    assert of_month[6, "cost a month", "licence", E3] == 365.0
