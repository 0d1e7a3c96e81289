"""A warehouse that takes no value of another type than its column's: a real loader stops there."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tests.loader import Message, Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    Schema = dict[str, Any]

_CLASSES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "integer": (int,),
    "number": (int, float),
}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_FRACTION = re.compile(r"\.\d+")
_READERS = {"date-time": datetime.fromisoformat, "date": date.fromisoformat}


class TypedWarehouse(Warehouse):
    """A warehouse in memory that notes each value of another type.

    Attributes:
        misfits: Those of the run, in words.
    """

    def __init__(self) -> None:
        super().__init__()
        self.misfits: list[str] = []
        self._schemas: dict[str, dict[str, Schema]] = {}

    @override
    def begin(self) -> None:
        super().begin()
        self.misfits = []

    @override
    def _take_schema(self, message: Message) -> None:
        super()._take_schema(message)
        self._schemas[message["stream"]] = message["schema"]["properties"]

    @override
    def _take_record(self, message: Message) -> None:
        super()._take_record(message)
        schemas = self._schemas[message["stream"]]
        self.misfits += [f"{message['stream']}.{misfit}" for misfit in _misfits(message["record"], schemas)]


def _misfits(row: dict[str, Any], schemas: dict[str, Schema]) -> Iterator[str]:
    for name, value in row.items():
        schema = schemas.get(name)
        if value is None or schema is None:
            continue
        if not _fits(value, schema):
            yield f"{name}: {value!r}"
        elif isinstance(value, dict) and "properties" in schema:
            yield from (f"{name}.{inner}" for inner in _misfits(value, schema["properties"]))


def _fits(value: Any, schema: Schema) -> bool:
    types = schema.get("type", "string")
    names = [types] if isinstance(types, str) else types
    if not any(value.__class__ in _CLASSES.get(name, ()) for name in names):
        return False
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return False
    reader = _READERS.get(schema.get("format", ""))
    if reader is None:
        return True
    if reader is datetime.fromisoformat and not _TIME.fullmatch(value):
        return False
    try:
        return bool(reader(_FRACTION.sub("", value).replace("Z", "+00:00")))
    except ValueError:
        return False
