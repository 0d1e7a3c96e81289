"""Sign-ins from the diagnostic export: real append blobs in Azurite, read by the real tap."""

from __future__ import annotations

import json
import logging
import sys
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

import pytest

from tap_entra.auth import ConfigError
from tests.exports import SIGN_INS, STARTS, ExportedProject
from tests.logs import DAY, HOUR, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.export import Azurite
    from sandbox.messages import Request, Response
    from tests.warehouse import Project

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("azurite")]


@pytest.fixture
def exported(new_project: Callable[..., Project], azurite: Azurite) -> ExportedProject:
    """Some thirty sign-ins in thirty days, none exported yet."""
    return ExportedProject(new_project(users=20, sign_ins=30, starts=STARTS, azurite=azurite))


def test_the_export_gives_the_rows_of_graph(exported: ExportedProject) -> None:
    exported.export.write("signIns")

    run = exported.run()

    assert run.exit_code == 0
    assert exported.differences("sign_ins") == []
    assert run.asked["/v1.0/auditLogs/signIns"] == 0


def test_each_column_has_the_type_that_graph_gives_it(exported: ExportedProject) -> None:
    exported.export.write("signIns")

    run = exported.run()

    assert [message["schema"] for message in run.of_type("SCHEMA", "sign_ins")] == [
        message["schema"] for message in exported.project.run("sign_ins", state={}).of_type("SCHEMA", "sign_ins")
    ]
    assert all(row["createdDateTime"].endswith("Z") for row in run.records("sign_ins"))


def test_nothing_is_read_twice(exported: ExportedProject) -> None:
    exported.export.write("signIns")
    exported.run()

    run = exported.run()

    assert (run.exit_code, run.records("sign_ins"), exported.bytes_read()) == (0, [], 0)


def test_of_a_blob_that_grows_only_the_new_lines_are_read(exported: ExportedProject) -> None:
    for number in range(20):
        sign_in(exported.project, STARTS - timedelta(minutes=30 - number), id_=f"early {number}")
    exported.export.write("signIns", until=STARTS)
    exported.run()
    read = exported.bytes_read()
    sign_in(exported.project, STARTS, id_="late", arrives=STARTS + timedelta(milliseconds=1))
    exported.export.write("signIns")

    run = exported.run()

    assert [row["id"] for row in run.records("sign_ins")] == ["late"]
    assert 0 < exported.bytes_read() < read / 20


def test_a_range_is_asked_for_with_the_etag_that_was_listed(exported: ExportedProject) -> None:
    exported.export.write("signIns")

    exported.run()

    ranges = [request for request in exported.requests() if "x-ms-range" in request.headers]
    assert ranges
    assert all(request.headers.get("if-match", "").startswith('"0x') for request in ranges)


def test_half_a_line_waits_until_it_is_whole(exported: ExportedProject) -> None:
    sign_in(exported.project, STARTS - timedelta(minutes=5), id_="cut")
    exported.export.write("signIns", cuts=True)
    first = exported.run()
    exported.export.write("signIns")

    second = exported.run()

    assert "cut" not in {row["id"] for row in first.records("sign_ins")}
    assert "cut" in {row["id"] for row in second.records("sign_ins")}
    assert exported.doubled("sign_ins", first, second) == []
    assert exported.differences("sign_ins") == []


def test_a_line_that_stays_half_is_reported_when_its_hour_is_over(exported: ExportedProject) -> None:
    sign_in(exported.project, STARTS - 5 * HOUR, id_="cut")
    exported.export.write("signIns", cuts=True, since=STARTS - 5 * HOUR - timedelta(seconds=1), until=STARTS - 4 * HOUR)

    run = exported.run()

    assert run.exit_code == 1
    assert "1 line of the export" in run.reports["sign_ins"]["action"]


@pytest.mark.parametrize("layout", ["tenantId", "resourceId"])
def test_both_layouts_of_the_prefix_are_read(exported: ExportedProject, layout: str) -> None:
    exported.export.layout = layout
    exported.export.write("signIns")

    exported.run()

    assert exported.differences("sign_ins") == []


def test_a_late_row_is_found_in_the_hour_in_which_it_was_received(exported: ExportedProject) -> None:
    exported.export.write("signIns")
    exported.run()
    exported.project.tenant.pass_days(3)
    sign_in(exported.project, STARTS - HOUR, arrives=STARTS + 2 * DAY, id_="two days late")
    exported.export.write("signIns")

    run = exported.run()

    assert "two days late" in {row["id"] for row in run.records("sign_ins")}
    assert exported.differences("sign_ins") == []


