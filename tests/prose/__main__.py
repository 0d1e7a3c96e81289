"""`python -m tests.prose [--count | --lower] [FILE ...]`: find words that this project gave up.

pending.txt names files and folders that are not rewritten yet, each with the number of such words that it may have.
--count shows what is left, by file; --lower writes smaller numbers into pending.txt, never larger ones.

This is an own script because neither of the usual tools fits. codespell knows single words and nothing of sentences.
Vale's package downloads a program while it installs.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.prose.texts import texts
from tests.prose.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    #: "line: 'words': say …" by path of the file.
    Hits = dict[str, list[str]]

ROOT = Path(__file__).parents[2]
PENDING = Path(__file__).with_name("pending.txt")
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
    """Print each hit, and what to say instead. Returns an exit code."""
    named = [Path(word).resolve() for word in words if not word.startswith("--")]
    hits = {path: list(hits_in(ROOT / path)) for path in files(named)}
    pending = {path: int(number) for number, path in re.findall(r"^(\d+) (.+)$", PENDING.read_text(), re.MULTILINE)}
    if "--count" in words:
        return _print(counted(hits), 0)
    if "--lower" in words:
        pending = lowered(hits, pending)
        PENDING.write_text("".join(f"{number} {path}\n" for path, number in pending.items()))
    problems = [*rejected(hits, pending), *([] if named else finished(hits, pending))]
    return _print(problems, int(bool(problems)))


def _print(lines: Iterable[str], exit_code: int) -> int:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return exit_code


def files(named: Iterable[Path]) -> Iterator[str]:
    """Yield the paths of files that people read: those named, or all that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *named],
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


def counted(hits: Hits) -> Iterator[str]:
    """Yield the number of hits by file, the largest first, and their sum."""
    for path, found in sorted(hits.items(), key=lambda hit: -len(hit[1])):
        if found:
            yield f"{len(found):5} {path}"
    yield f"{sum(map(len, hits.values())):5} in all"


def within(hits: Hits, place: str) -> Hits:
    """Return the hits in a file, or in a folder, whose name ends with a slash."""
    return {
        path: found for path, found in hits.items() if path == place or (place[-1] == "/" and path.startswith(place))
    }


def rejected(hits: Hits, pending: Mapping[str, int]) -> Iterator[str]:
    """Yield the hits outside of what is pending, and those in a pending place that has more than before."""
    let_pass: set[str] = set()
    for place, number in pending.items():
        inside = within(hits, place)
        if sum(map(len, inside.values())) <= number:
            let_pass |= inside.keys()
    for path, found in hits.items():
        if path not in let_pass:
            yield from (f"{path}:{hit}" for hit in found)


def finished(hits: Hits, pending: Mapping[str, int]) -> Iterator[str]:
    """Yield what has to leave pending.txt."""
    for place in pending:
        if not any(within(hits, place).values()):
            yield f"{place} in {PENDING.relative_to(ROOT)} has no such words left: run python -m tests.prose --lower"


def lowered(hits: Hits, pending: Mapping[str, int]) -> dict[str, int]:
    """Return what is pending with the numbers of now, where they are smaller; without what is finished."""
    numbers = {place: min(number, sum(map(len, within(hits, place).values()))) for place, number in pending.items()}
    return {place: number for place, number in numbers.items() if number}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
