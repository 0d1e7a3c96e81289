"""Rows that are gone: marked, and otherwise left as they were."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from tests.warehouse import selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.loader import Row
    from tests.warehouse import Project, Run


def live_ids(project: Project) -> list[str]:
    """Who may leave: all but the administrator whose sign-in the tap uses."""
    return list(project.tenant.directory["users"].live)[1:]


def leave(project: Project, *user_ids: str) -> None:
    """They go to the recycle bin."""
    for user_id in user_ids:
        project.tenant.directory["users"].soft_delete(user_id, project.tenant.now())


def return_(project: Project, *user_ids: str) -> None:
    """They are restored from the recycle bin."""
    for user_id in user_ids:
        project.tenant.directory["users"].restore(user_id, project.tenant.now())


def purge(project: Project, user_id: str) -> None:
    """Somebody is deleted for good."""
    project.tenant.directory["users"].purge(user_id, project.tenant.now())


def warehouse_row(project: Project, user_id: str) -> Row:
    return project.warehouse.tables["users"][user_id,]


def chunks(run: Run) -> list[int]:
    """How many removals came under each narrow schema."""
    sent = [message for message in run.messages if message.get("stream") == "users"]
    runs_of = groupby(sent, key=lambda message: "_sdc_deleted_at" in message.get("record", {}))
    return [len(list(group)) for is_removal, group in runs_of if is_removal]


def test_leavers_keep_name_and_mail(project: Project) -> None:
    project.run("users")
    leaver = live_ids(project)[5]
    before = dict(warehouse_row(project, leaver))
    leave(project, leaver)

    project.run("users")

    after = warehouse_row(project, leaver)
    changed = {name for name in before if before[name] != after[name]}
    assert before["displayName"]
    assert before["mail"]
    assert {name for name in changed if not name.startswith("_sdc_")} == {"deletedDateTime"}


def test_the_date_comes_from_the_recycle_bin(project: Project) -> None:
    project.run("users")
    leaver = live_ids(project)[5]
    leave(project, leaver)
    deleted = project.tenant.directory["users"].recycle_bin[leaver]["deletedDateTime"]

    run = project.run("users")

    (removal,) = run.removals("users")
    assert (removal["id"], removal["deletedDateTime"], removal["_sdc_deleted_at"]) == (leaver, deleted, deleted)


def test_who_is_purged_keeps_the_date(project: Project) -> None:
    project.run("users")
    leaver = live_ids(project)[5]
    leave(project, leaver)
    project.run("users")
    deleted = warehouse_row(project, leaver)["deletedDateTime"]
    purge(project, leaver)

    run = project.run("users")

    (removal,) = run.removals("users")
    assert removal.keys() == {"id", "_sdc_deleted_at"}
    assert warehouse_row(project, leaver)["deletedDateTime"] == deleted
    assert warehouse_row(project, leaver)["_sdc_deleted_at"]


def test_who_is_purged_at_once_is_marked_without_a_date(project: Project) -> None:
    project.run("users")
    leaver = live_ids(project)[5]
    purge(project, leaver)

    run = project.run("users")

    assert "/v1.0/directory/deletedItems/microsoft.graph.user" not in run.asked
    assert warehouse_row(project, leaver)["deletedDateTime"] is None
    assert warehouse_row(project, leaver)["_sdc_deleted_at"]


def test_a_recycle_bin_that_may_not_be_read_costs_the_dates_alone(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    project.run("users")
    leaver = live_ids(project)[5]
    leave(project, leaver)
    project.faults.next("denied", path="/directory/deletedItems/*")

    run = project.run("users")

    assert run.exit_code == 0
    assert "no deletedDateTime in this run" in caplog.text
    assert warehouse_row(project, leaver)["_sdc_deleted_at"]


def test_who_is_restored_is_there_again_with_all_columns(project: Project) -> None:
    project.run("users")
    leaver = live_ids(project)[5]
    leave(project, leaver)
    project.run("users")
    return_(project, leaver)

    run = project.run("users")

    assert run.removals("users") == []
    assert project.mistakes("users") == []


def test_of_many_changes_in_one_round_the_last_word_counts(project: Project) -> None:
    project.run("users")
    gone, back, renamed = live_ids(project)[5:8]
    leave(project, back)
    return_(project, back)
    leave(project, gone)
    return_(project, gone)
    leave(project, gone)
    project.tenant.directory["users"].alter(renamed, project.tenant.now(), displayName="Somebody Else")
    leave(project, renamed)
    project.faults.delta_page = 1

    run = project.run("users")

    assert [removal["id"] for removal in run.removals("users")] == [gone, renamed]
    assert project.mistakes("users") == []


def test_removals_are_written_last_under_a_schema_of_what_they_know(project: Project) -> None:
    project.run("users")
    leaver, renamed = live_ids(project)[5:7]
    leave(project, leaver)
    project.tenant.directory["users"].alter(renamed, project.tenant.now(), displayName="Somebody Else")

    run = project.run("users")

    assert run.order("users") == ["SCHEMA", "RECORD", "SCHEMA", "REMOVAL", "SCHEMA"]
    full, narrow, again = (message["schema"]["properties"] for message in run.of_type("SCHEMA", "users"))
    assert narrow.keys() == {"id", "deletedDateTime", "_sdc_deleted_at"}
    assert again == full
    assert narrow["deletedDateTime"] == full["deletedDateTime"]


@pytest.mark.slow
@pytest.mark.parametrize(("leavers", "expected"), [(1, [1]), (1000, [1000]), (1001, [1000, 1])])
def test_the_full_schema_comes_again_after_each_thousand(
    new_project: Callable[..., Project], leavers: int, expected: list[int]
) -> None:
    project = new_project(users=leavers + 20)
    project.run("users")
    leaving = live_ids(project)[:leavers]
    leave(project, *leaving)
    return_(project, *leaving[:10])
    leave(project, *leaving[:10])

    run = project.run("users")

    assert chunks(run) == expected
    assert run.of_type("SCHEMA", "users")[-1] == run.of_type("SCHEMA", "users")[0]
    assert run.reports["users"]["deleted"] == leavers
    assert all(row["displayName"] for row in project.warehouse.deleted("users") if row["id"] in leaving)
    assert project.mistakes("users") == []


def test_an_initial_sync_marks_who_lies_in_the_recycle_bin_after_it_activated_its_version(project: Project) -> None:
    run = project.run("users")

    assert run.order("users") == ["SCHEMA", "RECORD", "ACTIVATE_VERSION", "SCHEMA", "REMOVAL", "SCHEMA"]
    binned = project.tenant.directory["users"].recycle_bin
    assert {removal["id"]: removal["deletedDateTime"] for removal in run.removals("users")} == {
        user_id: user["deletedDateTime"] for user_id, user in binned.items()
    }


def test_a_later_initial_sync_leaves_the_marks_of_the_purged_alone(project: Project) -> None:
    project.run("users")
    leaver = live_ids(project)[5]
    leave(project, leaver)
    project.run("users")
    purge(project, leaver)
    project.run("users")
    before = dict(warehouse_row(project, leaver))

    project.run("users", state={})

    assert warehouse_row(project, leaver) == before


def test_without_deleted_date_time_selected_removals_are_marked_all_the_same(project: Project) -> None:
    catalog = selection("users", without={"users": ("deletedDateTime",)})
    project.run(catalog=catalog)
    leaver = live_ids(project)[5]
    leave(project, leaver)

    run = project.run(catalog=catalog)

    (removal,) = run.removals("users")
    assert removal.keys() == {"id", "_sdc_deleted_at"}
    assert warehouse_row(project, leaver)["displayName"]


def test_no_selection_can_drop_the_mark(project: Project) -> None:
    catalog = selection("users", without={"users": ("_sdc_deleted_at",)})

    run = project.run(catalog=catalog)

    assert "_sdc_deleted_at" in run.of_type("SCHEMA", "users")[0]["schema"]["properties"]


@pytest.mark.slow
def test_thirty_one_days_of_leavers_end_with_marks_and_dates(project: Project) -> None:
    for _ in range(11):
        run = project.run("users", reconcile_days=30)
        assert run.exit_code == 0
        project.tenant.pass_days(3)
    project.run("users")

    assert project.mistakes("users") == []
    told: dict[str, Any] = {row["id"]: row for row in project.tenant.truth("users") if row.get("_deleted")}
    assert any(row["id"] not in project.tenant.directory["users"].recycle_bin for row in told.values())
    for row in project.warehouse.deleted("users"):
        assert row["deletedDateTime"] == told[row["id"]]["deletedDateTime"]


def test_who_left_before_the_first_run_has_a_name_and_a_mail_address(project: Project) -> None:
    leaver = live_ids(project)[5]
    known = dict(project.tenant.directory["users"].live[leaver])
    leave(project, leaver)

    project.run("users")

    row = warehouse_row(project, leaver)
    assert (row["displayName"], row["mail"]) == (known["displayName"], known["mail"])
    assert row["_sdc_deleted_at"] == row["deletedDateTime"]


def test_a_stream_map_sees_no_name_from_the_recycle_bin(project: Project) -> None:
    leaver = live_ids(project)[5]
    leave(project, leaver)
    hashed = {"users": {"id": "id", "mail": "md5(mail or '')", "__else__": None}}

    run = project.run("users", stream_maps=hashed)

    assert {frozenset(row) for row in run.removals("users")} == {frozenset({"id", "_sdc_deleted_at"})}
