"""Whole lists in `stream_runs`: the same as in ACTIVATE_VERSION, for loaders that ignore it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph.odata import parse_instant
from tap_entra.streams import Users
from tests.warehouse import stop_after

if TYPE_CHECKING:
    from tests.loader import Message
    from tests.warehouse import Project, Run


def whole_reads(run: Run) -> dict[str, Any]:
    """The number of rows of each whole list that a run has read."""
    return {stream: report["wholeRows"] for stream, report in run.reports.items() if report["wholeSince"]}


def of_last_version(run: Run, stream: str) -> list[Message]:
    """The rows of a stream under its last version: a run that reads changes may read all in the end."""
    rows = run.of_type("RECORD", stream)
    return [message for message in rows if message.get("version") == rows[-1].get("version")]


def written(run: Run, stream: str) -> list[Any]:
    """When each of these rows was written."""
    return [parse_instant(message["time_extracted"]) for message in of_last_version(run, stream)]


@pytest.mark.slow
def test_each_run_says_which_lists_it_read_whole_and_since_when(project: Project) -> None:
    runs = [project.run()]
    project.tenant.pass_days(1)
    runs.append(project.run())

    for run in runs:
        activated = {message["stream"] for message in run.messages if message["type"] == "ACTIVATE_VERSION"}
        assert whole_reads(run).keys() == activated
        for stream in activated:
            rows = [message["record"] for message in of_last_version(run, stream)]
            names = project.warehouse.keys[stream]
            keys = {tuple(row[name] for name in names) for row in rows if "_sdc_deleted_at" not in row}
            assert whole_reads(run)[stream] == len(keys)
            since = parse_instant(run.reports[stream]["wholeSince"])
            assert [at for at in written(run, stream) if at < since] == []
    assert {"users", "group_members", "domains"} <= whole_reads(runs[0]).keys()
    assert "domains" in whole_reads(runs[1])
    assert "users" not in whole_reads(runs[1])


def test_a_list_that_is_not_trusted_says_nothing(project: Project) -> None:
    project.run("domains")
    project.faults.shrunken["domains"] = 0.3

    run = project.run("domains")

    assert run.reports["domains"]["outcome"] == "partial"
    assert whole_reads(run) == {}


def test_a_list_that_was_not_due_says_nothing(project: Project) -> None:
    project.run("application_templates")

    run = project.run("application_templates")

    assert run.reports["application_templates"]["outcome"] == "complete"
    assert whole_reads(run) == {}


def test_a_loader_that_takes_no_activate_version_still_learns_of_it(project: Project) -> None:
    run = project.run("domains", emit_activate_version_messages=False)

    assert whole_reads(run) == {"domains": len(run.records("domains"))}


def test_an_interrupted_read_began_with_its_first_part(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Users, "page_size", 10)
    first = project.run("users", on_message=stop_after("users", 15))

    second = project.run("users")

    assert 0 < len(second.records("users")) < len(project.warehouse.live("users"))
    assert whole_reads(first) == {}
    assert whole_reads(second) == {"users": len(project.warehouse.live("users"))}
    assert parse_instant(second.reports["users"]["wholeSince"]) <= min(written(first, "users"))


def test_a_clock_that_went_back_dates_no_read_after_its_rows(project: Project) -> None:
    run = project.run("domains")
    ahead = run.bookmark("domains")["version"] + 3_600_000
    state = {"bookmarks": {"domains": {**run.bookmark("domains"), "version": ahead}}}

    later = project.run("domains", state=state)

    assert parse_instant(later.reports["domains"]["wholeSince"]) <= min(written(later, "domains"))
