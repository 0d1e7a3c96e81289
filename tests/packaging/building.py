"""Building the project with the pinned build backend."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")


def build(project: Path, out: Path, *what: str) -> list[Path]:
    """Build the sdist and, from the sdist, the wheel; or only what `--sdist` or `--wheel` names."""
    command: list[str | Path] = [
        UV,
        "build",
        *what,
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        out,
        project,
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return sorted(path for path in out.iterdir() if path.suffix in {".gz", ".whl"})
