"""Flattening: the properties of an object become columns of their own.

The SDK's flattening leaves out the columns of an object that is null. Its names may be longer than PostgreSQL keeps,
where two that differ only behind that length are one column.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from singer_sdk.helpers._flattening import flatten_key
from singer_sdk.singerlib.json import serialize_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from singer_sdk.helpers._flattening import FlatteningOptions

Row = dict[str, Any]
#: The names of properties, from a column inwards.
Path = tuple[str, ...]

#: PostgreSQL cuts names after 63 bytes: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
LONGEST_NAME = 63
_DIGEST = 8


class Flattening:
    """The flattened form of one schema and of its rows.

    Attributes:
        schema: The flattened schema. Every name is unique in PostgreSQL, and the same for the same properties.
    """

    def __init__(self, schema: Mapping[str, Any], options: FlatteningOptions) -> None:
        self._deepest = options.max_level
        columns = dict(self._columns(schema["properties"], ()))
        self._names = _names(columns, options)
        self.schema = {**schema, "properties": {self._names[path]: kind for path, kind in columns.items()}}
        self._inner: dict[Path, list[str]] = {}
        for path in columns:
            for depth in range(1, len(path)):
                names = self._inner.setdefault(path[:depth], [])
                if path[depth] not in names:
                    names.append(path[depth])

    def row(self, row: Row) -> Row:
        """Return the flattened row: each column that it has, with null for all that a null object does not say."""
        return dict(item for name, value in row.items() for item in self._cells((name,), value))

    def _columns(
        self, properties: Mapping[str, Any], outer: Path, *, nullable: bool = False
    ) -> Iterator[tuple[Path, Any]]:
        for name, kind in properties.items():
            path, types = (*outer, name), kind.get("type", ["string", "null"])
            can_be_null = nullable or "null" in types
            if "object" in types and kind.get("properties") and len(outer) < self._deepest:
                yield from self._columns(kind["properties"], path, nullable=can_be_null)
            elif "object" in types or "array" in types:
                described = {"description": kind["description"]} if "description" in kind else {}
                yield path, {**described, "type": ["string", "null"] if can_be_null else ["string"]}
            else:
                yield path, _nullable(kind) if can_be_null else kind

    def _cells(self, path: Path, value: Any) -> Iterator[tuple[str, Any]]:
        if path in self._inner:
            properties = value if isinstance(value, dict) else {}
            for name in self._inner[path]:
                yield from self._cells((*path, name), properties.get(name))
        else:
            yield self._names.get(path, path[0]), serialize_json(value) if isinstance(value, (dict, list)) else value


def _nullable(kind: Mapping[str, Any]) -> dict[str, Any]:
    types = kind.get("type", ["string", "null"])
    types = [types] if isinstance(types, str) else types
    return {**kind, "type": types if "null" in types else [*types, "null"]}


def _names(paths: Iterable[Path], options: FlatteningOptions) -> dict[Path, str]:
    """Return a name for each path, the same in every run: in full, or as the SDK shortens it, or with a digest."""
    below = min(options.max_key_length, LONGEST_NAME + 1)
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for path in sorted(paths, key=len):  # a column keeps its own name, whatever is in an object
        *outer, inner = path
        name = flatten_key(inner, outer, options.separator, max_key_length=below) if outer else inner
        if name in taken or len(name.encode()) > LONGEST_NAME:
            digest = hashlib.sha256("\0".join(path).encode()).hexdigest()[:_DIGEST]
            name = f"{name.encode()[: LONGEST_NAME - _DIGEST - 1].decode(errors='ignore')}_{digest}"
        names[path] = name
        taken.add(name)
    return names
