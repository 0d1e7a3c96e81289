"""Lists and rounds that are not what they seem: pages served twice, short lists without a count, false removals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from sandbox.faults import FAULTS
from sandbox.faults.fault import Fault, has_delta_token
from tap_entra.replication.distinct_rows import DistinctRows
from tap_entra.streams import Users

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.faults.fault import Strike
    from sandbox.messages import Response
    from tests.warehouse import Project, Run

PHOTOS = "profile_photos"


def verdict(run: Run, stream: str) -> tuple[int, str]:
    return run.exit_code, run.reports[stream]["outcome"]


def retell(response: Response, change: Callable[[dict[str, Any]], None]) -> Response:
    body = msgspec.json.decode(response.body)
    change(body)
    return replace(response, body=msgspec.json.encode(body))


@pytest.fixture
def serve_a_page_twice(project: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The second page of users has the rows of the first one, and its own link, however often it is asked for."""
    monkeypatch.setattr(Users, "page_size", 1)

    def begin() -> None:
        pages: list[Any] = []
        links: list[str] = []

        def change(body: dict[str, Any]) -> None:
            pages.append(body["value"])
            links.append(body.get("@odata.nextLink", ""))
            if len(pages) > 1 and links[-1] == links[1]:
                body["value"] = pages[0]

        spoil = Fault(
            spoil=lambda response, _: retell(response, change),
            applies=lambda request: "signInActivity" not in request.target and "$count" not in request.query,
        )
        monkeypatch.setitem(FAULTS, "page_again", spoil)
        project.faults.often("page_again", 1.0, path="/users")

    return begin


def test_a_page_served_twice_in_an_initial_sync_is_noticed(
    project: Project, serve_a_page_twice: Callable[[], None]
) -> None:
    serve_a_page_twice()

    odd = project.run("users")

    assert verdict(odd, "users") == (1, "partial")
    assert "1 of the pages came again" in odd.reports["users"]["action"]
    assert "ACTIVATE_VERSION" not in odd.order("users")

    project.faults.clear()
    healed = project.run("users")

    assert verdict(healed, "users") == (0, "complete")
    assert project.mistakes("users") == []


def test_a_page_served_twice_deletes_nothing_however_often_it_comes(
    project: Project, serve_a_page_twice: Callable[[], None]
) -> None:
    project.run("users")
    verdicts = []
    for _ in range(3):
        project.tenant.pass_days(7)
        project.faults.clear()
        serve_a_page_twice()
        before = len(project.warehouse.deleted("users"))
        verdicts.append(verdict(project.run("users"), "users"))
        assert len(project.warehouse.deleted("users")) == before

    assert verdicts == [(1, "partial")] * 3


@pytest.mark.parametrize("stream", ["users", "group_members", "user_managers", "sign_ins", "directory_audits"])
def test_a_page_served_again_in_place_of_the_next_loses_no_row_of_a_complete_stream(
    new_project: Callable[..., Project], stream: str
) -> None:
    project = new_project(users=14, sign_ins=45, seed=9)
    project.faults.delta_page, project.faults.page_limit = 10, 12
    project.faults.odd.repeated_pages = 1.0

    odd = project.run(stream)

    assert project.faults.oddities["repeated_pages"] > 0
    assert verdict(odd, stream) in {(1, "partial"), (1, "failed")} or project.mistakes(stream) == []

    project.faults.clear()
    assert verdict(project.run(stream), stream) == (0, "complete")
    assert project.mistakes(stream) == []


def test_a_deleted_user_without_removed_loses_the_photo_too(project: Project) -> None:
    project.run(PHOTOS)
    leaver = next(one for one in list(project.tenant.directory["users"].live)[1:] if one in project.tenant.photos)
    project.tenant.directory["users"].soft_delete(leaver, project.tenant.now())
    project.faults.odd.unmarked_removals = 1.0

    project.run(PHOTOS)

    assert project.mistakes(PHOTOS) == []


def test_pages_that_overlap_are_counted_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Users, "page_size", 10)
    project.faults.overlaps = 1.0

    run = project.run("users")

    assert verdict(run, "users") == (0, "complete")
    assert run.bookmark("users")["rows"] == len({row["id"] for row in run.records("users")})


@pytest.mark.parametrize("stream", ["user_registration_details", "oauth2_permission_grants"])
def test_a_list_without_a_count_that_lost_a_third_waits_for_the_next_run(project: Project, stream: str) -> None:
    project.faults.counts = False
    project.run(stream)
    path = {
        "user_registration_details": "reports/authenticationMethods/userRegistrationDetails",
        "oauth2_permission_grants": "oauth2PermissionGrants",
    }[stream]
    project.faults.shrunken[path] = 0.6

    odd = project.run(stream)

    assert verdict(odd, stream) == (1, "partial")
    assert "the next run accepts it" in odd.reports[stream]["action"]
    assert project.warehouse.deleted(stream) == []

    assert verdict(project.run(stream), stream) == (0, "complete")
    assert project.warehouse.deleted(stream) != []


def test_a_short_list_that_is_whole_again_in_the_next_run_has_lost_nothing(project: Project) -> None:
    stream = "oauth2_permission_grants"
    project.run(stream)
    project.faults.shrunken["oauth2PermissionGrants"] = 0.6
    assert verdict(project.run(stream), stream) == (1, "partial")
    project.faults.clear()

    run = project.run(stream)

    assert verdict(run, stream) == (0, "complete")
    assert project.mistakes(stream) == []


