"""README.md, the pages of docs/, CHANGELOG.md, meltano.yml and .env.example say what the code does."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner
from cogapp import Cog

from tap_entra.streams import STREAMS
from tap_entra.tap import TapEntra

if TYPE_CHECKING:
    from collections.abc import Callable


ROOT = Path(__file__).parents[1]
PAGES = {
    path: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
}
MELTANO = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
EXTRACTOR, *_ = MELTANO["plugins"]["extractors"]
README = PAGES[ROOT / "README.md"]
ADDING = PAGES[ROOT / "docs/adding-a-stream.md"]
#: Files with parts that `make docs` writes.
GENERATED = ("README.md", "docs/settings.md", "docs/streams.md", "meltano.yml")

#: What the SDK gives every tap, as far as meltano.yml need not speak of it.
SDK_SETTINGS = ("stream_map", "faker", "flattening")

REGISTRY = re.compile(r"(pypi|pythonhosted|npmjs|anaconda)[\w.-]*\.(org|com)|--(extra-)?index-url", re.IGNORECASE)


@pytest.fixture(scope="module")
def about() -> dict[str, Any]:
    return json.loads(CliRunner().invoke(TapEntra.cli, ["--about", "--format=json"]).stdout)


@pytest.fixture(scope="module")
def settings(about: dict[str, Any]) -> dict[str, Any]:
    properties = about["settings"]["properties"]
    return {name: setting for name, setting in properties.items() if not name.startswith(SDK_SETTINGS)}


def files() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def listing(path: str) -> str:
    """The content that docs/adding-a-stream.md gives for a file."""
    (code,) = re.findall(rf"^<!-- file: {re.escape(path)} -->\n```\w+\n(.*?)^```$", ADDING, re.DOTALL | re.MULTILINE)
    return str(code)


@pytest.mark.parametrize("name", GENERATED)
def test_generated_parts_are_those_that_make_docs_would_write(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", [*sys.path])
    said = io.StringIO()

    with contextlib.redirect_stdout(said):
        exit_code = Cog().main(["cog", "--check", "--diff", name])

    assert exit_code == 0, f"`make docs` would change this:\n{said.getvalue()}"


def test_every_file_with_generated_parts_is_one_that_make_docs_refreshes() -> None:
    (make_docs,) = re.findall(r"^docs:.*\n\t@\$\(BIN\)/cog -r (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    generated = {str(path.relative_to(ROOT)) for path, page in PAGES.items() if "[[[cog" in page}

    assert set(make_docs.split()) == set(GENERATED) == generated | {"meltano.yml"}


def test_the_readme_is_short() -> None:
    assert len(README.split()) <= 1500


def rows(page: str) -> dict[str, str]:
    """The rows of a page's tables that are about a name, by that name."""
    return {match[1]: match[0] for match in re.finditer(r"^\|(?: [^|]*\|)?? `(\w+)` \|.*$", page, re.MULTILINE)}


def test_the_readme_has_a_row_for_every_stream_with_its_plan() -> None:
    listed = rows(README)

    for stream in STREAMS:
        assert listed[stream.name].endswith(f"| {stream.plan or '-'} |")


def test_streams_page_has_a_row_for_every_stream_with_all_its_permissions() -> None:
    listed = rows(PAGES[ROOT / "docs/streams.md"])

    for stream in STREAMS:
        for words in (*stream.permissions, *stream.primary_keys, stream.plan or "", *stream.roles[:1]):
            assert words in listed[stream.name]


def test_settings_page_has_a_row_for_every_setting_with_its_default(settings: dict[str, Any]) -> None:
    for name, setting in settings.items():
        default = setting.get("default")
        shown = "-" if default is None else f"`{default if isinstance(default, str) else json.dumps(default)}`"
        assert f"| `{name}` | {shown} | {setting['description']}" in PAGES[ROOT / "docs/settings.md"]


def test_meltano_knows_every_setting_with_the_same_default_and_secrecy(settings: dict[str, Any]) -> None:
    known = {setting["name"]: setting for setting in EXTRACTOR["settings"]}

    assert known.keys() == settings.keys()
    for name, setting in settings.items():
        assert known[name].get("value") == setting.get("default")
        assert known[name].get("sensitive", False) == setting.get("secret", False)


def test_no_setting_has_the_kind_that_crashes_meltano_run() -> None:
    plugins = [plugin for kind in MELTANO["plugins"].values() for plugin in kind]

    assert not [setting for plugin in plugins for setting in plugin.get("settings", []) if setting["kind"] == "decimal"]


def test_meltano_knows_what_the_tap_can_do(about: dict[str, Any]) -> None:
    assert sorted(EXTRACTOR["capabilities"]) == sorted(about["capabilities"])


def test_meltano_selects_the_default_streams_by_name_and_excludes_nothing() -> None:
    assert EXTRACTOR["select"] == [f"{stream.name}.*" for stream in STREAMS if stream.selected_by_default]


