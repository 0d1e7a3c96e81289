"""Rows of several kinds in one list say of which they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.warehouse import selection

if TYPE_CHECKING:
    from pathlib import Path

    from tests.warehouse import Project

LISTS = [
    ("users", "users", "agentUser"),
    ("applications", "applications", "agentIdentityBlueprint"),
    ("service_principals", "servicePrincipals", "agentIdentity"),
]


def make(project: Project, collection: str, kind: str) -> str:
    """One object of a list, known to the world since long, is of another kind than the others. Returns its id."""
    live = project.tenant.directory[collection].live
    agent = [*live][-1]
    live[agent] = {"@odata.type": f"#microsoft.graph.{kind}", **live[agent]}
    return agent


@pytest.mark.parametrize(("stream", "collection", "kind"), LISTS)
def test_an_agent_among_others_is_known_by_its_type(project: Project, stream: str, collection: str, kind: str) -> None:
    agent = make(project, collection, kind)

    run = project.run(stream)

    kinds = {row["id"]: row["objectType"] for row in project.warehouse.live(stream)}
    assert kinds.pop(agent) == kind
    assert {*kinds.values()} == {None}
    assert not any("objectType" in request.query.get("$select", "") for request in project.requests())
    assert all("@odata.type" not in row for row in run.records(stream))


@pytest.mark.parametrize(("stream", "collection", "kind"), LISTS)
def test_so_it_is_on_the_way_to_a_real_loader(
    project: Project, tmp_path: Path, stream: str, collection: str, kind: str
) -> None:
    agent = make(project, collection, kind)
    catalog = tmp_path / "catalog.json"
    catalog.write_text(json.dumps(selection(stream)))

    ended = project.command("--config=ENV", "--catalog", str(catalog))

    records = [
        message["record"]
        for message in ended.messages
        if message.get("stream") == stream
        and message["type"] == "RECORD"
        and "_sdc_deleted_at" not in message["record"]
    ]
    assert {row["id"]: row.get("objectType") for row in records}.pop(agent) == kind
    assert [row["id"] for row in records if row.get("objectType")] == [agent]
    assert all("@odata.type" not in row for row in records)


def test_the_kind_can_be_deselected(project: Project) -> None:
    make(project, "users", "agentUser")

    run = project.run(catalog=selection("users", without={"users": ("objectType",)}))

    assert run.exit_code == 0
    assert all("objectType" not in row for row in run.records("users"))
