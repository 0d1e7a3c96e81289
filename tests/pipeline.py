"""The shipped pipeline: the tap, and the real loader with the shipped settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.databases import Row, Rows, warehouse_rows
from tests.warehouse import ROOT, selection

if TYPE_CHECKING:
    from sandbox import Sandbox

BIN = Path(sys.executable).parent
TAP = (sys.executable, "-m", "tap_entra")
#: The same, but for the waits that Microsoft's limits make it take.
HURRIED_TAP = (sys.executable, "-m", "tests.no_waits")
SCHEMA = "entra"


def loader_settings() -> dict[str, Any]:
    """What meltano.yml ships for target-postgres."""
    plugins = yaml.safe_load((ROOT / "meltano.yml").read_text())["plugins"]["loaders"]
    (postgres,) = (plugin for plugin in plugins if plugin["name"] == "target-postgres")
    shipped = {setting["name"]: setting["value"] for setting in postgres["settings"] if "value" in setting}
    return {**shipped, "default_target_schema": SCHEMA}


class Pipeline:
    """`tap-entra | target-postgres`, with the state that the loader wrote last.

    Args:
        streams: What is selected; everything if none is named, also what is off unless asked for.
        settings: Settings of the tap beside the sandbox's.
    """

    def __init__(
        self, sandbox: Sandbox, folder: Path, *streams: str, tap: tuple[str, ...] = TAP, **settings: Any
    ) -> None:
        self.sandbox = sandbox
        self.tap = tap
        self.folder = folder
        self.state = folder / "state.json"
        loader = {**loader_settings(), "sqlalchemy_url": sandbox.postgres.url}
        (folder / "loader.json").write_text(json.dumps(loader))
        (folder / "tap.json").write_text(json.dumps({**sandbox.settings, **settings}))
        (folder / "catalog.json").write_text(json.dumps(selection(*streams)))

    def run(self) -> None:
        command: list[str | Path] = [
            *self.tap,
            "--config",
            self.folder / "tap.json",
            "--catalog",
            self.folder / "catalog.json",
        ]
        if self.state.exists():
            command += ["--state", self.state]
        environment = {**os.environ, **self.sandbox.environment()}
        log = self.folder / "tap.log"
        with (self.folder / "messages.jsonl").open("wb") as messages, log.open("wb") as errors:
            read = subprocess.run(command, check=False, cwd=ROOT, env=environment, stdout=messages, stderr=errors)
        assert read.returncode == 0, log.read_text()[-3000:]
        with (self.folder / "messages.jsonl").open("rb") as messages:
            loader: list[str | Path] = [BIN / "target-postgres", "--config", self.folder / "loader.json"]
            done = subprocess.run(loader, check=False, stdin=messages, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        self.state.write_bytes(done.stdout.splitlines()[-1])

    def messages(self) -> list[Row]:
        return [json.loads(line) for line in (self.folder / "messages.jsonl").read_bytes().splitlines()]

    def table(self, stream: str) -> Rows:
        with self.sandbox.postgres.connect() as connection:
            return warehouse_rows(connection, stream)