def test_meltano_has_the_loader_show_deletions() -> None:
    loader = next(loader for loader in MELTANO["plugins"]["loaders"] if loader["name"] == "target-postgres")
    values = {setting["name"]: setting.get("value") for setting in loader["settings"]}

    assert values["add_record_metadata"] is True
    assert values["activate_version"] is True
    assert values["hard_delete"] is False


def test_every_variable_of_the_example_environment_is_a_setting() -> None:
    plugins = [EXTRACTOR, *MELTANO["plugins"]["loaders"]]
    known = {
        f"{plugin['namespace']}_{setting['name']}".upper() for plugin in plugins for setting in plugin["settings"]
    } | {"TAP_ENTRA__SELECT"}

    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)) <= known


def test_every_message_that_is_explained_is_one_of_the_tap() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tap_entra").rglob("*.py")).lower()
    _, _, table = PAGES[ROOT / "docs/troubleshooting.md"].partition("| What you see |")
    rows = table.partition("\n\n")[0].splitlines()[2:]
    messages = [
        message
        for row in rows
        for message in re.findall(r"`([^`]+)`(?! \((?:Meltano|loader|TLS)\))", row.split("|")[1])
    ]

    assert len(messages) > len(rows) / 2
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


@pytest.mark.parametrize("command", ["connect", "status", "check", "disconnect"])
def test_every_option_that_the_docs_give_a_command_is_one(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tap_entra.commands", command, "--help"], check=True, capture_output=True, text=True
    )

    row = rows(PAGES[ROOT / "docs/connect.md"])[command]
    for option in re.findall(r"--[a-z-]+", row):
        assert option in done.stdout


def test_every_command_that_is_named_is_one_of_meltano() -> None:
    named = {command for page in PAGES.values() for command in re.findall(r"tap-entra:([a-z-]+)", page)}

    assert "connect" in named
    assert named <= set(EXTRACTOR["commands"])


@pytest.fixture
def copy(tmp_path: Path) -> Callable[..., str]:
    """A copy of the project; runs a Python module in it."""
    for name in ("tap_entra", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "meltano.yml"):
        shutil.copy(ROOT / name, tmp_path)

    def run(*module: str) -> str:
        command = [sys.executable, "-m", *module]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def add_the_example_stream(project: Path) -> None:
    """As docs/adding-a-stream.md says: one file, and its name in STREAMS."""
    path = "tap_entra/streams/directory_roles.py"
    (project / path).write_text(listing(path), encoding="utf-8")
    contents = project / "tap_entra/streams/__init__.py"
    page = contents.read_text(encoding="utf-8")
    for before, name in (
        ("from tap_entra.streams.domains", "from tap_entra.streams.directory_roles import DirectoryRoles\n"),
        ("    Devices,\n    Applications,", "    DirectoryRoles,\n"),
    ):
        assert page.count(before) == 1
        page = page.replace(before, name + before)
    contents.write_text(page, encoding="utf-8")


def test_a_stream_is_added_by_one_file_and_one_name_and_make_docs(tmp_path: Path, copy: Callable[..., str]) -> None:
    (make_docs,) = re.findall(r"^docs:.*\n\t@\$\(BIN\)/cog (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    add_the_example_stream(tmp_path)

    copy("cogapp", *make_docs.split())

    added = {
        name: {*(tmp_path / name).read_text(encoding="utf-8").splitlines()}
        - {*(ROOT / name).read_text(encoding="utf-8").splitlines()}
        for name in GENERATED
    }
    (short,) = added["README.md"]
    assert short == "|  | `directory_roles` | the admin roles that are in use in this tenant | - |"
    (row,) = added["docs/streams.md"]
    assert row.startswith(
        "| `directory_roles` | the admin roles that are in use in this tenant | [`/directoryRoles`](https:"
    )
    assert added["meltano.yml"] == {"    - directory_roles.*"}
    catalog = {stream["tap_stream_id"]: stream for stream in json.loads(copy("tap_entra", "--discover"))["streams"]}
    assert {*catalog} == {stream.name for stream in STREAMS} | {"directory_roles"}
    assert catalog["directory_roles"]["schema"]["properties"].keys() == {"id", "displayName", "roleTemplateId"}
    assert catalog["directory_roles"]["key_properties"] == ["id"]


def test_the_example_stream_asks_for_its_columns_and_no_page_size(tmp_path: Path, copy: Callable[..., str]) -> None:
    add_the_example_stream(tmp_path)
    code = "from tap_entra.tap import TapEntra as T; print(T(config={}).streams['directory_roles'].list_url())"
    (tmp_path / "asked.py").write_text(code, encoding="utf-8")

    assert copy("asked") == "/v1.0/directoryRoles?$select=displayName,id,roleTemplateId\n"


def test_no_file_names_a_package_registry() -> None:
    named = {
        path.relative_to(ROOT): found[0]
        for path in files()
        if (found := REGISTRY.search(path.read_text(encoding="utf-8", errors="replace")))
    }

    assert not named
