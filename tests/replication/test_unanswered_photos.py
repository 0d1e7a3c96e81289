"""Pictures that Graph does not say anything about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.tenant.makers.photos import Photo
from tap_entra.replication import photo_reader
from tests.replication.photos import STREAM, bytes_asked, row_of, someone

if TYPE_CHECKING:
    from tests.warehouse import Project


def someone_with_an_odd_size(project: Project) -> str:
    """A first load finds nothing in the size that it asks for, and goes on to ask what there is."""
    user_id = someone(project)
    project.tenant.photos[user_id] = Photo(4711, 317, 290)
    return user_id


@pytest.mark.parametrize("path", ["photo", "photo*/$value"])
def test_a_picture_that_stays_unanswered_makes_the_run_partial_and_is_asked_for_again(
    project: Project, path: str
) -> None:
    user_id = someone_with_an_odd_size(project)
    project.faults.next("unavailable", times=1000, path=f"/users/{user_id}/{path}")

    cut = project.run(STREAM)
    project.faults.clear()
    run = project.run(STREAM)

    assert (cut.exit_code, cut.reports[STREAM]["outcome"]) == (1, "partial")
    assert user_id not in {row["userId"] for row in cut.records(STREAM)}
    assert len(cut.records(STREAM)) == 39
    assert cut.of_type("ACTIVATE_VERSION", STREAM) == []
    assert (run.exit_code, run.reports[STREAM]["outcome"]) == (0, "complete")
    assert [row["userId"] for row in run.records(STREAM)] == [user_id]
    assert project.mistakes(STREAM) == []


@pytest.mark.parametrize("fault", ["error_in_200", "empty_body", "html"])
@pytest.mark.parametrize("path", ["photo", "photo*/$value"])
def test_an_answer_that_is_none_is_not_taken_for_no_picture(project: Project, path: str, fault: str) -> None:
    user_id = someone_with_an_odd_size(project)
    project.faults.often(fault, 1.0, path=f"/users/{user_id}/{path}")

    run = project.run(STREAM)

    assert (run.exit_code, run.reports[STREAM]["outcome"]) == (1, "partial")
    assert user_id not in {row["userId"] for row in run.records(STREAM)}


def test_a_picture_read_before_stays_while_it_is_unanswered(project: Project) -> None:
    project.run(STREAM)
    user_id = someone(project)
    before = dict(row_of(project, user_id))
    project.faults.next("throttled", times=1000, path=f"/users/{user_id}/photo")

    run = project.run(STREAM)

    assert run.exit_code == 1
    assert row_of(project, user_id) == before


def test_a_picture_that_is_never_answered_does_not_let_the_delta_link_grow_old(project: Project) -> None:
    project.run(STREAM)
    broken, leaver = someone(project), someone(project, with_photo=False)
    project.faults.often("unavailable", 1.0, path=f"/users/{broken}/photo")
    for _ in range(3):
        project.tenant.pass_days(3)
        run = project.run(STREAM)
        assert run.reports[STREAM]["outcome"] == "partial"
    project.tenant.directory["users"].soft_delete(leaver, project.tenant.now())

    run = project.run(STREAM)

    assert [removal["userId"] for removal in run.removals(STREAM)] == [leaver]
    assert bytes_asked(run) == 0


def test_when_nothing_is_answered_any_more_the_stream_gives_up(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_reader, "_HOPELESS", 20)
    before = project.run("users", STREAM)
    project.faults.often("unavailable", 1.0, path="/users/*/photo")

    run = project.run("users", STREAM)

    assert (run.exit_code, run.reports[STREAM]["outcome"]) == (1, "failed")
    assert run.reports["users"]["outcome"] == "complete"
    assert run.bookmark(STREAM)["delta_link"] == before.bookmark(STREAM)["delta_link"]
    assert project.mistakes(STREAM) == []


def test_throttled_answers_in_a_batch_are_waited_for_as_told(project: Project) -> None:
    project.faults.next("throttled_decimal", times=3, path="/users/*/photo")

    run = project.run(STREAM)

    assert 0.249 in run.naps
    assert run.exit_code == 0
    assert project.mistakes(STREAM) == []
