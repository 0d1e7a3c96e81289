"""The SCHEMA messages: what a loader makes tables of, whatever its database takes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import run_command
from tests.databases import without_secrets
from tests.readable import READABLE
from tests.warehouse import Project

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox import Sandbox

#: PostgreSQL and MySQL keep this much of a name, or a character more.
LONGEST_NAME = 63
#: The streams whose rows the sandbox knows in advance.
KNOWN = {*READABLE} - {"stream_runs"}
#: Bytes that MySQL takes in one key, at four a character.
LONGEST_KEY = 3072


def snake_case(name: str) -> str:
    """As the Singer SDK's and other loaders spell columns for databases that fold case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def schemas(**settings: Any) -> dict[str, dict[str, Any]]:
    """The SCHEMA messages of all streams, with these settings of the tap."""
    environment = {f"TAP_ENTRA_{name.upper()}": json.dumps(value) for name, value in settings.items()}
    end = run_command("--config=ENV", "--test=schema", environment=environment)
    assert end.exit_code == 0, end.log
    return {one["stream"]: one for one in end.messages if one["type"] == "SCHEMA"}


@pytest.mark.parametrize("depth", [0, 1, 9])
@pytest.mark.parametrize("folded", [str.lower, snake_case])
def test_names_stay_different_in_databases_that_cut_or_fold_them(depth: int, folded: Callable[[str], str]) -> None:
    flat: dict[str, Any] = {"flattening_enabled": True, "flattening_max_depth": depth} if depth else {}

    for stream, message in schemas(**flat).items():
        names = [*message["schema"]["properties"]]
        assert max(map(len, [stream, *names])) <= LONGEST_NAME
        assert len({folded(name)[:LONGEST_NAME] for name in names}) == len(names), stream


def test_every_key_has_a_length_that_mysql_takes() -> None:
    for stream, message in schemas().items():
        lengths = [message["schema"]["properties"][key]["maxLength"] for key in message["key_properties"]]
        assert lengths, stream
        assert 4 * sum(lengths) <= LONGEST_KEY, stream


def test_no_key_of_the_sandbox_is_longer_than_its_column_says(standing_sandbox: Sandbox) -> None:
    for stream, message in schemas().items():
        columns, keys = message["schema"]["properties"], message["key_properties"]
        for row in standing_sandbox.tenant.truth(stream) if stream in KNOWN else ():
            assert all(len(row[key]) <= columns[key]["maxLength"] for key in keys), stream


def test_objects_and_arrays_can_be_json_text(standing_sandbox: Sandbox) -> None:
    project = Project(standing_sandbox)

    run = project.run("users", "groups", "group_members", "sign_ins", json_as_text=True)

    assert run.exit_code == 0
    for stream in ("users", "groups", "group_members", "sign_ins"):
        types = {
            kind for one in run.of_type("SCHEMA", stream)[0]["schema"]["properties"].values() for kind in one["type"]
        }
        assert types.isdisjoint({"object", "array"})
    truth = {user["id"]: user for user in project.tenant.truth("users")}
    live = project.warehouse.live("users")
    assert [user for user in live if user["employeeOrgData"] is None]
    for user in live:
        for name in ("employeeOrgData", "assignedLicenses", "proxyAddresses"):
            told = user[name] if user[name] is None else json.loads(user[name])
            assert told == without_secrets(truth[user["id"]][name])
    assert all(isinstance(one["location"], str) for one in project.warehouse.live("sign_ins"))
