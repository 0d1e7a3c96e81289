"""Sums of non-interactive sign-ins, whose ids do not last."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.warehouse import selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project

STREAM = "non_interactive_sign_in_summaries"
PATH = "/beta/auditLogs/getSummarizedNonInteractiveSignIns(aggregationWindow='d1')"


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    # So few people that some days have no rows: which these are depends on the day of the week.
    return new_project(users=20, sign_ins=200, starts=datetime(2026, 6, 10, 12, tzinfo=timezone.utc))


def by_day_and_person(rows: list[dict[str, Any]], moment: str, count: str | None) -> Counter[tuple[Any, ...]]:
    """The sign-ins of each day, person, app, address and result."""
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        what = (str(row["userPrincipalName"]).lower(), row["appId"], row["ipAddress"], row["status"]["errorCode"])
        sums[(row[moment][:10], *what)] += row[count] if count else 1
    return sums


def test_it_is_off_by_default_and_costs_no_permission_more(project: Project) -> None:
    project.sandbox.consent.scopes = {"AuditLog.Read.All", "Directory.Read.All", "User.Read"}

    (entry,) = (one for one in selection(STREAM)["streams"] if one["tap_stream_id"] == STREAM)
    run = project.run(STREAM)

    assert entry["metadata"][-1]["metadata"].get("selected-by-default") is not True
    assert run.reports[STREAM]["outcome"] == "complete"


def test_the_table_is_the_list_on_all_of_five_days(project: Project) -> None:
    project.run(STREAM)
    before = {row["groupId"]: row for row in project.warehouse.live(STREAM)}
    for _ in range(5):
        project.tenant.pass_days(1)
        run = project.run(STREAM)

        assert run.exit_code == 0
        assert project.mistakes(STREAM) == []

    gone = {row["aggregationDateTime"] for row in project.warehouse.deleted(STREAM)}
    assert gone == set(sorted({row["aggregationDateTime"] for row in before.values()})[: len(gone)]), "the oldest days"
    assert len(gone) == 5


def test_a_row_that_grows_stays_one_row_although_its_id_changes(project: Project) -> None:
    def today() -> dict[str, Any]:
        day = max(row["aggregationDateTime"] for row in project.warehouse.live(STREAM))
        return {row["groupId"]: {**row} for row in project.warehouse.rows(STREAM) if row["aggregationDateTime"] == day}

    project.run(STREAM)
    before = today()
    log = project.tenant.logs["nonInteractiveUser"]
    newest = max((row for row in log if row.arrives <= project.tenant.now()), key=lambda row: row.at)
    log.append(type(newest)(newest.at, newest.arrives, lambda _, row: {**row, "id": "another"}, (newest.row,)))
    project.run(STREAM)

    changed = {key: row for key, row in today().items() if row["id"] != before[key]["id"]}
    assert today().keys() == before.keys()
    assert [row["id"] for row in changed.values()] == ["another"]
    ((key, row),) = changed.items()
    assert row["signInCount"] == before[key]["signInCount"] + 1


@pytest.mark.parametrize("hours", [2, -8])
def test_a_day_that_is_spelled_with_an_offset_is_the_same_row(project: Project, hours: int) -> None:
    keys = {row["groupId"] for row in project.run(STREAM).records(STREAM)}
    project.faults.turned.offset = hours

    run = project.run(STREAM)

    assert {row["groupId"] for row in run.records(STREAM)} == keys
    assert project.warehouse.deleted(STREAM) == []


def test_a_number_that_is_spelled_otherwise_makes_no_other_row(project: Project) -> None:
    keys = {row["groupId"] for row in project.run(STREAM).records(STREAM)}
    project.faults.next("numbers_with_decimal_point", path=PATH.partition("(")[0].removeprefix("/beta") + "*")

    run = project.run(STREAM)

    assert {row["groupId"] for row in run.records(STREAM)} == keys
    assert project.warehouse.deleted(STREAM) == []


def test_the_sums_are_those_of_the_full_log(project: Project) -> None:
    run = project.run(STREAM, "non_interactive_sign_ins")

    sums = by_day_and_person(run.records(STREAM), "aggregationDateTime", "signInCount")
    full = by_day_and_person(project.warehouse.live("non_interactive_sign_ins"), "createdDateTime", None)
    assert sum(full.values()) > len(run.records(STREAM)) > 0
    # The full log begins within a day.
    oldest = min(day for day, *_ in sums)
    assert {key: n for key, n in sums.items() if key[0] != oldest} == {
        key: n for key, n in full.items() if key[0] != oldest
    }


def test_it_costs_a_request_per_page(project: Project) -> None:
    run = project.run(STREAM)

    assert run.asked[PATH] == -(-len(run.records(STREAM)) // 1_000)
    (asked, *_) = project.requests()
    assert not {"$filter", "$select", "$top"} & asked.query.keys()