def test_a_blob_that_changes_long_after_its_hour_is_read_again(exported: ExportedProject) -> None:
    sign_in(exported.project, STARTS - 9 * HOUR, id_="first")
    exported.export.write("signIns")
    exported.run()
    name = exported.export.name(STARTS.replace(minute=0) - 9 * HOUR)
    line = b'{"properties":{"id":"added","createdDateTime":"2026-11-20T03:31:00+00:00"}}\n'
    exported.export.append(SIGN_INS, name, line)
    exported.project.tenant.pass_days(1)

    runs = [exported.run(), exported.run()]

    assert [{row["id"] for row in run.records("sign_ins")} for run in runs] == [{"first", "added"}, set()]


def test_blobs_of_other_tenants_and_other_files_are_not_read(exported: ExportedProject) -> None:
    exported.export.write("signIns")
    line = b'{"properties":{"id":"foreign","createdDateTime":"2026-11-20T03:31:00+00:00"}}\n'
    foreign = exported.export.name(STARTS).replace(exported.project.tenant.id, "00000000-0000-4000-8000-000000000000")
    exported.export.append(SIGN_INS, foreign, line)
    exported.export.append(SIGN_INS, "notes.json", line)

    exported.run()

    assert exported.differences("sign_ins") == []


def test_rows_that_azure_delivers_twice_are_there_once(exported: ExportedProject) -> None:
    exported.export.write("signIns")
    name = exported.export.names(SIGN_INS)[-1]
    exported.export.append(SIGN_INS, name, exported.export.blob(SIGN_INS, name).download_blob().readall())

    exported.run()

    assert exported.differences("sign_ins") == []


def test_an_outer_array_of_records_is_read_when_its_hour_is_over(exported: ExportedProject) -> None:
    exported.export.write("signIns")
    row = '{"properties":{"id":"%s","createdDateTime":"2026-11-20T03:31:00+00:00"}}'
    array = "\n".join(['{"records":[', row % "a" + ",", row % "b", "]}"])
    one_line = "".join(['{"records":[', row % "c" + ",", row % "d", "]}"])
    for hours, content in ((8, array), (9, one_line)):
        exported.export.append(SIGN_INS, f"array/{exported.export.name(STARTS - hours * HOUR)}", content.encode())

    run = exported.run()

    assert run.exit_code == 0
    assert {row["id"] for row in run.records("sign_ins")} >= {"a", "b", "c", "d"}


def test_a_line_that_is_no_row_costs_no_other_row(exported: ExportedProject) -> None:
    exported.export.write("signIns")
    name = exported.export.names(SIGN_INS)[0]
    exported.export.append(SIGN_INS, name, b'{"time": "2026\n[]\n{"properties":{"createdDateTime":null}}\n')

    run = exported.run()

    assert exported.differences("sign_ins") == []
    assert (run.exit_code, run.reports["sign_ins"]["outcome"]) == (1, "partial")
    assert "3 lines of the export in insights-logs-signinlogs were no rows" in run.reports["sign_ins"]["action"]


def test_the_bookmark_names_blobs_of_the_last_hours_alone(exported: ExportedProject) -> None:
    exported.export.write("signIns")
    for number in range(100):
        for hours in (0, 2):
            name = f"{number}/{exported.export.name(STARTS - hours * HOUR)}"
            line = b'{"properties":{"id":"%d","createdDateTime":"2026-11-20T03:31:00+00:00"}}\n' % number
            exported.export.append(SIGN_INS, name, line)

    bookmark = exported.run().bookmark("sign_ins")

    blobs = json.loads(bookmark["export_blobs"])
    assert max(map(len, blobs.values())) == 2
    assert len(blobs) >= 100
    assert len(json.dumps(bookmark)) < 64 * 1024


def test_start_date_limits_what_is_read(exported: ExportedProject) -> None:
    exported.export.write("signIns")

    run = exported.run(start_date="2026-11-18")

    times = [row["createdDateTime"] for row in run.records("sign_ins")]
    assert times
    assert all(time > "2026-11-17" for time in times)
    assert len(times) < len(exported.project.tenant.truth("sign_ins")) / 3


