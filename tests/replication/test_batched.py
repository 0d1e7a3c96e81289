"""Access that was given to apps, asked for app by app, under a version each run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.warehouse import Project

STREAM = "app_role_assignments"
CHILDREN = "/servicePrincipals/{}/appRoleAssignedTo"


def assigned(project: Project) -> dict[str, list[dict[str, Any]]]:
    """Assignments by the id of the app's service principal."""
    return project.tenant.lists["appRoleAssignedTo"]


def app_with_assignments(project: Project) -> str:
    """The last app, as they are asked for, that somebody has access to."""
    return max(id_ for id_, rows in assigned(project).items() if rows)


def give(project: Project, app: str, count: int) -> None:
    """Many more people get access to an app."""
    pattern = assigned(project)[app][0]
    assigned(project)[app] += [{**pattern, "id": f"{pattern['id']}-{number}"} for number in range(count)]


def test_all_assignments_come_each_run_under_a_new_version_activated_last(project: Project) -> None:
    versions = []
    for _ in range(2):
        run = project.run(STREAM)

        assert run.order(STREAM) == ["SCHEMA", "RECORD", "ACTIVATE_VERSION"]
        assert {row["principalType"] for row in run.records(STREAM)} == {"User", "Group", "ServicePrincipal"}
        versions.append(run.of_type("ACTIVATE_VERSION", STREAM)[0]["version"])
        assert project.mistakes(STREAM) == []
    assert versions[0] < versions[1]


def test_withdrawn_access_vanishes(project: Project) -> None:
    project.run(STREAM)
    app = app_with_assignments(project)
    withdrawn = assigned(project)[app].pop()["id"]

    project.run(STREAM)

    assert {row["id"] for row in project.warehouse.deleted(STREAM)} == {withdrawn}
    assert project.mistakes(STREAM) == []


def test_the_access_to_an_app_that_is_gone_vanishes(project: Project) -> None:
    project.run(STREAM)
    app = app_with_assignments(project)
    project.tenant.directory["servicePrincipals"].soft_delete(app, project.tenant.now())
    gone = {row["id"] for row in assigned(project).pop(app)}

    project.run(STREAM)

    assert {row["id"] for row in project.warehouse.deleted(STREAM)} == gone


def test_all_apps_are_listed_before_the_first_is_asked(project: Project) -> None:
    project.run(STREAM)

    paths = [request.path for request in project.requests()]
    children = [number for number, path in enumerate(paths) if path.endswith("appRoleAssignedTo")]
    parents = [number for number, path in enumerate(paths) if path == "/v1.0/servicePrincipals"]
    assert max(parents) < min(children)
    assert len(children) == len(project.tenant.directory["servicePrincipals"].live)


