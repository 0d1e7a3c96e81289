"""Every log of the export beside the same log of Graph, and what of it is known to differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.exports import LOGS, STARTS, ExportedProject
from tests.warehouse import selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.export import Azurite
    from tests.warehouse import Project, Run

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("azurite")]


@pytest.fixture
def exported(new_project: Callable[..., Project], azurite: Azurite) -> ExportedProject:
    """Logs of all kinds; those of machines have a twentieth of the sign-ins."""
    return ExportedProject(new_project(users=20, sign_ins=600, starts=STARTS, azurite=azurite))


@pytest.fixture
def few(new_project: Callable[..., Project], azurite: Azurite) -> ExportedProject:
    return ExportedProject(new_project(users=20, sign_ins=30, starts=STARTS, azurite=azurite))


@pytest.mark.parametrize("stream", LOGS)
def test_every_log_has_the_rows_that_graph_has(exported: ExportedProject, stream: str) -> None:
    start = STARTS.replace(day=17, hour=0, minute=0)
    exported.export.write(LOGS[stream], since=start)

    run = exported.run(stream)

    received = {row.row["id"] for row in exported.project.tenant.logs[LOGS[stream]] if start < row.arrives <= STARTS}
    assert run.exit_code == 0
    assert received
    assert {row["id"] for row in run.records(stream)} == received
    assert [problem for problem in exported.differences(stream) if not problem.endswith("lacks")] == []


@pytest.mark.parametrize("stream", ["sign_ins", "provisioning_logs"])
def test_rows_that_a_stream_map_changes_are_spelled_the_same(few: ExportedProject, stream: str) -> None:
    few.export.write(LOGS[stream])

    few.run(stream, stream_maps={stream: {"source": "'mapped'"}})

    assert [problem for problem in few.differences(stream) if ".source" not in problem] == []


def test_the_objects_of_provisioning_have_the_members_of_graph(few: ExportedProject) -> None:
    few.export.write("provisioning")

    run = few.run("provisioning_logs")

    rows = run.records("provisioning_logs")
    assert {row["provisioningStatusInfo"]["status"] for row in rows} <= {"success", "failure"}
    assert all(row["initiatedBy"]["initiatorType"] == "system" for row in rows)
    assert all(row["sourceIdentity"].keys() == {"id", "displayName", "identityType"} for row in rows)


SUCCESS = {"errorCode": 0, "failureReason": "Other.", "additionalDetails": None}
LINE: dict[str, Any] = {"id": "added", "createdDateTime": "2026-11-20T09:31:00.1234567+00:00"}


@pytest.mark.parametrize(
    ("written", "column", "expected"),
    [
        ({"createdDateTime": "2026-11-20T11:31:00+02:00"}, "createdDateTime", "2026-11-20T09:31:00Z"),
        ({"createdDateTime": "2026-11-20T09:31:00Z"}, "createdDateTime", "2026-11-20T09:31:00Z"),
        ({}, "createdDateTime", "2026-11-20T09:31:00.1234567Z"),
        ({"userType": "Guest"}, "userType", "guest"),
        ({"userDisplayName": '+00:00" he said, at 2026-11-20T09:31:00+00:00'}, "userDisplayName", None),
        (
            {"status": {"errorCode": 0}},
            "status",
            {"errorCode": 0, "failureReason": "Other.", "additionalDetails": None},
        ),
        ({"status": {"errorCode": 50126, "failureReason": "x"}}, "status", {"errorCode": 50126, "failureReason": "x"}),
        ({}, "signInEventTypes", ["nonInteractiveUser"]),
        ({"signInEventTypes": ["managedIdentity"]}, "signInEventTypes", ["managedIdentity"]),
        (
            {"authenticationDetails": [{"authenticationStepDateTime": "2026-11-20T09:31:00+00:00"}]},
            "authenticationDetails",
            [{"authenticationStepDateTime": "2026-11-20T09:31:00Z"}],
        ),
        ({"autonomousSystemNumber": "64500"}, "autonomousSystemNumber", 64500),
    ],
)
def test_a_value_is_spelled_as_graph_spells_it(
    few: ExportedProject, written: dict[str, Any], column: str, expected: Any
) -> None:
    row = {**LINE, **written}
    container = "insights-logs-noninteractiveusersigninlogs"
    few.export.append(container, few.export.name(STARTS), msgspec.json.encode({"properties": row}) + b"\n")

    run = few.run("non_interactive_sign_ins")

    (record,) = run.records("non_interactive_sign_ins")
    assert record[column] == (written[column] if expected is None else expected)


def test_a_column_that_is_not_selected_is_not_sent(few: ExportedProject) -> None:
    few.export.write("signIns")
    without = ("status", "userType", "location")

    run = few.run(catalog=selection("sign_ins", without={"sign_ins": without}))

    records = run.records("sign_ins")
    assert records
    assert not any(column in record for record in records for column in without)


def test_keys_that_graph_does_not_have_are_no_news(few: ExportedProject, caplog: pytest.LogCaptureFixture) -> None:
    few.export.write("signIns")

    few.run()

    assert "properties that are not extracted" not in caplog.text


def test_requests_and_rows_of_the_export_are_counted(few: ExportedProject) -> None:
    few.export.write("signIns")

    run: Run = few.run()

    assert run.reports["sign_ins"]["rows"] == len(run.records("sign_ins"))
    assert run.reports["sign_ins"]["newestRow"] == max(
        (row["createdDateTime"] for row in run.records("sign_ins")), key=lambda time: time[:19]
    )
