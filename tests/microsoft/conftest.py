"""Microsoft's own Python packages, in a virtual environment of their own: they are a gigabyte of small files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements-models.lock"
# Inside .venv, so that what ignores or removes that does the same to this.
HOME = ROOT / ".venv" / "models"


def install() -> Path:
    """The environment's Python; makes the environment if there is none of this lock file.

    It takes uv half a minute, and pip more than one, where only pip knows the way to a registry.
    """
    python = HOME / "bin" / "python"
    mark = HOME / "installed"
    content = f"{sys.version_info[:2]} {hashlib.sha256(LOCK.read_bytes()).hexdigest()}"
    HOME.parent.mkdir(exist_ok=True)
    with FileLock(HOME.with_suffix(".lock")):
        if mark.exists() and mark.read_text() == content:
            return python
        shutil.rmtree(HOME, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        uv = [Path(sys.executable).with_name("uv"), "pip", "install", "--python", python]
        # Of forty thousand modules few are used: to compile them all takes longer than to install them.
        pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-compile"]
        for installer in (uv, pip):
            command = [*installer, "--quiet", "--require-hashes", "-r", LOCK]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            if done.returncode == 0:
                mark.write_text(content)
                return python
    pytest.fail(f"Microsoft's packages could not be installed from {LOCK.name}:\n{done.stderr}", pytrace=False)


@pytest.fixture(scope="session")
def microsoft() -> Callable[..., Any]:
    """Runs a script of this folder where Microsoft's packages are; JSON in, JSON out."""
    python = install()

    # What is compiled in one run is there for the next.
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run(script: str, *arguments: str, given: Any = None, environment: Mapping[str, str] | None = None) -> Any:
        done = subprocess.run(
            [python, Path(__file__).with_name(script), *arguments],
            check=False,
            capture_output=True,
            env={**outside, **(environment or {})},
            input=json.dumps(given),
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    return run
