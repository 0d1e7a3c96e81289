"""What people read in a file: all of it, but of Python only comments, strings and the names of tests."""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_IDENTIFIER = re.compile(r"[\w.-]*")
_STRINGS = {tokenize.STRING, *(getattr(tokenize, name, -1) for name in ("FSTRING_START", "FSTRING_MIDDLE"))}
_BETWEEN = {tokenize.NL, tokenize.OP, *(getattr(tokenize, name, -1) for name in ("FSTRING_END",))}
_QUOTES = re.compile(r"""\A[a-z]*("{3}|'{3}|"|')(.*)\1\Z""", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"^[ \t]*(?:#:?|--)[ \t]?", re.MULTILINE)


class Text(NamedTuple):
    """A piece of text, and the line of the file that it starts on, from 1."""

    line: int
    text: str


def texts(path: Path) -> Iterator[Text]:
    """Yield what people read in a file; comments of several lines as one text."""
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _of_python(content)
    else:
        yield Text(1, _COMMENT.sub("", content))


def _of_python(source: str) -> Iterator[Text]:
    comments: list[tokenize.TokenInfo] = []
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if comments and token.start[0] != comments[-1].start[0] + 1:
                yield _joined(comments)
                comments = []
            comments.append(token)
        elif token.type in _STRINGS:
            quoted = _QUOTES.match(token.string)
            text = quoted[2] if quoted else token.string
            if not _IDENTIFIER.fullmatch(text):
                yield Text(token.start[0], text)
        elif before == "def" and token.string.startswith("test_"):
            yield Text(token.start[0], token.string.removeprefix("test_").replace("_", " "))
        before = token.string
    if comments:
        yield _joined(comments)


def _joined(comments: list[tokenize.TokenInfo]) -> Text:
    return Text(comments[0].start[0], "\n".join(_COMMENT.sub("", comment.string) for comment in comments))
