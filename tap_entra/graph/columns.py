"""The columns of the fast decoder: their types, and checks of what a type alone does not tell.

msgspec reads texts, times, whole numbers and booleans as fast as it copies bytes. Lists and objects stay the bytes they
came as: objects are read together, column by column, and of a list the first byte is looked at.
"""

from __future__ import annotations

from datetime import datetime, timezone
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from tap_entra.graph.values import LARGEST, SMALLEST, json_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tap_entra.graph.values import Schema

_SCALARS: dict[str, Any] = {
    "string": str,
    # As texts, so that they leave as Graph spelled them.
    "date-time": Annotated[str, Meta(min_length=1)],
    "boolean": bool,
    "integer": Annotated[int, Meta(ge=SMALLEST, le=LARGEST)],
    "number": float,
}
#: A list begins with a bracket. To compare bytes in place is the cheapest look at the first of them.
_from_bracket, _below_next = bytearray(b"[").__le__, bytearray(b"\\").__gt__
_NULL = Raw(b"null")
_zone = attrgetter("tzinfo")
_UTC = {timezone.utc}
#: Between date and time, and at the end, of a time as Graph spells it.
_separator, _end = itemgetter(10), itemgetter(-1)


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
        self._lists = [attrgetter(name) for name, kind in kinds.items() if kind == "array"]
        self._objects = [(attrgetter(name), _Objects(columns[name])) for name in kinds if kinds[name] == "object"]

    def fits(self, rows: list[Any]) -> bool:
        """Return whether all values of these rows are of the declared kind."""
        return (
            all(_are_plain(list(filter(None, map(time, rows)))) for time in self._times)
            and all(_are_lists(tuple(filter(None, map(column, rows)))) for column in self._lists)
            and all(objects.fit(filter(None, map(column, rows))) for column, objects in self._objects)
        )


class _Objects:
    """The values of one column of objects, read together."""

    def __init__(self, schema: Schema) -> None:
        self._times = list(_time_paths(schema))
        self._decoder = msgspec.json.Decoder(list[_object_type(schema)])  # type: ignore[misc]

    def fit(self, values: Iterable[Raw]) -> bool:
        try:
            objects = self._decoder.decode(b"[%b]" % b",".join(values))
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


def _are_plain(times: list[str]) -> bool:
    """Return whether times are in UTC, after year 1, and spelled as Graph documents."""
    if not times:
        return True
    try:
        moments = msgspec.convert(times, list[datetime])
    except msgspec.ValidationError:
        return False
    # In this order: only moments that all have a zone can be compared.
    return (
        set(map(_zone, moments)) <= _UTC
        and min(moments).year > 1
        and set(map(_separator, times)) <= {"T"}
        and set(map(_end, times)) <= {"Z"}
    )


def _are_lists(values: tuple[Raw, ...]) -> bool:
    """Return whether values begin as lists do, or are null."""
    if all(map(_from_bracket, values)) and all(map(_below_next, values)):
        return True
    return all(value == _NULL or (_from_bracket(value) and _below_next(value)) for value in values)
