"""What is kept from run to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_entra.graph import odata
from tap_entra.singer import bookmark_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project

OTHERS = ("organization", "domains", "users", "profile_photos", "sign_ins")


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    return new_project(users=20, sign_ins=60)


def test_a_run_right_after_another_moves_no_user_no_photo_and_no_sign_in_beyond_the_overlap(project: Project) -> None:
    project.run()

    run = project.run(log_overlap_minutes=180)

    assert run.records("users") + run.removals("users") == []
    assert run.records("profile_photos") + run.removals("profile_photos") == []
    reached = odata.parse_instant(run.bookmark("sign_ins")["replication_key_value"])
    for row in run.records("sign_ins"):
        assert (reached - odata.parse_instant(row["createdDateTime"])).total_seconds() < 180 * 60 + 60


@pytest.mark.slow
def test_state_is_flat_and_small_and_never_loses_a_key(project: Project) -> None:
    keys: dict[str, set[str]] = {}
    for _ in range(4):
        run = project.run(reconcile_days=2)
        for stream, bookmark in run.state["bookmarks"].items():
            assert all(value is None or isinstance(value, (str, int)) for value in bookmark.values())
            assert keys.get(stream, set()) <= bookmark.keys()
            keys[stream] = {*bookmark}
        assert len(str(run.state)) < 64 * 1024
        project.tenant.pass_days(1)


def test_no_key_of_a_bookmark_is_used_unchecked(project: Project) -> None:
    run = project.run()

    keys = {key for bookmark in run.state["bookmarks"].values() for key in bookmark}
    assert [key for key in keys if not bookmark_error({key: ["odd"]})] == []
    assert bookmark_error({"read_at": "yesterday"})


def test_a_full_refresh_reads_everything_and_is_right(project: Project) -> None:
    project.run(*OTHERS)
    project.tenant.pass_days(2)

    run = project.run(*OTHERS, state={})

    assert run.exit_code == 0
    assert len(run.records("users")) == len(project.tenant.directory["users"].live)
    for stream in OTHERS:
        assert project.mistakes(stream) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"bookmarks": []}, "should be a JSON object like"),
        ({"bookmarks": None}, "should be a JSON object like"),
        ({"bookmarks": {"users": "2026-01-01"}}, "it is not a JSON object"),
        ({"bookmarks": {"users": {"delta_link": 5}}}, "`delta_link` is not text"),
        ({"bookmarks": {"users": {"first_round_at": "once"}}}, "`first_round_at` is not a time"),
        ({"bookmarks": {"users": {"version": 10**40}}}, "`version` is too large"),
        ({"bookmarks": {"groups": {"version": 2**52}}}, "`version` is too large"),
        ({"bookmarks": {"sign_ins": {"replication_key_value": 17}}}, "`replication_key_value` is not a time"),
        ({"bookmarks": {"sign_ins": {"newest_row": "0001-01-01T00:00:00+14:00"}}}, "`newest_row` is not a time"),
        ({"bookmarks": {"sign_ins": {"replication_key_value": "9999-12-31T23:59:59Z"}}}, "is not a time"),
        ({"bookmarks": {"sign_ins": {"unreadable": {}}}}, "`unreadable` is not text"),
        ({"bookmarks": {"domains": {"version": "1"}}}, "`version` is not a number"),
    ],
    ids=str,
)
def test_what_is_no_bookmark_is_reported_and_the_stream_read_anew(
    project: Project, state: dict[str, object], expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = project.run(*OTHERS, state=state)

    assert run.exit_code == 0
    assert [project.mistakes(stream) for stream in OTHERS] == [[] for _ in OTHERS]
    assert len([text for text in caplog.messages if expected in text]) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "link",
    [
        "https://[",
        "",
        "/",
        "//",
        "nonsense",
        "https://graph.microsoft.us/v1.0/users",
        "{graph}/a b",
        "{graph}/\n",
        "{graph}/ü",
    ],
    ids=repr,
)
@pytest.mark.parametrize("name", ["delta_link", "round_next", "round_link"])
def test_a_link_in_the_state_that_cannot_be_followed_costs_a_full_read(project: Project, name: str, link: str) -> None:
    state = project.run("users", "profile_photos", "group_members").state
    for bookmark in state["bookmarks"].values():
        bookmark[name] = link.replace("{graph}", project.sandbox.graph_url)

    run = project.run("users", "profile_photos", "group_members", state=state)

    assert run.exit_code == 0
    assert project.mistakes("users") == project.mistakes("group_members") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["", ",", "nonsense", "a/b", "2026-01-01T00:00:00Z", "9999-01-01T00:00:00Z/0001-01-01T00:00:00Z"]
)
def test_gaps_in_the_state_that_are_none_do_no_harm(project: Project, text: str) -> None:
    state = project.run("sign_ins").state
    state["bookmarks"]["sign_ins"]["unreadable"] = text

    run = project.run("sign_ins", state=state)

    assert run.exit_code == 0
    assert run.bookmark("sign_ins")["unreadable"] is None


def test_a_state_with_strangers_in_it_is_kept_and_does_no_harm(project: Project) -> None:
    state = {"bookmarks": {"accounts": {"since": "2026"}, "users": {"round_next": f"{project.sandbox.graph_url}/v1.0"}}}

    run = project.run("users", state=state)

    assert run.exit_code == 0
    assert run.bookmark("accounts") == {"since": "2026"}
