"""A log in closed windows, oldest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import odata
from tests.logs import DAY, HOUR, LOG, bookmark, close, sign_in, windows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    """Two hundred sign-ins in thirty days."""
    return new_project(users=20, sign_ins=200)


# Windows


def test_the_first_run_reads_all_that_microsoft_keeps(project: Project) -> None:
    run = project.run("sign_ins")

    assert run.exit_code == 0
    assert project.mistakes("sign_ins") == []
    first, last = windows(project)[0], windows(project)[-1]
    assert close(first[0], project.tenant.now() - 30 * DAY + HOUR)
    assert close(last[1], project.tenant.now())


def test_a_small_companys_month_is_one_request(project: Project) -> None:
    run = project.run("sign_ins")

    assert run.asked[LOG] == 1


def test_the_end_is_now_by_graphs_clock_and_not_by_this_machines(project: Project) -> None:
    project.tenant.pass_days(3)

    run = project.run("sign_ins")

    assert close(bookmark(run), project.tenant.now())


def test_no_select_is_sent_as_the_log_documents_none(project: Project) -> None:
    project.run("sign_ins")

    assert [request for request in project.requests() if request.path == LOG and "$select" in request.query] == []


def test_rows_that_come_twice_are_there_once(project: Project) -> None:
    project.faults.duplicate_rows = 0.5

    run = project.run("sign_ins")

    assert len(run.records("sign_ins")) == len(project.warehouse.live("sign_ins"))
    assert project.mistakes("sign_ins") == []


# The bookmark


def test_the_bookmark_has_singers_usual_form(project: Project) -> None:
    run = project.run("sign_ins")

    assert run.bookmark("sign_ins").keys() >= {"replication_key", "replication_key_value"}
    assert run.bookmark("sign_ins")["replication_key"] == "createdDateTime"


def test_the_next_run_goes_back_by_the_overlap_and_no_further(project: Project) -> None:
    reached = bookmark(project.run("sign_ins"))

    project.run("sign_ins", log_overlap_minutes=120)

    assert windows(project)[0][0] == reached - 2 * HOUR


def test_a_day_is_read_again_unless_told_otherwise(project: Project) -> None:
    reached = bookmark(project.run("sign_ins"))

    run = project.run("sign_ins")

    assert windows(project)[0][0] == reached - DAY
    assert len(run.records("sign_ins")) < 30


def test_rows_that_arrived_late_are_caught_by_the_overlap(project: Project) -> None:
    now = project.tenant.now()
    sign_in(project, now - HOUR, arrives=now + 20 * HOUR)
    project.run("sign_ins")
    assert "added" not in {row["id"] for row in project.warehouse.live("sign_ins")}
    project.tenant.pass_days(1)

    project.run("sign_ins")

    assert "added" in {row["id"] for row in project.warehouse.live("sign_ins")}
    assert project.mistakes("sign_ins") == []


def test_the_bookmark_never_moves_back(project: Project) -> None:
    reached = bookmark(project.run("sign_ins"))
    seen = []

    def note(message: dict[str, Any]) -> None:
        if message["type"] == "STATE":
            seen.append(message["value"]["bookmarks"]["sign_ins"]["replication_key_value"])

    project.run("sign_ins", log_overlap_minutes=20 * 24 * 60, on_message=note)

    assert all(odata.parse_instant(value) >= reached for value in seen)


def test_stream_runs_has_the_newest_row(project: Project) -> None:
    run = project.run("sign_ins")

    newest = max(odata.parse_instant(row["createdDateTime"]) for row in run.records("sign_ins"))
    assert odata.parse_instant(run.reports["sign_ins"]["newestRow"]) == newest


def test_a_log_that_came_back_empty_the_first_time_is_asked_for_whole_again(project: Project) -> None:
    project.faults.shrunken["auditLogs/signIns"] = 0.0
    empty = project.run("sign_ins")
    project.faults.shrunken.clear()

    project.run("sign_ins")

    assert (empty.exit_code, empty.records("sign_ins")) == (0, [])
    assert project.mistakes("sign_ins") == []


def test_a_log_that_came_back_empty_twice_is_asked_for_whole_again(project: Project) -> None:
    project.run("sign_ins")
    project.tenant.pass_days(3)
    project.faults.shrunken["auditLogs/signIns"] = 0.0
    exit_codes = [project.run("sign_ins").exit_code for _ in range(2)]
    project.faults.shrunken.clear()

    project.run("sign_ins")

    assert exit_codes == [1, 0]
    assert project.mistakes("sign_ins") == []
