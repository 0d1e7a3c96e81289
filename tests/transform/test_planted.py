"""What was hidden in two companies is found, all of it, and nothing that only looks like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.transform.answers.insights import insights
from tests.transform.conftest import MOMENTS

if TYPE_CHECKING:
    from tests.transform.conftest import Snapshot, SnapshotOf

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("history")]

THRESHOLD_OF = {"quiet_guest": "quiet_guest_days", "stale_admin": "stale_admin_days"}

#: What no one can find in software that no one knows.
OF_KNOWN_PRODUCTS = {"redundant_apps", "contained_in_microsoft365", "ai_app"}

Key = tuple[str, str, str]


def due(snapshot: Snapshot) -> dict[Key, str]:
    """What was planted and must be found, with the reason."""
    thresholds = snapshot.world.thresholds
    return {
        finding.key: finding.because
        for finding in snapshot.planted.findings
        if finding.is_due(thresholds[THRESHOLD_OF.get(finding.kind, "unused_days")])
    }


def found(snapshot: Snapshot) -> set[Key]:
    """Insights about anything that was planted, of the kinds that were. test_views compares all kinds."""
    planted = snapshot.planted
    subjects = {*planted.people, *planted.apps}
    # A licence that is planted for one kind may be found by another kind: other people hold it, too.
    pairs = {one.key[:2] for one in planted.findings} | {(one.kind, one.subject) for one in planted.near_misses}
    kinds = {one.kind for one in planted.findings}
    return {
        (row["kind"], row["subject_id"], row["related_id"] or "")
        for row in snapshot.tables["insights"]
        if row["kind"] in kinds and (row["subject_id"] in subjects or (row["kind"], row["subject_id"]) in pairs)
    }


@pytest.mark.parametrize("moment", MOMENTS)
def test_all_that_was_planted_is_found_and_nothing_that_was_not(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)
    expected = due(views)

    missed = {key: expected[key] for key in expected.keys() - found(views)}
    reasons = {(one.kind, one.subject): one.because for one in views.planted.near_misses}
    mistaken = {key: reasons.get(key[:2], "it was not planted") for key in found(views) - expected.keys()}
    assert (missed, mistaken) == ({}, {})


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_was_planted_is_used_by_no_one_who_cannot(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)
    apps = views.by("applications", "app_id")

    assert not [
        apps[app_id]["display_name"]
        for app_id in views.planted.apps
        if apps[app_id]["people_90d"] and not (apps[app_id]["open_to_everyone"] or apps[app_id]["people_with_access"])
    ]


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_answers_know_them_too(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)

    assert due(views).keys() <= insights(views.world).keys()


def test_every_kind_is_among_them(snapshot: SnapshotOf) -> None:
    kinds = {kind for kind, _, _ in due(snapshot("next_day"))}

    assert {kind for kind, _, _ in due(snapshot("obscure"))} == kinds - OF_KNOWN_PRODUCTS
    assert len(kinds) == 30


def test_of_what_a_month_of_logs_cannot_prove_only_reports_speak(snapshot: SnapshotOf) -> None:
    unused = [row for row in snapshot("first").tables["insights"] if row["kind"].startswith(("unused_", "quiet_"))]

    assert unused
    assert {row["evidence"] for row in unused} == {"activity report"}


def test_insights_say_whom_they_concern_why_and_what_to_do(snapshot: SnapshotOf) -> None:
    views = snapshot("next_day")
    names = {person.id: person.display_name for person in views.planted.people.values()}
    names |= {app.app_id: app.name for app in views.planted.apps.values()}

    for row in views.tables["insights"]:
        assert row["title"]
        assert row["what_to_do"]
        assert row["details"]
        assert row["subject_name"] == names.get(row["subject_id"], row["subject_name"])
        assert row["estimated_monthly_saving"] is None, "no price is known"
