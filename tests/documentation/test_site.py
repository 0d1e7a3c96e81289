"""`make site` builds pages whose links lead somewhere and that load nothing from another host."""

from __future__ import annotations

import re
import subprocess
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from tests.environments import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

#: Attributes that make a browser load something, for each element that has one.
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
STYLE_LOADS = re.compile(r"(?:@import\s+|url\(\s*)[\"']?((?:https?:)?//[^\"')]+)")


class Links(HTMLParser):
    """What a page links to and loads, and the anchors it has."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values.get("id", ""), values.get("name", "")}
        if tag == "a" and "href" in values:
            self.links.add(values["href"])
        if tag in LOADS and LOADS[tag] in values:
            self.loaded.add(values[LOADS[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        ["make", "--silent", "site", f"SITE={folder}"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Links]:
    return {path: Links(path) for path in site.rglob("*.html")}


def test_every_page_of_the_docs_is_on_the_site(site: Path) -> None:
    sources = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}

    assert {path for path in sources if not (site / path).exists()} == set()


def test_links_on_the_site_lead_to_a_page_and_an_anchor_that_exist(pages: dict[Path, Links]) -> None:
    dead = []
    for page, found in pages.items():
        for link in found.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            aim = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not aim.exists() or (parts.fragment and aim in pages and parts.fragment not in pages[aim].anchors):
                dead.append(f"{page.name}: {link}")

    assert len(pages) > 20
    assert dead == []


def test_no_page_loads_anything_from_another_host(site: Path, pages: dict[Path, Links]) -> None:
    loaded = {url for found in pages.values() for url in found.loaded}
    styled = {
        url
        for path in (*site.rglob("*.css"), *site.rglob("*.html"), *site.rglob("*.svg"))
        for url in STYLE_LOADS.findall(path.read_text(encoding="utf-8"))
    }

    assert any(url.endswith(".css") or ".css?" in url for url in loaded)
    assert {url for url in loaded if urlsplit(url).netloc} == set()
    assert styled == set()


def test_the_diagram_is_drawn_without_a_script(site: Path) -> None:
    page = (site / "architecture.html").read_text(encoding="utf-8")

    assert page.count('aria-roledescription="flowchart-v2"') == 1
    assert "Microsoft Graph" in page
