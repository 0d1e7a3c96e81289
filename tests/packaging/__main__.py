"""`python -m tests.packaging [--release]`: build the sdist and the wheel into dist/, and check them for upload.

With --release the commit must carry a tag, and the changelog a dated section for the same version.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.environments import environment
from tests.packaging.building import ROOT, build

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def main(words: Sequence[str], root: Path = ROOT) -> int:
    """Build and check; returns an exit code."""
    shutil.rmtree(root / "dist", ignore_errors=True)
    wheel, sdist = build(root, root / "dist")
    twine = environment("release", ROOT / "requirements-release.lock") / "twine"
    refused = subprocess.run([twine, "check", "--strict", wheel, sdist], check=False).returncode
    problems = list(unfit(root, wheel.name.split("-")[1])) if "--release" in words else []
    for problem in problems:
        sys.stdout.write(f"Not fit for a release: {problem}\n")
    return int(bool(refused or problems))


def unfit(root: Path, version: str) -> Iterator[str]:
    """Why this version must not be uploaded."""
    command = ["git", "tag", "--points-at", "HEAD"]
    tags = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split()
    if f"v{version}" not in tags:
        yield f"the build has version {version}, and the tags of this commit are {', '.join(tags) or 'none'}."
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        yield f"CHANGELOG.md has no section `## [{version}]` with a date."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
