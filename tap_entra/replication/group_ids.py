"""Keys for rows that sum up others: what they are grouped by, because their ids do not last."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from tap_entra.graph import ValueFitter, odata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMN = "groupId"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d?:\d\d)")


class GroupIds:
    """Gives rows a digest of what they are grouped by.

    What counts are the declared members of a column, each in the form of its type: neither `50126.0` nor a new member
    makes another row.

    Args:
        columns: What the rows are grouped by; "status.errorCode" is a member of a column.
        properties: The JSON schema of each column of the stream.
    """

    def __init__(self, columns: Sequence[str], properties: Mapping[str, Any]) -> None:
        self._paths = [name.split(".") for name in columns]
        self._schemas = {path[0]: properties[path[0]] for path in self._paths}
        self._values = ValueFitter(self._schemas)

    def add_to(self, page: Any) -> Any:
        """Add the digest to each row of a page. Returns the page."""
        for row in page.get("value") or () if isinstance(page, dict) else ():
            if isinstance(row, dict):
                values = self._grouped_by(row)
                row[COLUMN] = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]
        return page

    def _grouped_by(self, row: dict[str, Any]) -> list[Any]:
        given = {name: _declared(row.get(name), schema) for name, schema in self._schemas.items()}
        fitted = {name: {**value} if isinstance(value, dict) else value for name, value in given.items()}
        self._values.fit(fitted)
        pairs = ((_value(fitted, path), _value(given, path)) for path in self._paths)
        # What fits no type still makes a row of its own.
        return [_same(as_given if value is None else value) for value, as_given in pairs]


def _declared(value: Any, schema: Mapping[str, Any]) -> Any:
    members = schema.get("properties")
    return {name: value.get(name) for name in members} if members and isinstance(value, dict) else value


def _same(value: Any) -> Any:
    """Return a value as it is, a time as it is spelled in UTC: another spelling makes no other row."""
    if not (isinstance(value, str) and _TIME.fullmatch(value)):
        return value
    try:
        return odata.instant(odata.parse_instant(value))
    except (ValueError, OverflowError):
        return value


def _value(row: Any, path: Sequence[str]) -> Any:
    for name in path:
        row = row.get(name) if isinstance(row, dict) else None
    return row
