"""Owners and users of devices: read with the list of devices, and where there are many, of what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_entra.replication import expanded

if TYPE_CHECKING:
    from tests.loader import Row
    from tests.warehouse import Project

STREAM = "device_users"
LIST = "/v1.0/devices"
USER = "#microsoft.graph.user"


def links(rows: list[Row]) -> set[tuple[str, str, str]]:
    return {(row["deviceId"], row["userId"], row["userType"]) for row in rows}


def share(project: Project, count: int) -> str:
    """A device that many people use. Returns its id."""
    devices = project.tenant.directory["devices"]
    device = next(iter(devices.live))
    crowd = [f"{number:08}-0000-4000-8000-000000000000" for number in range(count)]
    project.tenant.directory["users"].live.update({id_: {"id": id_} for id_ in crowd})
    devices.links["registeredUsers"][device] = dict.fromkeys(crowd, USER)
    return device


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five devices are many."""
    monkeypatch.setattr(expanded, "_FEW", 5)


@pytest.mark.parametrize("stream", ["device_owners", "device_users"])
def test_the_links_of_few_devices_are_read_with_their_list_in_each_run(project: Project, stream: str) -> None:
    project.run(stream)
    project.tenant.pass_days(1)

    run = project.run(stream)

    assert run.asked[LIST] == 1
    assert f"{LIST}/delta" not in run.asked
    assert project.counted() == ["/v1.0/devices"]
    assert run.order(stream) == ["SCHEMA", "RECORD", "ACTIVATE_VERSION"]
    assert project.warehouse.live(stream)
    assert project.mistakes(stream) == []


def test_a_user_taken_from_a_device_is_marked_as_deleted(project: Project) -> None:
    project.run(STREAM)
    devices = project.tenant.directory["devices"]
    device, users = next((key, users) for key, users in devices.links["registeredUsers"].items() if users)
    user = next(iter(users))
    devices.unlink("registeredUsers", device, user, project.tenant.now())

    project.run(STREAM)

    assert links(project.warehouse.deleted(STREAM)) == {(device, user, "user")}


@pytest.mark.parametrize("count", [19, 20, 1_500])
def test_a_device_with_more_links_than_a_list_shows_is_read_by_itself(project: Project, count: int) -> None:
    device = share(project, count)

    run = project.run(STREAM)

    assert project.mistakes(STREAM) == []
    assert sum(row["deviceId"] == device for row in run.records(STREAM)) == count
    assert run.asked[f"{LIST}/{device}/registeredUsers"] == (count >= 20) + (count > 999)


@pytest.mark.usefixtures("many")
def test_of_many_devices_a_run_reads_those_that_are_new_or_renamed(project: Project) -> None:
    project.run(STREAM)
    devices, now = project.tenant.directory["devices"], project.tenant.now()
    renamed, pattern = list(devices.live)[:2]
    new = devices.live[pattern] | {"id": "11111111-0000-4000-8000-000000000000"}
    devices.put(new, now)
    user = next(iter(project.tenant.people))
    devices.link("registeredUsers", new["id"], user, USER, now)
    devices.alter(renamed, now, displayName="Reception")

    run = project.run(STREAM)

    asked = {path for path in run.asked if path.startswith(LIST)}
    assert asked == {f"{LIST}/delta", *(f"{LIST}/{id_}/registeredUsers" for id_ in (renamed, new["id"]))}
    assert (new["id"], user, "user") in links(project.warehouse.live(STREAM))
    assert project.mistakes(STREAM) == []


@pytest.mark.usefixtures("many")
def test_of_many_devices_all_are_read_every_reconcile_days_and_when_the_link_is_forgotten(project: Project) -> None:
    lists = []
    for _ in range(4):
        lists.append(project.run(STREAM, reconcile_days=3).asked[LIST])
        project.tenant.pass_days(1)
    assert lists == [1, 0, 0, 1]
    project.faults.next("gone_delta_link", path="/devices/delta")

    run = project.run(STREAM, reconcile_days=3)

    assert run.exit_code == 0
    assert run.asked[LIST] == 1
    assert project.mistakes(STREAM) == []


def test_where_graph_refuses_to_expand_devices_are_read_one_by_one(project: Project) -> None:
    project.faults.expands = False

    run = project.run(STREAM)

    assert run.exit_code == 0
    assert run.asked[LIST] == 2  # refused, then by id
    assert sum(path.endswith("/registeredUsers") for path in run.asked) == len(project.tenant.directory["devices"].live)
    assert project.mistakes(STREAM) == []
