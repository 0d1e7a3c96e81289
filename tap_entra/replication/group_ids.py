"""Keys for rows that sum up others: what they are grouped by, because their ids do not last."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from tap_entra.graph import odata

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMN = "groupId"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d?:\d\d)")


def add_group_ids(page: Any, columns: Sequence[str]) -> Any:
    """Give each row of a page a digest of these columns; "status.errorCode" is a property of a column."""
    for row in page.get("value") or () if isinstance(page, dict) else ():
        if isinstance(row, dict):
            values = [_same(_value(row, name.split("."))) for name in columns]
            row[COLUMN] = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]
    return page


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