def test_twenty_apps_are_asked_in_one_request(project: Project) -> None:
    project.run(STREAM)

    batches = [request for request in project.sandbox.requests if len(request.inner) > 1]
    apps = len(project.tenant.directory["servicePrincipals"].live)
    assert len(batches) == -(-apps // 20)
    assert all(part.query["$top"] == "999" for batch in batches for part in batch.inner)


def test_the_assignments_of_one_app_come_over_several_pages(project: Project) -> None:
    give(project, app_with_assignments(project), 2_500)

    project.run(STREAM)

    assert project.mistakes(STREAM) == []


@pytest.mark.parametrize("fault", ["expired_page_token", "lost_page_token"])
def test_a_lost_page_token_begins_that_app_again_and_no_other(project: Project, fault: str) -> None:
    app = app_with_assignments(project)
    give(project, app, 1_500)
    project.faults.next(fault, path=CHILDREN.format("*"))

    run = project.run(STREAM)

    assert run.exit_code == 0
    assert [path for path, count in run.asked.items() if "appRole" in path and count > 1] == [
        f"/v1.0{CHILDREN.format(app)}"
    ]
    assert project.mistakes(STREAM) == []


def test_an_app_that_went_between_the_list_and_its_request_counts_as_empty(project: Project) -> None:
    project.tenant.directory["servicePrincipals"].live["went"] = {"id": "ffffffff-0000-4000-8000-000000000000"}

    run = project.run(STREAM)

    assert 404 in {request.status for request in project.requests()}
    assert (run.exit_code, run.reports[STREAM]["outcome"]) == (0, "complete")
    assert run.order(STREAM)[-1] == "ACTIVATE_VERSION"


def test_an_app_whose_answer_stays_out_keeps_all_from_being_marked_as_removed(project: Project) -> None:
    project.run(STREAM)
    app = app_with_assignments(project)
    known = {row["id"] for row in assigned(project)[app]}
    withdrawn = next(rows for rows in assigned(project).values() if rows and rows is not assigned(project)[app]).pop()
    project.faults.next("unavailable", times=1_000, path=CHILDREN.format(app))

    run = project.run(STREAM)

    assert (run.exit_code, run.reports[STREAM]["outcome"]) == (1, "partial")
    assert "1 of the lists could not be read" in run.reports[STREAM]["action"]
    assert run.of_type("ACTIVATE_VERSION", STREAM) == []
    assert project.warehouse.deleted(STREAM) == []

    project.faults.clear()
    run = project.run(STREAM)

    assert run.exit_code == 0
    assert {row["id"] for row in project.warehouse.deleted(STREAM)} == {withdrawn["id"]}
    assert known <= {row["id"] for row in project.warehouse.live(STREAM)}


def test_an_answer_that_was_only_late_is_asked_for_again_alone(project: Project) -> None:
    app = app_with_assignments(project)
    project.faults.next("throttled_decimal", times=2, path=CHILDREN.format(app))

    run = project.run(STREAM)

    assert run.exit_code == 0
    assert run.naps.count(0.249) == 2
    assert run.asked[f"/v1.0{CHILDREN.format(app)}"] == 3
    assert sum(count - 1 for path, count in run.asked.items() if path.endswith("appRoleAssignedTo")) == 2
    assert project.mistakes(STREAM) == []


def test_one_app_that_may_not_be_read_does_not_hide_the_others(project: Project) -> None:
    app = app_with_assignments(project)
    project.faults.next("denied", times=1_000, path=CHILDREN.format(app))

    run = project.run(STREAM)

    assert (run.exit_code, run.reports[STREAM]["outcome"]) == (1, "partial")
    assert run.reports[STREAM]["graphCode"] == "Authorization_RequestDenied"
    assert {row["resourceId"] for row in run.records(STREAM)} == {
        id_ for id_, rows in assigned(project).items() if rows
    } - {app}
    assert run.of_type("ACTIVATE_VERSION", STREAM) == []


@pytest.mark.parametrize("fault", ["error_in_200", "empty_body", "html", "no_rows_at_all", "unavailable"])
def test_an_app_whose_answer_is_none_loses_no_access(project: Project, fault: str) -> None:
    project.run(STREAM)
    project.faults.often(fault, 1.0, path=CHILDREN.format(app_with_assignments(project)))

    run = project.run(STREAM)

    assert (run.exit_code, run.reports[STREAM]["outcome"]) == (1, "partial")
    assert project.warehouse.deleted(STREAM) == []
    assert project.mistakes(STREAM) == []


def test_a_tenant_that_may_read_none_of_them_skips_the_stream_alone(project: Project) -> None:
    project.faults.next("denied", times=1_000, path=CHILDREN.format("*"))

    run = project.run(STREAM, "domains")

    assert run.exit_code == 0
    assert run.reports[STREAM]["outcome"] == "skipped"
    assert "Directory.Read.All" in run.reports[STREAM]["action"]
    assert run.reports["domains"]["outcome"] == "complete"


def test_a_token_that_a_part_of_a_batch_does_not_take_is_renewed_once(project: Project) -> None:
    project.faults.next("claims_challenge", path=CHILDREN.format("*"))

    run = project.run(STREAM)

    assert run.exit_code == 0
    assert project.mistakes(STREAM) == []


def test_a_token_that_no_part_takes_ends_the_stream(project: Project) -> None:
    project.faults.often("token_refused", 1.0, path=CHILDREN.format("*"))

    run = project.run(STREAM)

    assert (run.exit_code, run.reports[STREAM]["outcome"]) == (1, "failed")
    assert run.records(STREAM) == []
