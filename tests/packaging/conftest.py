"""The distribution as it would be uploaded, and the tap as installed from it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.packaging.building import ROOT, UV, build

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Distribution:
    """What a build makes."""

    sdist: Path
    wheel: Path


@pytest.fixture(scope="session")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    """This checkout, built."""
    wheel, sdist = build(ROOT, tmp_path_factory.mktemp("dist"))
    return Distribution(sdist, wheel)


@pytest.fixture(scope="session")
def constraints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The versions of requirements.lock without their hashes, which pip does not take for constraints."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    file = tmp_path_factory.mktemp("constraints") / "constraints.txt"
    file.write_text("\n".join(re.findall(r"^([\w.-]+==[^\\\n]+)", lock, re.MULTILINE)), encoding="utf-8")
    return file


def uv_pip(wheel: Path, constraints: Path, folder: Path, python: str = sys.executable) -> Path:
    """Install a wheel into a new virtual environment of the given Python and return its folder of commands."""
    subprocess.run([UV, "venv", "--quiet", "--python", python, folder / "venv"], check=True)
    command: list[str | Path] = [
        UV,
        "pip",
        "install",
        "--quiet",
        "--python",
        folder / "venv",
        "--constraints",
        constraints,
        wheel,
    ]
    subprocess.run(command, check=True)
    return folder / "venv/bin"
