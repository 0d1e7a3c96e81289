"""The documentation site that `make site` builds with Sphinx; no page loads anything from another host."""  # noqa: INP001 - a folder of documentation, no package

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

import mermaidx
from docutils import nodes
from docutils.parsers.rst import Directive

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "tap-entra"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "tap-entra"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
myst_heading_anchors = 3
myst_fence_as_directive = ["mermaid"]

#: Pages of the site whose text stands elsewhere in the repository. In docs/ each is a stub with a link.
ELSEWHERE = {
    "index": "README.md",
    "changelog": "CHANGELOG.md",
    "conduct": "CODE_OF_CONDUCT.md",
    "contributing": "CONTRIBUTING.md",
    "security": "SECURITY.md",
    "sandbox": "sandbox/README.md",
    "transform": "transform/README.md",
}
_PAGES = {path: f"docs/{page}.md" for page, path in ELSEWHERE.items()}
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


class Mermaid(Directive):
    """A diagram, drawn while the site is built: the page needs no script."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the diagram as SVG."""
        return [nodes.raw("", mermaidx.render("\n".join(self.content)).svg(), format="html")]


def setup(app: Sphinx) -> None:
    """Register what this page adds to Sphinx."""
    app.add_directive("mermaid", Mermaid)
    app.connect("source-read", _read)


def _read(app: Sphinx, page: str, source: list[str]) -> None:
    """Replace a stub by its text, and point links to such a text at the page of the site that has it."""
    path = f"docs/{page}.md"
    if page in ELSEWHERE:
        path = ELSEWHERE[page]
        text = Path(app.srcdir, "..", path).read_text(encoding="utf-8")
        contents = source[0].partition("\n```{toctree}")
        source[0] = text + "".join(contents[1:])
    here = posixpath.dirname(f"docs/{page}")

    def moved(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link[1]))
        return f"]({posixpath.relpath(_PAGES.get(target, target), here)}"

    source[0] = _LINK.sub(moved, source[0])
