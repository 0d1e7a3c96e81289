"""The definition by which another Meltano project adds the tap; see `make docs`."""  # noqa: INP001 - a folder of documentation, no package

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from tap_entra.config_schema import SETTINGS
from tap_entra.tap import TapEntra

ROOT = Path(__file__).parents[1]
DEFINITION = ROOT / "hub/tap-entra.yml"
_HEAD = """\
# How another Meltano project adds the tap: docs/running.md#in-another-meltano-project. `make docs` writes this file.
"""


def definition() -> dict[str, Any]:
    """Return the definition as Meltano's hub has one for each plugin: of the project's own extractor, and of `--about`.

    https://docs.meltano.com/reference/plugin-definition-syntax
    """
    project = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
    extractor = next(one for one in project["plugins"]["extractors"] if one["name"] == TapEntra.name)
    return {
        "name": TapEntra.name,
        "namespace": extractor["namespace"],
        "variant": "tap-entra",
        "label": extractor["label"],
        "description": "People, apps, licences and sign-ins of a company, from Microsoft Entra ID",
        "keywords": ["meltano_sdk"],
        "maintenance_status": "active",
        "quality": "unknown",
        "executable": extractor["executable"],
        "pip_url": TapEntra.name,
        "capabilities": extractor["capabilities"],
        "select": extractor["select"],
        "commands": extractor["commands"],
        "settings_group_validation": [["tenant_id", "client_id"], ["tenant_id", "auth_flow"]],
        "settings": [_setting(name, schema) for name, schema in SETTINGS["properties"].items()],
    }


def _setting(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    setting = {"name": name, "label": schema["title"], "description": schema["description"]}
    if "enum" in schema:
        setting |= {"kind": "options", "options": [{"label": value, "value": value} for value in schema["enum"]]}
    else:
        setting["kind"] = schema["type"][0]  # string, integer and boolean are kinds of the hub's, too
    if schema.get("secret"):
        setting["sensitive"] = True
    if "default" in schema:
        setting["value"] = schema["default"]
    return setting


def text() -> str:
    """Return the content of the file."""
    return _HEAD + yaml.safe_dump(definition(), sort_keys=False, allow_unicode=True, width=110)


if __name__ == "__main__":
    DEFINITION.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"Written to {DEFINITION.relative_to(ROOT)}.\n")
