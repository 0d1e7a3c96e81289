"""Photos of a large company, checked in shares."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox.tenant.makers.photos import Photo
from tap_entra.replication import photos
from tap_entra.replication.photo_count import PhotoCount
from tap_entra.replication.photo_shares import CheckedShares
from tests.replication.photos import STREAM, someone

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project, Run

DAYS = 7


@pytest.fixture
def project(new_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> Project:
    """Read once, with all its photos."""
    monkeypatch.setattr(photos, "_FEWEST_IN_SHARES", 1)
    project = new_project(users=140, sign_ins=10)
    project.run(STREAM, photo_check_days=DAYS)
    return project


def run(project: Project) -> Run:
    return project.run(STREAM, photo_check_days=DAYS)


def hire(project: Project, *, with_photo: bool = False) -> str:
    users, user_id = project.tenant.directory["users"], str(uuid.UUID(int=project.tenant.rng.getrandbits(128)))
    users.put({**next(iter(users.live.values())), "id": user_id}, project.tenant.now())
    if with_photo:
        project.tenant.photos[user_id] = Photo(4711, 240, 240)
    return user_id


def checked(run: Run) -> set[str]:
    """The users whose photo was asked for."""
    return {path.split("/")[3] for path in run.asked if path.endswith("/photo")}


def quiet_days(project: Project, days: int) -> list[Run]:
    """Days without changes."""
    runs = []
    for _ in range(days):
        project.tenant.begin_day()
        runs.append(run(project))
    return runs


def test_each_day_checks_some_and_a_week_checks_all(project: Project) -> None:
    runs = quiet_days(project, DAYS)

    everyone = set(project.tenant.directory["users"].live)
    assert set().union(*map(checked, runs)) == everyone
    assert sum(len(checked(run)) for run in runs) == len(everyone)
    assert max(len(checked(run)) for run in runs) < len(everyone) / 3


def test_a_new_photo_comes_within_these_days(project: Project) -> None:
    user_id = someone(project)
    project.tenant.photos[user_id] = Photo(4711, 240, 240)
    assert project.mistakes(STREAM)

    runs = quiet_days(project, DAYS)

    assert [row["userId"] for run in runs for row in run.records(STREAM) if row["userId"] == user_id] == [user_id]
    assert project.mistakes(STREAM) == []


def test_who_joins_has_a_photo_at_once(project: Project) -> None:
    before = set(project.tenant.directory["users"].live)
    project.tenant.pass_days(5)

    after = run(project)

    joined = set(project.tenant.directory["users"].live) - before
    assert joined
    assert joined <= {row["userId"] for row in after.records(STREAM)}


def test_days_without_a_run_are_made_up_for(project: Project) -> None:
    for _ in range(2 * DAYS):
        project.tenant.begin_day()

    assert checked(run(project)) == set(project.tenant.directory["users"].live)


def test_the_report_says_since_when_some_wait(project: Project) -> None:
    loaded = project.tenant.now().date()

    first, *_, last = quiet_days(project, DAYS)

    assert first.reports[STREAM]["checkedSince"] == loaded.isoformat()
    assert date.fromisoformat(last.reports[STREAM]["checkedSince"]) > loaded


def test_a_service_that_forgets_its_photos_deletes_none(project: Project) -> None:
    photos_before = dict(project.tenant.photos)
    project.tenant.photos.clear()

    failed = quiet_days(project, 1)[0]
    project.tenant.photos.update(photos_before)
    healed = quiet_days(project, 1)[0]

    assert failed.reports[STREAM]["outcome"] == "partial"
    assert (healed.exit_code, healed.records(STREAM)) == (0, [])
    assert checked(failed) <= checked(healed)
    assert project.mistakes(STREAM) == []


def test_an_unreadable_photo_is_asked_for_again_the_next_day(project: Project) -> None:
    user_id = someone(project)
    project.tenant.photos[user_id] = Photo(4711, 240, 240)
    project.faults.often("unavailable", 1.0, path=f"/users/{user_id}/photo*/$value")
    assert any(run.exit_code for run in quiet_days(project, DAYS))
    project.faults.clear()

    quiet_days(project, 1)

    assert project.mistakes(STREAM) == []


def test_another_size_means_all_photos_again_at_once(project: Project) -> None:
    project.tenant.begin_day()

    after = project.run(STREAM, photo_check_days=DAYS, photo_size="48x48")

    assert len(after.records(STREAM)) == len(project.tenant.directory["users"].live)


def test_who_was_missing_from_a_cut_list_is_asked_for_within_the_same_days(project: Project) -> None:
    project.tenant.begin_day()
    project.faults.shrunken["users"] = 0.6
    cut = run(project)
    project.faults.shrunken.clear()

    runs = [cut, *quiet_days(project, DAYS - 1)]

    assert cut.reports[STREAM]["outcome"] == "partial"
    assert set().union(*map(checked, runs)) == set(project.tenant.directory["users"].live)


# How many there are


@pytest.mark.parametrize("with_photo", [30, 0])
def test_newcomers_of_a_second_run_say_nothing_about_the_photos_of_others(project: Project, with_photo: int) -> None:
    for number in range(30):
        hire(project, with_photo=number < with_photo)

    runs = [run(project), *quiet_days(project, 2)]

    assert [one.exit_code for one in runs] == [0, 0, 0]
    assert runs[0].bookmark(STREAM)["pictures"] == len(project.tenant.photos)


def test_newcomers_without_photos_do_not_disarm_the_guard(project: Project) -> None:
    for _ in range(2):
        hire(project)
        run(project)
    project.tenant.photos.clear()

    (failed,) = quiet_days(project, 1)

    assert (failed.exit_code, failed.records(STREAM)) == (1, [])


def test_where_few_have_a_photo_a_day_without_any_is_no_loss(
    new_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "_FEWEST_IN_SHARES", 1)
    project = new_project(users=140)
    few = list(project.tenant.photos.items())[:12]
    project.tenant.photos.clear()
    project.tenant.photos.update(few)
    runs = []
    for _ in range(10):
        runs.append(project.run(STREAM, photo_check_days=10))
        project.tenant.begin_day()

    assert {one.exit_code for one in runs} == {0}


@pytest.mark.parametrize(("pictures", "is_loss"), [(50, False), (24, False), (22, True), (0, True)])
def test_a_tenth_of_the_users_has_by_chance_fewer_photos_than_a_tenth(pictures: int, is_loss: bool) -> None:  # noqa: FBT001
    count = PhotoCount(500)
    for number in range(500):
        count.add(has_picture=number < pictures)

    assert (500 - count.estimate(5_000) >= count.slack(5_000)) == is_loss


def test_who_joined_on_a_day_without_photos_has_a_row_the_day_after(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "bucket_of", lambda user_id: user_id[0] * 2)
    quiet_days(project, DAYS)
    joined = {hire(project) for _ in range(8)}
    photos_before = dict(project.tenant.photos)
    project.tenant.photos.clear()
    (failed,) = quiet_days(project, 1)
    project.tenant.photos.update(photos_before)

    quiet_days(project, 1)

    assert failed.exit_code == 1
    assert joined <= {row["userId"] for row in project.warehouse.live(STREAM)}


# On which day


def test_a_small_company_is_checked_each_day(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "_FEWEST_IN_SHARES", 1_000)

    assert checked(quiet_days(project, 1)[0]) == set(project.tenant.directory["users"].live)


@pytest.mark.parametrize("text", [None, "", "x", "2026-06-01", "2099-01-01;2099-01-01;2099-01-01"])
def test_what_is_kept_may_be_damaged_or_of_other_days(text: str | None) -> None:
    shares = CheckedShares(text, 3, date(2026, 6, 10))

    assert all(shares.is_due(bucket) for bucket in ("aa", "bb", "cc", "dd"))


def test_a_share_is_due_once_and_not_on_the_days_of_others() -> None:
    today = date(2026, 6, 10)
    shares = CheckedShares(None, 2, today)
    shares.finish(is_accepted=True)

    again = CheckedShares(str(shares), 2, today)
    tomorrow = CheckedShares(str(shares), 2, today + timedelta(1))

    buckets = [f"{number:02}" for number in range(30)]
    assert not any(map(again.is_due, buckets))
    assert 0 < sum(map(tomorrow.is_due, buckets)) < len(buckets)
