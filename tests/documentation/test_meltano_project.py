"""meltano.yml and .env.example offer what the tap has."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tap_entra.streams import STREAMS
from tests.documentation.pages import PAGES, ROOT

MELTANO = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
EXTRACTOR, *_ = MELTANO["plugins"]["extractors"]


def test_meltano_knows_every_setting_with_the_same_default_and_secrecy(settings: dict[str, Any]) -> None:
    known = {setting["name"]: setting for setting in EXTRACTOR["settings"]}

    assert known.keys() == settings.keys()
    for name, setting in settings.items():
        assert known[name].get("value") == setting.get("default")
        assert known[name].get("sensitive", False) == setting.get("secret", False)


def test_no_setting_has_the_kind_that_crashes_meltano_run() -> None:
    plugins = [plugin for kind in MELTANO["plugins"].values() for plugin in kind]

    assert not [setting for plugin in plugins for setting in plugin.get("settings", []) if setting["kind"] == "decimal"]


def test_meltano_knows_what_the_tap_can_do(about: dict[str, Any]) -> None:
    assert sorted(EXTRACTOR["capabilities"]) == sorted(about["capabilities"])


def test_meltano_selects_the_default_streams_by_name_and_excludes_nothing() -> None:
    assert EXTRACTOR["select"] == [f"{stream.name}.*" for stream in STREAMS if stream.selected_by_default]


def test_meltano_has_the_loader_show_deletions() -> None:
    loader = next(loader for loader in MELTANO["plugins"]["loaders"] if loader["name"] == "target-postgres")
    values = {setting["name"]: setting.get("value") for setting in loader["settings"]}

    assert values["add_record_metadata"] is True
    assert values["activate_version"] is True
    assert values["hard_delete"] is False


def test_every_variable_of_the_example_environment_is_a_setting() -> None:
    plugins = [EXTRACTOR, *MELTANO["plugins"]["loaders"]]
    known = {
        f"{plugin['namespace']}_{setting['name']}".upper() for plugin in plugins for setting in plugin["settings"]
    } | {"TAP_ENTRA__SELECT"}

    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)) <= known


def test_every_command_that_is_named_is_one_of_meltano() -> None:
    named = {command for page in PAGES.values() for command in re.findall(r"tap-entra:([a-z-]+)", page)}

    assert "connect" in named
    assert named <= set(EXTRACTOR["commands"])
