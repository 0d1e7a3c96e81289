"""Figures that need more than a month behind them, or prices: from raw tables written by hand."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from tests.transform.hand_made import (
    DIRECTORY,
    MODELS,
    NOW,
    HandMadeWarehouse,
    last_seen,
    person,
    principal,
    ran,
    seat,
    sign_in,
)

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

#: How many people use an app, by days ago, and the trend that follows.
TRENDS: dict[str, tuple[dict[int, int], str]] = {
    "rising": ({80: 1, 40: 2, 10: 3}, "rising"),
    "falling": ({80: 1, 40: 3, 10: 2}, "falling"),
    "steady": ({80: 1, 40: 5, 10: 5}, "steady"),
    "gone": ({80: 1, 40: 2}, "gone"),
    "new": ({10: 2}, "new"),
}
E3, E5 = "05e9a617-0261-4cee-bb44-138d3ef5d965", "06ebc4ee-1bb5-47dd-8120-11324bc54e06"


def test_says_where_the_use_of_an_app_is_going(warehouse: HandMadeWarehouse) -> None:
    numbers = itertools.count()
    warehouse.add("organization", {"id": "tenant", "displayName": "Contoso"})
    warehouse.add("service_principals", *(principal(name) for name in [*TRENDS, "never"]))
    warehouse.add("users", *(person(number) for number in range(5)))
    warehouse.add("sign_ins", sign_in(next(numbers), 0, "first", NOW - timedelta(days=100)))
    for name, (uses, _) in TRENDS.items():
        for days, people in uses.items():
            # Each twice on the day: people are counted, not sign-ins.
            for hours, who in itertools.product((0, 3), range(people)):
                at = NOW - timedelta(days=days, hours=hours)
                warehouse.add("sign_ins", sign_in(next(numbers), who, name, at))
    warehouse.add("stream_runs", *(ran("sign_ins", NOW - timedelta(days=days)) for days in range(70, -1, -10)))

    warehouse.dbt(*MODELS)

    apps = {row["app_id"]: row for row in warehouse.rows("applications")}
    assert {name: apps[name]["trend"] for name in TRENDS} == {name: trend for name, (_, trend) in TRENDS.items()}
    assert apps["never"]["trend"] == "unknown"
    for name, (uses, _) in TRENDS.items():
        counted = (apps[name]["people_30d"], apps[name]["people_90d"], apps[name]["sign_ins_30d"])
        assert counted == (uses.get(10, 0), max(uses.values()), 2 * uses.get(10, 0)), name


def test_says_of_no_app_where_it_goes_after_a_month(warehouse: HandMadeWarehouse) -> None:
    warehouse.add("users", person(1))
    warehouse.add("sign_ins", *(sign_in(days, 1, "app", NOW - timedelta(days=days)) for days in (29, 2)))
    warehouse.add("stream_runs", ran("sign_ins", NOW))

    warehouse.dbt(*MODELS)

    assert [row["trend"] for row in warehouse.rows("applications")] == ["unknown"]


@pytest.mark.parametrize("dates", [True, False], ids=["dates", "no_dates"])
def test_who_has_no_date_was_there_before_there_were_any(warehouse: HandMadeWarehouse, *, dates: bool) -> None:
    people = [person(1, createdDateTime=None), person(2, createdDateTime=None, userType="Guest")]
    warehouse.add("organization", {"id": "tenant", "displayName": "Contoso"})
    # Without the column, new and old accounts look the same.
    warehouse.add("users", *({k: v for k, v in one.items() if dates or k != "createdDateTime"} for one in people))
    warehouse.add("user_sign_in_activity", last_seen(1, None), last_seen(2, NOW - timedelta(days=200)))
    warehouse.add("service_principals", principal("app"))
    warehouse.add("app_role_assignments", seat(1, 1, "app"))
    warehouse.add("stream_runs", ran("user_sign_in_activity", NOW))

    warehouse.dbt(*MODELS)

    expected = {("unused_account", "person 1"), ("unused_seat", "person 1"), ("quiet_guest", "person 2")}
    found = {(row["kind"], row["subject_id"]) for row in warehouse.rows("insights")}
    assert found == (expected if dates else set())


def test_an_account_for_emergencies_is_not_simply_disabled(warehouse: HandMadeWarehouse) -> None:
    warehouse.add("users", person(1), person(2), person(3, accountEnabled=False))
    warehouse.add("user_sign_in_activity", last_seen(1, None), last_seen(2, None))
    warehouse.add("role_definitions", {"id": "global", "displayName": "Global Administrator"})
    warehouse.add("role_assignments", {"id": "1", "principalId": "person 1", "roleDefinitionId": "global"})
    warehouse.add("service_principals", principal("app"))
    warehouse.add("app_role_assignments", seat(1, 3, "app"))
    warehouse.add("stream_runs", *(ran(stream, NOW) for stream in (*DIRECTORY, "user_sign_in_activity")))

    warehouse.dbt(*MODELS)

    found = {(row["kind"], row["subject_id"]): row for row in warehouse.rows("insights")}
    admin, plain = found["unused_account", "person 1"], found["unused_account", "person 2"]
    assert admin["title"] == "Person 1 has never signed in and holds one admin role"
    assert admin["details"]["roles"] == ["Global Administrator"]
    assert "disable" not in admin["what_to_do"]
    assert "emergencies" in admin["what_to_do"]
    assert "disable the account" in plain["what_to_do"]
    # What somebody has through a group is not among them, and the words do not say so.
    leaver = found["leaver_access", "person 3"]
    assert leaver["title"] == "Person 3 is disabled and still holds one directly assigned app"
    assert leaver["details"]["directly_assigned_apps"] == ["app"]


def test_a_product_is_saved_once_a_person_and_only_where_it_is_not_needed(priced: HandMadeWarehouse) -> None:
    numbers = itertools.count()
    apps = ("chat", "chat of old", "chat in test")
    priced.add("organization", {"id": "tenant", "displayName": "Contoso"})
    priced.add("users", *(person(number) for number in (1, 2, 3)))
    priced.add(
        "service_principals", *(principal(app, homepage="https://slack.com/") for app in apps), principal("other")
    )
    priced.add("app_role_assignments", *(seat(next(numbers), who, app) for who in (1, 2, 3) for app in apps))
    uses = {(1, "other"): (100, 1), (2, "chat of old"): (100, 1), (3, "chat in test"): (100, 95)}
    for (who, app), days in uses.items():
        at = [NOW - timedelta(days=ago) for ago in days]
        priced.add("sign_ins", *(sign_in(next(numbers), who, app, one) for one in at))
        priced.add("non_interactive_sign_ins", *(sign_in(next(numbers), who, app, one) for one in at))
    for stream in ("sign_ins", "non_interactive_sign_ins"):
        priced.add("stream_runs", *(ran(stream, NOW - timedelta(days=days)) for days in range(100, -1, -10)))
    priced.add("stream_runs", *(ran(stream, NOW) for stream in DIRECTORY))

    priced.dbt(*MODELS)

    seats = [row for row in priced.rows("insights") if row["kind"] == "unused_seat"]
    found = {(row["subject_id"], row["related_id"]): row["estimated_monthly_saving"] for row in seats}
    assert {key: price and float(price) for key, price in found.items()} == {
        ("person 1", "chat"): 7.25,
        ("person 1", "chat in test"): None,
        ("person 1", "chat of old"): None,
        # Needs the product: uses it by another app.
        ("person 2", "chat"): None,
        ("person 2", "chat in test"): None,
        # Used it too long ago.
        ("person 3", "chat"): 7.25,
        ("person 3", "chat in test"): None,
        ("person 3", "chat of old"): None,
    }
    assert {row["currency"] for row in seats} == {"EUR", None}


def test_reckons_savings_from_prices_that_are_filled_in(priced: HandMadeWarehouse) -> None:
    def held(*skus: str) -> list[dict[str, str]]:
        return [{"skuId": sku} for sku in skus]

    def sku(sku_id: str, part_number: str, paid: int, consumed: int) -> dict[str, Any]:
        units = {"enabled": paid, "warning": 0, "suspended": 0}
        found = {"skuId": sku_id, "skuPartNumber": part_number, "consumedUnits": consumed, "prepaidUnits": units}
        return {**found, "appliesTo": "User", "capabilityStatus": "Enabled"}

    priced.add("organization", {"id": "tenant", "displayName": "Contoso"})
    priced.add("subscribed_skus", sku(E3, "SPE_E3", 10, 4), sku(E5, "SPE_E5", 1, 1), sku("unpriced", "OTHER", 9, 1))
    priced.add(
        "users",
        person(1, assignedLicenses=held(E3, E5, "unpriced")),
        person(2, assignedLicenses=held(E3), accountEnabled=False),
        person(3, assignedLicenses=held(E3)),
    )
    priced.add("user_sign_in_activity", last_seen(1, NOW - timedelta(days=200)), last_seen(3, NOW))
    priced.add("service_principals", principal("chat", homepage="https://slack.com/"), principal("unpriced"))
    priced.add("app_role_assignments", seat(1, 1, "chat"), seat(2, 1, "unpriced"), seat(3, 3, "chat"))
    priced.add("stream_runs", *(ran(stream, NOW) for stream in (*DIRECTORY, "user_sign_in_activity")))

    priced.dbt(*MODELS)

    found = {(row["kind"], row["subject_id"], row["related_id"]): row for row in priced.rows("insights")}
    savings = {
        key: row["estimated_monthly_saving"] and float(row["estimated_monthly_saving"]) for key, row in found.items()
    }
    assert savings == {
        ("unused_account", "person 1", None): None,  # its parts are counted, each once
        ("unused_licence", "person 1", E3): 36.5,
        ("unused_licence", "person 1", E5): 54.0,
        ("unused_licence", "person 1", "unpriced"): None,
        ("unused_seat", "person 1", "chat"): 7.25,
        ("unused_seat", "person 1", "unpriced"): None,
        ("leaver_access", "person 2", None): 36.5,
        ("unassigned_licences", E3, None): 6 * 36.5,
        ("unassigned_licences", "unpriced", None): None,
    }
    assert {row["currency"] for key, row in found.items() if savings[key]} == {"EUR"}
    account = found["unused_account", "person 1", None]
    assert account["title"] == "Person 1 has not signed in for 90 days and holds 3 licences, 2 apps"
    assert found["unused_seat", "person 1", "chat"]["severity"] == "low"
    assert found["unused_seat", "person 1", "chat"]["details"]["because"] == "the person signs in to nothing"


def test_microsofts_own_apps_are_known_by_their_id_and_by_the_tenant_that_owns_them(
    warehouse: HandMadeWarehouse,
) -> None:
    command_line, torus = "14d82eec-204b-4c2f-b7e8-296a70dab67e", "cdc5aeea-15c5-4db6-b079-fcadd2505dc2"
    owners = {command_line: "any tenant", "new": torus, "other": "any tenant", "own": "tenant", "orphan": None}
    warehouse.add("organization", {"id": "tenant", "displayName": "Contoso"})
    warehouse.add(
        "service_principals", *(principal(app, appOwnerOrganizationId=owner) for app, owner in owners.items())
    )
    warehouse.add("stream_runs", *(ran(stream, NOW) for stream in ("organization", "service_principals")))

    warehouse.dbt(*MODELS)

    found = {row["app_id"]: (row["kind"], row["kind_from"]) for row in warehouse.rows("applications")}
    assert found == {
        command_line: ("microsoft", "app id"),
        "new": ("microsoft", "owner"),
        "other": ("third_party", "owner"),
        "own": ("in_house", "owner"),
        "orphan": ("unknown", None),
    }
