"""A log that is too heavy to be read in one piece, or does not answer."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import odata
from tap_entra.replication import windows as windows_module
from tap_entra.streams import SignIns
from tests.logs import bookmark, sign_in, widths, windows
from tests.warehouse import stop_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    """Two hundred sign-ins in thirty days."""
    return new_project(users=20, sign_ins=200)


@pytest.fixture
def heavy(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """As heavy as a log can be here: pages of ten, and twenty rows are as many as a window should have."""
    monkeypatch.setattr(SignIns, "page_size", 10)
    monkeypatch.setattr(windows_module, "_COMFORTABLE_ROWS", 20)
    return project


def test_a_log_that_is_too_heavy_is_read_in_windows(heavy: Project) -> None:
    run = heavy.run("sign_ins")

    assert len(widths(run)) > 3
    assert heavy.mistakes("sign_ins") == []


def test_windows_are_closed_and_share_their_boundary(heavy: Project) -> None:
    heavy.run("sign_ins")

    whole, *pieces = sorted(windows(heavy), key=lambda window: window[0] - window[1])
    pieces.sort()
    assert len(pieces) > 3
    assert all(before[1] == after[0] for before, after in pairwise(pieces))
    assert (pieces[0][0], pieces[-1][1]) == whole


def test_the_bookmark_stays_while_windows_of_the_overlap_are_read_again(project: Project) -> None:
    reached = bookmark(project.run("sign_ins"))
    project.faults.next("unavailable", times=3, path="/auditLogs/signIns")

    run = project.run("sign_ins")

    assert len(windows(project)) > 1
    assert windows(project)[0][1] < reached
    states = [message["value"]["bookmarks"]["sign_ins"] for message in run.messages if message["type"] == "STATE"]
    assert all(odata.parse_instant(state["replication_key_value"]) >= reached for state in states)


def test_a_row_on_a_boundary_is_not_lost(heavy: Project) -> None:
    heavy.run("sign_ins")
    boundary = min(end for _, end in windows(heavy))
    sign_in(heavy, boundary)

    heavy.run("sign_ins", state={})

    assert heavy.mistakes("sign_ins") == []


def test_windows_are_written_oldest_first(heavy: Project) -> None:
    ends = []

    def note(message: dict[str, Any]) -> None:
        if message["type"] == "STATE" and "sign_ins" in message["value"]["bookmarks"]:
            ends.append(odata.parse_instant(message["value"]["bookmarks"]["sign_ins"]["replication_key_value"]))
        elif (message["type"], message.get("stream")) == ("RECORD", "sign_ins") and ends:
            assert odata.parse_instant(message["record"]["createdDateTime"]) >= ends[-1]

    heavy.run("sign_ins", on_message=note)

    assert len(ends) > 3
    assert ends == sorted(ends)


def test_a_run_that_was_stopped_goes_on_at_the_oldest_unfinished_window(heavy: Project) -> None:
    cut = heavy.run("sign_ins", on_message=stop_after("sign_ins", 120))
    assert cut.exit_code == 143
    assert cut.reports["sign_ins"]["outcome"] == "partial"
    reached = bookmark(cut)

    run = heavy.run("sign_ins", log_overlap_minutes=0)

    assert windows(heavy)[0][0] == reached
    assert run.exit_code == 0
    assert heavy.mistakes("sign_ins") == []


# Windows that fail


@pytest.mark.parametrize("fault", ["timeout", "unknown_error", "unavailable", "throttled", "reset", "malformed_json"])
def test_a_window_that_fails_again_and_again_is_halved(project: Project, fault: str) -> None:
    project.faults.next(fault, times=3, path="/auditLogs/signIns")

    run = project.run("sign_ins")

    assert run.exit_code == 0
    halves = sorted(windows(project))[:2]
    assert halves[0][1] - halves[0][0] == (halves[1][1] - halves[1][0]) / 2
    assert project.mistakes("sign_ins") == []


@pytest.mark.parametrize("fault", ["expired_page_token", "lost_page_token"])
@pytest.mark.parametrize("page_size", [10, 60])
def test_a_window_that_loses_its_page_token_is_halved(
    heavy: Project, fault: str, page_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SignIns, "page_size", page_size)
    heavy.faults.next(fault, times=2, path="/auditLogs/signIns")

    run = heavy.run("sign_ins")

    assert run.exit_code == 0
    assert heavy.mistakes("sign_ins") == []


def test_a_window_that_failed_before_its_first_page_is_still_cut_by_what_its_half_shows(heavy: Project) -> None:
    heavy.faults.next("timeout", times=3, path="/auditLogs/signIns")

    run = heavy.run("sign_ins")

    assert max(widths(run)) < timedelta(days=15)
    assert heavy.mistakes("sign_ins") == []


def test_widths_grow_back_after_a_bad_time(project: Project) -> None:
    project.faults.next("timeout", times=9, path="/auditLogs/signIns")

    run = project.run("sign_ins")

    first = min(end - start for start, end in windows(project))
    assert first < timedelta(days=4)
    assert max(widths(run)) > 2 * first


def test_a_window_too_narrow_to_be_halved_is_tried_for_the_whole_budget(project: Project) -> None:
    start = project.tenant.now() - timedelta(seconds=90)
    sign_in(project, start + timedelta(seconds=30))
    project.faults.next("timeout", times=5, path="/auditLogs/signIns")

    run = project.run("sign_ins", start_date=start.isoformat())

    assert run.exit_code == 0
    assert len(windows(project)) == 1
    assert "added" in {row["id"] for row in project.warehouse.live("sign_ins")}


def test_a_window_too_narrow_to_be_halved_begins_again_when_its_page_token_is_lost(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SignIns, "page_size", 1)
    start = project.tenant.now() - timedelta(seconds=90)
    for number in range(3):
        sign_in(project, start + timedelta(seconds=30), id_=str(number))
    project.faults.next("expired_page_token", path="/auditLogs/signIns")

    run = project.run("sign_ins", start_date=start.isoformat())

    assert run.exit_code == 0
    assert {"0", "1", "2"} <= {row["id"] for row in project.warehouse.live("sign_ins")}


def test_a_log_that_never_answers_ends_the_stream_with_the_bookmark_where_it_was(project: Project) -> None:
    reached = bookmark(project.run("sign_ins"))
    project.faults.often("timeout", 1.0, path="/auditLogs/signIns")

    run = project.run("sign_ins", retry_budget_minutes=1)

    assert run.exit_code == 1
    assert run.reports["sign_ins"]["outcome"] == "failed"
    assert bookmark(run) == reached
