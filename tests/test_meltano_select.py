"""Selection by Meltano: the shipped one, and what a user adds to it or removes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tap_entra.streams import STREAMS
from tests.meltano_project import project_with

if TYPE_CHECKING:
    from collections.abc import Callable

    Meltano = Callable[..., str]

pytestmark = pytest.mark.e2e

BIN = Path(sys.executable).parent
DEFAULT = {stream.name for stream in STREAMS if stream.selected_by_default}


@pytest.fixture
def meltano(tmp_path: Path) -> Meltano:
    """Meltano in a copy of this project, with the tap of this environment, so that nothing has to be installed."""
    (tmp_path / "meltano.yml").write_text(project_with({"-e .": BIN / "tap-entra"}), encoding="utf-8")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("MELTANO_", "TAP_ENTRA_"))}

    def run(*arguments: str) -> str:
        command: list[str | Path] = [BIN / "meltano", "--log-level=warning", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=outside, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return str(done.stdout)

    return run


def selected(meltano: Meltano) -> dict[str, set[str]]:
    """The selected columns, by stream."""
    catalog = json.loads(meltano("invoke", "--dump=catalog", "tap-entra"))
    chosen = {}
    for stream in catalog["streams"]:
        metadata = {tuple(entry["breadcrumb"]): entry["metadata"] for entry in stream["metadata"]}
        if metadata[()]["selected"]:
            columns = {place[1] for place, known in metadata.items() if len(place) == 2 and known["selected"]}
            chosen[stream["tap_stream_id"]] = columns
    return chosen


def test_as_shipped_the_default_streams_are_selected_with_all_columns(meltano: Meltano) -> None:
    chosen = selected(meltano)

    assert chosen.keys() == DEFAULT
    for stream in STREAMS:
        if stream.name in DEFAULT:
            assert stream.schema["properties"].keys() <= chosen[stream.name]


def test_a_beta_log_is_there_for_the_asking(meltano: Meltano, tmp_path: Path) -> None:
    before = yaml.safe_load((tmp_path / "meltano.yml").read_text(encoding="utf-8"))

    meltano("select", "tap-entra", "non_interactive_sign_ins", "*")

    assert selected(meltano).keys() == DEFAULT | {"non_interactive_sign_ins"}
    after = yaml.safe_load((tmp_path / "meltano.yml").read_text(encoding="utf-8"))
    before["plugins"]["extractors"][0]["select"].append("non_interactive_sign_ins.*")
    assert after == before


def test_streams_and_columns_can_be_deselected(meltano: Meltano) -> None:
    meltano("select", "tap-entra", "--exclude", "profile_photos", "*")
    meltano("select", "tap-entra", "--exclude", "users", "mobilePhone")

    chosen = selected(meltano)

    assert chosen.keys() == DEFAULT - {"profile_photos"}
    assert "mobilePhone" not in chosen["users"]
    assert {"id", "displayName", "_sdc_deleted_at"} <= chosen["users"]
