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
_FENCE = re.compile(r"^( *)```([\w{}]*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


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
