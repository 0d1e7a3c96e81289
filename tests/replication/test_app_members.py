"""Members that are apps: v1.0 leaves them out of its lists, and may leave them out of delta rounds too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.faults import FAULTS
from sandbox.faults.fault import Fault
from sandbox.graph_errors import not_found
from tests.replication.groups import group, groups, members, wrong_links

if TYPE_CHECKING:
    from tests.warehouse import Project

PRINCIPAL = "#microsoft.graph.servicePrincipal"
APPS_OF = "/groups/{}/members/microsoft.graph.servicePrincipal"


@pytest.fixture(autouse=True)
def _delta_rounds_hide_apps(project: Project) -> None:
    project.faults.delta_hides_service_principals = True


def test_apps_among_the_members_arrive_though_delta_rounds_hide_them(project: Project) -> None:

    run = project.run("group_members")

    apps = {row["memberId"] for row in run.records("group_members") if row["memberType"] == "servicePrincipal"}
    assert apps == {id_ for id_, kind in members(project, "Automation").items() if kind == PRINCIPAL}
    assert wrong_links(project, "group_members") == []


def test_apps_among_the_owners_stay_though_delta_rounds_begin_to_hide_them(project: Project) -> None:
    app = next(iter(project.tenant.directory["servicePrincipals"].live))
    groups(project).link("owners", group(project, "Automation"), app, PRINCIPAL, project.tenant.now())
    project.faults.delta_hides_service_principals = False
    project.run("group_owners")
    project.faults.delta_hides_service_principals = True
    project.tenant.pass_days(7)

    run = project.run("group_owners")

    assert app in {row["ownerId"] for row in run.records("group_owners")}
    assert app not in {row["ownerId"] for row in project.warehouse.deleted("group_owners")}
    assert wrong_links(project, "group_owners") == []


def test_apps_come_over_several_pages(project: Project) -> None:
    principals = project.tenant.directory["servicePrincipals"]
    pattern = next(iter(principals.live.values()))
    many = {f"00000000-0000-4000-8000-{number:012}" for number in range(2_100)}
    principals.live.update({id_: {**pattern, "id": id_} for id_ in many})
    members(project, "Automation").update(dict.fromkeys(many, PRINCIPAL))

    project.run("group_members")

    assert wrong_links(project, "group_members") == []


def test_an_app_that_leaves_unseen_is_gone_after_the_next_initial_sync(project: Project) -> None:
    project.run("group_members")
    app = next(iter(members(project, "Automation")))
    groups(project).unlink("members", group(project, "Automation"), app, project.tenant.now())
    project.run("group_members")
    assert wrong_links(project, "group_members") == [(group(project, "Automation"), app, "servicePrincipal")]

    project.tenant.pass_days(7)
    project.run("group_members")

    assert wrong_links(project, "group_members") == []


def test_each_group_is_asked_for_its_apps_alone_twenty_in_a_request(project: Project) -> None:
    run = project.run("group_members")

    parts = [part for request in project.sandbox.requests for part in request.inner]
    batches = [request for request in project.sandbox.requests if request.inner]
    assert {part.path for part in parts} == {f"/v1.0{APPS_OF.format(id_)}" for id_ in groups(project).live}
    assert {part.headers["consistencylevel"] for part in parts} == {"eventual"}
    assert len(batches) == -(-len(groups(project).live) // 20)
    assert run.exit_code == 0


def test_a_group_that_hides_its_members_hides_no_others(project: Project) -> None:
    project.faults.next("denied", path=APPS_OF.format(group(project, "Works Council")))

    run = project.run("group_members")

    assert run.reports["group_members"]["outcome"] == "complete"
    assert wrong_links(project, "group_members") == []


@pytest.mark.parametrize("fault", ["denied", "empty_object"])
def test_a_refusal_by_groups_that_hide_nothing_takes_no_app_away(project: Project, fault: str) -> None:
    project.run("group_members")
    project.tenant.pass_days(7)
    project.faults.often(fault, 1.0, path=APPS_OF.format("*"))

    refused = project.run("group_members")
    project.faults.clear()
    run = project.run("group_members")

    assert (refused.exit_code, refused.reports["group_members"]["outcome"]) == (1, "failed")
    assert "ACTIVATE_VERSION" not in refused.order("group_members")
    assert run.exit_code == 0
    assert wrong_links(project, "group_members") == []


def test_a_list_of_groups_that_comes_back_empty_takes_no_app_away(project: Project) -> None:
    project.run("group_members")
    project.tenant.pass_days(7)
    project.faults.shrunken["groups"] = 0

    odd = project.run("group_members")
    project.faults.shrunken.clear()
    run = project.run("group_members")

    assert (odd.exit_code, odd.reports["group_members"]["outcome"]) == (1, "partial")
    assert "0 containers" in odd.reports["group_members"]["action"]
    assert "ACTIVATE_VERSION" not in odd.order("group_members")
    assert run.exit_code == 0
    assert wrong_links(project, "group_members") == []


def test_groups_that_are_all_unknown_a_moment_later_take_no_app_away(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.run("group_members")
    project.tenant.pass_days(7)
    monkeypatch.setitem(FAULTS, "unknown", Fault(refuse=lambda _: not_found("group")))
    project.faults.often("unknown", 1.0, path=APPS_OF.format("*"))

    run = project.run("group_members")

    assert (run.exit_code, run.reports["group_members"]["outcome"]) == (1, "failed")
    assert "ACTIVATE_VERSION" not in run.order("group_members")


def test_pages_of_apps_that_lead_in_a_circle_end_the_reading(project: Project) -> None:
    principals = project.tenant.directory["servicePrincipals"]
    pattern = next(iter(principals.live.values()))
    many = {f"00000000-0000-4000-8000-{number:012}" for number in range(1_200)}
    principals.live.update({id_: {**pattern, "id": id_} for id_ in many})
    members(project, "Automation").update(dict.fromkeys(many, PRINCIPAL))
    project.faults.often("own_next_link", 1.0, path=APPS_OF.format("*"))

    run = project.run("group_members")

    assert (run.exit_code, run.reports["group_members"]["graphCode"]) == (1, "pageLoop")


def test_a_group_whose_answer_stays_out_keeps_all_from_being_marked_as_removed(project: Project) -> None:
    project.run("group_members")
    project.tenant.pass_days(7)
    project.faults.next("unavailable", times=1_000, path=APPS_OF.format(group(project, "Automation")))

    run = project.run("group_members")

    assert (run.exit_code, run.reports["group_members"]["outcome"]) == (1, "failed")
    assert run.of_type("ACTIVATE_VERSION", "group_members") == []
    project.faults.clear()
    assert project.run("group_members").exit_code == 0
    assert wrong_links(project, "group_members") == []


@pytest.mark.parametrize("fault", ["error_in_200", "empty_body", "html", "no_rows_at_all"])
def test_a_group_whose_answer_is_none_loses_no_app(project: Project, fault: str) -> None:
    project.run("group_members")
    project.faults.often(fault, 1.0, path=APPS_OF.format(group(project, "Automation")))

    run = project.run("group_members", state={})

    assert run.exit_code == 1
    assert project.warehouse.deleted("group_members") == []
