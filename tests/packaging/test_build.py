"""What a release uploads: its contents, its metadata and where its version comes from."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.environments import environment
from tests.packaging.__main__ import main
from tests.packaging.building import ROOT, build

if TYPE_CHECKING:
    from pathlib import Path

    from tests.packaging.conftest import Distribution

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

PACKAGES = {"tap_entra", "target_entra_duckdb"}


def test_the_index_would_take_it(distribution: Distribution) -> None:
    twine = environment("release", ROOT / "requirements-release.lock") / "twine"

    done = subprocess.run(
        [twine, "check", "--strict", distribution.sdist, distribution.wheel],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 2


def test_the_wheel_holds_the_tap_the_loader_and_nothing_else(distribution: Distribution) -> None:
    names = zipfile.ZipFile(distribution.wheel).namelist()

    assert "tap_entra/py.typed" in names
    for package in PACKAGES:
        assert {path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py")} <= {*names}
    assert {name.partition("/")[0].partition("-")[0] for name in names} == PACKAGES


def test_the_sdist_holds_what_the_wheel_is_built_from_and_nothing_else(distribution: Distribution) -> None:
    with tarfile.open(distribution.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    beside = {name for name in names if name.partition("/")[0] not in PACKAGES}
    assert beside == {"PKG-INFO", ".gitignore", "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml"}


def test_what_builds_the_package_is_pinned() -> None:
    (requirements,) = re.findall(r"^requires = \[(.+)\]$", PYPROJECT, re.MULTILINE)
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "requirements-setup.lock").read_text(encoding="utf-8"), re.MULTILINE)

    assert {*re.findall(r'"([\w-]+)', requirements)} <= {*pinned}


# The version


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project's files with a history of one commit."""
    folder = tmp_path / "project"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=feat: read one more list")


def version_of(project: Path) -> str:
    (wheel,) = build(project, project.parent / "out", "--wheel")
    return wheel.name.split("-")[1]


@pytest.fixture
def fallback() -> str:
    """The version of which changes are collected, as in `fallback-version`."""
    (version,) = re.findall(r'^fallback-version = "(.+)\.dev0"$', PYPROJECT, re.MULTILINE)
    return str(version)


def test_the_version_is_the_tag(project: Path) -> None:
    git(project, "tag", "v3.1.4")

    assert version_of(project) == "3.1.4"


def test_a_commit_after_the_tag_prepares_the_next_version(project: Path) -> None:
    git(project, "tag", "v3.1.4")
    commit(project)

    assert re.fullmatch(r"3\.1\.5\.dev1\+g\w+", version_of(project))


def test_a_shallow_clone_without_tags_can_be_built(project: Path, fallback: str) -> None:
    git(project, "tag", "v3.1.4")
    commit(project)
    git(project.parent, "clone", "--quiet", "--depth=1", "--no-tags", project.as_uri(), "shallow")

    assert re.fullmatch(rf"{re.escape(fallback)}\.dev1\+g\w+", version_of(project.parent / "shallow"))


def test_a_folder_without_history_can_be_built(project: Path, fallback: str) -> None:
    shutil.rmtree(project / ".git")

    assert version_of(project) == f"{fallback}.dev0"


def test_an_unpacked_sdist_keeps_its_version(project: Path) -> None:
    git(project, "tag", "v3.1.4")
    (sdist,) = build(project, project.parent / "sdist", "--sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(project.parent / "unpacked", filter="data")

    assert version_of(project.parent / "unpacked" / "tap_entra-3.1.4") == "3.1.4"


@pytest.mark.parametrize(
    ("tag", "section", "problems"),
    [
        ("v3.1.4", "## [3.1.4] - 2027-01-31", []),
        ("v3.1.4", "## [3.1.4] - unreleased", ["CHANGELOG.md has no section"]),
        ("v3.1.5", "## [3.1.4] - 2027-01-31", ["CHANGELOG.md has no section"]),
        ("draft", "## [3.1.4] - 2027-01-31", ["the build has version", "CHANGELOG.md has no section"]),
    ],
)
def test_a_release_needs_a_tag_and_a_date(
    project: Path, capfd: pytest.CaptureFixture[str], tag: str, section: str, problems: list[str]
) -> None:
    (project / "CHANGELOG.md").write_text(f"# Changelog\n\n{section}\n")
    commit(project)
    git(project, "tag", tag)

    assert main(["--release"], project) == int(bool(problems))

    said = capfd.readouterr().out
    assert said.count("Not fit for a release") == len(problems)
    for problem in problems:
        assert problem in said


def test_the_changelog_collects_changes_for_the_fallback_version(fallback: str) -> None:
    newest, *_ = re.findall(r"^## \[(.+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert newest == fallback
