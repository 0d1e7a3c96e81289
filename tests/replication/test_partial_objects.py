"""Objects that a delta round sends in part are read again by id; nothing known is overwritten."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from sandbox.faults import FAULTS
from sandbox.faults.fault import Fault, has_delta_token
from sandbox.graph_errors import Refusal, not_found
from tap_entra.replication import DeltaStream
from tap_entra.streams import STREAMS
from tests.warehouse import stop_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.faults.fault import Strike
    from sandbox.messages import Response
    from tests.loader import Row
    from tests.warehouse import Project

DELTAS: dict[str, Any] = {stream.name: stream for stream in STREAMS if issubclass(stream, DeltaStream)}


@pytest.fixture
def first_round(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The users are known, and all are read anew: in a delta round of ten per page, whose first page lacks a part."""
    project.run("users")
    project.faults.turned.ignores_latest, project.faults.delta_page = True, 10

    def change(response: Response, _: Strike) -> Response:
        body = msgspec.json.decode(response.body)
        del body["value"][1]["accountEnabled"]
        return replace(response, body=msgspec.json.encode(body))

    monkeypatch.setitem(FAULTS, "in_part", Fault(spoil=change, applies=lambda request: [*request.query] == ["$select"]))
    project.faults.next("in_part", path="/users/delta")
    return project


