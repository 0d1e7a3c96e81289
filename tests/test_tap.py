"""The tap as Meltano uses it: catalog, selection, stream maps, flattening, and the streams put together."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.streams import STREAMS
from tap_entra.tap import TapEntra
from tests.readable import READ, READABLE
from tests.warehouse import Project, selection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox import Sandbox
    from tests.loader import Row
    from tests.warehouse import Run


@pytest.fixture
def project(new_sandbox: Callable[..., Sandbox]) -> Project:
    return Project(new_sandbox(users=20, sign_ins=40))


def selected(project: Project, path: str) -> list[list[str]]:
    """What was asked for by $select, of each request to a path."""
    return [
        request.query["$select"].split(",")
        for request in project.requests()
        if request.path == path and "$select" in request.query
    ]


def properties(run: Run, stream: str) -> dict[str, Any]:
    schema: dict[str, Any] = run.of_type("SCHEMA", stream)[0]["schema"]
    return dict(schema["properties"])


# The catalog


@pytest.mark.parametrize("limit", ["/groups", "/auditLogs"], ids=["directory", "reports"])
def test_streams_of_one_limit_begin_in_the_order_of_the_contents_page(project: Project, limit: str) -> None:
    run = project.run()

    first_words = dict.fromkeys(message["stream"] for message in run.messages if message["type"] == "SCHEMA")
    of_the_limit = [stream.name for stream in STREAMS if stream.path.startswith(limit)]
    assert [name for name in first_words if name in of_the_limit] == of_the_limit
    assert [*first_words][-1] == "stream_runs"


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_all_but_the_keys_can_be_null(stream: Any) -> None:
    for name, kind in stream.schema["properties"].items():
        assert ("null" in kind["type"]) == (name not in stream.primary_keys)


def test_removals_have_a_column_in_every_stream_that_writes_them() -> None:
    for stream in TapEntra(config={}, validate_config=False).streams.values():
        if stream.tombstones:
            assert stream.metadata["properties", "_sdc_deleted_at"].inclusion == "automatic"
            assert "date-time" in stream.schema["properties"]["_sdc_deleted_at"]["format"]


def test_what_a_national_cloud_lacks_is_not_in_its_catalog_and_not_asked_for(project: Project) -> None:
    tap = TapEntra(config={"cloud": "china"}, validate_config=False)
    assert "defaultUsageLocation" not in tap.streams["organization"].schema["properties"]
    assert "defaultUsageLocation" in selection()["streams"][0]["schema"]["properties"]

    run = project.run("organization", cloud="china")

    assert run.exit_code == 0
    assert all("defaultUsageLocation" not in names for names in selected(project, "/v1.0/organization"))


# Selection


def test_a_deselected_column_is_neither_asked_for_nor_written(project: Project) -> None:
    left_out = ("city", "mobilePhone", "identities")

    run = project.run(catalog=selection("users", without={"users": left_out}))

    assert selected(project, "/v1.0/users")
    for asked in selected(project, "/v1.0/users") + selected(project, "/v1.0/users/delta"):
        assert "displayName" in asked
        assert not {*left_out} & {*asked}
    assert not {*left_out} & properties(run, "users").keys()
    assert all(not {*left_out} & row.keys() for row in run.records("users"))


def test_keys_cannot_be_deselected(project: Project) -> None:
    run = project.run(catalog=selection("users", without={"users": ("id",)}))

    assert all(row["id"] for row in run.records("users"))


def test_a_deselected_stream_is_not_asked_for(project: Project) -> None:
    run = project.run("domains")

    assert not any(path.startswith(("/v1.0/users", "/v1.0/auditLogs")) for path in run.asked)
    assert {message["stream"] for message in run.messages if message["type"] == "RECORD"} == {"domains", "stream_runs"}


def test_a_property_inside_a_column_can_be_deselected(project: Project) -> None:
    catalog = selection("users", without={"users": ("employeeOrgData.division",)})

    run = project.run(catalog=catalog)

    assert properties(run, "users")["employeeOrgData"]["properties"].keys() == {"costCenter"}
    places = [row["employeeOrgData"] for row in run.records("users") if row["employeeOrgData"]]
    assert places
    assert all(place.keys() == {"costCenter"} for place in places)


def test_columns_of_a_log_are_dropped_here_as_it_takes_no_select(project: Project) -> None:
    run = project.run(catalog=selection("sign_ins", without={"sign_ins": ("ipAddress", "location.city")}))

    assert run.records("sign_ins")
    for row in run.records("sign_ins"):
        assert "ipAddress" not in row
        assert "city" not in (row["location"] or {})


def test_nothing_selected_is_said_and_is_no_failure(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    run = project.run("stream_runs")

    assert run.exit_code == 0
    assert "No stream is selected" in caplog.text
    assert project.sandbox.requests == []


# Stream maps and flattening


def filled(rows: list[Row]) -> list[str]:
    """Values of the rows, sorted; for a loader a column that is left out is null too."""
    return sorted(str(sorted((name, value) for name, value in row.items() if value is not None)) for row in rows)


@pytest.mark.slow
def test_rows_are_the_same_whether_they_go_through_a_stream_map_or_not(new_sandbox: Callable[..., Sandbox]) -> None:
    project = Project(new_sandbox(users=60, sign_ins=900))
    project.faults.duplicate_rows = 0
    # Each maps its keys to themselves, which is enough for the SDK to look at every row.
    maps = {stream.name: {key: key for key in stream.primary_keys} for stream in STREAMS}

    plain = project.run()
    mapped = project.run(state={}, stream_maps=maps)

    for stream in READ:
        assert plain.records(stream.name)
        assert filled(plain.records(stream.name)) == filled(mapped.records(stream.name))


@pytest.mark.slow
def test_records_are_the_same_on_the_fast_path_and_on_the_sdks_own_but_for_nulls(
    new_sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    project = Project(new_sandbox(users=60, sign_ins=900))
    project.faults.duplicate_rows = 0
    catalog = tmp_path / "catalog.json"
    catalog.write_text(json.dumps(selection()))

    fast, slow = (sent(project, catalog, module) for module in ("tap_entra", "tests.sdk_path"))

    assert READABLE == fast.keys() == slow.keys()
    for stream in READ:
        assert fast[stream.name] == slow[stream.name]


def sent(project: Project, catalog: Path, module: str) -> dict[str, list[str]]:
    """The records of each stream as they are written to standard output, in order."""
    process = project.start("--config=ENV", f"--catalog={catalog}", module=module)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors[-2000:]
    records: dict[str, list[str]] = {}
    # On the SDK's path all columns are there; for a loader a column that is left out is null too.
    output = re.sub(r',"\w+":null', "", output)
    for line in re.sub(r'"_sdc_deleted_at":"[^"]+"', "", output).splitlines():
        found = re.match(r'{"type":"RECORD","stream":"(\w+)","record":({.*}),(?:"version":\d+,)?"time_extracted"', line)
        if found:
            records.setdefault(found[1], []).append(found[2])
    return records


def leaver(project: Project) -> str:
    """Somebody leaves."""
    user_id = list(project.tenant.directory["users"].live)[5]
    project.tenant.directory["users"].soft_delete(user_id, project.tenant.now())
    return user_id


def test_a_stream_map_renames_hashes_and_removes_columns(project: Project) -> None:
    maps = {"users": {"name": "displayName", "displayName": None, "mail": "md5(mail) if mail else None"}}

    run = project.run("users", stream_maps=maps, stream_map_config={})

    truth = {user["id"]: user for user in project.tenant.truth("users")}
    assert all(row["name"] == truth[row["id"]]["displayName"] for row in run.records("users"))
    assert all("displayName" not in row for row in run.records("users"))
    assert not any("@" in (row["mail"] or "") for row in run.records("users"))


def test_a_stream_map_can_give_another_name_to_rows_and_removals(project: Project) -> None:
    maps = {"users": {"__alias__": "people"}}
    project.run("users", stream_maps=maps)
    gone = leaver(project)

    run = project.run("users", stream_maps=maps)

    assert [removal["id"] for removal in run.removals("people")] == [gone]
    assert project.warehouse.tables["people"][gone,]["displayName"]
    assert "users" not in project.warehouse.tables


def test_a_stream_map_can_filter_rows(project: Project) -> None:
    run = project.run("users", stream_maps={"users": {"__filter__": "userType == 'Guest'"}})

    guests = [user for user in project.tenant.truth("users") if user.get("userType") == "Guest"]
    assert {row["id"] for row in run.records("users")} == {guest["id"] for guest in guests}


def test_a_stream_map_can_take_a_stream_away(project: Project) -> None:
    maps = {"users": "__NULL__"}
    project.run("users", stream_maps=maps)
    leaver(project)

    run = project.run("users", stream_maps=maps)

    assert run.exit_code == 0
    assert "users" not in project.warehouse.tables


def test_leavers_are_marked_when_a_stream_map_keeps_but_a_few_columns(project: Project) -> None:
    maps = {"users": {"displayName": "displayName", "id": "id", "__else__": None}}
    project.run("users", stream_maps=maps)
    gone = leaver(project)

    run = project.run("users", stream_maps=maps)

    assert run.exit_code == 0
    row = project.warehouse.tables["users"][gone,]
    assert row["_sdc_deleted_at"]
    assert row["displayName"]
    assert "deletedDateTime" not in row


def test_a_copy_of_a_stream_gets_its_removals_too(project: Project) -> None:
    maps = {"users_short": {"__source__": "users", "id": "id", "__else__": None}}
    project.run("users", stream_maps=maps)
    gone = leaver(project)

    project.run("users", stream_maps=maps)

    for table in ("users", "users_short"):
        assert project.warehouse.tables[table][gone,]["_sdc_deleted_at"]


def test_a_stream_map_with_another_key_gets_rows_but_no_removals(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    maps = {"users": {"__key_properties__": ["userPrincipalName"]}}
    project.run("users", stream_maps=maps)
    leaver(project)

    run = project.run("users", stream_maps=maps)

    assert run.exit_code == 0
    assert "changes the key" in caplog.text


def test_nested_columns_can_be_flattened(project: Project) -> None:
    settings: dict[str, Any] = {"flattening_enabled": True, "flattening_max_depth": 2}
    project.run("users", **settings)
    gone = leaver(project)

    project.run("users", **settings)

    assert "employeeOrgData__costCenter" in project.warehouse.columns["users"]
    row = project.warehouse.tables["users"][gone,]
    assert row["displayName"]
    assert row["deletedDateTime"]
    assert row["_sdc_deleted_at"] == row["deletedDateTime"]
    truth = {user["id"]: user for user in project.tenant.truth("users")}
    for live in project.warehouse.live("users"):
        place = truth[live["id"]]["employeeOrgData"] or {}
        assert live["employeeOrgData__costCenter"] == place.get("costCenter")
