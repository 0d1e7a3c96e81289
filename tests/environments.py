"""Packages that cannot live beside the tap's, in virtual environments of their own, made when a test wants one."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[1]


def environment(name: str, lock: Path) -> Path:
    """The `bin` folder of an environment that holds what is pinned in a lock file; made if there is none of this file.

    It takes uv half a minute, and pip more than one, where only pip knows the way to a registry.
    """
    # Inside .venv, so that what ignores or removes that does the same to this.
    home = ROOT / ".venv" / name
    mark = home / "installed"
    content = f"{sys.version_info[:2]} {hashlib.sha256(lock.read_bytes()).hexdigest()}"
    home.parent.mkdir(exist_ok=True)
    with FileLock(home.with_suffix(".lock")):
        if mark.exists() and mark.read_text() == content:
            return home / "bin"
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        python = home / "bin" / "python"
        uv: list[str | Path] = [Path(sys.executable).with_name("uv"), "pip", "install", "--python", python]
        # Few of forty thousand modules are used: to compile them all takes longer than to install them.
        pip: list[str | Path] = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-compile"]
        for installer in (uv, pip):
            command = [*installer, "--quiet", "--require-hashes", "-r", lock]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            if done.returncode == 0:
                mark.write_text(content)
                return home / "bin"
    pytest.fail(f"What is pinned in {lock.name} could not be installed:\n{done.stderr}", pytrace=False)


if __name__ == "__main__":
    # Arguments: the name, and the lock file below the project's root.
    sys.stdout.write(f"{environment(sys.argv[1], ROOT / sys.argv[2])}\n")
