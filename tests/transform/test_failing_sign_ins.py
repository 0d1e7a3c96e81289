"""Accounts that fail to sign in again and again, and those that only look like it."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.transform.hand_made import DIRECTORY, MODELS, NOW, person, principal, ran, sign_in

if TYPE_CHECKING:
    from tests.transform.hand_made import HandMadeWarehouse

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

PASSWORD, DISABLED, POLICY, SECOND_STEP = 50126, 50057, 53003, 50074
#: By person: app, number of sign-ins, code, days ago.
ATTEMPTS: dict[int, list[tuple[str, int, int, float]]] = {
    # Spread over apps, as by someone who tries passwords.
    1: [("a", 4, PASSWORD, 1), ("b", 4, PASSWORD, 2), ("c", 3, POLICY, 3)],
    2: [("a", 10, POLICY, 1)],
    # A disabled account.
    3: [("a", 12, DISABLED, 1)],
    # Got in at last; what is left are nine.
    4: [("a", 12, PASSWORD, 2), ("a", 1, 0, 1), ("b", 9, PASSWORD, 1)],
    # One too few, and one of them long ago.
    5: [("a", 5, PASSWORD, 1), ("b", 4, PASSWORD, 1), ("c", 1, PASSWORD, 8)],
    # Asked for a second step, which is no failure.
    6: [("a", 20, SECOND_STEP, 1)],
    # Gets into one app, and fails in another.
    7: [("a", 3, 0, 1), ("b", 10, PASSWORD, 1)],
}


@pytest.fixture
def built(warehouse: HandMadeWarehouse) -> HandMadeWarehouse:
    numbers = itertools.count()
    warehouse.add("organization", {"id": "tenant", "displayName": "Contoso"})
    warehouse.add("users", *(person(who, accountEnabled=who != 3) for who in ATTEMPTS))
    warehouse.add("service_principals", *(principal(app) for app in "abc"))
    for who, attempts in ATTEMPTS.items():
        for app, times, code, days in attempts:
            at = NOW - timedelta(days=days)
            # Half of them by clients without the person.
            logs = itertools.cycle(("sign_ins", "non_interactive_sign_ins"))
            for log in itertools.islice(logs, times):
                warehouse.add(log, sign_in(next(numbers), who, app, at, code))
    zero = {"userId": "00000000-0000-0000-0000-000000000000"}
    warehouse.add("sign_ins", *(sign_in(next(numbers), 0, "a", NOW, PASSWORD, **zero) for _ in range(12)))
    warehouse.add("stream_runs", *(ran(stream, NOW) for stream in (*DIRECTORY, "sign_ins", "non_interactive_sign_ins")))
    warehouse.dbt(*MODELS)
    return warehouse


def test_one_finding_an_account_over_all_apps(built: HandMadeWarehouse) -> None:
    rows = [row for row in built.rows("insights") if row["kind"] == "failing_sign_ins"]
    found: dict[str, dict[str, Any]] = {row["subject_id"]: row for row in rows}

    assert {who: (row["related_id"], row["title"]) for who, row in found.items()} == {
        "person 1": (None, "Person 1 failed 11 times to sign in to 3 apps: wrong name or password"),
        "person 2": ("a", "Person 2 failed 10 times to sign in to a: Conditional Access blocks the sign-in"),
        "person 3": ("a", "Person 3 is disabled and failed 12 times to sign in to a: the account is disabled"),
        "person 7": ("b", "Person 7 failed 10 times to sign in to b: wrong name or password"),
    }
    assert len(rows) == len(found)
    details = found["person 1"]["details"]
    assert details["apps"] == [
        {"app": "a", "failures": 4},
        {"app": "b", "failures": 4},
        {"app": "c", "failures": 3},
    ]
    assert details["codes"] == [
        {"code": PASSWORD, "words": "wrong name or password", "failures": 8},
        {"code": POLICY, "words": "Conditional Access blocks the sign-in", "failures": 3},
    ]
    assert "forgotten password" in found["person 1"]["what_to_do"]
    assert "policy" in found["person 2"]["what_to_do"]
    assert "cannot sign in" in found["person 3"]["what_to_do"]
    # No user is no person.
    assert {row["user_id"] for row in built.rows("app_usage")} == {f"person {who}" for who in ATTEMPTS}
