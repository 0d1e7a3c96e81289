"""`python -m tests.locks`: do the lock files hold what pyproject.toml asks for?

It asks no registry. A changed requirement without `make lock` is found, and so is a pin without a hash.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
#: Which requirements each file pins: the project's own, and those of an extra.
LOCKS = {
    "requirements.lock": "dev",
    "requirements-models.lock": "models",
    "requirements-transform.lock": "transform",
    "requirements-duckdb.lock": "duckdb",
    "requirements-image.lock": "image",
    "requirements-batch.lock": "batch",
    "requirements-lowest.lock": None,
}
_PIN = re.compile(r"^([\w.-]+)==([\w.!+-]+)(.*(?:\n    .*)*)", re.MULTILINE)


def main(root: Path = ROOT) -> int:
    """Print what is wrong, a line each, and return an exit code."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    problems = [
        *(
            f"{name}: {problem}. Run `make lock`."
            for name, extra in LOCKS.items()
            for problem in unmet(requirements(project, extra), (root / name).read_text(encoding="utf-8"))
        ),
        *(
            f"{lock.name}: {package} has no hash. Run `make lock`."
            for lock in sorted(root.glob("requirements*.lock"))
            for package, _, rest in _PIN.findall(lock.read_text(encoding="utf-8"))
            if "--hash=sha256:" not in rest
        ),
    ]
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    return int(bool(problems))


def requirements(project: dict[str, Any], extra: str | None) -> Iterator[Requirement]:
    """What is to be pinned; an extra can name other extras of the project itself."""
    for text in project["dependencies"] + (project["optional-dependencies"][extra] if extra else []):
        requirement = Requirement(text)
        if requirement.name == project["name"]:
            for other in requirement.extras:
                yield from map(Requirement, project["optional-dependencies"][other])
        else:
            yield requirement


def unmet(required: Iterator[Requirement], lock: str) -> Iterator[str]:
    """Requirements that a lock pins nowhere, or at a version that they do not allow."""
    pins: dict[str, list[str]] = {}
    for name, version, _ in _PIN.findall(lock):
        pins.setdefault(canonicalize_name(name), []).append(version)
    for requirement in required:
        versions = pins.get(canonicalize_name(requirement.name), [])
        if not versions:
            yield f"{requirement} is not pinned"
        for version in versions:
            if not requirement.specifier.contains(version, prereleases=True):
                yield f"{requirement.name} {version} is pinned, but pyproject.toml asks for {requirement}"


if __name__ == "__main__":
    sys.exit(main())
