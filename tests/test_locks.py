"""`make check` finds a requirement that the lock files do not hold."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.locks import LOCKS, ROOT, main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path in (ROOT / "pyproject.toml", *ROOT.glob("requirements*.lock")):
        shutil.copy(path, tmp_path)
    return tmp_path


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_lock_files_of_the_project_hold_its_requirements(project: Path) -> None:
    assert main(project) == 0


def test_a_new_requirement_is_missed_in_every_lock(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(project / "pyproject.toml", '"imagesize>=1.4",', '"imagesize>=1.4", "nosuch>=1",')

    assert main(project) == 1

    assert capsys.readouterr().out.splitlines() == [
        f"{lock}: nosuch>=1 is not pinned. Run `make lock`." for lock in LOCKS
    ]


def test_a_new_requirement_of_an_extra_of_an_extra_is_missed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(project / "pyproject.toml", '"trustme>=1.2",', '"trustme>=1.2", "nosuch",')

    assert main(project) == 1

    assert capsys.readouterr().out == "requirements.lock: nosuch is not pinned. Run `make lock`.\n"


def test_a_raised_bound_is_missed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(project / "pyproject.toml", '"ruff>=', '"ruff>=99.')

    assert main(project) == 1

    assert "is pinned, but pyproject.toml asks for ruff>=99." in capsys.readouterr().out


def test_a_pin_without_a_hash_is_found(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(project / "requirements-setup.lock", "uv==", "nohash==1.0\nuv==")

    assert main(project) == 1

    assert capsys.readouterr().out == "requirements-setup.lock: nohash has no hash. Run `make lock`.\n"
