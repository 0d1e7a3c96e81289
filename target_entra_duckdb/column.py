"""The columns of a table, out of a Singer schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: UTC, without a zone.
TIME = "timestamp"
_TYPES = {"integer": "bigint", "number": "double", "boolean": "boolean", "string": "varchar"}
_FORMATS = {"date-time": TIME, "date": "date", "time": "time"}


def column_types(schema: Mapping[str, Any]) -> dict[str, str]:
    """Return DuckDB's type by column, in the order of the schema's properties.

    Times are UTC without a zone. What may be of several types, an object or a list is JSON.
    """
    return {name: _type(declared) for name, declared in schema["properties"].items()}


def _type(declared: Mapping[str, Any]) -> str:
    options = [
        one for one in declared.get("anyOf", declared.get("oneOf", ())) if one.get("type") not in ("null", ["null"])
    ]
    if len(options) == 1:
        return _type(options[0])
    kinds = declared.get("type", [])
    known = {kinds} if isinstance(kinds, str) else {*kinds}
    known.discard("null")
    if known == {"string"}:
        return _FORMATS.get(declared.get("format", ""), "varchar")
    return _TYPES.get(known.pop(), "json") if len(known) == 1 else "json"


def quoted(name: str) -> str:
    """Return a name as an identifier."""
    return '"' + name.replace('"', '""') + '"'
