"""The app gallery: read once a week in large pages, with risks for the apps in use where the tenant is licensed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.warehouse import Project

STREAM = "application_templates"
ORGANIZATION = "/v1.0/organization"  # asked for Graph's clock


def risks(rows: list[dict[str, Any]]) -> dict[str, tuple[Any, str]]:
    return {row["id"]: (row["riskScore"], row["riskStatus"]) for row in rows}


def in_use(project: Project) -> set[str]:
    principals = project.tenant.directory["servicePrincipals"].live.values()
    return {row["applicationTemplateId"] for row in principals if row["applicationTemplateId"]}


def test_the_gallery_comes_in_one_page_and_one_app_is_asked_about_its_risk(project: Project) -> None:
    run = project.run(STREAM)

    assert project.mistakes(STREAM) == []
    assert len(project.tenant.lists["applicationTemplates"]) > 400
    assert project.counted() == []
    gallery, risk = "/v1.0/applicationTemplates", f"/v1.0/applicationTemplates/{min(in_use(project))}"
    asked = {path: count for path, count in run.asked.items() if path.startswith("/v1.0/") and path != ORGANIZATION}
    assert asked == {gallery: 1, "/v1.0/servicePrincipals": 1, risk: 1}


@pytest.mark.slow
def test_the_gallery_is_read_again_after_a_week_or_with_other_columns(project: Project) -> None:
    asked = []
    for _ in range(9):
        asked.append(project.run(STREAM).asked["/v1.0/applicationTemplates"])
        project.tenant.pass_days(1)

    assert asked == [1, 0, 0, 0, 0, 0, 0, 1, 0]
    assert project.mistakes(STREAM) == []
    bookmark = project.warehouse.state["bookmarks"][STREAM]
    for change in ({"selection": "another"}, {"read_at": "2999-01-01T00:00:00Z"}):
        state = {"bookmarks": {STREAM: {**bookmark, **change}}}
        assert project.run(STREAM, state=state).asked["/v1.0/applicationTemplates"] == 1


def test_an_app_that_left_the_gallery_is_marked_as_deleted_a_week_later(project: Project) -> None:
    project.run(STREAM)
    gone, _ = project.tenant.lists["applicationTemplates"].popitem()
    project.tenant.pass_days(1)
    project.run(STREAM)
    assert not project.warehouse.deleted(STREAM)
    project.tenant.pass_days(6)

    project.run(STREAM)

    assert {row["id"] for row in project.warehouse.deleted(STREAM)} == {gone}


def test_a_risk_is_read_for_the_apps_in_use_where_the_tenant_is_licensed(project: Project) -> None:
    project.sandbox.consent.internet_access = True
    templates = project.tenant.lists["applicationTemplates"]
    rated = in_use(project)
    unrated = min(rated)
    templates[unrated] = {**templates[unrated], "riskScore": None, "riskFactors": None}

    run = project.run(STREAM)

    expected = {
        id_: (row["riskScore"], "rated") if id_ in rated else (None, "notAsked") for id_, row in templates.items()
    }
    expected[unrated] = (None, "notRated")
    assert risks(run.records(STREAM)) == expected
    assert len(rated) > 20
    assert sum(count for path, count in run.asked.items() if path.startswith("/v1.0/applicationTemplates/")) == len(
        rated
    )


def test_a_risk_that_graph_could_not_give_is_not_known_and_the_next_run_asks_again(project: Project) -> None:
    project.sandbox.consent.internet_access = True
    broken = max(in_use(project))
    project.faults.often("unavailable", 1.0, path=f"/applicationTemplates/{broken}")

    first = project.run(STREAM)
    project.faults.clear()
    second = project.run(STREAM)

    assert risks(first.records(STREAM))[broken] == (None, "unknown")
    assert first.reports[STREAM]["outcome"] == "partial"
    assert risks(second.records(STREAM))[broken][1] == "rated"
    assert second.reports[STREAM]["outcome"] == "complete"


@pytest.mark.parametrize("hours", [-14, 14])
def test_a_run_that_begins_earlier_or_later_in_the_day_keeps_to_the_week(project: Project, hours: int) -> None:
    project.run(STREAM)
    read_at = project.tenant.now()
    bookmark = project.warehouse.state["bookmarks"][STREAM]
    moved = (read_at - timedelta(days=7) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")

    run = project.run(STREAM, state={"bookmarks": {STREAM: {**bookmark, "read_at": moved}}})

    assert run.asked["/v1.0/applicationTemplates"] == int(hours < 12)
