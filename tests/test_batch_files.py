"""Rows in batch files: the same as rows by themselves, in the same tables, whatever happens to the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.replication import windows
from tap_entra.streams import SignIns
from tests.batches import differences, files_in, messages, rows_of, table, ways
from tests.cases.pipeline import load_messages
from tests.exports import STARTS
from tests.warehouse import Project, stop_after

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox import Sandbox
    from tests.loader import Message

LOGS = ("sign_ins", "directory_audits")
LISTS = ("users", "groups", "group_members", "domains")


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.xdist_group("batch files")
@pytest.mark.parametrize(
    ("settings", "in_files"),
    [
        ({}, {*LOGS}),
        # Nothing is sent that removes a row.
        ({"emit_activate_version_messages": False, "soft_deletes": "off"}, {*LOGS, *LISTS}),
    ],
    ids=["default", "rows only"],
)
def test_tables_are_equal_over_two_days(
    new_sandbox: Callable[..., Sandbox], tmp_path: Path, settings: dict[str, Any], in_files: set[str]
) -> None:
    sandbox = new_sandbox(users=25, sign_ins=300, starts=STARTS, postgres=True)
    states: dict[str, dict[str, Any]] = {"rows": {}, "files": {}}
    for day in (1, 2):
        for schema, extra in {"rows": {}, "files": files_in(tmp_path)}.items():
            sent = messages(sandbox, states[schema], *LOGS, *LISTS, **settings, **extra)
            states[schema] = load_messages(sent, sandbox, schema)
            if schema == "files":
                assert ways(sent)["BATCH"] == (in_files if day == 1 else ways(sent)["BATCH"] & in_files)
                assert not ways(sent)["RECORD"] & in_files
        for stream in (*LOGS, *LISTS):
            expected = table(sandbox, "rows", stream)
            assert expected
            assert differences(expected, table(sandbox, "files", stream)) == []
        sandbox.tenant.pass_days(1)
    removed = [row for row in table(sandbox, "files", "users").values() if row["_sdc_deleted_at"]]
    assert bool(removed) == (not settings)


@pytest.mark.parametrize(
    ("settings", "in_files"),
    [
        ({}, set()),
        ({"emit_activate_version_messages": False}, {"domains"}),
        ({"soft_deletes": "off"}, set()),
        ({"emit_activate_version_messages": False, "soft_deletes": "off"}, {*LISTS}),
    ],
    ids=["default", "no versions", "no soft deletes", "neither"],
)
def test_lists_come_row_by_row_as_long_as_removed_rows_are_reported(
    new_sandbox: Callable[..., Sandbox], tmp_path: Path, settings: dict[str, Any], in_files: set[str]
) -> None:
    sent = ways(messages(new_sandbox(users=25, sign_ins=0), {}, *LISTS, **settings, **files_in(tmp_path)))

    assert sent["BATCH"] == in_files
    assert sent["RECORD"] == {*LISTS, "stream_runs"} - in_files


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"json_as_text": True},
        {"flattening_enabled": True, "flattening_max_depth": 2},
        {
            "stream_maps": {
                "sign_ins": {"ipAddress": "sha256(ipAddress) if ipAddress else None", "userDisplayName": "__NULL__"},
                "copied": {"__source__": "directory_audits", "__filter__": "category == 'UserManagement'"},
            }
        },
    ],
    ids=["plain", "text", "flat", "mapped"],
)
def test_rows_in_files_are_those_of_records(
    new_sandbox: Callable[..., Sandbox], tmp_path: Path, settings: dict[str, Any]
) -> None:
    sandbox = new_sandbox(users=25, sign_ins=300, starts=STARTS)
    expected = rows_of(messages(sandbox, {}, *LOGS, **settings))
    sent = messages(sandbox, {}, *LOGS, **settings, **files_in(tmp_path, batch_size=100))

    found = rows_of(sent)

    assert ways(sent)["RECORD"] == {"stream_runs"}
    assert ways(sent)["BATCH"] == found.keys() - {"stream_runs"}
    assert len(list(tmp_path.iterdir())) > len(LOGS)
    for stream in found.keys() - {"stream_runs"}:
        assert found[stream] == expected[stream]


@pytest.fixture
def narrow(new_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> Project:
    """A log that is read in many windows of several pages."""
    monkeypatch.setattr(SignIns, "page_size", 10)
    monkeypatch.setattr(windows, "_COMFORTABLE_ROWS", 40)
    return Project(new_sandbox(users=25, sign_ins=400, starts=STARTS))


def test_state_follows_the_files_of_its_rows(narrow: Project, tmp_path: Path) -> None:
    """A loader that is killed at any message has all rows before the last state it took."""
    truth = {row["id"]: row["createdDateTime"] for row in narrow.tenant.truth("sign_ins")}
    told: list[str] = []

    def check(message: Message) -> None:
        if message["type"] == "STATE" and (bookmark := message["value"].get("bookmarks", {}).get("sign_ins")):
            told.append(bookmark["replication_key_value"])
            loaded = {row["id"] for row in narrow.warehouse.rows("sign_ins")}
            assert {id_ for id_, time in truth.items() if time < told[-1]} <= loaded

    run = narrow.run("sign_ins", on_message=check, **files_in(tmp_path, batch_size=15))

    assert run.exit_code == 0
    assert len({*told}) > 4
    assert {row["id"] for row in narrow.warehouse.rows("sign_ins")} == truth.keys()


def test_a_run_that_is_stopped_goes_on_behind_its_last_file(narrow: Project, tmp_path: Path) -> None:
    truth = {row["id"] for row in narrow.tenant.truth("sign_ins")}

    stopped = narrow.run("sign_ins", on_message=stop_after("sign_ins", 3, "BATCH"), **files_in(tmp_path))

    assert stopped.exit_code == 143
    assert 0 < len(narrow.warehouse.rows("sign_ins")) < len(truth)
    assert stopped.bookmark("sign_ins")
    assert narrow.run("sign_ins", **files_in(tmp_path)).exit_code == 0
    assert {row["id"] for row in narrow.warehouse.rows("sign_ins")} == truth


def test_storage_that_takes_no_file_costs_one_stream_and_no_row(
    new_sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    sandbox = new_sandbox(users=25, sign_ins=300, starts=STARTS)
    project = Project(sandbox)
    folder = tmp_path / "files"
    folder.write_text("a file where the folder should be")

    run = project.run("sign_ins", "domains", **files_in(folder))

    assert run.exit_code == 1
    assert {name: row["outcome"] for name, row in run.reports.items()} == {"sign_ins": "failed", "domains": "complete"}
    assert "`batch_config`" in run.reports["sign_ins"]["action"]
    assert not run.bookmark("sign_ins")

    folder.unlink()
    run = project.run("sign_ins", "domains", **files_in(folder))

    assert run.exit_code == 0
    assert {row["id"] for row in project.warehouse.rows("sign_ins")} == {
        row["id"] for row in sandbox.tenant.truth("sign_ins")
    }
