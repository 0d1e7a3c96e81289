"""The loaded sign-ins of each closed day, beside Microsoft's own count."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.lists import LISTS
from tests.logs import DAY, LOG, windows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project, Run

COUNTS = "auditLogs/signInEventsSummary"
#: A Tuesday evening: how much of a day the overlap reads again, and whether enough people work, depends on the time.
STARTS = datetime(2026, 6, 9, 20, tzinfo=timezone.utc)


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    """About a hundred sign-ins a day."""
    return new_project(users=40, sign_ins=3_000, starts=STARTS)


def there(project: Project, day: date) -> int:
    """The sign-ins of a day that the log shows."""
    return Counter(row["createdDateTime"][:10] for row in project.tenant.truth("sign_ins"))[day.isoformat()]


def reported(run: Run) -> tuple[date | None, Any, Any, Any]:
    report = run.reports["sign_ins"]
    day = report["countedDay"] and date.fromisoformat(report["countedDay"])
    return day, report["loadedCount"], report["microsoftCount"], report["loadedShare"]


def next_day(project: Project, **settings: Any) -> Run:
    project.tenant.pass_days(1)
    return project.run("sign_ins", **settings)


def test_each_day_that_has_been_over_for_a_day_is_compared(project: Project) -> None:
    project.faults.duplicate_rows = 0.1
    runs = [project.run("sign_ins")]
    runs += [next_day(project) for _ in range(2)]

    newest = project.tenant.now().date() - 2 * DAY
    for day, run in zip((newest - 2 * DAY, newest - DAY, newest), runs, strict=True):
        assert reported(run) == (day, there(project, day), there(project, day), 1.0)
        assert run.asked[f"/beta/{COUNTS}"] == 1
    assert project.run("sign_ins").asked[f"/beta/{COUNTS}"] == 0, "all closed days were compared before"


def test_rows_of_a_heavy_log_count_once_whatever_the_windows(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tap_entra.replication.windows._COMFORTABLE_ROWS", 150)
    monkeypatch.setattr("tap_entra.streams.SignIns.page_size", 50)
    project.faults.next("timeout", times=2, path="/auditLogs/signIns")

    run = project.run("sign_ins")

    day, loaded, *_ = reported(run)
    assert run.asked[LOG] > 60
    assert day is not None
    assert loaded == there(project, day)


def test_a_day_that_was_never_read_whole_is_not_known(project: Project) -> None:
    run = project.run("sign_ins", start_date=(project.tenant.now() - DAY / 2).isoformat())
    runs = [run, *(next_day(project, log_overlap_minutes=0) for _ in range(2))]

    assert [reported(run) for run in runs] == [(None, None, None, None)] * 3
    assert {run.exit_code for run in runs} == {0}


def test_without_a_count_nothing_is_compared_and_nothing_is_wrong(project: Project) -> None:
    project.faults.turned.gone.add(COUNTS)

    run = project.run("sign_ins")

    assert run.exit_code == 0
    assert reported(run) == (None, None, None, None)


def test_a_day_that_microsoft_does_not_count_has_no_share(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    count(monkeypatch, lambda _: [])

    run = project.run("sign_ins")

    day, loaded, counted, share = reported(run)
    assert run.exit_code == 0
    assert day is not None
    assert (loaded, counted, share) == (there(project, day), None, None)


def count(monkeypatch: pytest.MonkeyPatch, rows: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Microsoft counts otherwise."""
    usual = LISTS[COUNTS]
    rows_now = usual.rows_now
    assert rows_now is not None
    monkeypatch.setitem(LISTS, COUNTS, replace(usual, rows_now=lambda tenant: rows([*rows_now(tenant)])))


def test_a_share_that_was_always_low_is_reported_and_no_trouble(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    count(monkeypatch, lambda rows: [{**row, "signInCount": 10 * row["signInCount"]} for row in rows])

    runs = [project.run("sign_ins"), next_day(project)]

    assert [(run.exit_code, reported(run)[3]) for run in runs] == [(0, 0.1)] * 2


def lose(project: Project, days: int = 2) -> Run:
    """Microsoft gives fewer rows, without an error, until a day is compared."""
    project.faults.shrunken["auditLogs/signIns"] = 0.2
    runs = [next_day(project) for _ in range(days)]
    assert [run.exit_code for run in runs[:-1]] == [0] * (days - 1)
    return runs[-1]


def test_a_share_that_drops_sharply_is_partial_and_the_next_run_recovers(project: Project) -> None:
    project.run("sign_ins")

    run = lose(project)

    day, loaded, counted, share = reported(run)
    assert (run.exit_code, run.reports["sign_ins"]["outcome"]) == (1, "partial")
    assert loaded < counted / 2
    assert share == pytest.approx(loaded / counted, abs=1e-4)
    assert f"{counted:,} sign-ins on {day}" in run.reports["sign_ins"]["action"]
    assert project.mistakes("sign_ins")

    project.faults.shrunken.clear()
    healed = next_day(project)

    assert healed.exit_code == 0
    assert windows(project)[0][0].date() == day
    assert reported(healed) == (day + DAY, *[there(project, day + DAY)] * 2, 1.0)
    assert project.mistakes("sign_ins") == []


def test_the_same_low_share_is_accepted_in_the_next_run(project: Project) -> None:
    project.run("sign_ins")
    day = reported(lose(project))[0]

    run = project.run("sign_ins")

    assert (run.exit_code, reported(run)[0]) == (0, day)
    again = project.run("sign_ins")
    assert windows(project)[0][0] > project.tenant.now() - 2 * DAY
    assert again.exit_code == 0


def test_a_few_days_are_no_past(project: Project) -> None:
    project.run("sign_ins", start_date=(project.tenant.now() - timedelta(days=7)).isoformat())

    assert lose(project).exit_code == 0


def test_what_is_kept_is_small_and_bounded(project: Project) -> None:
    run = project.run("sign_ins")
    for _ in range(3):
        run = next_day(project)

    bookmark = run.bookmark("sign_ins")
    assert len(bookmark["compared_days"].split(";")) == 30
    assert len(bookmark["loaded_hours"].split(";")) == 4
    assert len(bookmark["compared_days"] + bookmark["loaded_hours"]) < 2_000


@pytest.mark.parametrize("name", ["compared_days", "loaded_hours", "doubted_day"])
def test_what_is_kept_may_be_damaged(project: Project, name: str) -> None:
    run = project.run("sign_ins")
    mark = {**run.bookmark("sign_ins"), name: "2026-11-03=a/b;=;x"}

    run = project.run("sign_ins", state={"bookmarks": {"sign_ins": mark}})

    assert run.exit_code == 0
    assert project.mistakes("sign_ins") == []
