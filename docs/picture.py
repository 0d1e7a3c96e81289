"""Draw docs/demo.svg for README.md from the demo's output: `make picture`."""  # noqa: INP001 - a folder of documentation, no package

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).with_name("demo.svg")
#: The parts of the demo's output that the picture shows, by the start of their headings, and how many rows of each.
PARTS = {"== Third-party apps": 5, "== What to look into": 10}
_WIDTH = 124
_COLOURS = {"high": "bold red", "medium": "yellow", "low": "cyan"}
#: rich names a web font on another host; without it a browser takes the next font in the list, which is monospace.
_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def main() -> None:
    """Read the demo's output from standard input and write the picture."""
    PICTURE.write_text(drawn(sys.stdin.read()), encoding="utf-8")
    sys.stdout.write(f"Written to {PICTURE}.\n")


def drawn(output: str) -> str:
    """Return the picture as SVG.

    Args:
        output: What `make demo` prints.
    """
    console = Console(file=io.StringIO(), record=True, width=_WIDTH)
    for heading, most in PARTS.items():
        _, found, rest = output.partition(heading)
        if not found:
            sys.exit(f"The demo's output has no part '{heading}': did it fail?")
        title, _, body = rest.partition("\n")
        # The table ends with a blank line; the demo indents it by four spaces.
        table = body.strip("\n").partition("\n\n")[0]
        head, *rows = [line.removeprefix("    ") for line in table.splitlines()]
        console.print(Text(heading.removeprefix("== ") + title, style="bold"))
        console.print(Text(head, style="dim"))
        for row in rows[:most]:
            console.print(_coloured(row), no_wrap=True, overflow="ellipsis")
        console.print()
    return _FONT.sub("", console.export_svg(title="make demo", unique_id="demo"))


def _coloured(row: str) -> Text:
    text = Text(row)
    severity = row.split(maxsplit=1)[0]
    if severity in _COLOURS:
        start = row.index(severity)
        text.stylize(_COLOURS[severity], start, start + len(severity))
    return text


if __name__ == "__main__":
    main()
