"""Keys for rows that sum up others: what they are grouped by, because their ids do not last."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMN = "groupId"


def add_group_ids(page: Any, columns: Sequence[str]) -> Any:
    """Give each row of a page a digest of these columns; "status.errorCode" is a property of a column."""
    for row in page.get("value") or () if isinstance(page, dict) else ():
        if isinstance(row, dict):
            values = [_value(row, name.split(".")) for name in columns]
            row[COLUMN] = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]
    return page


def _value(row: Any, path: Sequence[str]) -> Any:
    for name in path:
        row = row.get(name) if isinstance(row, dict) else None
    return row
