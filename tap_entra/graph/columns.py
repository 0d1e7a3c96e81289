"""The columns of the fast decoder: their types, and checks of what a type alone does not tell.

msgspec reads texts, times, whole numbers and booleans as fast as it copies bytes. Lists and objects stay the bytes they
came as: objects are read together, column by column, and of a list the first byte is looked at.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from tap_entra.graph.values import LARGEST, SMALLEST, json_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tap_entra.graph.values import Schema

_SCALARS: dict[str, Any] = {
    "string": str,
    # As texts, so that they leave as Graph spelled them.
    "date-time": Annotated[str, Meta(min_length=1)],
    "date": date,
    "boolean": bool,
    "integer": Annotated[int, Meta(ge=SMALLEST, le=LARGEST)],
    "number": float,
}
#: Rows that are looked at together: few enough to stay in the processor's cache.
_PART = 100
#: Between values that are looked at together.
_BREAK = b"\n"
#: What begins otherwise than a list or null.
_NO_LIST = re.compile(_BREAK + rb"[^\[n]")
#: All later times are greater as texts, too.
_AFTER_YEAR_ONE = "0002"


def field_type(schema: Schema) -> Any:
    """Return the type of a column's field: raw JSON for lists and objects."""
    scalar = _SCALARS.get(json_type(schema))
    return scalar | None | UnsetType if scalar else Raw | UnsetType


class PageCheck:
    """Tells whether the rows of a page fit their columns altogether.

    Args:
        columns: The JSON schema of each column.
    """

    def __init__(self, columns: Mapping[str, Schema]) -> None:
        kinds = {name: json_type(schema) for name, schema in columns.items()}
        self._times = [attrgetter(name) for name, kind in kinds.items() if kind == "date-time"]
        self._days = [attrgetter(name) for name, kind in kinds.items() if kind == "date"]
        self._lists = _values_of([name for name, kind in kinds.items() if kind == "array"])
        self._objects = [(attrgetter(name), _Objects(columns[name])) for name in kinds if kinds[name] == "object"]

    def fits(self, rows: list[Any]) -> bool:
        """Return whether all values of these rows are of the declared kind, and lists and objects are one line each.

        Raises:
            ValueError: A list or an object is not text.
        """
        return all(self._part_fits(rows[start : start + _PART]) for start in range(0, len(rows), _PART))

    def _part_fits(self, rows: list[Any]) -> bool:
        return (
            all(_are_plain(list(filter(None, map(time, rows)))) for time in self._times)
            and all(day.year > 1 for column in self._days for day in filter(None, map(column, rows)))
            and _are_lists([b"", *filter(None, self._lists(rows))])
            and all(objects.fit(filter(None, map(column, rows))) for column, objects in self._objects)
        )


class _Objects:
    """The values of one column of objects, read together."""

    def __init__(self, schema: Schema) -> None:
        self._times = list(_time_paths(schema))
        self._decoder = msgspec.json.Decoder(list[_object_type(schema)])  # type: ignore[misc]

    def fit(self, values: Iterable[Raw]) -> bool:
        joined = b"[%b]" % b",".join(values)
        if not _are_lines(joined, 1):
            return False
        try:
            objects = self._decoder.decode(joined)
        except msgspec.ValidationError:
            return False
        return all(_are_plain(list(_members(objects, path))) for path in self._times)


def _object_type(schema: Schema) -> Any:
    """Return a type that has the declared members."""
    scalars = _SCALARS | {"array": list[Raw]}
    fields = []
    for name, member in schema.get("properties", {}).items():
        kind = json_type(member)
        inner = _object_type(member) if kind == "object" else scalars[kind] | None
        fields.append((name, inner | UnsetType, UNSET))
    return msgspec.defstruct("Declared", fields, gc=False) | None


def _time_paths(schema: Schema) -> Iterator[tuple[str, ...]]:
    for name, member in schema.get("properties", {}).items():
        if json_type(member) == "date-time":
            yield (name,)
        elif json_type(member) == "object":
            yield from ((name, *path) for path in _time_paths(member))


def _members(objects: Iterable[Any], path: tuple[str, ...]) -> Iterable[str]:
    for name in path:
        objects = filter(None, map(attrgetter(name), filter(None, objects)))
    return objects


def _values_of(names: list[str]) -> Callable[[list[Any]], Iterable[Any]]:
    """Return a function that yields the values of some columns, row by row."""
    if not names:
        return lambda _: ()
    values = attrgetter(*names)
    return lambda rows: map(values, rows) if len(names) == 1 else chain.from_iterable(map(values, rows))


def _are_plain(times: list[str]) -> bool:
    """Return whether times are in UTC, after year 1, and spelled as Graph documents."""
    if not times:
        return True
    # To count in one long text is cheaper than to look at each time.
    text = "\n".join([*times, ""])
    if not text.count("Z\n") == text.count("T") == text.count("\n") == len(times):
        return False
    try:
        msgspec.convert(times, list[datetime])
    except msgspec.ValidationError:
        return False
    return min(times) >= _AFTER_YEAR_ONE


def _are_lists(values: list[Any]) -> bool:
    """Return whether values, after the first, begin as lists do, or are null."""
    joined = _BREAK.join(values)
    return _are_lines(joined, len(values)) and _NO_LIST.search(joined) is None


def _are_lines(joined: bytes, lines: int) -> bool:
    """Return whether there are that many lines: a Singer message is one line, and these values leave as they came.

    Raises:
        ValueError: It is not text.
    """
    if not joined.isascii():
        joined.decode()
    return joined.count(_BREAK) == lines - 1 and b"\r" not in joined
