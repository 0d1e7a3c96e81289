"""A stream is added as docs/adding-a-stream.md says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tap_entra.streams import STREAMS
from tests.documentation.pages import GENERATED, ROOT, listing

if TYPE_CHECKING:
    from pathlib import Path


Run = Callable[..., subprocess.CompletedProcess[str]]

SEED = "transform/entra/seeds/entra__streams.csv"


@pytest.fixture
def copy(tmp_path: Path) -> Run:
    """A copy of the project; runs a Python module in it."""
    for name in ("tap_entra", "sandbox", "docs", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "meltano.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / SEED).parent.mkdir(parents=True)
    (tmp_path / "hub").mkdir()

    def run(*module: str, fails: bool = False) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *module]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done

    return run


def add(project: Path, path: str, name: str, contents: str, end: str) -> None:
    """Add a file as docs/adding-a-stream.md gives it, and its name in the table of contents beside it.

    The examples are real: where the project has grown a stream or list of that name, the page's takes its place.

    Args:
        contents: Ends the lines of imports, in the table.
        end: Ends the table's entries.
    """
    file = project / path
    file.write_text(listing(path), encoding="utf-8")
    table = file.with_name("__init__.py")
    imported = f"from {path.removesuffix('.py').replace('/', '.')} import {name}\n"
    text = table.read_text(encoding="utf-8").replace(imported, "").replace(f"    {name},\n", "")
    for before, line in ((contents, imported), (end, f"    {name},\n")):
        assert text.count(before) == 1
        text = text.replace(before, line + before)
    table.write_text(text, encoding="utf-8")


def add_stream(project: Path, name: str, class_name: str) -> None:
    before = "from tap_entra.streams.stream_runs import"
    add(project, f"tap_entra/streams/{name}.py", class_name, before, "    StreamRuns,\n)")


def add_sandbox_list(project: Path, name: str) -> None:
    before = "from sandbox.lists.spec import ChildList"
    add(project, f"sandbox/lists/{name}.py", name.upper(), before, ")\n\n#: Lists of objects by path")


def run_make_docs(run: Run, *, fails: bool = False) -> str:
    """Run the commands of `make docs`, or only the first if it fails. Return what it says."""
    (recipe,) = re.findall(r"^docs:.*\n((?:\t.+\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    cog, *scripts = re.findall(r"^\t@\$\(BIN\)/(.+)$", recipe, re.MULTILINE)
    done = run("cogapp", *cog.split()[1:], fails=fails)
    assert len(scripts) == 2
    for script in scripts if not fails else ():
        run(script.removeprefix("python ").removesuffix(".py").replace("/", "."))
    return done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("name", "class_name"), [("directory_roles", "DirectoryRoles"), ("contacts", "Contacts")])
def test_an_example_of_the_docs_passes_the_tests_of_its_stream(
    tmp_path: Path, copy: Run, name: str, class_name: str
) -> None:
    add_stream(tmp_path, name, class_name)
    add_sandbox_list(tmp_path, name)
    run_make_docs(copy)

    done = copy("pytest", "tests/test_standard.py", "-q", "-k", name)

    passed = re.search(r"(\d+) passed, \d+ deselected in", done.stdout)
    assert passed is not None
    assert int(passed[1]) >= 7, done.stdout


@pytest.mark.slow
def test_a_list_that_the_sandbox_does_not_serve_fails_the_tests_of_its_stream_alone(tmp_path: Path, copy: Run) -> None:
    add_stream(tmp_path, "directory_roles", "DirectoryRoles")

    of_all_streams = (
        "tests/test_tap.py",
        "tests/commands/test_check.py",
        "tests/replication/test_time.py",
        "tests/replication/test_daily_requests.py",
    )
    done = copy("pytest", "tests/test_standard.py", *of_all_streams, "-q", "-n", "0", "-m", "not slow", fails=True)

    failed = re.findall(r"^(?:FAILED|ERROR) \S+?::\w+(?:\[(\w+)[^\]]*\])?(?: - .*)?$", done.stdout, re.MULTILINE)
    assert len(failed) >= 7, done.stdout
    assert {*failed} == {"directory_roles"}, done.stdout
    assert (
        "the sandbox does not serve /directoryRoles: "
        "add sandbox/lists/directory_roles.py and name it in sandbox/lists/__init__.py" in done.stdout
    )


@pytest.mark.slow
def test_a_stream_is_added_by_one_file_and_one_name_and_make_docs(tmp_path: Path, copy: Run) -> None:
    add_stream(tmp_path, "directory_roles", "DirectoryRoles")

    run_make_docs(copy)

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
    assert "directory_roles" in (tmp_path / SEED).read_text(encoding="utf-8").splitlines()
    catalog = {
        stream["tap_stream_id"]: stream for stream in json.loads(copy("tap_entra", "--discover").stdout)["streams"]
    }
    assert {*catalog} == {stream.name for stream in STREAMS} | {"directory_roles"}
    assert catalog["directory_roles"]["schema"]["properties"].keys() == {"id", "displayName", "roleTemplateId"}
    assert catalog["directory_roles"]["key_properties"] == ["id"]


def test_a_stream_without_a_description_stops_make_docs(tmp_path: Path, copy: Run) -> None:
    add_stream(tmp_path, "directory_roles", "DirectoryRoles")
    file = tmp_path / "tap_entra/streams/directory_roles.py"
    file.write_text(file.read_text(encoding="utf-8").replace("Directory roles: the", "The"), encoding="utf-8")

    said = run_make_docs(copy, fails=True)

    assert f"{file}: the docstring of the module does not say after a colon what directory_roles holds" in said


def test_the_example_stream_asks_for_its_columns_and_no_page_size(tmp_path: Path, copy: Run) -> None:
    add_stream(tmp_path, "directory_roles", "DirectoryRoles")
    code = "from tap_entra.tap import TapEntra as T; print(T(config={}).streams['directory_roles'].list_url())"
    (tmp_path / "asked.py").write_text(code, encoding="utf-8")

    assert copy("asked").stdout == "/v1.0/directoryRoles?$select=displayName,id,roleTemplateId\n"
