"""Everything, each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_entra.streams import Domains

if TYPE_CHECKING:
    from tests.loader import Message, Row
    from tests.warehouse import Project


def shrink(project: Project, left: int) -> None:
    """Microsoft lists only some of the domains, without an error."""
    project.faults.shrunken["domains"] = (left + 0.1) / len(project.tenant.lists["domains"])


@pytest.fixture
def long_list(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A list of forty rows in pages of seven, under the name of `domains`."""
    monkeypatch.setattr(Domains, "path", "/users")
    monkeypatch.setattr(Domains, "page_size", 7)
    monkeypatch.setattr(Domains, "schema", {"properties": {"id": {"type": ["string"]}}})
    return project


def ids(rows: list[Row]) -> set[str]:
    return {row["id"] for row in rows}


def test_each_run_writes_the_whole_list_under_a_new_version_that_it_activates_last(project: Project) -> None:
    first = project.run("domains")
    second = project.run("domains")

    for run in (first, second):
        assert ids(run.records("domains")) == ids(project.tenant.truth("domains"))
        assert run.order("domains") == ["SCHEMA", "RECORD", "ACTIVATE_VERSION"]
        (activation,) = run.of_type("ACTIVATE_VERSION", "domains")
        assert {message["version"] for message in run.of_type("RECORD", "domains")} == {activation["version"]}
    assert second.bookmark("domains")["version"] > first.bookmark("domains")["version"]


def test_what_vanished_at_microsoft_vanishes_in_the_warehouse(project: Project) -> None:
    project.run("domains")
    gone, _ = project.tenant.lists["domains"].popitem()

    run = project.run("domains")

    assert run.exit_code == 0
    assert ids(project.warehouse.deleted("domains")) == {gone}


def test_a_version_is_newer_than_the_last_though_the_clock_went_back(project: Project) -> None:
    run = project.run("domains")
    ahead = run.bookmark("domains")["version"] + 3_600_000
    for row in project.warehouse.rows("domains"):
        row["_sdc_table_version"] = ahead
    state = {"bookmarks": {"domains": {**run.bookmark("domains"), "version": ahead}}}
    gone, _ = project.tenant.lists["domains"].popitem()

    run = project.run("domains", state=state)

    (activation,) = run.of_type("ACTIVATE_VERSION", "domains")
    assert activation["version"] > ahead
    assert ids(project.warehouse.deleted("domains")) == {gone}


def test_what_comes_back_is_there_again(project: Project) -> None:
    project.run("domains")
    gone, domain = project.tenant.lists["domains"].popitem()
    project.run("domains")
    project.tenant.lists["domains"][gone] = domain

    project.run("domains")

    assert ids(project.warehouse.live("domains")) == ids(project.tenant.truth("domains"))


def test_a_list_that_was_cut_short_activates_nothing(project: Project) -> None:
    project.run("domains")
    project.faults.next("html", times=1000, path="/domains")

    run = project.run("domains", retry_budget_minutes=1)

    assert run.exit_code == 1
    assert run.reports["domains"]["outcome"] == "failed"
    assert run.order("domains") == ["SCHEMA"]
    assert project.warehouse.deleted("domains") == []


def test_a_list_that_ended_between_two_pages_activates_nothing(long_list: Project) -> None:
    project = long_list
    project.run("domains")

    def break_down(message: Message) -> None:
        if message["type"] == "RECORD":
            project.faults.next("unavailable", times=1000, path="/users")

    run = project.run("domains", on_message=break_down, retry_budget_minutes=1)

    assert run.exit_code == 1
    assert 0 < len(run.records("domains")) < 40
    assert run.of_type("ACTIVATE_VERSION", "domains") == []
    assert project.warehouse.deleted("domains") == []


@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_list_that_shrank_to_less_than_half_deletes_nothing_yet(project: Project, left: int) -> None:
    assert len(project.tenant.lists["domains"]) == 5
    project.run("domains")
    shrink(project, left)

    run = project.run("domains")

    assert run.exit_code == 1
    assert run.reports["domains"]["outcome"] == "partial"
    assert f"{left} rows" in run.reports["domains"]["action"]
    assert "Nothing was deleted" in run.reports["domains"]["action"]
    assert project.warehouse.deleted("domains") == []


@pytest.mark.parametrize(("left", "exit_code"), [(2, 1), (3, 0)])
def test_more_than_half_of_the_last_list_is_accepted_at_once(project: Project, left: int, exit_code: int) -> None:
    project.tenant.lists["domains"].popitem()
    project.run("domains")
    shrink(project, left)

    run = project.run("domains")

    assert run.exit_code == exit_code
    assert len(project.warehouse.deleted("domains")) == (0 if exit_code else 4 - left)


def test_of_a_very_short_list_half_is_no_alarm(project: Project) -> None:
    shrink(project, 2)
    project.run("domains")
    shrink(project, 1)

    run = project.run("domains")

    assert run.exit_code == 0
    assert len(project.warehouse.deleted("domains")) == 1


@pytest.mark.parametrize("left", [0, 2])
def test_the_same_short_list_is_accepted_in_the_next_run(project: Project, left: int) -> None:
    project.run("domains")
    shrink(project, left)
    project.run("domains")

    run = project.run("domains")

    assert run.exit_code == 0
    assert run.reports["domains"]["outcome"] == "complete"
    assert len(project.warehouse.live("domains")) == left


def test_another_short_list_is_unconfirmed_again(project: Project) -> None:
    project.run("domains")
    shrink(project, 2)
    project.run("domains")
    shrink(project, 1)

    run = project.run("domains")

    assert run.exit_code == 1
    assert project.warehouse.deleted("domains") == []


def test_a_list_that_recovers_leaves_nothing_unconfirmed(project: Project) -> None:
    project.run("domains")
    shrink(project, 2)
    project.run("domains")
    project.faults.shrunken.clear()

    run = project.run("domains")

    assert run.exit_code == 0
    assert run.bookmark("domains")["doubted_rows"] is None
    assert ids(project.warehouse.live("domains")) == ids(project.tenant.truth("domains"))


def test_a_list_that_was_always_empty_is_no_trouble(project: Project) -> None:
    project.tenant.lists["domains"].clear()

    outcomes = [project.run("domains").reports["domains"]["outcome"] for _ in range(2)]

    assert outcomes == ["complete", "complete"]


def test_activate_version_can_be_switched_off(project: Project) -> None:
    run = project.run("domains", emit_activate_version_messages=False)

    assert run.order("domains") == ["SCHEMA", "RECORD"]


def test_a_list_that_begins_again_is_counted_once(long_list: Project) -> None:
    long_list.faults.next("expired_page_token", path="/users")

    run = long_list.run("domains")

    assert len(run.records("domains")) > 40
    assert run.bookmark("domains")["rows"] == 40
    assert len(long_list.warehouse.live("domains")) == 40


def test_full_refresh_deletes_what_is_gone_too(project: Project) -> None:
    project.run("domains")
    gone, _ = project.tenant.lists["domains"].popitem()

    project.run("domains", state={})

    assert ids(project.warehouse.deleted("domains")) == {gone}
