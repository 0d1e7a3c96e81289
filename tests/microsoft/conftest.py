"""Microsoft's own Python packages, in a virtual environment of their own: they are a gigabyte of small files."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.environments import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@pytest.fixture(scope="session")
def microsoft() -> Callable[..., Any]:
    """Runs a script of this folder where Microsoft's packages are; JSON in, JSON out."""
    python = environment("models", ROOT / "requirements-models.lock") / "python"

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
