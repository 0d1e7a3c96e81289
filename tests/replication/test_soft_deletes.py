"""What is sent of removed rows, for loaders that cannot take a SCHEMA of a few columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.replication.test_removals import leave, live_ids, purge, return_, warehouse_row

if TYPE_CHECKING:
    from tests.warehouse import Project

ROWS: dict[str, Any] = {"soft_deletes": "rows"}
OFF: dict[str, Any] = {"soft_deletes": "off"}
BIN = "/v1.0/directory/deletedItems/microsoft.graph.user"


def test_whole_rows_come_under_the_one_schema(project: Project) -> None:
    first = project.run("users", **ROWS)
    leaver = live_ids(project)[5]
    known = dict(project.tenant.directory["users"].live[leaver])
    leave(project, leaver)

    run = project.run("users", **ROWS)

    assert first.order("users") == ["SCHEMA", "RECORD", "ACTIVATE_VERSION", "REMOVAL"]
    assert run.order("users") == ["SCHEMA", "REMOVAL"]
    (schema,) = run.of_type("SCHEMA", "users")
    (removal,) = run.removals("users")
    assert removal.keys() == schema["schema"]["properties"].keys()
    told = {name: value for name, value in removal.items() if value is not None}
    assert told.keys() == {"id", "displayName", "mail", "deletedDateTime", "_sdc_deleted_at"}
    assert (told["id"], told["displayName"], told["mail"]) == (leaver, known["displayName"], known["mail"])
    assert run.reports["users"]["deleted"] == 1


def test_who_is_restored_after_a_whole_row_is_there_again_with_all_columns(project: Project) -> None:
    project.run("users", **ROWS)
    leavers = live_ids(project)[5:8]
    leave(project, *leavers)
    project.run("users", **ROWS)
    return_(project, leavers[0])

    project.run("users", **ROWS)

    assert project.mistakes("users") == []
    assert [bool(warehouse_row(project, one)["_sdc_deleted_at"]) for one in leavers] == [False, True, True]


def test_the_whole_row_of_who_was_purged_says_nothing_but_the_id(project: Project) -> None:
    project.run("users", **ROWS)
    leaver = live_ids(project)[5]
    purge(project, leaver)

    run = project.run("users", **ROWS)

    (removal,) = run.removals("users")
    assert {name for name, value in removal.items() if value is not None} == {"id", "_sdc_deleted_at"}


def test_the_whole_row_of_a_removed_link_has_its_other_end(project: Project) -> None:
    project.run("user_managers", "group_members", **ROWS)
    directory, now = project.tenant.directory, project.tenant.now()
    ((user_id,), known), *_ = project.warehouse.tables["user_managers"].items()
    (group_id, member_id), *_ = project.warehouse.tables["group_members"]
    directory["users"].unlink("manager", user_id, known["managerId"], now)
    directory["groups"].unlink("members", group_id, member_id, now)

    run = project.run("user_managers", "group_members", **ROWS)

    (manager,) = run.removals("user_managers")
    (member,) = run.removals("group_members")
    assert (manager["userId"], manager["managerId"]) == (user_id, known["managerId"])
    assert (member["groupId"], member["memberId"]) == (group_id, member_id)
    assert member["memberType"]


def test_a_map_that_drops_most_columns_keeps_the_mark_in_its_one_schema(project: Project) -> None:
    maps: dict[str, Any] = {"users": {"id": "id", "displayName": "displayName", "__else__": None}}
    project.run("users", stream_maps=maps, **ROWS)
    leaver = live_ids(project)[5]
    leave(project, leaver)

    run = project.run("users", stream_maps=maps, **ROWS)

    (schema,) = run.of_type("SCHEMA", "users")
    (removal,) = run.removals("users")
    assert schema["schema"]["properties"].keys() == removal.keys() == {"id", "displayName", "_sdc_deleted_at"}
    assert warehouse_row(project, leaver)["_sdc_deleted_at"]


def test_switched_off_nothing_is_sent_of_removed_rows(project: Project) -> None:
    first = project.run("users", "group_members", **OFF)
    leaver = live_ids(project)[5]
    leave(project, leaver)

    run = project.run("users", "group_members", **OFF)

    for one in (first, run):
        assert one.exit_code == 0
        assert one.removals("users") == one.removals("group_members") == []
        assert one.reports["users"]["deleted"] == 0
        assert BIN not in one.asked
    assert run.order("users") == ["SCHEMA"]
    assert warehouse_row(project, leaver)["_sdc_deleted_at"] is None

    project.run("users", state={}, **OFF)

    assert warehouse_row(project, leaver)["_sdc_deleted_at"], "ACTIVATE_VERSION of a full read still marks it"


@pytest.mark.parametrize("value", ["Rows", "hard"])
def test_another_value_is_an_error(project: Project, value: str) -> None:
    end = project.command(soft_deletes=value)

    assert end.exit_code != 0
    assert "soft_deletes" in end.log
    assert end.output == ""
