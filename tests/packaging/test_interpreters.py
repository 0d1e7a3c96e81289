"""Every Python that the classifiers name and that this machine has."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.packaging.building import ROOT
from tests.packaging.conftest import uv_pip
from tests.packaging.installed import InstalledTap, assert_all_rows_arrived

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox import Sandbox
    from tests.packaging.conftest import Distribution

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

CLASSIFIED = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text())
RUNNING = ".".join(map(str, sys.version_info[:2]))


def interpreters() -> Iterator[tuple[str, str]]:
    """Version and path of each supported Python here: this one, those of pyenv, those on the path."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in CLASSIFIED:
        found = [*pyenv.glob(f"{version}.*/bin/python{version}")]
        on_path = shutil.which(f"python{version}")
        if version == RUNNING:
            yield version, sys.executable
        elif found:
            yield version, str(found[-1])
        # A shim of pyenv is on the path also for a version that it does not have.
        elif on_path and ".pyenv" not in on_path:
            yield version, on_path


def test_the_running_python_is_a_supported_one() -> None:
    assert RUNNING in CLASSIFIED


@pytest.mark.parametrize("python", [pytest.param(path, id=version) for version, path in interpreters()])
def test_a_python_installs_the_wheel_and_reads_all_streams(
    python: str,
    distribution: Distribution,
    constraints: Path,
    tmp_path: Path,
    new_sandbox: Callable[..., Sandbox],
) -> None:
    sandbox = new_sandbox(users=60, sign_ins=900)
    tap = InstalledTap(uv_pip(distribution.wheel, constraints, tmp_path, python), tmp_path)

    assert_all_rows_arrived(tap.run(sandbox), sandbox)
