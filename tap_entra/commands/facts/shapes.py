"""The shape of a value, without the value."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

#: How the tap expects Graph to write a moment.
TIME = "time in Z"
#: How the tap expects Graph to write what was never set.
UNSET = frozenset({"null", "empty list"})

_PATTERNS = (
    ("empty text", re.compile("")),
    ("year 1", re.compile(r"0001-01-01T.*")),
    (TIME, re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z")),
    ("time with an offset", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d{1,2}:\d\d")),
    ("other time", re.compile(r"\d{4}-\d\d-\d\dT.*")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
)


def shape(value: Any) -> str:
    """Return what kind of value it is."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return "list" if value else "empty list"
    if isinstance(value, str):
        return next((name for name, pattern in _PATTERNS if pattern.fullmatch(value)), "text")
    return {bool: "boolean", dict: "object", int: "number", float: "number"}.get(type(value), "value")


def shapes(values: Iterable[Any]) -> Counter[str]:
    """Count the kinds of some values."""
    return Counter(map(shape, values))


def column(rows: Iterable[dict[str, Any]], name: str) -> Counter[str]:
    """Count the kinds of one property; rows that lack it are "absent"."""
    return Counter(shape(row[name]) if name in row else "absent" for row in rows)


def listed(counts: Counter[str]) -> str:
    """Return counts as text, e.g. "12 null, 3 time in Z"."""
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items())) or "nothing"
