"""Photos of a large company, checked in shares."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox.tenant.makers.photos import Photo
from tap_entra.replication import photos
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
