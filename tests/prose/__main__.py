"""`python -m tests.prose [FILE ...]`: find words that this project gave up.

This is an own script because neither of the usual tools fits. codespell knows single words and nothing of sentences.
Vale's package downloads a program while it installs.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.prose.texts import texts
from tests.prose.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROOT = Path(__file__).parents[2]
#: Suffixes, and names of files without one.
_READ = {
    ".py",
    ".md",
    ".yml",
    ".yaml",
    ".sql",
    ".toml",
    ".example",
    "Makefile",
    "run",
    ".dockerignore",
    ".gitattributes",
}
#: They have to name the words.
_WORD_LIST = {"tests/prose/words.py", "tests/prose/test_prose.py"}


def main(words: Sequence[str]) -> int:
    """Print each hit, and what to say instead. Returns an exit code: 1 if there is a hit."""
    lines = [f"{path}:{hit}\n" for path in files(map(Path, words)) for hit in hits_in(ROOT / path)]
    sys.stdout.write("".join(lines))
    return int(bool(lines))


def files(named: Iterable[Path]) -> Iterator[str]:
    """Yield the paths of files that people read: those named, or all that git knows."""
    listed = subprocess.run(
        [
            "git",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--",
            *(path.resolve() for path in named),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.split("\0"):
        if {Path(name).suffix, Path(name).name} & _READ and name not in _WORD_LIST and (ROOT / name).is_file():
            yield name


def hits_in(path: Path) -> Iterator[str]:
    """Yield "line: 'words': say …" for each hit in a file."""
    for line, text in texts(path):
        for word in WORDS:
            for hit in word.regex.finditer(text):
                place = line + text.count("\n", 0, hit.start("hit"))
                found = " ".join(hit["hit"].split())
                yield f"{place}: {found!r}: say {word.say}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
