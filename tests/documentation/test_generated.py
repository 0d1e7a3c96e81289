"""Generated parts of README.md, docs/ and meltano.yml are current, and list every stream and setting."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from typing import Any

import pytest
from cogapp import Cog

from tap_entra.streams import STREAMS
from tests.documentation.pages import GENERATED, PAGES, README, ROOT, rows


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