def test_a_large_blob_is_read_in_ranges_that_cut_lines(
    exported: ExportedProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_entra.replication.exported._RANGE", 1_000)
    exported.export.write("signIns")

    runs = [exported.run(), exported.run()]

    assert exported.differences("sign_ins") == []
    assert exported.doubled("sign_ins", *runs) == []


def test_lists_without_a_time_cost_no_row(exported: ExportedProject, monkeypatch: pytest.MonkeyPatch) -> None:
    export, original = exported.export, exported.export.answer

    def answer(request: Request) -> Response:
        response = original(request)
        response.is_dated = False  # a proxy removes it
        return response

    monkeypatch.setattr(export, "answer", answer)
    export.write("signIns")
    first = exported.run()
    sign_in(exported.project, STARTS - 9 * HOUR, id_="filed late", arrives=STARTS - 9 * HOUR)
    name = export.name(STARTS.replace(minute=0) - 9 * HOUR)
    export.append(SIGN_INS, name, b'{"properties":{"id":"filed late","createdDateTime":"2026-11-20T03:30:00Z"}}\n')

    second = exported.run()

    assert first.exit_code == second.exit_code == 0
    assert exported.differences("sign_ins") == []


# Settings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"storage_url": ""}, "`log_source` is storage, but `storage_url` is not set"),
        ({"storage_url": "http://logs.blob.core.windows.net"}, "does not begin with https://"),
        ({"storage_url": "https://me@logs.blob.core.windows.net"}, "holds more than host, path and SAS"),
        ({"storage_url": "https://logs.blob.core.windows.net/a/b"}, "neither an account nor a container of the export"),
    ],
)
def test_an_address_that_cannot_be_used_ends_the_run_before_the_first_message(
    exported: ExportedProject, settings: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        exported.run(**settings)

    assert exported.project.warehouse.messages == []


def test_without_microsofts_library_the_message_says_how_to_install_it(
    exported: ExportedProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "azure.storage.blob", None)

    with pytest.raises(ConfigError, match=r"azure-storage-blob is not installed.*tap-entra\[storage\]"):
        exported.run()


def test_without_log_source_the_export_is_not_touched(exported: ExportedProject) -> None:
    exported.export.write("signIns")

    exported.project.run("sign_ins")

    assert exported.requests() == []
    assert exported.differences("sign_ins") == []


def test_no_log_holds_the_sas(exported: ExportedProject, caplog: pytest.LogCaptureFixture) -> None:
    exported.export.write("signIns")
    caplog.set_level(logging.DEBUG)

    exported.run()

    signature = parse_qs(exported.export.sas())["sig"][0]
    assert len(caplog.text) > 1_000
    assert not any(text in caplog.text for text in (signature, quote(signature, safe=""), "sig="))


# Parts


def test_four_workers_read_what_one_reads_and_no_blob_twice(exported: ExportedProject) -> None:
    exported.export.write("signIns")
    whole = {row["id"] for row in exported.run(state={}).records("sign_ins")}

    parts = []
    for number in range(1, 5):
        first = exported.run(state={}, storage_shards=f"{number}/4")
        again = exported.run(state=first.state, storage_shards=f"{number}/4")
        assert again.records("sign_ins") == []
        parts.append({row["id"] for row in first.records("sign_ins")})

    assert whole
    assert sorted(id_ for part in parts for id_ in part) == sorted(whole)
    assert sum(map(bool, parts)) > 2


def test_a_bookmark_of_another_part_is_not_used(exported: ExportedProject, caplog: pytest.LogCaptureFixture) -> None:
    exported.export.write("signIns")
    exported.run(storage_shards="1/2")

    run = exported.run(storage_shards=None)

    assert exported.differences("sign_ins") == []
    assert len(run.records("sign_ins")) == len(exported.project.tenant.truth("sign_ins"))
    assert "the state is of other `storage_shards`" in caplog.text


def test_a_part_does_not_move_the_mark_up_to_which_graph_is_read(exported: ExportedProject) -> None:
    exported.export.write("signIns")

    assert "replication_key_value" not in exported.run(storage_shards="1/2").bookmark("sign_ins")


@pytest.mark.parametrize("shards", ["0/4", "5/4", "1", "1/x", "a/b/c"])
def test_parts_that_are_none_end_the_run_before_the_first_message(exported: ExportedProject, shards: str) -> None:
    with pytest.raises(ConfigError, match="`storage_shards` is"):
        exported.run(storage_shards=shards)
