"""How far back a log goes, and what was never read of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tap_entra.graph import odata
from tests.logs import DAY, HOUR, LOG, close, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project, Run


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    """Two hundred sign-ins in thirty days."""
    return new_project(users=20, sign_ins=200)


def starts(project: Project) -> list[datetime]:
    """Where the windows began that were asked for, in the order of asking."""
    filters = [request.query["$filter"] for request in project.requests() if request.path == LOG]
    return [odata.parse_instant(one.split(" ")[2]) for one in filters]


def gap(run: Run) -> tuple[datetime, datetime]:
    report = run.reports["sign_ins"]
    return odata.parse_instant(report["gapFrom"]), odata.parse_instant(report["gapTo"])


def as_of(moment: datetime) -> dict[str, object]:
    """State of a run that ended at a moment."""
    value = odata.instant(moment)
    return {"bookmarks": {"sign_ins": {"replication_key": "createdDateTime", "replication_key_value": value}}}


def test_a_bookmark_beyond_the_retention_leaves_a_gap(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    reached = project.tenant.now() - 40 * DAY

    run = project.run("sign_ins", state=as_of(reached))

    assert run.exit_code == 0
    assert close(starts(project)[0], project.tenant.now() - 30 * DAY + HOUR)
    assert close(gap(run)[0], reached)
    assert close(gap(run)[1], project.tenant.now() - 30 * DAY + HOUR)
    assert "they were never read" in caplog.text


def test_a_bookmark_within_the_retention_leaves_none(project: Project) -> None:
    run = project.run("sign_ins", state=as_of(project.tenant.now() - 29 * DAY))

    assert run.reports["sign_ins"]["gapFrom"] is None
    assert project.mistakes("sign_ins") == []


def test_the_first_run_leaves_none(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    run = project.run("sign_ins")

    assert run.reports["sign_ins"]["gapFrom"] is None
    assert "never read" not in caplog.text


def test_a_shorter_retention_moves_the_start_by_days_to_seven_at_most(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    project.faults.retention = 7 * DAY

    run = project.run("sign_ins")

    assert run.exit_code == 0
    assert run.asked[LOG] < 40
    now = project.tenant.now()
    first, *others = starts(project)[:20]
    assert others[0] == first, "a refusal by mistake must not cost a day"
    assert {after - before for before, after in pairwise(others)} == {DAY}
    assert close(gap(run)[0], now - 30 * DAY + HOUR)
    assert gap(run)[1] - (now - 7 * DAY) < 2 * HOUR
    newest_lost = gap(run)[1]
    kept = [row for row in project.tenant.truth("sign_ins") if moment(row) >= newest_lost]
    assert {row["id"] for row in kept} <= {row["id"] for row in project.warehouse.live("sign_ins")}
    assert caplog.text.count("they were never read") == 1


def moment(row: dict[str, object]) -> datetime:
    return odata.parse_instant(str(row["createdDateTime"]))


def test_a_retention_between_the_two_is_found_to_the_day(project: Project) -> None:
    project.faults.retention = 20 * DAY

    run = project.run("sign_ins")

    assert timedelta(0) < gap(run)[1] - (project.tenant.now() - 20 * DAY) < DAY


def test_a_retention_that_microsoft_does_not_document_is_reported_and_asked_for_again(project: Project) -> None:
    project.faults.retention = 20 * DAY

    first, second = project.run("sign_ins"), project.run("sign_ins")

    assert (first.exit_code, first.reports["sign_ins"]["outcome"]) == (1, "partial")
    assert "refused" in first.reports["sign_ins"]["action"]
    assert (second.exit_code, second.reports["sign_ins"]["outcome"]) == (0, "complete")
    assert gap(second)[1] == gap(first)[1], "it is still told"
    assert second.asked[LOG] < 6, "and not asked for day by day again"


@pytest.mark.parametrize("refusals", [2, 3, 8])
def test_time_that_was_refused_by_mistake_comes_with_the_next_run(project: Project, refusals: int) -> None:
    project.faults.next("refused_filter", times=refusals, path="/auditLogs/signIns")
    # Close to what Microsoft keeps, and kept all the same.
    sign_in(project, project.tenant.now() - 30 * DAY + 1.5 * HOUR)

    first = project.run("sign_ins")
    lost = len(project.mistakes("sign_ins"))
    second = project.run("sign_ins")

    assert (first.exit_code, lost > 0) == (1, True)
    assert odata.parse_instant(first.reports["sign_ins"]["gapFrom"]) < gap(first)[1]
    assert (second.exit_code, second.reports["sign_ins"]["gapFrom"]) == (0, None)
    assert project.mistakes("sign_ins") == []
    assert second.bookmark("sign_ins")["refused"] is None


@pytest.mark.parametrize("refusals", [4, 5])
def test_a_mistake_after_a_pause_of_nine_days_is_no_retention(project: Project, refusals: int) -> None:
    project.run("sign_ins")
    project.tenant.pass_days(9)
    project.faults.next("refused_filter", times=refusals, path="/auditLogs/signIns")

    project.run("sign_ins")
    second = project.run("sign_ins")

    assert second.exit_code == 0
    assert project.mistakes("sign_ins") == []


def test_what_was_read_in_its_time_is_no_gap_when_the_overlap_is_refused(project: Project) -> None:
    project.run("sign_ins")
    project.faults.retention = 7 * DAY

    run = project.run("sign_ins", log_overlap_minutes=9 * 24 * 60)

    assert (run.exit_code, run.reports["sign_ins"]["gapFrom"]) == (0, None)
    assert project.mistakes("sign_ins") == []


def test_a_row_that_could_not_be_read_comes_later_although_the_overlap_is_past_it(project: Project) -> None:
    rows = project.tenant.truth("sign_ins")
    old = next(row["id"] for row in rows if project.tenant.now() - moment(row) > 5 * DAY)
    project.faults.odd.poison.add(old)
    assert project.run("sign_ins").reports["sign_ins"]["outcome"] == "partial"
    assert f"{old} lacks" in project.mistakes("sign_ins")
    project.faults.odd.poison.clear()

    run = project.run("sign_ins")

    assert run.exit_code == 0
    assert project.mistakes("sign_ins") == []


def test_a_log_that_refuses_even_seven_days_fails(project: Project) -> None:
    project.faults.retention = 3 * DAY

    run = project.run("sign_ins")

    assert run.exit_code == 1
    assert run.reports["sign_ins"]["outcome"] == "failed"
    assert run.asked[LOG] < 40


def test_start_date_is_where_the_first_run_begins(project: Project) -> None:
    start = (project.tenant.now() - 5 * DAY).replace(microsecond=0)

    project.run("sign_ins", start_date=start.isoformat())

    assert starts(project)[0] == start


def test_a_start_date_is_midnight_utc_if_it_is_a_date(project: Project) -> None:
    start = (project.tenant.now() - 5 * DAY).replace(hour=0, minute=0, second=0, microsecond=0)

    project.run("sign_ins", start_date=start.date().isoformat())

    assert starts(project)[0] == start


def test_the_overlap_does_not_reach_back_before_start_date(project: Project) -> None:
    start = (project.tenant.now() - 5 * DAY).replace(microsecond=0)
    project.run("sign_ins", start_date=start.isoformat())

    project.run("sign_ins", start_date=start.isoformat(), log_overlap_minutes=20 * 24 * 60)

    assert starts(project)[0] == start


def test_a_start_date_before_the_retention_leaves_a_gap(project: Project) -> None:
    run = project.run("sign_ins", start_date="2020-01-31")

    assert run.exit_code == 0
    assert gap(run)[0] == odata.parse_instant("2020-01-31T00:00:00Z")
    assert project.mistakes("sign_ins") == []


def test_a_start_date_in_the_future_reads_nothing_yet(project: Project) -> None:
    run = project.run("sign_ins", start_date="2999-01-01")

    assert run.exit_code == 0
    assert (run.asked[LOG], run.bookmark("sign_ins")) == (0, {})