@pytest.fixture
def spoil(project: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Every row of an incremental round loses some properties, or all but some."""

    def begin(*lost: str, kept: tuple[str, ...] = ()) -> None:
        def change(response: Response, _: Strike) -> Response:
            body = msgspec.json.decode(response.body)
            for row in body.get("value", []):
                for name in list(row):
                    if "@" not in name and (name in lost or (kept and name not in kept)):
                        del row[name]
            return replace(response, body=msgspec.json.encode(body))

        monkeypatch.setitem(FAULTS, "in_part", Fault(spoil=change, applies=has_delta_token))
        project.faults.often("in_part", 1.0, path="*/delta")

    return begin


def rename(project: Project, stream: str, number: int = 3) -> list[str]:
    """Change the names of a few objects. Returns their ids."""
    store = project.tenant.directory[collection(stream)]
    ids = list(store.live)[1 : 1 + number]
    for id_ in ids:
        store.alter(id_, project.tenant.now(), displayName=f"New name of {id_}")
    return ids


def collection(stream: str) -> str:
    return str(DELTAS[stream].path.rpartition("/")[2])


def differences(before: Row, after: Row) -> set[str]:
    """Columns of a row that changed, without the loader's own."""
    return {name for name in after if before.get(name) != after[name] and not name.startswith("_sdc_")}


@pytest.mark.parametrize("stream", DELTAS)
def test_a_row_without_a_property_that_is_always_set_is_read_again(
    project: Project, spoil: Callable[..., None], stream: str
) -> None:
    project.run(stream)
    spoil(DELTAS[stream].always_set[0])
    changed = rename(project, stream)
    before = {id_: dict(project.warehouse.tables[stream][id_,]) for id_ in changed}

    run = project.run(stream)

    assert (run.exit_code, run.reports[stream]["outcome"]) == (0, "complete")
    assert {row["id"] for row in run.records(stream)} == set(changed)
    for id_ in changed:
        after = project.warehouse.tables[stream][id_,]
        assert differences(before[id_], after) == {"displayName"}
        assert after["displayName"] == f"New name of {id_}"


def test_a_row_with_a_name_alone_changes_the_name_alone(project: Project, spoil: Callable[..., None]) -> None:
    project.run("users")
    spoil(kept=("id", "displayName"))
    changed = rename(project, "users", 30)

    run = project.run("users")

    assert len(run.records("users")) == len(changed)
    assert sum(run.asked[f"/v1.0/users/{id_}"] for id_ in changed) == len(changed)
    assert sorted(len(request.inner) for request in project.sandbox.requests if request.inner) == [10, 20]
    assert project.mistakes("users") == []


def test_whole_rows_are_not_read_again(project: Project) -> None:
    project.run("users")
    changed = rename(project, "users")

    run = project.run("users")

    assert [run.asked[f"/v1.0/users/{id_}"] for id_ in changed] == [0, 0, 0]


def test_an_object_that_is_not_found_is_soft_deleted_and_keeps_its_values(
    project: Project, spoil: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.run("users")
    spoil(kept=("id",))
    (leaver,) = rename(project, "users", 1)
    before = dict(project.warehouse.tables["users"][leaver,])
    monkeypatch.setitem(FAULTS, "unknown", Fault(refuse=lambda _: not_found(leaver)))
    project.faults.often("unknown", 1.0, path=f"/users/{leaver}")

    run = project.run("users")

    after = project.warehouse.tables["users"][leaver,]
    assert (run.exit_code, run.reports["users"]["outcome"], run.reports["users"]["deleted"]) == (0, "complete", 1)
    assert after["_sdc_deleted_at"]
    assert differences(before, after) == set()


def test_an_object_that_cannot_be_read_again_keeps_its_values_until_it_can(
    project: Project, spoil: Callable[..., None]
) -> None:
    project.run("users")
    spoil("accountEnabled")
    one, *_ = rename(project, "users")
    project.faults.often("denied", 1.0, path=f"/users/{one}")
    before = dict(project.warehouse.tables["users"][one,])

    run = project.run("users")

    assert (run.exit_code, run.reports["users"]["outcome"]) == (1, "partial")
    assert "1 of them could not be read again" in run.reports["users"]["action"]
    assert project.warehouse.tables["users"][one,] == before

    project.faults.clear()
    healed = project.run("users")

    assert (healed.exit_code, healed.reports["users"]["outcome"]) == (0, "complete")
    assert project.mistakes("users") == []


# In an initial sync that is itself a delta round


def test_a_part_of_an_object_is_whole_after_an_interruption(first_round: Project) -> None:
    cut = first_round.run("users", state={}, on_message=stop_after("users", 15))
    run = first_round.run("users")

    assert cut.exit_code == 143
    assert (run.exit_code, len(run.records("users"))) == (0, 40 - 20)
    assert first_round.mistakes("users") == []


@pytest.mark.parametrize("is_cut", [True, False])
def test_what_could_not_be_read_again_is_not_deleted(first_round: Project, is_cut: bool) -> None:  # noqa: FBT001
    first_round.faults.often("denied", 1.0, path="/users/*-*")

    odd = first_round.run("users", state={}, on_message=stop_after("users", 15 if is_cut else 1_000))
    first_round.faults.clear()
    lived = len(first_round.warehouse.live("users"))
    run = first_round.run("users")

    assert odd.exit_code == (143 if is_cut else 1)
    assert odd.of_type("ACTIVATE_VERSION", "users") == []
    assert (run.exit_code, lived, len(run.records("users"))) == (0, 40, 40)
    assert first_round.mistakes("users") == []


def test_a_row_that_was_none_before_an_interruption_is_not_deleted(project: Project) -> None:
    project.run("users")
    project.faults.page_limit = 10
    project.faults.next("no_row", path="/users")

    project.run("users", state={}, on_message=stop_after("users", 15))
    run = project.run("users")

    assert (run.exit_code, len(run.records("users"))) == (0, 40)
    assert project.mistakes("users") == []


def test_a_delta_link_that_is_too_long_for_a_request_starts_an_initial_sync(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.run("users")
    too_long = replace(FAULTS["gone_delta_link"], refuse=lambda _: Refusal(414, "", "The request URI is too long."))
    monkeypatch.setitem(FAULTS, "too_long", too_long)
    project.faults.next("too_long", path="/users/delta")

    run = project.run("users")

    assert run.exit_code == 0
    assert run.asked["/v1.0/users"] == 1
    assert project.mistakes("users") == []
