"""The workflows of the forge, which cannot be run here, ask for things that exist. `make check` has their schemas."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FILES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml")}
WORKFLOWS = {name: yaml.safe_load(text) for name, text in FILES.items()}
STEPS = [step for workflow in WORKFLOWS.values() for job in workflow["jobs"].values() for step in job["steps"]]
HOOKS: list[dict[str, Any]] = [
    hook
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    for hook in repository["hooks"]
]


def test_every_action_is_pinned_by_a_full_hash_and_names_its_version() -> None:
    lines = [line for text in FILES.values() for line in text.splitlines() if "uses:" in line]

    assert len(lines) == len([step for step in STEPS if "uses" in step])
    for line in lines:
        assert re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line), line


def test_the_matrix_is_what_the_classifiers_promise() -> None:
    classifiers = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text())

    assert WORKFLOWS["ci.yml"]["jobs"]["quick"]["strategy"]["matrix"]["python"] == classifiers


@pytest.mark.parametrize("command", sorted({step["run"] for step in STEPS if "run" in step}))
def test_every_command_of_a_workflow_exists(command: str) -> None:
    program, *arguments = command.split()

    if program == "make":
        done = subprocess.run(["make", "--dry-run", *arguments], cwd=ROOT, check=False, capture_output=True)
        assert done.returncode == 0, done.stderr
    else:
        assert program == ".venv/bin/pytest"
        assert all((ROOT / argument).exists() for argument in arguments)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_every_hook_is_a_local_program(hook: dict[str, Any]) -> None:
    program, *arguments = hook["entry"].split()

    assert hook["language"] == "system"
    if program == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    else:
        assert program.startswith(".venv/bin/")


@pytest.mark.e2e
def test_all_hooks_pass_and_download_nothing() -> None:
    done = subprocess.run(
        [ROOT / ".venv/bin/pre-commit", "run", "--all-files"], cwd=ROOT, check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == len(HOOKS)


#: A test that fails once, in a group as those that share a database are, with a name as an address gives one.
GROUPED = """
import pathlib, pytest

@pytest.mark.xdist_group("shared")
@pytest.mark.parametrize("name", ["ada@contoso.com", "bob@contoso.com"])
def test_once(name):
    tried = pathlib.Path(__file__).with_name("tried")
    if name.startswith("ada") and not tried.exists():
        tried.touch()
        raise AssertionError
"""


@pytest.mark.slow
def test_what_failed_in_a_group_is_tried_again_and_nothing_else(tmp_path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    again = re.search(r"/pytest (--last-failed .*); }", makefile)
    assert again
    (tmp_path / "pytest.ini").write_text("[pytest]", encoding="utf-8")
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_runtest_logreport", encoding="utf-8")
    (tmp_path / "test_grouped.py").write_text(GROUPED, encoding="utf-8")
    # Else the inner run takes itself for a worker of the outer one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    first, second = (
        subprocess.run(
            [ROOT / ".venv/bin/python", "-m", "pytest", *options],
            cwd=tmp_path, env={**environment, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True, text=True,
        ).stdout
        for options in (("-n", "1", "--dist", "loadgroup"), again[1].split())
    )  # fmt: skip

    assert "1 failed, 1 passed" in first
    assert "collected 1 item" in second
    assert " 1 passed in " in second
