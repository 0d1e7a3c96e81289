"""Odd answers of Graph, seen through the views. `data/README.md` describes the files."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cases.conftest import Views
    from tests.cases.pipeline import LoadedCase


#: One process, one PostgreSQL, one build for all; other processes take the other cases meanwhile.
pytestmark = pytest.mark.xdist_group("case_views")


def employee(case: LoadedCase, user_id: str) -> dict[str, Any]:
    (found,) = (row for row in case.mart("employees") if row["user_id"] == case.id(user_id))
    return found


def findings(case: LoadedCase, user_id: str) -> dict[str, str]:
    """The title of each finding about a user, by its kind."""
    return {row["kind"]: row["title"] for row in case.mart("insights") if row["subject_id"] == case.id(user_id)}


def test_an_empty_text_for_a_time_is_no_time(views: Views) -> None:
    case = views("01-empty-text-in-sign-in-activity")

    assert employee(case, "u1")["last_sign_in_at"] is None
    assert employee(case, "u1")["last_attempt_at"] is not None


def test_year_one_means_never(views: Views) -> None:
    case = views("02-year-one-means-never")

    assert employee(case, "u1")["last_sign_in_at"] is None
    assert "never signed in" in findings(case, "u1")["unused_account"]


def test_year_one_as_the_last_success_leaves_the_attempt(views: Views) -> None:
    case = views("03-year-one-success-beside-an-attempt")

    ada = employee(case, "u1")
    six_days_ago = case.sandbox.tenant.now() - timedelta(days=6)
    assert ada["last_sign_in_at"] is None
    assert abs(ada["last_attempt_at"].replace(tzinfo=timezone.utc) - six_days_ago) < timedelta(minutes=10)
    assert "unused_account" not in findings(case, "u1")


def test_the_finding_about_a_disabled_holder_of_a_licence_stays(views: Views) -> None:
    case = views("04-delta-row-without-account-state")

    assert (employee(case, "u1")["account_state"], employee(case, "u2")["user_type"]) == ("disabled", "guest")
    assert "leaver_access" in findings(case, "u1")


def test_a_deleted_user_that_comes_as_an_id_alone_has_left(views: Views) -> None:
    case = views("07-deleted-user-without-removed")

    ben = employee(case, "u2")
    assert (ben["display_name"], ben["account_state"]) == ("Ben Example", "left")


def test_a_guest_without_a_list_of_licences_holds_none(views: Views) -> None:
    case = views("08-new-guest-without-licence-list")

    # The delta row lacks createdDateTime, so the guest is read again by id: that answer has an empty list.
    assert not employee(case, "u2")["licences"]
    assert employee(case, "u2")["licence_count"] == 0
    assert employee(case, "u1")["licence_count"] == 0


def test_an_app_without_reply_urls_is_an_app(views: Views) -> None:
    case = views("09-new-app-without-reply-urls")

    assert {row["service_principal_id"] for row in case.mart("applications")} == {case.id("sp1"), case.id("sp2")}


def test_an_audit_record_without_targets_stops_nothing(views: Views) -> None:
    case = views("10-audit-without-targets")

    assert [row["id"] for row in case.rows("directory_audits")] == [case.id("a1")]
    assert employee(case, "u1")["display_name"] == "Ada Example"
