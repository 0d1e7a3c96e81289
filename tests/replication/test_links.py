"""Who belongs to what: links in chunks, over pages, added, removed, and lost with their containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.replication.groups import group, groups, members, wrong_links
from tests.warehouse import stop_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project, Run

GROUPS = "/v1.0/groups/delta"
USER = "#microsoft.graph.user"


@pytest.fixture
def choppy(project: Project) -> Project:
    """Rounds come in pages of two objects, with three links of each."""
    project.faults.delta_page, project.faults.member_chunk = 2, 3
    return project


def first_rounds(project: Project, run: Run) -> int:
    """How often a run began to read all links of groups."""
    assert run.exit_code == 0
    tokens = {"$deltatoken", "$skiptoken"}
    return sum(one.path == GROUPS and not tokens & one.query.keys() for one in project.requests())


# All there are


def test_members_of_every_kind_arrive_in_chunks_over_many_pages(choppy: Project) -> None:
    run = choppy.run("group_members")

    assert run.asked[GROUPS] > 10
    assert {row["memberType"] for row in run.records("group_members")} == {
        "user",
        "group",
        "device",
        "servicePrincipal",
    }
    assert wrong_links(choppy, "group_members") == []


@pytest.mark.slow
def test_a_group_of_5000_members_comes_through_exactly(new_project: Callable[..., Project]) -> None:
    project = new_project(users=5_950)
    assert len(members(project, "Town Hall")) == 5_000

    project.run("group_members")

    town_hall = group(project, "Town Hall")
    found = [row["memberId"] for row in project.warehouse.live("group_members") if row["groupId"] == town_hall]
    assert len(found) == 5_000
    assert wrong_links(project, "group_members") == []


def test_a_group_in_a_group_is_one_member_whose_own_are_not_repeated(project: Project) -> None:
    project.run("group_members")

    rows = [row for row in project.warehouse.live("group_members") if row["groupId"] == group(project, "VPN Users")]
    inside = {group(project, name) for name in ("Commercial", "Engineering", "IT")}
    assert {(row["memberId"], row["memberType"]) for row in rows} == {(id_, "group") for id_ in inside}


@pytest.mark.slow
@pytest.mark.parametrize("stream", ["group_owners", "administrative_unit_members", "user_managers"])
def test_other_links_come_through_exactly_too(choppy: Project, stream: str) -> None:
    choppy.run(stream)
    assert choppy.warehouse.live(stream)
    assert wrong_links(choppy, stream) == []

    for _ in range(3):
        choppy.tenant.pass_days(1)
        choppy.run(stream)
        assert wrong_links(choppy, stream) == []


# What changed


def test_incremental_syncs_add_who_came_and_remove_who_went(choppy: Project) -> None:
    choppy.run("group_members")
    now, vpn = choppy.tenant.now(), group(choppy, "VPN Users")
    came = [*choppy.tenant.directory["users"].live][:7]
    went = [*members(choppy, "VPN Users")]
    for id_ in came:
        groups(choppy).link("members", vpn, id_, USER, now)
    for id_ in went:
        groups(choppy).unlink("members", vpn, id_, now)

    run = choppy.run("group_members")

    assert first_rounds(choppy, run) == 0
    assert {row["memberId"] for row in run.records("group_members")} == {*came}
    assert {row["memberId"] for row in run.removals("group_members")} == {*went}
    assert all(row.keys() == {"groupId", "memberId", "_sdc_deleted_at"} for row in run.removals("group_members"))
    assert wrong_links(choppy, "group_members") == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_replays_and_repetitions_do_no_harm(new_project: Callable[..., Project], seed: int) -> None:
    project = new_project(seed=seed)
    project.faults.empty_pages, project.faults.replays, project.faults.repeated_changes = 0.5, 1, 1
    project.faults.delta_page = 3

    for _ in range(5):
        project.run("group_members", "user_managers")
        assert wrong_links(project, "group_members") + wrong_links(project, "user_managers") == []
        project.tenant.pass_days(1)


@pytest.mark.parametrize("order", ["old goes first", "new comes first"])
@pytest.mark.parametrize("page", [1, 200])
def test_a_change_of_manager_is_judged_whole(project: Project, order: str, page: int) -> None:
    users = project.tenant.directory["users"]
    project.run("user_managers")
    person, (old,) = next((one, tuple(boss)) for one, boss in users.links["manager"].items() if boss)
    new = next(one for one in users.live if one not in {person, old})
    now, other = project.tenant.now(), next(one for one in users.live if one != person)
    steps: list[Callable[[], Any]] = [
        lambda: users.unlink("manager", person, old, now),
        lambda: users.alter(other, now, city="Elsewhere"),  # keeps the two apart, on pages of their own
        lambda: users.link("manager", person, new, USER, now),
    ]
    for step in steps if order == "old goes first" else reversed(steps):
        step()
    project.faults.delta_page = page

    run = project.run("user_managers")

    assert run.removals("user_managers") == []
    assert project.warehouse.tables["user_managers"][person,]["managerId"] == new
    assert wrong_links(project, "user_managers") == []


def test_who_has_no_manager_any_more_keeps_the_last_one_as_a_removed_row(project: Project) -> None:
    users = project.tenant.directory["users"]
    project.run("user_managers")
    person, (boss,) = next((one, tuple(boss)) for one, boss in users.links["manager"].items() if boss)
    users.unlink("manager", person, boss, project.tenant.now())

    project.run("user_managers")

    row = project.warehouse.tables["user_managers"][person,]
    assert row["_sdc_deleted_at"]
    assert row["managerId"] == boss


def test_who_leaves_has_no_manager_any_more(project: Project) -> None:
    users = project.tenant.directory["users"]
    project.run("user_managers")
    person = [one for one, boss in users.links["manager"].items() if boss and one in users.live][-1]
    users.soft_delete(person, project.tenant.now())

    project.run("user_managers")

    assert project.warehouse.tables["user_managers"][person,]["_sdc_deleted_at"]


# Containers that are gone


def test_a_removed_group_takes_its_links_with_it_by_one_fresh_round(choppy: Project) -> None:
    first = choppy.run("group_members")
    gone = [group(choppy, name) for name in ("VPN Users", "Sales")]
    for id_ in gone:
        groups(choppy).soft_delete(id_, choppy.tenant.now())

    run = choppy.run("group_members")

    assert first_rounds(choppy, run) == 1
    assert run.bookmark("group_members")["version"] > first.bookmark("group_members")["version"]
    assert len(run.of_type("ACTIVATE_VERSION", "group_members")) == 1
    assert not {row["groupId"] for row in choppy.warehouse.live("group_members")} & {*gone}
    assert wrong_links(choppy, "group_members") == []


def test_after_a_fresh_round_comes_a_later_one(choppy: Project) -> None:
    choppy.run("group_members")
    groups(choppy).soft_delete(group(choppy, "VPN Users"), choppy.tenant.now())
    choppy.run("group_members")

    run = choppy.run("group_members")

    assert first_rounds(choppy, run) == 0
    assert run.records("group_members") + run.removals("group_members") == []


def test_an_interrupted_fresh_round_goes_on_under_its_own_version(choppy: Project) -> None:
    choppy.run("group_members")
    groups(choppy).soft_delete(group(choppy, "Sales"), choppy.tenant.now())
    cut = choppy.run("group_members", on_message=stop_after("group_members", 40))
    assert cut.exit_code == 143
    assert cut.of_type("ACTIVATE_VERSION", "group_members") == []

    run = choppy.run("group_members")

    assert first_rounds(choppy, run) == 0
    (activation,) = run.of_type("ACTIVATE_VERSION", "group_members")
    assert activation["version"] == cut.bookmark("group_members")["round_version"]
    assert wrong_links(choppy, "group_members") == []


def test_reconcile_days_heals_what_no_round_told(project: Project) -> None:
    project.run("group_members")
    lost, *_ = members(project, "Commercial")
    del members(project, "Commercial")[lost]
    project.run("group_members", reconcile_days=3)
    assert len(wrong_links(project, "group_members")) == 1

    project.tenant.pass_days(3)
    project.run("group_members", reconcile_days=3)

    assert wrong_links(project, "group_members") == []
