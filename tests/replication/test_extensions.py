"""Extension properties that a setting names arrive in the warehouse; no others are asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.lists import PROPERTIES
from tap_entra.tap import TapEntra

if TYPE_CHECKING:
    from tests.warehouse import Project

COST, SINCE = "extension_0a1b2c3d4e5f60718293a4b5c6d7e8f9_costCenter", "ext8fh2k_since"
NAMED = f"{COST}, {SINCE}:date-time"


@pytest.fixture
def extended(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The tenant has defined two extensions of users, and filled them in for one."""
    known = PROPERTIES["user"]
    monkeypatch.setitem(PROPERTIES, "user", replace(known, on_request=known.on_request | {COST, SINCE}))
    users = project.tenant.directory["users"]
    users.alter(list(users.live)[3], project.tenant.now(), **{COST: "4711", SINCE: "2024-05-01T00:00:00Z"})
    return project


def catalog(names: str) -> dict[str, Any]:
    """The catalog as the tap makes it with the setting, all of `users` selected."""
    tap = TapEntra(config={"user_extension_properties": names}, validate_config=False)
    made: dict[str, Any] = json.loads(tap.catalog_json_text)
    for stream in made["streams"]:
        for place in stream["metadata"]:
            place["metadata"]["selected"] = stream["tap_stream_id"] == "users"
    return made


def test_named_extensions_arrive_in_initial_and_incremental_syncs(extended: Project) -> None:
    users = extended.tenant.directory["users"]
    first, second = list(users.live)[3:5]

    run = extended.run("users", catalog=catalog(NAMED), user_extension_properties=NAMED)

    rows = extended.warehouse.tables["users"]
    assert run.exit_code == 0
    assert (rows[first,][COST], rows[first,][SINCE]) == ("4711", "2024-05-01T00:00:00Z")
    assert rows[second,].get(COST) is None

    users.alter(second, extended.tenant.now(), **{COST: "0815"})
    extended.run("users", catalog=catalog(NAMED), user_extension_properties=NAMED)

    assert extended.warehouse.tables["users"][second,][COST] == "0815"


def test_an_extension_that_the_tenant_does_not_have_is_named_and_costs_nothing_else(
    extended: Project, caplog: pytest.LogCaptureFixture
) -> None:
    unknown = "extension_0a1b2c3d4e5f60718293a4b5c6d7e8f9_nowhere"
    names = f"{COST}, {unknown}"

    run = extended.run("users", catalog=catalog(names), user_extension_properties=names)

    assert run.exit_code == 0
    assert f"'{unknown}'" in caplog.text
    assert extended.warehouse.tables["users"][list(extended.tenant.directory["users"].live)[3],][COST] == "4711"


def test_no_extension_is_asked_for_unless_named(extended: Project) -> None:
    extended.run("users")

    assert not [one for one in extended.requests() if "extension_" in one.query.get("$select", "")]
