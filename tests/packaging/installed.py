"""The tap as a user has it: two commands in a folder, and no source beside them."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

from tests.strict_warnings import STRICT_WARNINGS

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox


class InstalledTap:
    """The commands of an installation, run in processes of their own.

    Args:
        commands: The folder that holds `tap-entra` and `tap-entra-auth`.
        folder: For settings and catalog; also the folder that the commands run in.
    """

    def __init__(self, commands: Path, folder: Path) -> None:
        self.commands = commands
        self.folder = folder

    def output(self, command: str, *arguments: str, **environment: str) -> str:
        """Run a command and return what it wrote on stdout; warnings of Python are errors."""
        done = subprocess.run(
            [self.commands / command, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONWARNINGS": STRICT_WARNINGS, **environment},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def about(self) -> dict[str, Any]:
        """Return the tap's description of itself."""
        return dict(json.loads(self.output("tap-entra", "--about", "--format=json")))

    def run(self, sandbox: Sandbox) -> list[dict[str, Any]]:
        """Read all streams from a sandbox and return the Singer messages."""
        catalog = json.loads(self.output("tap-entra", "--discover"))
        for stream in catalog["streams"]:
            for entry in stream["metadata"]:
                entry["metadata"]["selected"] = True
        (self.folder / "catalog.json").write_text(json.dumps(catalog))
        (self.folder / "settings.json").write_text(json.dumps(sandbox.settings))
        arguments = ("--config=settings.json", "--catalog=catalog.json")
        lines = self.output("tap-entra", *arguments, **sandbox.environment()).splitlines()
        return [json.loads(line) for line in lines]


def assert_all_rows_arrived(messages: list[dict[str, Any]], sandbox: Sandbox) -> None:
    """Compare a first run with the tenant: every stream complete, and as many live rows as the tenant has."""
    records = [message for message in messages if message["type"] == "RECORD"]
    results = {row["record"]["stream"]: row["record"]["outcome"] for row in records if row["stream"] == "stream_runs"}
    keys = {message["stream"]: message["key_properties"] for message in messages if message["type"] == "SCHEMA"}
    rows: dict[str, set[tuple[str, ...]]] = {name: set() for name in keys}
    for message in records:
        name, record = message["stream"], message["record"]
        rows[name].add(tuple(record[key] for key in keys[name]))
    assert results.keys() == keys.keys() - {"stream_runs"}
    for name, outcome in results.items():
        live = {tuple(row[key] for key in keys[name]) for row in sandbox.tenant.truth(name) if not row.get("_deleted")}
        assert outcome == "complete", name
        assert live, name
        assert live <= rows[name], name
