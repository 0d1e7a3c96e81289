"""The pages of the documentation, and the code samples in them."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = {
    path: path.read_text(encoding="utf-8")
    for pattern in ("*.md", "docs/**/*.md", "sandbox/*.md", "transform/*.md")
    for path in sorted(ROOT.glob(pattern))
}
README = PAGES[ROOT / "README.md"]
#: Files with parts that `make docs` writes.
GENERATED = ("README.md", "docs/facts.md", "docs/settings.md", "docs/streams.md", "meltano.yml")
_FENCE = re.compile(r"^( *)```([\w{}]*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


def rows(page: str) -> dict[str, str]:
    """Return the rows of a page's tables that are about a name, by that name."""
    return {match[1]: match[0] for match in re.finditer(r"^\|(?: [^|]*\|)?? `(\w+)` \|.*$", page, re.MULTILINE)}


def listing(path: str) -> str:
    """Return the content that docs/adding-a-stream.md gives for a file."""
    page = PAGES[ROOT / "docs/adding-a-stream.md"]
    (code,) = re.findall(rf"^<!-- file: {re.escape(path)} -->\n```\w+\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    return str(code)


class Sample(NamedTuple):
    """A fenced code block.

    Attributes:
        place: Page and line, e.g. "docs/running.md:14".
        language: As the page names it; empty if it does not.
        code: Without the indentation of the block.
    """

    place: str
    language: str
    code: str


def samples(*languages: str) -> list[Sample]:
    """Return the samples in these languages, or all of them, in the order of the pages."""
    return [
        Sample(
            f"{path.relative_to(ROOT)}:{page.count(chr(10), 0, found.start()) + 1}",
            found[2],
            textwrap.dedent(found[3]),
        )
        for path, page in PAGES.items()
        for found in _FENCE.finditer(page)
        if not languages or found[2] in languages
    ]
