"""A log in closed windows, oldest first."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.tenant import LogRow
from tap_entra.graph import odata
from tap_entra.streams import SignIns
from tests.warehouse import stop_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project, Run

LOG = "/v1.0/auditLogs/signIns"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    """Two hundred sign-ins in thirty days."""
    return new_project(users=20, sign_ins=200)


def windows(project: Project) -> list[tuple[datetime, datetime]]:
    """The windows that were asked for, in the order of their times."""
    asked = [request.query["$filter"] for request in project.requests() if request.path == LOG]
    bounds = (re.findall(r"[gl]e (\S+Z)", one) for one in asked)
    return sorted({(odata.parse_instant(start), odata.parse_instant(end)) for start, end in bounds})


def widths(run: Run) -> list[timedelta]:
    """Of the windows that were finished, all but the first."""
    values = [
        message["value"]["bookmarks"]["sign_ins"]["replication_key_value"]
        for message in run.messages
        if message["type"] == "STATE" and "sign_ins" in message["value"]["bookmarks"]
    ]
    ends = [odata.parse_instant(value) for value in dict.fromkeys(values)]
    return [after - before for before, after in pairwise(ends)]


def sign_in(project: Project, at: datetime, arrives: datetime | None = None, id_: str = "added") -> None:
    """A sign-in happens, and comes to light some time later."""
    created = at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def write(_: datetime) -> dict[str, Any]:
        return {"id": id_, "createdDateTime": created}

    project.tenant.logs["signIns"].append(LogRow(at, arrives or at, write, ()))


def bookmark(run: Run) -> datetime:
    return odata.parse_instant(run.bookmark("sign_ins")["replication_key_value"])


def close(moment: datetime, expected: datetime) -> bool:
    return abs(moment - expected) < timedelta(seconds=20)


# Windows


def test_the_first_run_reads_all_that_microsoft_keeps(project: Project):
    run = project.run("sign_ins")

    assert run.exit_code == 0
    assert project.mistakes("sign_ins") == []
    first, last = windows(project)[0], windows(project)[-1]
    assert close(first[0], project.tenant.now() - 30 * DAY + HOUR)
    assert close(last[1], project.tenant.now())


def test_windows_are_closed_and_share_their_boundary(project: Project):
    project.run("sign_ins")

    read = windows(project)
    assert len(read) > 3
    assert all(before[1] == after[0] for before, after in pairwise(read))


def test_a_row_on_a_boundary_is_not_lost(project: Project):
    project.run("sign_ins")
    boundary = windows(project)[0][1]
    sign_in(project, boundary)

    project.run("sign_ins", state={})

    assert project.mistakes("sign_ins") == []


def test_windows_are_written_oldest_first_each_newest_row_first(project: Project):
    run = project.run("sign_ins", log_overlap_minutes=0)

    moments = [odata.parse_instant(row["createdDateTime"]) for row in run.records("sign_ins")]
    expected = [
        moment
        for start, end in windows(project)
        for moment in sorted((one for one in set(moments) if start < one <= end), reverse=True)
    ]
    assert list(dict.fromkeys(moments)) == expected


def test_light_windows_are_followed_by_wider_ones(project: Project):
    run = project.run("sign_ins")

    assert windows(project)[0][1] - windows(project)[0][0] == DAY
    assert max(widths(run)) > 3 * DAY


def test_the_end_is_now_by_graphs_clock_and_not_by_this_machines(project: Project):
    project.tenant.pass_days(3)

    run = project.run("sign_ins")

    assert close(bookmark(run), project.tenant.now())


def test_no_select_is_sent_as_the_log_documents_none(project: Project):
    project.run("sign_ins")

    assert [request for request in project.requests() if request.path == LOG and "$select" in request.query] == []


def test_rows_that_come_twice_are_there_once(project: Project):
    project.weather.duplicate_rows = 0.5

    run = project.run("sign_ins")

    assert len(run.records("sign_ins")) > len(project.warehouse.live("sign_ins"))
    assert project.mistakes("sign_ins") == []


# The bookmark


def test_the_bookmark_has_singers_usual_form(project: Project):
    run = project.run("sign_ins")

    assert run.bookmark("sign_ins").keys() == {"replication_key", "replication_key_value"}
    assert run.bookmark("sign_ins")["replication_key"] == "createdDateTime"


def test_the_next_run_goes_back_by_the_overlap_and_no_further(project: Project):
    reached = bookmark(project.run("sign_ins"))

    project.run("sign_ins", log_overlap_minutes=120)

    assert windows(project)[0][0] == reached - 2 * HOUR


def test_a_day_is_read_again_unless_told_otherwise(project: Project):
    reached = bookmark(project.run("sign_ins"))

    run = project.run("sign_ins")

    assert windows(project)[0][0] == reached - DAY
    assert len(run.records("sign_ins")) < 30


def test_rows_that_arrived_late_are_caught_by_the_overlap(project: Project):
    now = project.tenant.now()
    sign_in(project, now - HOUR, arrives=now + 20 * HOUR)
    project.run("sign_ins")
    assert "added" not in {row["id"] for row in project.warehouse.live("sign_ins")}
    project.tenant.pass_days(1)

    project.run("sign_ins")

    assert "added" in {row["id"] for row in project.warehouse.live("sign_ins")}
    assert project.mistakes("sign_ins") == []


def test_the_bookmark_never_moves_back(project: Project):
    reached = bookmark(project.run("sign_ins"))
    seen = []

    def note(message: dict[str, Any]) -> None:
        if message["type"] == "STATE":
            seen.append(message["value"]["bookmarks"]["sign_ins"]["replication_key_value"])

    project.run("sign_ins", log_overlap_minutes=20 * 24 * 60, on_message=note)

    assert all(odata.parse_instant(value) >= reached for value in seen)


def test_a_run_that_was_stopped_goes_on_at_the_oldest_unfinished_window(project: Project):
    cut = project.run("sign_ins", on_message=stop_after("sign_ins", 60))
    assert cut.exit_code == 143
    assert cut.reports["sign_ins"]["outcome"] == "partial"
    reached = bookmark(cut)

    run = project.run("sign_ins", log_overlap_minutes=0)

    assert windows(project)[0][0] == reached
    assert run.exit_code == 0
    assert project.mistakes("sign_ins") == []


def test_state_is_written_as_windows_finish(project: Project):
    run = project.run("sign_ins")

    states = [message for message in run.messages if message["type"] == "STATE"]
    assert len(states) >= len(windows(project))


def test_the_newest_row_is_told_in_stream_runs(project: Project):
    run = project.run("sign_ins")

    newest = max(odata.parse_instant(row["createdDateTime"]) for row in run.records("sign_ins"))
    assert odata.parse_instant(run.reports["sign_ins"]["newestRow"]) == newest


# Windows that fail


@pytest.mark.parametrize("fault", ["timeout", "unknown_error", "unavailable", "throttled", "reset", "malformed_json"])
def test_a_window_that_fails_again_and_again_is_halved(project: Project, fault: str):
    project.weather.next(fault, times=3, path="/auditLogs/signIns")

    run = project.run("sign_ins")

    assert run.exit_code == 0
    assert widths(run)[0] == DAY / 2
    assert project.mistakes("sign_ins") == []


@pytest.mark.parametrize("fault", ["expired_page_token", "lost_page_token"])
def test_a_window_that_loses_its_page_token_is_halved(project: Project, fault: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(SignIns, "page_size", 2)
    for number in range(5):
        sign_in(project, project.tenant.now() - 29.5 * DAY, id_=str(number))
    project.weather.next(fault, path="/auditLogs/signIns")

    run = project.run("sign_ins")

    assert run.exit_code == 0
    assert project.mistakes("sign_ins") == []
    assert widths(run)[0] == DAY / 2


def test_widths_grow_back_after_a_bad_time(project: Project):
    project.weather.next("timeout", times=9, path="/auditLogs/signIns")

    run = project.run("sign_ins")

    assert widths(run)[0] == DAY / 4
    assert max(widths(run)) > 2 * DAY


def test_a_window_too_narrow_to_be_halved_is_tried_for_the_whole_budget(project: Project):
    start = project.tenant.now() - timedelta(seconds=90)
    sign_in(project, start + timedelta(seconds=30))
    project.weather.next("timeout", times=5, path="/auditLogs/signIns")

    run = project.run("sign_ins", start_date=start.isoformat())

    assert run.exit_code == 0
    assert len(windows(project)) == 1
    assert "added" in {row["id"] for row in project.warehouse.live("sign_ins")}


def test_a_window_too_narrow_to_be_halved_begins_again_when_its_page_token_is_lost(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(SignIns, "page_size", 1)
    start = project.tenant.now() - timedelta(seconds=90)
    for number in range(3):
        sign_in(project, start + timedelta(seconds=30), id_=str(number))
    project.weather.next("expired_page_token", path="/auditLogs/signIns")

    run = project.run("sign_ins", start_date=start.isoformat())

    assert run.exit_code == 0
    assert {"0", "1", "2"} <= {row["id"] for row in project.warehouse.live("sign_ins")}


def test_a_log_that_never_answers_ends_the_stream_with_the_bookmark_where_it_was(project: Project):
    reached = bookmark(project.run("sign_ins"))
    project.weather.often("timeout", 1.0, path="/auditLogs/signIns")

    run = project.run("sign_ins", retry_budget_minutes=1)

    assert run.exit_code == 1
    assert run.reports["sign_ins"]["outcome"] == "failed"
    assert bookmark(run) == reached
