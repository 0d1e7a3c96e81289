"""The whole job: the tap, the real loader with the shipped settings, a real PostgreSQL, days that pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.databases import BY_NAME, DELETED_AT, Row, Rows, differences, tenant_rows, warehouse_rows

from sandbox import Sandbox
from tap_entra.graph.odata import parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

BIN = Path(sys.executable).parent
PROJECT = Path(__file__).parent.parent
LOGS = {"sign_ins": "createdDateTime"}


def loader_settings() -> dict[str, Any]:
    """What meltano.yml ships for target-postgres."""
    plugins = yaml.safe_load((PROJECT / "meltano.yml").read_text())["plugins"]["loaders"]
    (postgres,) = (plugin for plugin in plugins if plugin["name"] == "target-postgres")
    shipped = {setting["name"]: setting["value"] for setting in postgres["settings"] if "value" in setting}
    return {**shipped, "default_target_schema": "entra"}


class Pipeline:
    """`tap-entra | target-postgres`, with the state that the loader wrote last."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.state = folder / "state.json"
        settings = {**loader_settings(), "sqlalchemy_url": sandbox.postgres.url}
        (folder / "loader.json").write_text(json.dumps(settings))
        (folder / "tap.json").write_text(json.dumps(sandbox.settings))

    def run(self) -> None:
        command = [BIN / "tap-entra", "--config", self.folder / "tap.json"]
        if self.state.exists():
            command += ["--state", self.state]
        environment = {**os.environ, **self.sandbox.environment()}
        with (self.folder / "messages.jsonl").open("wb") as messages:
            subprocess.run(command, check=True, env=environment, stdout=messages, stderr=subprocess.DEVNULL)
        with (self.folder / "messages.jsonl").open("rb") as messages:
            loader = [BIN / "target-postgres", "--config", self.folder / "loader.json"]
            done = subprocess.run(loader, check=False, stdin=messages, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        self.state.write_bytes(done.stdout.splitlines()[-1])

    def messages(self) -> list[Row]:
        return [json.loads(line) for line in (self.folder / "messages.jsonl").read_bytes().splitlines()]

    def table(self, stream: str) -> Rows:
        with self.sandbox.postgres.connect() as connection:
            return warehouse_rows(connection, stream)


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    with Sandbox(users=120, sign_ins=900, seed=11, postgres=True) as sandbox:
        yield Pipeline(sandbox, tmp_path)


def expected(pipeline: Pipeline, stream: str, history: list[Rows]) -> Rows:
    """The truth now, but for what nobody could know: of someone who left, only what they were when last seen."""
    rows = tenant_rows(pipeline.sandbox, stream)
    knows_leavers = "deletedDateTime" in BY_NAME[stream].schema["properties"]
    for key, row in list(rows.items()):
        if row[DELETED_AT]:
            seen = next((past[key] for past in reversed(history) if key in past and not past[key][DELETED_AT]), {})
            known = {name: row[name] for name in (*BY_NAME[stream].primary_keys, "deletedDateTime") if name in row}
            rows[key] = {**dict.fromkeys(row), **seen, **known, DELETED_AT: True}
            if not seen and not knows_leavers:
                del rows[key]
    return rows


def is_bare_removal(row: Row) -> bool:
    """Graph also tells of the end of those who left before the first run; of them only the key is known."""
    return bool(row[DELETED_AT]) and sum(value is not None for value in row.values()) <= 2


def test_after_three_days_every_table_equals_the_tenant(pipeline: Pipeline) -> None:
    tables = [name for name in BY_NAME if name not in {"stream_runs", *LOGS}]
    history: dict[str, list[Rows]] = {name: [] for name in tables}
    oldest = pipeline.sandbox.tenant.now() - timedelta(days=30) + timedelta(hours=1, minutes=1)

    for day in range(4):
        before = {name: tenant_rows(pipeline.sandbox, name) for name in LOGS}
        pipeline.run()

        for name in tables:
            wanted = expected(pipeline, name, history[name])
            found = {key: row for key, row in pipeline.table(name).items() if key in wanted or not is_bare_removal(row)}
            assert differences(wanted, found) == [], f"{name} on day {day}"
            history[name].append(wanted)
        for name, time in LOGS.items():
            found = pipeline.table(name)
            readable = {key: row for key, row in before[name].items() if parse_instant(row[time]) >= oldest}
            arrived_meanwhile = found.keys() - readable.keys()
            truth = tenant_rows(pipeline.sandbox, name)
            assert differences(readable, {key: found[key] for key in found.keys() - arrived_meanwhile}) == []
            assert arrived_meanwhile <= truth.keys()
        pipeline.sandbox.tenant.pass_days(1)

    left = [row for row in history["users"][-1].values() if row[DELETED_AT] and row["displayName"]]
    assert left, "no one left in these days: the test has seen nothing"


def test_a_run_right_after_another_moves_nothing_again_but_the_overlap(pipeline: Pipeline) -> None:
    pipeline.run()
    state = json.loads(pipeline.state.read_text())
    before = json.loads(pipeline.state.read_text())["bookmarks"]

    pipeline.run()

    rows = [message for message in pipeline.messages() if message["type"] == "RECORD"]
    assert {row["stream"] for row in rows} <= {"organization", "domains", "sign_ins", "stream_runs"}
    bookmark = parse_instant(before["sign_ins"]["replication_key_value"])
    read = [parse_instant(row["record"]["createdDateTime"]) for row in rows if row["stream"] == "sign_ins"]
    assert all(moment >= bookmark - timedelta(minutes=1440) for moment in read)
    assert len(pipeline.state.read_bytes()) < 64 * 1024
    assert all(not isinstance(value, (dict, list)) for mark in state["bookmarks"].values() for value in mark.values())
