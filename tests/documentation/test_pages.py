"""Links lead somewhere, quoted messages and options exist, and no file names a package registry."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tap_entra.commands import main
from tests.documentation.pages import PAGES, ROOT, rows

if TYPE_CHECKING:
    from pathlib import Path

REGISTRY = re.compile(r"(pypi|pythonhosted|npmjs|anaconda)[\w.-]*\.(org|com)|--(extra-)?index-url", re.IGNORECASE)


def test_every_message_that_is_explained_is_one_of_the_tap() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tap_entra").rglob("*.py")).lower()
    _, _, table = PAGES[ROOT / "docs/troubleshooting.md"].partition("| What you see |")
    lines = table.partition("\n\n")[0].splitlines()[2:]
    messages = [
        message
        for line in lines
        for message in re.findall(r"`([^`]+)`(?! \((?:Meltano|loader|TLS)\))", line.split("|")[1])
    ]

    assert len(messages) > len(lines) / 2
    for message in messages:
        for part in message.lower().removeprefix("aadsts").split("…"):
            assert part.strip(" ;") in code, message


def anchors(page: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", page, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https:)([^)]+)\)", PAGES[path]):
        file, _, anchor = target.partition("#")
        aim = (path.parent / file).resolve() if file else path
        assert aim.exists(), target
        assert not anchor or anchor in anchors(PAGES[aim]), target


@pytest.mark.parametrize("command", ["connect", "status", "check", "facts", "disconnect"])
def test_every_option_that_the_docs_give_a_command_is_one(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    known = capsys.readouterr().out

    for option in re.findall(r"--[a-z-]+", rows(PAGES[ROOT / "docs/connect.md"])[command]):
        assert option in known


def files() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_file_names_a_package_registry() -> None:
    named = {
        path.relative_to(ROOT): found[0]
        for path in files()
        if (found := REGISTRY.search(path.read_text(encoding="utf-8", errors="replace")))
    }

    assert not named


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_and_folder_that_a_page_names_exists(path: Path) -> None:
    folders = "tap_entra|sandbox|transform|tests|docs|pages|faults"
    named = re.findall(rf"`((?:{folders})/[\w./-]*\w/?)`", PAGES[path])

    # A README may name what stands beside it.
    assert [name for name in named if not ((ROOT / name).exists() or (path.parent / name).exists())] == []


def test_every_layer_has_a_row_on_the_architecture_page() -> None:
    page = PAGES[ROOT / "docs/architecture.md"]
    packages = {path.parent.name for path in (ROOT / "tap_entra").glob("*/__init__.py")}

    assert set(re.findall(r"^\| `tap_entra/(\w+)/` \|", page, re.MULTILINE)) == packages


def test_the_glossary_is_short() -> None:
    glossary = PAGES[ROOT / "docs/architecture.md"].partition("## Glossary\n")[2]

    assert 10 < len(re.findall(r"^\| [^-].* \|$", glossary, re.MULTILINE)) <= 30