@pytest.fixture
def remove_everybody(project: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The next delta rounds say that all users were removed."""

    def begin() -> None:
        ids = list(project.tenant.directory["users"].live)

        def spoil(response: Response, _: Strike) -> Response:
            gone = [{"id": id_, "@removed": {"reason": "changed"}} for id_ in ids]
            return retell(response, lambda body: body.update(value=gone))

        monkeypatch.setitem(FAULTS, "all_removed", Fault(spoil=spoil, applies=has_delta_token))
        project.faults.often("all_removed", 1.0, path="/users/delta")

    return begin


def test_a_round_that_removes_all_users_deletes_none(project: Project, remove_everybody: Callable[[], None]) -> None:
    project.run("users")
    before = project.warehouse.live("users")
    remove_everybody()

    odd = project.run("users")

    assert verdict(odd, "users") == (1, "partial")
    assert "Microsoft removed 40 of 40 rows at once, but counts 40." in odd.reports["users"]["action"]
    assert project.warehouse.live("users") == before

    project.faults.clear()
    assert verdict(project.run("users"), "users") == (0, "complete")
    assert project.mistakes("users") == []


@pytest.mark.parametrize("confirms", ["the count", "the ids", "the next run"])
def test_many_leavers_at_once_are_confirmed(project: Project, confirms: str) -> None:
    project.run("users")
    project.faults.counts = confirms == "the count"
    if confirms == "the next run":
        project.faults.often("denied", 1.0, path="/users/*-*")
    users = project.tenant.directory["users"]
    leavers = list(users.live)[1:31]
    for user_id in leavers:
        users.soft_delete(user_id, project.tenant.now())

    first = project.run("users")
    second = project.run("users")

    assert verdict(first, "users") == ((1, "partial") if confirms == "the next run" else (0, "complete"))
    assert verdict(second, "users") == (0, "complete")
    assert {row["id"] for row in project.warehouse.deleted("users")} >= set(leavers)
    assert project.mistakes("users") == []


def test_removals_that_come_again_are_no_news(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.run("users")
    users = project.tenant.directory["users"]
    for user_id in list(users.live)[1:31]:
        users.soft_delete(user_id, project.tenant.now())
    project.run("users")
    again = [{"id": user_id, "@removed": {"reason": "changed"}} for user_id in users.recycle_bin]
    spoil = Fault(
        spoil=lambda response, _: retell(response, lambda body: body["value"].extend(again)), applies=has_delta_token
    )
    monkeypatch.setitem(FAULTS, "told_again", spoil)
    project.faults.often("told_again", 1.0, path="/users/delta")

    runs = [project.run("users") for _ in range(2)]

    assert [verdict(run, "users") for run in runs] == [(0, "complete")] * 2
    assert project.mistakes("users") == []


# Rows without a key, and keys in another case


@pytest.mark.parametrize(("stream", "path"), [("domains", "/domains"), ("groups", "/groups"), ("sign_ins", "/audit*")])
def test_an_empty_id_is_none(
    new_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch, stream: str, path: str
) -> None:
    project = new_project(sign_ins=20)
    no_row = Fault(spoil=lambda response, _: retell(response, lambda body: body["value"].append({"id": ""})))
    monkeypatch.setitem(FAULTS, "empty_id", no_row)
    project.faults.next("empty_id", path=path, times=1)

    odd = project.run(stream)

    assert not [row for row in odd.records(stream) if row["id"] == ""]
    assert stream == "sign_ins" or verdict(odd, stream) == (1, "partial")
    assert verdict(project.run(stream), stream) == (0, "complete")
    assert project.mistakes(stream) == []


def test_ids_that_come_in_capitals_belong_to_the_same_rows(project: Project) -> None:
    streams = (
        "organization",
        "role_definitions",
        "directory_settings",
        "subscriptions",
        "groups",
        "application_owners",
    )
    project.run(*streams)
    project.faults.often("ids_in_capitals", 1.0)

    run = project.run(*streams)

    assert run.exit_code == 0
    assert project.faults.strikes["ids_in_capitals"] >= len(streams) - 1
    assert [project.mistakes(stream) for stream in streams] == [[] for _ in streams]


def test_photos_stay_when_users_are_removed_in_a_round_and_listed_all_the_same(
    project: Project, remove_everybody: Callable[[], None]
) -> None:
    project.run(PHOTOS)
    remove_everybody()

    odd = project.run(PHOTOS)

    assert verdict(odd, PHOTOS) == (1, "partial")
    assert "still lists 40 of them" in odd.reports[PHOTOS]["action"]
    assert project.mistakes(PHOTOS) == []


# Counting


def test_rows_are_the_same_whatever_the_case_of_their_ids() -> None:
    distinct = DistinctRows(("id",))

    distinct.add_page([{"id": "0A"}, {"id": "0b"}])
    distinct.add_page([{"id": "0B"}, {"id": "0a"}])

    assert (len(distinct), distinct.repeated, distinct.repeated_pages) == (2, 2, 1)


def test_links_are_distinguished_by_both_ends() -> None:
    distinct = DistinctRows(("groupId", "memberId"))

    distinct.add_page([{"groupId": "g", "memberId": "a"}, {"groupId": "g", "memberId": "b"}])

    assert len(distinct) == 2
    assert distinct.repeated_pages == 0


def test_a_large_list_is_counted_in_parts() -> None:
    distinct = DistinctRows(("id",))
    for start in range(0, 260_000, 1_000):
        distinct.add_page([{"id": str(number)} for number in range(start, start + 1_000)])
    distinct.add_page([{"id": str(number)} for number in range(1_000)])

    assert (len(distinct), distinct.repeated_pages) == (260_000, 1)
