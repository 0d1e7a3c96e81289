"""An initial sync, then what changed since."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.streams import Users
from tests.warehouse import selection, stop_after

if TYPE_CHECKING:
    from tests.loader import Message
    from tests.warehouse import Project

LIST, DELTA = "/v1.0/users", "/v1.0/users/delta"


@pytest.fixture
def paged(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The list of users comes in pages of ten, four of them."""
    monkeypatch.setattr(Users, "page_size", 10)
    return project


def vanish(project: Project) -> str:
    """Somebody known to the warehouse is gone from Microsoft, and no delta round will ever say so."""
    users = project.tenant.directory["users"].live
    known = [row["id"] for row in project.warehouse.live("users") if row["id"] in users]
    del users[known[-1]]
    return str(known[-1])


# The initial sync


def test_the_initial_sync_reads_the_plain_list_which_gives_999_per_page(project: Project) -> None:
    run = project.run("users")

    assert (run.asked[DELTA], run.asked[LIST]) == (1, 1)
    assert project.mistakes("users") == []


def test_its_delta_link_is_taken_before_any_list_or_log_is_read(project: Project) -> None:
    run = project.run()

    paths = [path for path in run.asked if path.startswith("/v1.0/")]
    assert paths[0] == DELTA


def test_what_changes_while_the_initial_sync_reads_is_in_the_next_round(paged: Project) -> None:
    def pass_a_day(message: Message) -> None:
        if message["type"] == "RECORD" and paged.tenant.revision == 0:
            paged.tenant.pass_days(1)

    paged.run("users", on_message=pass_a_day)
    run = paged.run("users")

    assert run.asked[LIST] == 0
    assert paged.mistakes("users") == []


def test_a_plain_delta_round_stands_in_where_no_link_is_to_be_had(project: Project) -> None:
    project.faults.next("denied", path="/users/delta")
    project.faults.delta_page = 15

    run = project.run("users")
    later = project.run("users")

    assert (run.asked[DELTA], run.asked[LIST]) == (1 + 3, 0)
    assert project.mistakes("users") == []
    assert later.records("users") == []


# An interrupted initial sync


def test_an_interrupted_initial_sync_goes_on_under_its_own_version_and_loses_nothing(paged: Project) -> None:
    cut = paged.run("users", on_message=stop_after("users", 15))
    assert cut.exit_code == 143
    assert cut.of_type("ACTIVATE_VERSION", "users") == []

    run = paged.run("users")

    assert len(run.records("users")) == 40 - 20
    (activation,) = run.of_type("ACTIVATE_VERSION", "users")
    assert activation["version"] == cut.bookmark("users")["round_version"]
    assert paged.mistakes("users") == []


def test_what_changed_during_the_interruption_is_in_the_round_after_it(paged: Project) -> None:
    paged.run("users", on_message=stop_after("users", 15))
    paged.tenant.pass_days(1)
    paged.run("users")

    paged.run("users")

    assert paged.mistakes("users") == []


def test_an_initial_sync_that_graph_cuts_short_goes_on_in_the_next_run(paged: Project) -> None:
    def break_down(message: Message) -> None:
        if message["type"] == "RECORD":
            paged.faults.next("unavailable", times=1000, path="/users")

    cut = paged.run("users", on_message=break_down, retry_budget_minutes=1)
    paged.faults.clear()
    run = paged.run("users")

    assert cut.exit_code == 1
    assert cut.reports["users"]["outcome"] == "failed"
    assert run.exit_code == 0
    assert len(run.records("users")) < 40
    assert paged.mistakes("users") == []


def until_quiet(project: Project) -> None:
    """The stopped run may still have a page under way, which would take what is meant for the next run."""
    seen = -1
    while seen != len(project.sandbox.requests):
        seen = len(project.sandbox.requests)
        time.sleep(0.1)


def test_a_refused_next_link_starts_again_under_a_new_version(paged: Project) -> None:
    cut = paged.run("users", on_message=stop_after("users", 15))
    gone = vanish(paged)
    until_quiet(paged)
    paged.faults.next("expired_page_token", path="/users", times=1)

    run = paged.run("users")

    assert len(run.records("users")) == 39
    assert run.bookmark("users")["version"] > cut.bookmark("users")["round_version"]
    assert gone not in {row["id"] for row in paged.warehouse.live("users")}
    assert paged.mistakes("users") == []


def test_another_selection_does_not_go_on_with_the_interrupted_round(paged: Project) -> None:
    cut = paged.run("users", on_message=stop_after("users", 15))

    run = paged.run(catalog=selection("users", without={"users": ("city",)}))

    assert len(run.records("users")) == 40
    assert run.bookmark("users")["version"] > cut.bookmark("users")["round_version"]


# Incremental syncs


def test_incremental_syncs_ask_for_changes_alone(project: Project) -> None:
    project.run("users")
    project.tenant.pass_days(1)

    run = project.run("users")

    assert run.asked[LIST] == 0
    assert 0 < len(run.records("users")) < 40
    assert run.of_type("ACTIVATE_VERSION", "users") == []
    assert project.mistakes("users") == []


def test_a_run_right_after_another_moves_no_user(project: Project) -> None:
    project.run("users")

    run = project.run("users")

    assert run.records("users") + run.removals("users") == []


