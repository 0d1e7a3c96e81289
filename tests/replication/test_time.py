"""Clocks and days: the time of a run loses nothing, or the run reports it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.lists import LISTS
from tap_entra.graph import odata
from tap_entra.replication import BatchedLinkStream, LinkStream, SlicedStream
from tap_entra.replication import windows as windows_module
from tap_entra.streams import STREAMS, SignIns
from tests.logs import DAY, HOUR, bookmark, sign_in, windows
from tests.readable import READ
from tests.replication.groups import wrong_links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.loader import Message
    from tests.warehouse import Project, Run

#: Rows of streams that are one object each.
SINGLE = {name: 1 for one in LISTS.values() if one.is_single for name in one.expected}
LINKS = [stream.name for stream in STREAMS if issubclass(stream, (LinkStream, BatchedLinkStream))]
LOGS = {stream.name: str(stream.replication_key) for stream in STREAMS if issubclass(stream, SlicedStream)}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    return new_project(users=20, sign_ins=100)


def mistakes(project: Project, since: datetime | None = None) -> list[str]:
    """Where any table differs from the tenant; of logs only from a moment on."""
    wrong: list[str] = []
    for stream in READ:
        if stream.name in LINKS:
            wrong += map(str, wrong_links(project, stream.name))
        elif stream.name in LOGS:
            wrong += lost(project, stream.name, since)
        else:
            # Hints of secrets are left at Microsoft.
            wrong += [one for one in project.mistakes(stream.name) if ".passwordCredentials" not in one]
    return wrong


def lost(project: Project, stream: str, since: datetime | None = None) -> list[str]:
    """Ids of rows of a log that the warehouse lacks."""
    known = {row["id"] for row in project.warehouse.live(stream)}
    rows = [row for row in project.tenant.truth(stream) if row["id"] not in known]
    return [row["id"] for row in rows if not since or odata.parse_instant(row[LOGS[stream]]) >= since]


def near(moment: datetime, expected: datetime) -> bool:
    """A run of all streams may take its time."""
    return abs(moment - expected) < 3 * MINUTE


def gap_to(run: Run, stream: str) -> datetime:
    return odata.parse_instant(run.reports[stream]["gapTo"])


# Late rows


@pytest.mark.slow
@pytest.mark.parametrize(
    ("late", "settings", "fate"),
    [
        (23 * 60 + 50, {}, "arrives"),
        (24 * 60 + 10, {}, "is lost"),
        (24 * 60 + 10, {"log_overlap_minutes": 2 * 1440}, "arrives"),
        (50, {"log_overlap_minutes": 60}, "arrives"),
        (70, {"log_overlap_minutes": 60}, "is lost"),
    ],
)
def test_a_row_may_be_as_late_as_the_overlap_is_long_and_no_later(
    project: Project, late: int, settings: dict[str, Any], fate: str
) -> None:
    now = project.tenant.now()
    sign_in(project, now - MINUTE, arrives=now + (late - 1) * MINUTE)
    project.run("sign_ins", **settings)

    for _ in range(3):
        # A run just before it becomes visible moves the bookmark as far as it can get.
        project.tenant._passed += (late - 2) * MINUTE
        project.run("sign_ins", **settings)
        project.tenant._passed += 2 * MINUTE
        project.run("sign_ins", **settings)

    assert ("added" in lost(project, "sign_ins")) == (fate == "is lost")


def test_an_overlap_of_nothing_is_the_same_as_none(project: Project) -> None:
    project.run("sign_ins")

    run = project.run("sign_ins", log_overlap_minutes=None)

    assert run.exit_code == 0
    assert windows(project)[0][0] < project.tenant.now() - 23 * HOUR


# Clocks that differ


@pytest.mark.slow
@pytest.mark.parametrize("off", [timedelta(hours=-5), timedelta(hours=5), timedelta(days=400), timedelta(days=-400)])
def test_a_machine_whose_clock_is_wrong_reads_and_marks_by_graphs(
    new_project: Callable[..., Project], off: timedelta
) -> None:
    project = new_project(users=10, sign_ins=60, starts=datetime.now(timezone.utc) + off)

    run = project.run()

    assert run.exit_code == 0
    for stream in LOGS:
        reached = odata.parse_instant(run.bookmark(stream)["replication_key_value"])
        assert near(reached, project.tenant.now())
    assert mistakes(project, since=project.tenant.now() - 30 * DAY + 2 * HOUR) == []


def test_a_removal_is_dated_by_graphs_clock(new_project: Callable[..., Project]) -> None:
    project = new_project(users=10, starts=datetime.now(timezone.utc) + 400 * DAY)
    project.run("group_members")
    groups = project.tenant.directory["groups"]
    container, member = next((one, next(iter(links))) for one, links in groups.links["members"].items() if links)
    groups.unlink("members", container, member, project.tenant.now())

    (removal,) = project.run("group_members").removals("group_members")

    assert near(odata.parse_instant(removal["_sdc_deleted_at"]), project.tenant.now())


def test_an_initial_sync_from_the_future_is_made_again_at_once(project: Project) -> None:
    state = project.run("users").state
    state["bookmarks"]["users"]["first_round_at"] = odata.instant(project.tenant.now() + 400 * DAY)

    run = project.run("users", state=state)

    assert run.asked["/v1.0/users"] == 1
    assert near(odata.parse_instant(run.bookmark("users")["first_round_at"]), project.tenant.now())


def test_a_bookmark_from_the_future_is_ignored(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    """A machine whose clock was wrong, behind a proxy that takes the Date away, has left it."""
    project.run("sign_ins")
    state = project.warehouse.state
    state["bookmarks"]["sign_ins"]["replication_key_value"] = odata.instant(project.tenant.now() + 40 * DAY)
    project.tenant.pass_days(10)

    run = project.run("sign_ins", state=state)

    assert "is in the future" in caplog.text
    assert near(bookmark(run), project.tenant.now())
    assert lost(project, "sign_ins", project.tenant.now() - 30 * DAY + 2 * HOUR) == []


def test_a_bookmark_a_moment_ahead_is_only_another_of_graphs_machines(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    state = project.run("sign_ins").state
    ahead = project.tenant.now() + MINUTE
    state["bookmarks"]["sign_ins"]["replication_key_value"] = odata.instant(ahead)

    project.run("sign_ins", state=state)

    assert "is in the future" not in caplog.text
    assert windows(project)[0][0] > project.tenant.now() - 25 * HOUR


def test_a_date_header_that_a_proxy_removes_loses_no_row_though_this_machines_clock_is_wrong(
    project: Project,
) -> None:
    project.tenant.pass_days(3)  # this machine's clock is three days behind
    project.faults.turned.hidden_headers = {"Date"}

    run = project.run("sign_ins")

    assert near(bookmark(run), project.tenant.now())
    assert lost(project, "sign_ins", project.tenant.now() - 30 * DAY + 2 * HOUR) == []


# The oldest windows age out


@pytest.fixture
def heavy(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """As heavy as a log can be here: pages of five, and ten rows are as many as a window should have."""
    monkeypatch.setattr(SignIns, "page_size", 5)
    monkeypatch.setattr(windows_module, "_COMFORTABLE_ROWS", 10)
    return project


def days_pass_after(project: Project, rows: int, days: int) -> Callable[[Message], None]:
    """While a run is at it: no row of the log is written any more, only the clock goes on."""
    seen = 0

    def pass_days(message: Message) -> None:
        nonlocal seen
        seen += (message["type"], message.get("stream")) == ("RECORD", "sign_ins")
        if seen == rows:
            seen += 1
            project.tenant._passed += days * DAY

    return pass_days


@pytest.mark.slow
@pytest.mark.parametrize("rows", [3, 8, 23, 60])
@pytest.mark.parametrize("days", [1, 9])
def test_what_ages_out_while_a_long_first_load_runs_is_a_reported_gap(
    heavy: Project, rows: int, days: int, caplog: pytest.LogCaptureFixture
) -> None:
    run = heavy.run("sign_ins", on_message=days_pass_after(heavy, rows, days))
    again = heavy.run("sign_ins")

    assert (run.exit_code, again.exit_code) == (0, 0)
    missing = lost(heavy, "sign_ins", heavy.tenant.now() - 30 * DAY + 2 * HOUR)
    assert missing == []
    for row in heavy.tenant.truth("sign_ins"):
        if row["id"] in lost(heavy, "sign_ins"):
            report = run.reports["sign_ins"]
            assert report["gapFrom"] <= row["createdDateTime"] <= report["gapTo"]
            assert f"to {report['gapTo'][:16]}" in caplog.text


def test_a_window_that_is_refused_within_what_microsoft_keeps_is_a_failure_and_no_gap(heavy: Project) -> None:
    def refuse(message: Message) -> None:
        if (message["type"], message.get("stream")) == ("RECORD", "sign_ins") and heavy.faults.retention > 20 * DAY:
            heavy.faults.retention = 15 * DAY

    run = heavy.run("sign_ins", on_message=refuse)

    assert run.exit_code == 1
    assert run.reports["sign_ins"]["outcome"] == "failed"
    assert run.reports["sign_ins"]["gapFrom"] is None


# A log that comes back empty


def test_a_log_that_comes_back_empty_though_it_had_rows_moves_no_bookmark(project: Project) -> None:
    sign_in(project, project.tenant.now() - HOUR)
    reached = bookmark(project.run("sign_ins"))
    project.tenant.pass_days(1)
    project.faults.shrunken["auditLogs/signIns"] = 0

    odd = project.run("sign_ins")

    assert (odd.exit_code, odd.reports["sign_ins"]["outcome"]) == (1, "partial")
    assert bookmark(odd) == reached
    project.faults.shrunken.clear()
    assert project.run("sign_ins").exit_code == 0
    assert project.mistakes("sign_ins") == []


def test_a_log_that_stays_empty_is_accepted_in_the_next_run(project: Project) -> None:
    sign_in(project, project.tenant.now() - HOUR)
    project.run("sign_ins")
    project.faults.shrunken["auditLogs/signIns"] = 0

    odd, believed, quiet = (project.run("sign_ins") for _ in range(3))

    assert (odd.exit_code, believed.exit_code, quiet.exit_code) == (1, 0, 0)
    assert near(bookmark(believed), project.tenant.now())


# How often


@pytest.mark.slow
def test_two_runs_on_one_day_are_as_good_as_one(project: Project) -> None:
    project.run()
    project.tenant.pass_days(1)
    project.run()

    run = project.run()

    assert run.exit_code == 0
    assert mistakes(project) == []


@pytest.mark.slow
@pytest.mark.parametrize("days", [8, 29])
def test_runs_that_are_missed_for_a_week_or_four_lose_nothing(project: Project, days: int) -> None:
    project.run()
    project.tenant.pass_days(days)

    run = project.run()

    assert run.exit_code == 0
    assert {report["outcome"] for report in run.reports.values()} == {"complete"}
    assert mistakes(project) == []


@pytest.mark.slow
def test_a_run_after_more_than_a_month_reports_a_gap_in_each_log(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    reached = project.run().bookmark("sign_ins")["replication_key_value"]
    project.tenant.pass_days(40)

    run = project.run()

    for stream in LOGS:
        assert near(odata.parse_instant(run.reports[stream]["gapFrom"]), odata.parse_instant(reached))
        assert near(gap_to(run, stream), project.tenant.now() - 30 * DAY + HOUR)
        assert f"no longer has the rows of '{stream}'" in caplog.text
    assert mistakes(project, since=gap_to(run, "sign_ins")) == []


def test_a_start_date_before_the_retention_is_a_gap_for_every_log(project: Project) -> None:
    run = project.run(start_date="2020-01-31")

    assert {run.reports[stream]["gapFrom"] for stream in LOGS} == {"2020-01-31T00:00:00Z"}
    assert run.exit_code == 0
    assert mistakes(project, since=gap_to(run, "sign_ins")) == []


# What day it is


def test_a_day_that_passes_within_a_run_loses_nothing(project: Project) -> None:
    project.run()

    def pass_a_day(message: Message) -> None:
        if message["type"] == "RECORD" and project.tenant.revision == before:
            project.tenant.pass_days(1)

    project.tenant.pass_days(1)
    before = project.tenant.revision
    during = project.run(on_message=pass_a_day)
    run = project.run()

    assert project.tenant.revision > before
    assert (during.exit_code, run.exit_code) == (0, 0)
    assert mistakes(project) == []


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.slow
@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize("changes", ["2026-03-29T01:00:00+00:00", "2026-10-25T01:00:00+00:00"])
@pytest.mark.parametrize("before", [timedelta(minutes=30), timedelta(seconds=1), timedelta(minutes=-30)])
def test_summer_and_winter_time_are_all_the_same(
    new_project: Callable[..., Project], changes: str, before: timedelta
) -> None:
    assert time.localtime(datetime.fromisoformat(changes).timestamp()).tm_hour in {2, 3}
    project = new_project(users=5, starts=datetime.fromisoformat(changes) - before)
    for minutes in range(-120, 121, 7):
        at = datetime.fromisoformat(changes) + minutes * MINUTE
        sign_in(project, at, arrives=at, id_=f"at {minutes}")

    for _ in range(4):
        run = project.run("sign_ins", "users", log_overlap_minutes=0)
        assert run.exit_code == 0
        assert near(bookmark(run), project.tenant.now())
        assert lost(project, "sign_ins") == []
        project.tenant._passed += HOUR


def test_a_run_that_begins_before_midnight_and_ends_after_it_loses_nothing(new_project: Callable[..., Project]) -> None:
    project = new_project(users=5, starts=datetime(2026, 12, 31, 23, 59, 59, 500_000, timezone.utc))
    midnight = datetime(2027, 1, 1, tzinfo=timezone.utc)
    for seconds in range(-3, 120):
        at = midnight + timedelta(seconds=seconds)
        sign_in(project, at, arrives=at, id_=f"at {seconds}")

    def dawdle(message: Message) -> None:
        if (message["type"], message.get("stream")) == ("RECORD", "users"):
            project.tenant._passed += timedelta(seconds=10)

    project.run("users", "sign_ins", on_message=dawdle)
    project.tenant._passed += 5 * MINUTE
    project.run("users", "sign_ins", log_overlap_minutes=0)

    assert lost(project, "sign_ins") == []


# How many


def test_a_tenant_of_one_user(new_project: Callable[..., Project]) -> None:
    project = new_project(users=1, sign_ins=3)
    for _ in range(3):
        run = project.run()
        assert run.exit_code == 0
        assert {report["outcome"] for report in run.reports.values()} == {"complete"}
        assert mistakes(project) == []
        project.tenant.pass_days(1)


def empty(project: Project) -> None:
    for store in project.tenant.directory.values():
        store.live.clear()
        store.recycle_bin.clear()
        for links in store.links.values():
            links.clear()
    for path, listed in project.tenant.lists.items():
        # An object that has a path of its own is always there.
        if path not in LISTS or not LISTS[path].is_single:
            listed.clear()
    for log in project.tenant.logs.values():
        log.clear()
    project.tenant.photos.clear()


def test_an_empty_tenant_is_complete_and_has_no_rows(project: Project) -> None:
    empty(project)

    for _ in range(3):
        run = project.run()
        assert run.exit_code == 0
        assert {report["outcome"] for report in run.reports.values()} == {"complete"}
        assert {name: report["rows"] for name, report in run.reports.items() if report["rows"]} == SINGLE


def test_a_tenant_that_is_empty_from_one_day_to_the_next_loses_no_row_of_the_warehouse(project: Project) -> None:
    project.run()
    before = {stream.name: len(project.warehouse.live(stream.name)) for stream in READ}
    empty(project)
    project.tenant._passed += 8 * DAY  # all delta links are forgotten, and everything is read again

    run = project.run()

    assert run.exit_code == 1
    assert {stream.name: len(project.warehouse.live(stream.name)) for stream in READ} == before
