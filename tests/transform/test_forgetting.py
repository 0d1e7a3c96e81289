"""Who has left can be forgotten: all that was known of them goes, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.transform.company import Company, Row
    from tests.transform.conftest import History

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("history")]

PERSONAL = ("sign_ins", "non_interactive_sign_ins")
KEPT = {"id", "userId", "deletedDateTime", "userType", "accountEnabled"}


@pytest.fixture(scope="module")
def forgotten(history: History) -> Callable[[str], tuple[list[Row], list[Row]]]:
    """Rows of a raw table before and after everybody who has left is forgotten."""
    company = history.company
    company.copy("forgotten")
    company.build("run-operation", "forget_deleted", "--args", "{days: 0}", schema="forgotten")
    return lambda table: (rows_of(company, table, "entra"), rows_of(company, table, "forgotten"))


def rows_of(company: Company, table: str, schema: str) -> list[Row]:
    return sorted(company.rows(table, schema), key=lambda row: json.dumps(row, default=str, sort_keys=True))


def gone(history: History) -> set[str]:
    return {row["id"] for row in history.next_day.world.rows["users"] if row.get("_deleted")}


def known_names(history: History) -> set[str]:
    """Names and addresses of those who left, as far as the warehouse ever knew them and no one else has them."""
    people = history.next_day.world.rows["users"]
    left = {name for row in people if row.get("_deleted") for name in names_of(row)}
    return left - {name for row in people if not row.get("_deleted") for name in names_of(row)}


def names_of(row: Row) -> set[str]:
    """The recycle bin gives a person's name and address without the sign-in name."""
    return {row[name] for name in ("displayName", "userPrincipalName", "mail") if row.get(name)}


def test_of_who_left_only_the_bare_row_stays(history: History, forgotten: Callable[..., Any]) -> None:
    before, after = forgotten("users")

    assert known_names(history)
    for row in after:
        said = {name for name, value in row.items() if value is not None and not name.startswith("_sdc_")}
        if row["id"] in gone(history):
            assert said <= KEPT
    assert len(after) == len(before)


def test_no_other_row_changes(history: History, forgotten: Callable[..., Any]) -> None:
    everybody = gone(history)

    for table in ("users", "profile_photos", *PERSONAL):
        key = "id" if table == "users" else "userId"
        before, after = ([row for row in rows if row[key] not in everybody] for rows in forgotten(table))
        assert before == after


@pytest.mark.usefixtures("forgotten")
def test_no_name_of_theirs_is_left_anywhere(history: History) -> None:
    company, names = history.company, known_names(history)

    for table in company.raw_tables("forgotten"):
        text = json.dumps(company.rows(table, "forgotten"), default=str, ensure_ascii=False)
        # Summaries spell sign-in names in lower case.
        assert not [name for name in names if name in text or name.lower() in text], table


def test_the_provisioning_log_keeps_ids_and_outcomes(history: History, forgotten: Callable[..., Any]) -> None:
    def facts(row: Row) -> object:
        outcome = row["provisioningStatusInfo"]
        error = outcome.get("errorInformation") or {}
        ids = [row[side]["id"] for side in ("sourceIdentity", "targetIdentity", "initiatedBy")]
        return row["id"], row["activityDateTime"], ids, outcome["status"], error.get("errorCode")

    before, after = ({row["id"]: row for row in rows} for rows in forgotten("provisioning_logs"))
    changed = {entry for entry, row in after.items() if row != before[entry]}

    assert changed == {entry for entry, row in before.items() if row["targetIdentity"]["id"] in gone(history)}
    assert changed
    assert {key: facts(row) for key, row in after.items()} == {key: facts(row) for key, row in before.items()}


def test_the_summaries_of_sign_ins_keep_their_counts(history: History, forgotten: Callable[..., Any]) -> None:
    before, after = ({row["groupId"]: row for row in rows} for rows in forgotten("non_interactive_sign_in_summaries"))
    changed = {key for key, row in after.items() if row != before[key]}

    assert changed
    assert {before[key]["userPrincipalName"] for key in changed} <= {name.lower() for name in known_names(history)}
    assert {(after[key]["userPrincipalName"], after[key]["ipAddress"]) for key in changed} <= {(None, None)}
    assert {key: row["signInCount"] for key, row in after.items()} == {
        key: row["signInCount"] for key, row in before.items()
    }


def test_counts_stay_true(forgotten: Callable[..., Any]) -> None:
    for table in PERSONAL:
        facts = [
            sorted(
                (row["id"], row["userId"], row["appId"], str(row["createdDateTime"]), str(row["status"]))
                for row in rows
            )
            for rows in forgotten(table)
        ]
        assert facts[0] == facts[1]


def test_tables_without_people_stay_as_they_are(history: History, forgotten: Callable[..., Any]) -> None:
    touched = {
        "users",
        "profile_photos",
        "directory_audits",
        "provisioning_logs",
        "user_registration_details",
        "app_role_assignments",
        "recommendation_resources",
        "non_interactive_sign_in_summaries",
        "risky_users",
        "risk_detections",
        *PERSONAL,
    }

    for table in {*history.company.raw_tables("forgotten")} - touched:
        before, after = forgotten(table)
        assert before == after, table
