"""One picture a user."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.tenant.makers.photos import Photo
from tap_entra.replication import photos
from tests.replication.photos import STREAM, bytes_asked, row_of, someone
from tests.warehouse import selection, stop_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project


def test_the_first_run_writes_a_row_a_user(project: Project) -> None:
    run = project.run(STREAM)

    assert run.exit_code == 0
    assert len(run.records(STREAM)) == 40
    assert run.order(STREAM) == ["SCHEMA", "RECORD", "ACTIVATE_VERSION"]
    assert project.mistakes(STREAM) == []


def test_a_first_run_asks_for_the_bytes_at_once(project: Project) -> None:
    user_id = someone(project)
    project.tenant.photos[user_id] = Photo(4711, 240, 240)

    run = project.run(STREAM)

    assert [path for path in run.asked if user_id in path] == [f"/v1.0/users/{user_id}/photos/240x240/$value"]


@pytest.mark.parametrize("spelled", ['W/"{}"', "{}"])
def test_an_etag_that_the_bytes_spell_otherwise_is_the_same(project: Project, spelled: str) -> None:
    project.faults.turned.etag_of_bytes = spelled
    project.run(STREAM)

    run = project.run(STREAM)

    assert bytes_asked(run) == 0
    assert project.mistakes(STREAM) == []


def test_bytes_without_an_etag_need_the_metadata_as_well(project: Project) -> None:
    project.faults.turned.etag_of_bytes = ""
    project.run(STREAM)
    assert project.mistakes(STREAM) == []

    assert bytes_asked(project.run(STREAM)) == 0


def test_bytes_with_an_etag_of_their_own_are_read_once_more(project: Project) -> None:
    project.faults.turned.etag_of_bytes = '"of {}"'
    runs = [project.run(STREAM) for _ in range(3)]

    assert bytes_asked(runs[1]) > 0
    assert bytes_asked(runs[2]) == 0
    assert {run.exit_code for run in runs} == {0}
    assert project.mistakes(STREAM) == []


def test_a_quiet_day_costs_a_twentieth_of_the_users_in_batches_and_no_bytes_and_no_rows(project: Project) -> None:
    project.run(STREAM)

    run = project.run(STREAM)

    assert run.records(STREAM) + run.removals(STREAM) == []
    assert bytes_asked(run) == 0
    assert [request.path for request in project.sandbox.requests].count(
        "/v1.0/$batch"
    ) == 40 / 20 + 1  # a count of the users


def test_a_changed_photo_is_read_again(project: Project) -> None:
    project.run(STREAM)
    user_id = someone(project)
    project.tenant.photos[user_id] = Photo(4711, 240, 240)

    run = project.run(STREAM)

    assert [row["userId"] for row in run.records(STREAM)] == [user_id]
    assert bytes_asked(run) == 1
    assert project.mistakes(STREAM) == []


def test_a_removed_photo_becomes_a_null_row_and_an_added_one_a_full_row(project: Project) -> None:
    project.run(STREAM)
    bare, added = someone(project), someone(project, with_photo=False)
    del project.tenant.photos[bare]
    project.tenant.photos[added] = Photo(4711, 240, 240)

    run = project.run(STREAM)

    assert {row["userId"] for row in run.records(STREAM)} == {bare, added}
    assert row_of(project, bare)["photo"] is None
    assert row_of(project, added)["photo"]
    assert project.mistakes(STREAM) == []


def test_one_pixel_and_every_kind_of_404_are_null_rows(project: Project) -> None:
    project.tenant.photos.clear()

    run = project.run(STREAM)

    answers = Counter(request.status for request in project.requests() if "/photos/" in request.path)
    assert answers.keys() == {200, 404}
    assert run.exit_code == 0
    columns = ("photo", "contentType", "width", "height", "etag", "sha256")
    assert {row[name] for row in project.warehouse.live(STREAM) for name in columns} == {None}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("photo", "size", "expected"),
    [
        (Photo(1, 648, 648), "240x240", (240, 240)),
        (Photo(1, 96, 96), "240x240", (96, 96)),
        (Photo(1, 648, 648), "48x48", (48, 48)),
        (Photo(1, 240, 240), "648x648", (240, 240)),
        (Photo(1, 317, 290), "240x240", (317, 290)),
        (Photo(1, 61, 399), "240x240", (61, 399)),
        (Photo(1, 61, 70), "48x48", (61, 70)),
    ],
)
def test_who_has_no_picture_of_that_size_gets_the_nearest_there_is(
    project: Project, photo: Photo, size: str, expected: tuple[int, int]
) -> None:
    user_id = someone(project)
    project.tenant.photos[user_id] = photo

    project.run(STREAM, photo_size=size)

    row = row_of(project, user_id)
    assert row["photo"]
    assert (row["width"], row["height"]) == expected


def test_another_size_means_all_pictures_again(project: Project) -> None:
    project.run(STREAM)

    run = project.run(STREAM, photo_size="48x48")

    assert len(run.records(STREAM)) == 40
    assert project.run(STREAM, photo_size="48x48").records(STREAM) == []


def test_without_any_column_made_of_bytes_no_bytes_are_asked_for(project: Project) -> None:
    catalog = selection(STREAM, without={STREAM: ("photo", "contentType", "width", "height", "sha256")})

    run = project.run(catalog=catalog)

    assert bytes_asked(run) == 0
    assert all(row.keys() == {"userId", "etag"} for row in run.records(STREAM))
    assert sum(row["etag"] is not None for row in run.records(STREAM)) == len(project.tenant.photos)


def test_a_bucket_of_users_is_written_whole(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "bucket_of", lambda user_id: user_id[0] * 2)
    project.run(STREAM)
    user_id = someone(project)
    project.tenant.photos[user_id] = Photo(4711, 240, 240)

    run = project.run(STREAM)

    neighbours = {other for other in project.tenant.directory["users"].live if other[0] == user_id[0]}
    assert len(neighbours) > 1
    assert {row["userId"] for row in run.records(STREAM)} == neighbours
    assert project.mistakes(STREAM) == []


# Who leaves and comes back


def test_leavers_become_removals_and_keep_their_picture(project: Project) -> None:
    project.run(STREAM)
    leaver = someone(project)
    project.tenant.directory["users"].soft_delete(leaver, project.tenant.now())

    run = project.run(STREAM)

    assert [removal["userId"] for removal in run.removals(STREAM)] == [leaver]
    assert row_of(project, leaver)["photo"]
    assert row_of(project, leaver)["_sdc_deleted_at"]
    assert run.reports[STREAM]["deleted"] == 1


@pytest.mark.parametrize("quiet_runs", [0, 1])
def test_who_is_restored_comes_back_even_with_the_same_picture(project: Project, quiet_runs: int) -> None:
    project.run(STREAM)
    leaver = someone(project)
    project.tenant.directory["users"].soft_delete(leaver, project.tenant.now())
    for _ in range(1 + quiet_runs):
        project.run(STREAM)
    project.tenant.directory["users"].restore(leaver, project.tenant.now())

    run = project.run(STREAM)

    assert run.exit_code == 0
    assert row_of(project, leaver)["_sdc_deleted_at"] is None
    assert project.mistakes(STREAM) == []


def test_days_pass_and_the_warehouse_keeps_up(new_project: Callable[..., Project]) -> None:
    project = new_project(users=60, seed=5)
    project.faults.empty_pages, project.faults.replays = 0.3, 1
    for _ in range(8):
        run = project.run(STREAM)
        assert run.exit_code == 0
        assert project.mistakes(STREAM) == []
        project.tenant.pass_days(1)


def test_a_forgotten_link_means_everything_again_and_marks_what_vanished(project: Project) -> None:
    first = project.run(STREAM)
    gone = someone(project)
    del project.tenant.directory["users"].live[gone]
    project.faults.next("forgotten_delta_link", path="/users/delta")

    run = project.run(STREAM)

    assert run.exit_code == 0
    assert run.bookmark(STREAM)["version"] > first.bookmark(STREAM)["version"]
    assert row_of(project, gone)["_sdc_deleted_at"]
    assert project.mistakes(STREAM) == []


# Interrupted


def test_a_first_run_that_was_stopped_goes_on_under_its_own_version(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "_ROWS_PER_STATE", 5)
    cut = project.run(STREAM, on_message=stop_after(STREAM, 23))
    assert cut.exit_code == 143

    run = project.run(STREAM)

    assert len(run.records(STREAM)) == 20
    (activation,) = run.of_type("ACTIVATE_VERSION", STREAM)
    assert activation["version"] == cut.bookmark(STREAM)["round_version"]
    assert project.mistakes(STREAM) == []


def test_a_later_run_that_was_stopped_forgets_no_removal(project: Project) -> None:
    project.run(STREAM)
    leaver = someone(project)
    changed = next(user_id for user_id in project.tenant.photos if user_id != leaver)
    project.tenant.directory["users"].soft_delete(leaver, project.tenant.now())
    project.tenant.photos[changed] = Photo(4711, 240, 240)
    cut = project.run(STREAM, on_message=stop_after(STREAM, 1))
    assert cut.exit_code == 143

    project.run(STREAM)

    assert project.mistakes(STREAM) == []


def test_the_bookmark_is_flat_and_small(project: Project) -> None:
    state: dict[str, Any] = project.run(STREAM).bookmark(STREAM)

    assert all(value is None or isinstance(value, (str, int)) for value in state.values())
    assert len(state["digests"]) <= 10 * 40
