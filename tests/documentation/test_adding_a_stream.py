"""A stream is added as docs/adding-a-stream.md says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tap_entra.streams import STREAMS
from tests.documentation.pages import GENERATED, ROOT, listing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def copy(tmp_path: Path) -> Callable[..., str]:
    """A copy of the project; runs a Python module in it."""
    for name in ("tap_entra", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "meltano.yml"):
        shutil.copy(ROOT / name, tmp_path)

    def run(*module: str) -> str:
        command = [sys.executable, "-m", *module]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def add_the_example_stream(project: Path) -> None:
    """As docs/adding-a-stream.md says: one file, and its name in STREAMS."""
    path = "tap_entra/streams/directory_roles.py"
    (project / path).write_text(listing(path), encoding="utf-8")
    contents = project / "tap_entra/streams/__init__.py"
    page = contents.read_text(encoding="utf-8")
    for before, name in (
        ("from tap_entra.streams.domains", "from tap_entra.streams.directory_roles import DirectoryRoles\n"),
        ("    Devices,\n    Applications,", "    DirectoryRoles,\n"),
    ):
        assert page.count(before) == 1
        page = page.replace(before, name + before)
    contents.write_text(page, encoding="utf-8")


@pytest.mark.slow
def test_a_stream_is_added_by_one_file_and_one_name_and_make_docs(tmp_path: Path, copy: Callable[..., str]) -> None:
    (make_docs,) = re.findall(r"^docs:.*\n\t@\$\(BIN\)/cog (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    add_the_example_stream(tmp_path)

    copy("cogapp", *make_docs.split())

    added = {
        name: {*(tmp_path / name).read_text(encoding="utf-8").splitlines()}
        - {*(ROOT / name).read_text(encoding="utf-8").splitlines()}
        for name in GENERATED
    }
    (short,) = added["README.md"]
    assert short == "|  | `directory_roles` | the admin roles that are in use in this tenant | - |"
    (row,) = added["docs/streams.md"]
    assert row.startswith(
        "| `directory_roles` | the admin roles that are in use in this tenant | [`/directoryRoles`](https:"
    )
    assert added["meltano.yml"] == {"    - directory_roles.*"}
    catalog = {stream["tap_stream_id"]: stream for stream in json.loads(copy("tap_entra", "--discover"))["streams"]}
    assert {*catalog} == {stream.name for stream in STREAMS} | {"directory_roles"}
    assert catalog["directory_roles"]["schema"]["properties"].keys() == {"id", "displayName", "roleTemplateId"}
    assert catalog["directory_roles"]["key_properties"] == ["id"]


def test_the_example_stream_asks_for_its_columns_and_no_page_size(tmp_path: Path, copy: Callable[..., str]) -> None:
    add_the_example_stream(tmp_path)
    code = "from tap_entra.tap import TapEntra as T; print(T(config={}).streams['directory_roles'].list_url())"
    (tmp_path / "asked.py").write_text(code, encoding="utf-8")

    assert copy("asked") == "/v1.0/directoryRoles?$select=displayName,id,roleTemplateId\n"