def test_the_delta_link_is_stored_only_after_the_whole_round_was_written(project: Project) -> None:
    first = project.run("users")
    project.tenant.pass_days(1)

    cut = project.run("users", on_message=stop_after("users", 1))
    assert cut.exit_code == 143
    assert cut.bookmark("users")["delta_link"] == first.bookmark("users")["delta_link"]

    project.run("users")
    assert project.mistakes("users") == []


def test_the_delta_link_is_used_whole_and_unchanged(project: Project) -> None:
    link = project.run("users").bookmark("users")["delta_link"]

    project.run("users")

    targets = [project.sandbox.graph_url + request.target for request in project.requests()]
    assert link in targets


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_empty_pages_repetitions_and_replays_do_no_harm(new_project: Any, seed: int) -> None:
    project = new_project(seed=seed)
    project.faults.empty_pages, project.faults.replays, project.faults.repeated_changes = 0.5, 1, 1
    project.faults.delta_page = 3

    for _ in range(6):
        project.run("users")
        assert project.mistakes("users") == []
        project.tenant.pass_days(1)


# An initial sync again


@pytest.mark.parametrize("status", [400, 410])
def test_a_forgotten_link_means_everything_again_and_marks_what_vanished(
    project: Project, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    first = project.run("users")
    project.faults.forgotten_statuses = (status,)
    project.tenant.pass_days(8)
    gone = vanish(project)

    run = project.run("users", reconcile_days=30)

    assert run.exit_code == 0
    assert "users: Microsoft no longer keeps the changes since the last run" in caplog.text
    assert run.bookmark("users")["version"] > first.bookmark("users")["version"]
    assert gone in {row["id"] for row in project.warehouse.deleted("users")}
    assert project.mistakes("users") == []


def test_a_new_selection_means_everything_again(project: Project) -> None:
    first = project.run(catalog=selection("users", without={"users": ("city",)}))

    run = project.run("users")

    assert len(run.records("users")) == 40
    assert run.bookmark("users")["selection"] != first.bookmark("users")["selection"]
    assert project.mistakes("users") == []


def test_everything_is_read_again_after_reconcile_days(project: Project) -> None:
    lists = []
    for _ in range(7):
        run = project.run("users", reconcile_days=3)
        lists.append(run.asked[LIST])
        project.tenant.pass_days(1)

    assert lists == [1, 0, 0, 1, 0, 0, 1]


def test_a_reconciliation_marks_what_no_round_told(project: Project) -> None:
    project.run("users")
    project.tenant.pass_days(3)
    gone = vanish(project)
    project.run("users")
    assert gone in {row["id"] for row in project.warehouse.live("users")}

    project.run("users", reconcile_days=3)

    assert gone in {row["id"] for row in project.warehouse.deleted("users")}


def test_an_initial_sync_that_shrank_to_less_than_half_deletes_nothing_until_it_is_repeated(project: Project) -> None:
    project.run("users")
    project.tenant.pass_days(7)
    project.faults.shrunken["users"] = 0.4

    doubted, believed = project.run("users"), project.run("users")

    assert (doubted.exit_code, doubted.reports["users"]["outcome"]) == (1, "partial")
    assert "ACTIVATE_VERSION" not in doubted.order("users")
    assert (believed.exit_code, believed.reports["users"]["outcome"]) == (0, "complete")
    assert "ACTIVATE_VERSION" in believed.order("users")


def test_a_bookmark_of_another_graph_host_is_not_followed(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    state = project.run("users").state
    foreign = json.loads(json.dumps(state).replace(project.sandbox.graph_url, "https://graph.microsoft.us"))

    run = project.run("users", state=foreign)

    assert "another Graph host" in caplog.text
    assert run.exit_code == 0
    assert len(run.records("users")) == 40


def test_a_delta_link_that_is_none_is_not_kept(project: Project) -> None:
    project.run("users")
    project.tenant.pass_days()
    project.faults.often("malformed_delta_link", 1.0, path="/users/delta")

    odd = project.run("users")
    project.faults.clear()
    run = project.run("users")

    assert (odd.exit_code, odd.reports["users"]["outcome"]) == (1, "failed")
    assert "defect" not in odd.reports["users"]["action"]
    assert (run.exit_code, run.asked[LIST]) == (0, 0)
    assert project.mistakes("users") == []


def test_full_table_in_the_catalog_reads_everything_each_time(project: Project) -> None:
    catalog = selection("users")
    for entry in catalog["streams"]:
        if entry["tap_stream_id"] == "users":
            entry["replication_method"] = "FULL_TABLE"

    runs = [project.run(catalog=catalog) for _ in range(2)]

    assert [len(run.records("users")) for run in runs] == [40, 40]
    assert all(run.order("users")[:3] == ["SCHEMA", "RECORD", "ACTIVATE_VERSION"] for run in runs)


def test_a_full_refresh_that_was_cut_short_is_not_undone_by_the_old_link(paged: Project) -> None:
    old = paged.run("users").state
    gone = vanish(paged)
    cut = paged.run("users", state={}, on_message=stop_after("users", 15))

    # Meltano merges what a full refresh leaves into the state that was there.
    bookmark = {**old["bookmarks"]["users"], **cut.bookmark("users")}
    paged.run("users", state={"bookmarks": {"users": bookmark}})

    assert gone in {row["id"] for row in paged.warehouse.deleted("users")}
    assert paged.mistakes("users") == []
