"""Answers without an error that are not the whole truth: told, and nothing is deleted by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.faults import FAULTS
from sandbox.faults.fault import Fault
from sandbox.graph_errors import not_found
from sandbox.tenant.makers.photos import Photo
from tap_entra.replication import BatchedStream, DeltaStream, LinkStream
from tap_entra.streams import STREAMS
from tests.replication.photos import STREAM as PHOTOS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project, Run

COUNTED = {stream.name: stream.path for stream in STREAMS if issubclass(stream, DeltaStream) and stream.can_be_counted}
ACCESS = "app_role_assignments"


def verdict(run: Run, stream: str) -> tuple[int, str]:
    return run.exit_code, run.reports[stream]["outcome"]


# Fewer than Microsoft counts


@pytest.mark.parametrize(("stream", "path"), COUNTED.items())
def test_an_initial_sync_with_fewer_rows_than_microsoft_counts_ends_no_round(
    project: Project, stream: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    project.faults.miscounts[path.removeprefix("/")] = 6

    run = project.run(stream)

    assert verdict(run, stream) == (1, "partial")
    assert "ACTIVATE_VERSION" not in run.order(stream)
    assert run.bookmark(stream)["delta_link"] is None
    assert f"but counts {len(run.records(stream)) + 6:,}" in run.reports[stream]["action"]
    assert run.reports[stream]["action"] in caplog.text


def test_a_list_cut_in_a_first_run_is_noticed_and_heals(project: Project) -> None:
    project.faults.shrunken["users"] = 0.6

    cut = project.run("users")
    project.faults.shrunken.clear()
    run = project.run("users")

    assert verdict(cut, "users") == (1, "partial")
    assert "24 rows" in cut.reports["users"]["action"]
    assert "counts 40" in cut.reports["users"]["action"]
    assert verdict(run, "users") == (0, "complete")
    assert project.mistakes("users") == []


def test_a_full_warehouse_survives_a_lost_state_and_a_cut_list_on_the_same_day(project: Project) -> None:
    project.run("users")
    project.faults.shrunken["users"] = 0.6

    run = project.run("users", state={})

    assert verdict(run, "users") == (1, "partial")
    assert project.mistakes("users") == []


@pytest.mark.slow
@pytest.mark.parametrize("off", [-30, -1, 0, 5])
def test_an_index_that_is_minutes_behind_is_no_alarm(project: Project, off: int) -> None:
    project.faults.miscounts["users"] = off

    assert verdict(project.run("users"), "users") == (0, "complete")


def test_in_a_large_tenant_one_in_a_hundred_is_tolerated(new_project: Callable[..., Project]) -> None:
    project = new_project(users=1_000)
    project.faults.miscounts["users"] = 10
    assert verdict(project.run("users"), "users") == (0, "complete")

    project.faults.miscounts["users"] = 20

    assert verdict(project.run("users", state={}), "users") == (1, "partial")


def test_a_count_that_always_differs_is_reported_once(project: Project) -> None:
    project.faults.miscounts["users"] = 20
    verdicts = []
    for _ in range(4):
        verdicts.append(verdict(project.run("users"), "users"))
        project.tenant.pass_days(7)

    assert verdicts == [(1, "partial"), (0, "complete"), (0, "complete"), (0, "complete")]


def test_what_is_missing_beyond_that_difference_is_reported_again(project: Project) -> None:
    project.faults.miscounts["users"] = 20
    project.run("users")
    project.run("users")
    project.tenant.pass_days(7)
    project.faults.shrunken["users"] = 0.6

    run = project.run("users")

    assert verdict(run, "users") == (1, "partial")
    assert "ACTIVATE_VERSION" not in run.order("users")


# What a count costs


def test_every_list_that_can_be_counted_is_counted_once_in_a_first_run(project: Project) -> None:
    run = project.run()

    assert run.exit_code == 0
    first_rounds = [*COUNTED.values()]
    of_users = ["/users", "/users"]  # whose sign-in activity and whose pictures are read
    parents = parents_of_batches()
    lists = [f"/v1.0{path}" for path in first_rounds + of_users] + parents
    assert sorted(project.counted()) == sorted(lists)


def parents_of_batches() -> list[str]:
    """The paths of the lists whose members are asked for in batches, once for each stream."""
    streams: list[Any] = [*STREAMS]
    return [f"/{one.graph_version}{one.parents}" for one in streams if issubclass(one, BatchedStream)]


def test_a_quiet_day_counts_only_the_lists_that_are_read_whole(project: Project) -> None:
    project.run()

    project.run()

    parents = parents_of_batches()
    assert sorted(project.counted()) == sorted(["/v1.0/users", "/v1.0/users", *parents])


def test_half_a_list_of_a_tenant_that_has_doubled_is_noticed(project: Project) -> None:
    project.run("user_sign_in_activity")
    users = project.tenant.directory["users"].live
    pattern = next(iter(users.values()))
    users.update({(id_ := f"00000000-0000-4000-8000-{n:012}"): {**pattern, "id": id_} for n in range(40)})
    project.faults.shrunken["users"] = 0.5

    run = project.run("user_sign_in_activity")

    assert verdict(run, "user_sign_in_activity") == (1, "partial")
    assert project.warehouse.deleted("user_sign_in_activity") == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["unavailable", "throttled", "html", "malformed_json", "reset"])
def test_a_count_that_is_not_to_be_had_at_once_is_asked_for_again(project: Project, fault: str) -> None:
    project.run("users")
    project.tenant.pass_days(7)
    project.faults.shrunken["users"] = 0.6
    project.faults.next(fault, path="/$batch")

    run = project.run("users")

    assert verdict(run, "users") == (1, "partial")
    assert "but counts" in run.reports["users"]["action"]
    assert "ACTIVATE_VERSION" not in run.order("users")


def test_a_shorter_list_is_unconfirmed_once_while_nothing_can_be_counted(project: Project) -> None:
    project.run("users")
    project.tenant.pass_days(7)
    project.faults.shrunken["users"] = 0.6
    project.faults.often("unavailable", 1.0, path="/$batch")

    runs = [project.run("users", retry_budget_minutes=1) for _ in range(2)]

    assert [verdict(run, "users") for run in runs] == [(1, "partial"), (0, "complete")]
    assert "could not be asked to count" in runs[0].reports["users"]["action"]


def test_a_list_that_shrank_for_good_is_accepted_though_it_goes_on_shrinking(project: Project) -> None:
    project.run("groups")
    project.faults.counts = False
    groups = project.tenant.directory["groups"].live
    for id_ in list(groups)[: 2 * len(groups) // 3]:
        del groups[id_]
    exit_codes = []
    for _ in range(3):
        bookmark = {**project.warehouse.state["bookmarks"]["groups"], "delta_link": None}
        exit_codes.append(project.run("groups", state={"bookmarks": {"groups": bookmark}}).exit_code)
        groups.popitem()

    assert exit_codes == [1, 0, 0]


def test_a_tenant_that_cannot_be_counted_is_read_all_the_same(project: Project) -> None:
    project.faults.counts = False

    run = project.run(*COUNTED)

    assert run.exit_code == 0
    assert {report["outcome"] for report in run.reports.values()} == {"complete"}


# What else could empty a table


def test_sign_in_activity_cut_in_a_later_run_deletes_nothing(project: Project) -> None:
    project.run("user_sign_in_activity")
    project.faults.shrunken["users"] = 0.6

    run = project.run("user_sign_in_activity")

    assert verdict(run, "user_sign_in_activity") == (1, "partial")
    assert project.warehouse.deleted("user_sign_in_activity") == []


def test_a_cut_list_of_apps_takes_no_access_away(project: Project) -> None:
    project.run(ACCESS)
    project.faults.shrunken["servicePrincipals"] = 0.6

    run = project.run(ACCESS)

    assert verdict(run, ACCESS) == (1, "partial")
    assert "66 parents" in run.reports[ACCESS]["action"]
    assert project.warehouse.deleted(ACCESS) == []
    project.faults.shrunken.clear()
    assert verdict(project.run(ACCESS), ACCESS) == (0, "complete")


def test_apps_that_are_unknown_a_moment_after_they_were_listed_lose_no_access(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.run(ACCESS)
    monkeypatch.setitem(FAULTS, "unknown", Fault(refuse=lambda _: not_found("app")))
    project.faults.next("unknown", times=20, path="/servicePrincipals/*/appRoleAssignedTo")

    run = project.run(ACCESS)

    assert verdict(run, ACCESS) == (1, "partial")
    assert "did not know 20 of the" in run.reports[ACCESS]["action"]
    assert project.warehouse.deleted(ACCESS) == []


def test_an_initial_sync_that_ends_without_a_link_deletes_nothing(project: Project) -> None:
    stream = "group_members"
    project.faults.delta_page = 8
    project.run(stream)
    before = len(project.warehouse.live(stream))
    project.faults.often("round_without_link", 1.0, path="*/delta")

    run = project.run(stream, state={})

    assert len(project.warehouse.live(stream)) == before
    assert run.reports[stream]["graphCode"] == "noDeltaLink"
    assert run.exit_code == 1


def test_a_picture_of_which_nothing_is_said_stays(project: Project) -> None:
    project.run(PHOTOS)
    project.faults.next("empty_object", path="/users/*/photo")

    run = project.run(PHOTOS)

    assert run.exit_code == 0  # it was asked for once more
    assert project.mistakes(PHOTOS) == []


def test_apps_that_all_answer_with_nothing_take_no_access_away(project: Project) -> None:
    project.run(ACCESS)
    assigned = project.tenant.lists["appRoleAssignedTo"]
    project.tenant.lists["appRoleAssignedTo"] = {}

    run = project.run(ACCESS)

    assert verdict(run, ACCESS) == (1, "partial")
    assert project.warehouse.deleted(ACCESS) == []
    project.tenant.lists["appRoleAssignedTo"] = assigned
    assert verdict(project.run(ACCESS), ACCESS) == (0, "complete")


@pytest.mark.parametrize("stream", [one.name for one in STREAMS if issubclass(one, LinkStream)])
def test_an_initial_sync_whose_objects_have_lost_their_links_deletes_none(project: Project, stream: str) -> None:
    project.run(stream)
    before = len(project.warehouse.live(stream))
    (one,) = (one for one in STREAMS if one.name == stream)
    collection = one.path.rpartition("/")[2]
    links = project.tenant.directory[collection].links
    project.tenant.directory[collection].links = {relation: {} for relation in links}
    bookmark = {**project.warehouse.state["bookmarks"][stream], "delta_link": None}

    run = project.run(stream, state={"bookmarks": {stream: bookmark}})

    assert verdict(run, stream) == (1, "partial")
    assert len(project.warehouse.live(stream)) == before


def test_pictures_that_have_all_gone_overnight_stay_until_that_is_said_twice(project: Project) -> None:
    project.run(PHOTOS)
    pictures = dict(project.tenant.photos)
    project.tenant.photos.clear()

    odd = project.run(PHOTOS)

    assert verdict(odd, PHOTOS) == (1, "partial")
    assert f"0 pictures without an error, where there were {len(pictures)}" in odd.reports[PHOTOS]["action"]
    assert sum(row["photo"] is not None for row in project.warehouse.live(PHOTOS)) == len(pictures)

    believed = project.run(PHOTOS)

    assert verdict(believed, PHOTOS) == (0, "complete")
    assert project.mistakes(PHOTOS) == []


def test_pictures_that_were_only_away_are_not_read_again(project: Project) -> None:
    project.run(PHOTOS)
    pictures = dict(project.tenant.photos)
    project.tenant.photos.clear()
    project.run(PHOTOS)
    project.tenant.photos.update(pictures)

    run = project.run(PHOTOS)

    assert verdict(run, PHOTOS) == (0, "complete")
    assert run.records(PHOTOS) == []
    assert project.mistakes(PHOTOS) == []


def test_new_photos_come_while_others_are_unconfirmed(project: Project) -> None:
    project.run(PHOTOS)
    kept = next(iter(project.tenant.photos))
    project.tenant.photos.clear()
    project.tenant.photos[kept] = Photo(4711, 240, 240)

    run = project.run(PHOTOS)

    assert verdict(run, PHOTOS) == (1, "partial")
    assert kept in {row["userId"] for row in run.records(PHOTOS)}


def test_photos_report_an_empty_list_of_users_too(project: Project) -> None:
    project.run(PHOTOS)
    project.faults.shrunken["users"] = 0

    odd = project.run(PHOTOS)
    project.faults.shrunken.clear()
    run = project.run(PHOTOS)

    assert verdict(odd, PHOTOS) == (1, "partial")
    assert verdict(run, PHOTOS) == (0, "complete")
    assert run.records(PHOTOS) == []
    assert project.mistakes(PHOTOS) == []
