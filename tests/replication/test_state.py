"""What is kept from run to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_entra.graph import odata

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


def test_a_full_refresh_reads_everything_and_is_right(project: Project) -> None:
    project.run(*OTHERS)
    project.tenant.pass_days(2)

    run = project.run(*OTHERS, state={})

    assert run.exit_code == 0
    assert len(run.records("users")) == len(project.tenant.directory["users"].live)
    for stream in OTHERS:
        assert project.mistakes(stream) == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"bookmarks": []}, "must be a JSON object like"),
        ({"bookmarks": {"users": "2026-01-01"}}, "must be a JSON object like"),
        ({"bookmarks": {"users": {"delta_link": 5}}}, "`delta_link` is no text"),
        ({"bookmarks": {"users": {"first_round_at": "once"}}}, "`first_round_at` is no moment"),
        ({"bookmarks": {"sign_ins": {"replication_key_value": 17}}}, "`replication_key_value` is no moment"),
        ({"bookmarks": {"domains": {"version": "1"}}}, "`version` is no number"),
    ],
    ids=str,
)
def test_a_state_of_another_shape_is_refused_before_anything_is_read(
    project: Project, state: dict[str, object], expected: str
) -> None:
    with pytest.raises(ValueError, match="or none to read everything") as refusal:
        project.run(state=state)

    assert expected in str(refusal.value)
    assert project.sandbox.requests == []


def test_a_state_with_strangers_in_it_is_kept_and_does_no_harm(project: Project) -> None:
    state = {"bookmarks": {"accounts": {"since": "2026"}, "users": {"round_next": f"{project.sandbox.graph_url}/v1.0"}}}

    run = project.run("users", state=state)

    assert run.exit_code == 0
    assert run.bookmark("accounts") == {"since": "2026"}
