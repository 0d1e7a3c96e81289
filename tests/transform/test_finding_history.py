"""A finding has the day it was found, and one that is gone the day it was resolved, unless it is not known any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import sql

from tests.transform.hand_made import DIRECTORY, MODELS, NOW, person, principal, ran, seat, sign_in
from tests.transform.test_monthly_facts import sku

if TYPE_CHECKING:
    from tests.transform.hand_made import HandMadeWarehouse

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

E3, E5 = "05e9a617-0261-4cee-bb44-138d3ef5d965", "06ebc4ee-1bb5-47dd-8120-11324bc54e06"
LATER, LAST = NOW + timedelta(days=1), NOW + timedelta(days=9)


def found(warehouse: HandMadeWarehouse) -> dict[tuple[str, str], tuple[Any, bool]]:
    return {(row["kind"], row["subject_id"]): (row["found_at"], row["is_new"]) for row in warehouse.rows("insights")}


def resolved(warehouse: HandMadeWarehouse) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {
        (row["kind"], row["subject_id"]): (row["subject_name"], row["found_at"], row["resolved_at"], row["is_new"])
        for row in warehouse.rows("resolved_insights")
    }


def last_used(app: str, at: datetime) -> dict[str, Any]:
    activity = {"lastSignInDateTime": at.isoformat() + "Z"}
    return {"appId": app, "lastSignInActivity": activity, "delegatedClientSignInActivity": activity}


def change(warehouse: HandMadeWarehouse, statement: str) -> None:
    with warehouse.postgres.connect() as connection:
        connection.execute(sql.SQL(statement).format(schema=sql.Identifier(warehouse.schema)))


def test_what_comes_and_goes_has_its_days(warehouse: HandMadeWarehouse) -> None:
    streams = (*DIRECTORY, "sign_ins", "service_principal_sign_in_activities")
    warehouse.add("organization", {"id": "tenant", "displayName": "Contoso"})
    warehouse.add("users", person(1), person(2), person(3))
    warehouse.add("subscribed_skus", sku(E3, "SPE_E3", 10, 4))
    warehouse.add("sign_ins", sign_in(0, 3, "a", NOW - timedelta(days=120)), sign_in(1, 3, "a", NOW))
    # The app of these two seats was not used, says Microsoft's report.
    warehouse.add("service_principals", principal("b"), principal("a"))
    warehouse.add("app_role_assignments", seat(1, 3, "b"), {**seat(2, 3, "b"), "principalId": "person 2"})
    warehouse.add("service_principal_sign_in_activities", last_used("b", NOW - timedelta(days=200)))
    warehouse.add("stream_runs", *(ran(stream, NOW) for stream in streams))
    warehouse.dbt(*MODELS, as_of=str(NOW))
    absent, away, paid, new, idle, seat_2, seat_3 = (
        ("unused_account", "person 1"), ("unused_account", "person 2"),
        ("unassigned_licences", E3), ("unassigned_licences", E5), ("unused_app", "b"),
        ("unused_seat", "person 2"), ("unused_seat", "person 3"),
    )  # fmt: skip

    assert found(warehouse) == dict.fromkeys((absent, away, paid, idle, seat_2, seat_3), (NOW, False))
    assert resolved(warehouse) == {}

    # One is back, somebody uses the app, the licences are all given out, and others were bought.
    warehouse.add("sign_ins", sign_in(2, 1, "a", LATER, _sdc_batched_at=LATER))
    change(warehouse, "delete from {schema}.service_principal_sign_in_activities")
    warehouse.add("service_principal_sign_in_activities", last_used("b", LATER))
    change(warehouse, "delete from {schema}.subscribed_skus")
    warehouse.add("subscribed_skus", sku(E3, "SPE_E3", 10, 10), sku(E5, "SPE_E5", 9, 1))
    warehouse.add("stream_runs", *(ran(stream, LATER) for stream in streams))
    warehouse.dbt("run", as_of=str(LATER))

    assert found(warehouse) == {
        **dict.fromkeys((away, seat_2, seat_3), (NOW, False)),
        **dict.fromkeys((new, ("seats_without_use", "b")), (LATER, True)),
    }
    gone = {
        absent: ("Person 1", NOW, LATER, True), idle: ("b", NOW, LATER, True), paid: (None, NOW, LATER, True),
    }  # fmt: skip
    assert resolved(warehouse) == gone

    # The log has a gap: who is away, or does not use a seat, is not known any more. What was resolved comes back.
    change(warehouse, "delete from {schema}.subscribed_skus")
    warehouse.add("subscribed_skus", sku(E3, "SPE_E3", 12, 10))
    gap: dict[str, Any] = {"gapFrom": LATER, "gapTo": LAST - timedelta(days=1)}
    warehouse.add("stream_runs", *(ran(stream, LAST, **(gap if stream == "sign_ins" else {})) for stream in streams))
    warehouse.dbt("run", "--full-refresh", as_of=str(LAST))
    # A day of the past that is built anew changes nothing.
    warehouse.dbt("run", as_of=str(LATER))
    warehouse.dbt("run", as_of=str(LAST))

    assert found(warehouse) == {paid: (LAST, True)}
    assert resolved(warehouse) == {
        absent: (*gone[absent][:3], False), idle: (*gone[idle][:3], False), new: (None, LATER, LAST, True),
    }  # fmt: skip
