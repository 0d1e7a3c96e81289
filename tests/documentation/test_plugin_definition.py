"""The definition for other Meltano projects is current, follows the rules of Meltano's hub, and works there."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from docs.plugin_definition import DEFINITION, definition, text
from tap_entra.streams import STREAMS
from tests.commands.conftest import BIN

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox

#: What the hub's schema of extractors requires, and what else it allows (schemas/plugin_definitions, August 2026).
REQUIRED = {"name", "namespace", "variant", "quality"}
ALLOWED = REQUIRED | {
    "label",
    "description",
    "pip_url",
    "executable",
    "repo",
    "docs",
    "domain_url",
    "logo_url",
    "keywords",
    "capabilities",
    "select",
    "metadata",
    "schema",
    "settings",
    "settings_group_validation",
    "commands",
    "requires",
    "maintenance_status",
    "definition",
    "prereq",
    "usage",
    "settings_preamble",
    "next_steps",
    "supported_python_versions",
    "log_parser",
    "python",
    "hidden",
}
KINDS = {
    "oauth",
    "hidden",
    "password",
    "date_iso8601",
    "file",
    "email",
    "integer",
    "options",
    "object",
    "array",
    "boolean",
    "string",
    "decimal",
}


def test_it_is_what_make_docs_would_write() -> None:
    assert DEFINITION.read_text(encoding="utf-8") == text()


def test_it_follows_the_rules_of_the_hub() -> None:
    found = definition()

    assert found.keys() >= REQUIRED
    assert found.keys() <= ALLOWED
    for setting in found["settings"]:
        assert setting["kind"] in KINDS, setting["name"]
        assert setting["label"]
        assert setting["description"]
    named = {setting["name"] for setting in found["settings"]}
    assert {name for group in found["settings_group_validation"] for name in group} <= named


@pytest.mark.e2e
def test_an_existing_project_gets_settings_commands_and_the_default_streams(sandbox: Sandbox, tmp_path: Path) -> None:
    # The executables of this environment are on the path, so nothing is installed.
    own = {name: value for name, value in definition().items() if name != "pip_url"}
    (tmp_path / "tap-entra.yml").write_text(yaml.safe_dump(own))
    project = tmp_path / "project"
    environment = {
        **os.environ, **sandbox.environment(), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
    }  # fmt: skip

    def meltano(*arguments: str) -> str:
        folder = project if project.exists() else tmp_path
        done = subprocess.run(
            [BIN / "meltano", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    meltano("init", "project", "--no-usage-stats")
    meltano(
        "add", "tap-entra", "--plugin-type=extractor", "--from-ref", str(tmp_path / "tap-entra.yml"), "--no-install"
    )
    meltano("config", "set", "tap-entra", "_select", json.dumps(own["select"]))
    told = meltano("invoke", "tap-entra:check-json")

    checked = {stream["stream"] for stream in json.loads(told[told.index("{") :])["streams"]}
    assert checked == {stream.name for stream in STREAMS if stream.selected_by_default} - {"stream_runs"}
    added = yaml.safe_load((project / "meltano.yml").read_text())["plugins"]["extractors"][0]
    assert added["commands"].keys() == own["commands"].keys()
    assert [setting["name"] for setting in added["settings"]] == [setting["name"] for setting in own["settings"]]
