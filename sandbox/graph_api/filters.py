"""`$filter`, as much of OData as directory lists and logs are asked in: comparisons, and, or, not, any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    Predicate = Callable[[Any], bool]

TOKENS = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))"
    r"|(?P<number>-?\d+(?:\.\d+)?)(?![\w-])|(?P<guid>[0-9a-fA-F]{8}-[0-9a-fA-F-]{27})"
    r"|(?P<word>[A-Za-z_@][\w./]*)|(?P<mark>[(),:]))"
)
CONSTANTS = {"true": True, "false": False, "null": None}
ADVANCED = frozenset({"ne", "not", "endswith"})


class FilterError(ValueError):
    """The filter is not one that this grammar knows."""


@dataclass(frozen=True)
class Comparison:
    """One `property operator value`, for endpoints that look at what was asked."""

    path: str
    operator: str
    value: Any


class Node(NamedTuple):
    """A part of a filter: what it tests, and the comparisons that each row it lets through must satisfy."""

    test: Predicate
    required: tuple[Comparison, ...] = ()


@dataclass(frozen=True)
class Filter:
    """A parsed filter.

    Attributes:
        matches: Whether a row passes.
        comparisons: All comparisons in it, wherever they stand.
        required: Those that every passing row satisfies, so that an index can be asked first.
    """

    matches: Predicate
    comparisons: tuple[Comparison, ...]
    required: tuple[Comparison, ...]

    @property
    def advanced(self) -> bool:
        """Whether it needs `ConsistencyLevel: eventual` and `$count=true`."""
        return any(comparison.operator in ADVANCED for comparison in self.comparisons)


def parse_filter(text: str) -> Filter:
    """Parse the text of a `$filter`.

    Raises:
        FilterError: It is malformed, or uses more of OData than is imitated.
    """
    parser = _Parser(text)
    whole = parser.disjunction()
    if parser.peek() is not None:
        raise FilterError(f"Syntax error at token {parser.place} in '{text}'.")
    return Filter(whole.test, tuple(parser.comparisons), whole.required)


def parse_instant(text: str) -> datetime:
    """A DateTimeOffset with up to seven fractional digits, cut to microseconds."""
    head, _, fraction = text.replace("Z", "+00:00").partition(".")
    if fraction:
        digits, zone = fraction[:-6], fraction[-6:]
        head = f"{head}.{digits[:6]:0<6}{zone}"
    moment = datetime.fromisoformat(head)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.place = 0
        self.comparisons: list[Comparison] = []
        position = 0
        while position < len(text.rstrip()):
            match = TOKENS.match(text, position)
            if match is None:
                raise FilterError(f"Syntax error at position {position} in '{text}'.")
            self.tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
            position = match.end()

    def peek(self) -> str | None:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else None

    def take(self, expected: str | None = None) -> tuple[str, str]:
        if self.place >= len(self.tokens) or expected not in (None, self.tokens[self.place][1]):
            raise FilterError(f"Syntax error: expected {expected or 'more'} at token {self.place}.")
        self.place += 1
        return self.tokens[self.place - 1]

    def disjunction(self) -> Node:
        parts = [self.conjunction()]
        while self.peek() == "or":
            self.take()
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else Node(lambda row: any(part.test(row) for part in parts))

    def conjunction(self) -> Node:
        parts = [self.term()]
        while self.peek() == "and":
            self.take()
            parts.append(self.term())
        if len(parts) == 1:
            return parts[0]
        required = tuple(one for part in parts for one in part.required)
        return Node(lambda row: all(part.test(row) for part in parts), required)

    def term(self) -> Node:
        if self.peek() == "not":
            self.take()
            self.comparisons.append(Comparison("", "not", None))
            inverted = self.term().test
            return Node(lambda row: not inverted(row))
        if self.peek() == "(":
            self.take()
            inner = self.disjunction()
            self.take(")")
            return inner
        kind, word = self.take()
        if kind != "word":
            raise FilterError(f"Syntax error: '{word}' is not a property.")
        if word.lower() in ("startswith", "endswith"):
            return self.function(word.lower())
        if word.endswith("/any"):
            return self.any(word.removesuffix("/any"))
        return self.comparison(word)

    def function(self, name: str) -> Node:
        self.take("(")
        path = self.take()[1]
        self.take(",")
        value = self.value()
        self.take(")")
        self.comparisons.append(Comparison(path, name, value))
        test = str.startswith if name == "startswith" else str.endswith
        return Node(lambda row: test(str(_look_up(row, path) or "").lower(), str(value).lower()))

    def any(self, path: str) -> Node:
        self.take("(")
        self.take()
        self.take(":")
        before = len(self.comparisons)
        each = self.disjunction().test
        self.take(")")
        inside = self.comparisons[before:]
        self.comparisons[before:] = [Comparison(f"{path}/any", one.operator, one.value) for one in inside]
        return Node(lambda row: any(each(item) for item in _look_up(row, path) or ()))

    def comparison(self, path: str) -> Node:
        operator = self.take()[1].lower()
        test = OPERATORS.get(operator)
        if test is None:
            raise FilterError(f"Syntax error: '{operator}' is not an operator.")
        value = self.value()
        comparison = Comparison(path, operator, value)
        self.comparisons.append(comparison)
        return Node(lambda row: test(_comparable(_look_up(row, path), value), value), (comparison,))

    def value(self) -> Any:
        kind, text = self.take()
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "time":
            return parse_instant(text)
        if kind == "number":
            return float(text)
        if kind == "guid":
            return text
        if kind == "word" and text in CONSTANTS:
            return CONSTANTS[text]
        raise FilterError(f"Syntax error: '{text}' is not a value.")


def _look_up(row: Any, path: str) -> Any:
    """`status/errorCode` of a row; the variable of an `any` stands for the item itself."""
    for name in path.split("/"):
        if isinstance(row, dict):
            row = row.get(name)
        elif not isinstance(row, str):
            return None
    return row


def _comparable(found: Any, wanted: Any) -> Any:
    if isinstance(wanted, datetime) and isinstance(found, str):
        return parse_instant(found)
    if isinstance(wanted, str) and isinstance(found, str):
        return found if found == wanted else (wanted if found.lower() == wanted.lower() else found)
    return found


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda found, wanted: bool(found == wanted),
    "ne": lambda found, wanted: bool(found != wanted),
    "ge": lambda found, wanted: found is not None and bool(found >= wanted),
    "le": lambda found, wanted: found is not None and bool(found <= wanted),
    "gt": lambda found, wanted: found is not None and bool(found > wanted),
    "lt": lambda found, wanted: found is not None and bool(found < wanted),
}
