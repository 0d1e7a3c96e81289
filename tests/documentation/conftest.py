"""The output of `tap-entra --about`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from tap_entra.tap import TapEntra

#: Settings that the SDK gives every tap; meltano.yml does not name them.
_SDK_SETTINGS = ("stream_map", "faker", "flattening")


@pytest.fixture(scope="session")
def about() -> dict[str, Any]:
    """`tap-entra --about --format=json`."""
    said: dict[str, Any] = json.loads(CliRunner().invoke(TapEntra.cli, ["--about", "--format=json"]).stdout)
    return said


@pytest.fixture(scope="session")
def settings(about: dict[str, Any]) -> dict[str, Any]:
    """The tap's own settings."""
    properties = about["settings"]["properties"]
    return {name: setting for name, setting in properties.items() if not name.startswith(_SDK_SETTINGS)}
