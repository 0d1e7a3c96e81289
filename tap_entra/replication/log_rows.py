"""Log rows with one id: which of them stays.

Seen in Log Analytics: a success, and the interrupt a minute before it, under one id
(https://github.com/Azure/Azure-Sentinel/issues/9463).
"""

from __future__ import annotations

from datetime import datetime, timezone
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from tap_entra.graph import Row as ReadRow
from tap_entra.graph import odata

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Rows with one id are close together: those of ten to twenty pages are remembered.
_REMEMBERED = 10_000


class LatestById:
    """Leaves out a row if one with its id is later in time, or as late and successful.

    Args:
        time_column: The column with the time of a row.
    """

    def __init__(self, time_column: str) -> None:
        self._time_column = time_column
        # Two parts, of which the older is forgotten as a whole: that costs less than to forget row by row.
        self._times: dict[Any, Any] = {}
        self._older: dict[Any, Any] = {}

    def of(self, rows: list[Any]) -> list[Any]:
        """Return the rows of a page that stay. The loader overwrites what an earlier page brought."""
        times = dict(zip(column(rows, "id"), column(rows, self._time_column), strict=True))
        # Between two views of keys the smaller one is looked up in the larger one.
        is_simple = len(times) == len(rows) and all(
            times.keys().isdisjoint(known.keys()) for known in (self._times, self._older)
        )
        kept = rows if is_simple else self._without_earlier(rows)
        self._times.update(times if is_simple else {row.get("id"): row.get(self._time_column) for row in kept})
        if len(self._times) > _REMEMBERED:
            self._older, self._times = self._times, {}
        return kept

    def _without_earlier(self, rows: list[Any]) -> list[Any]:
        best: dict[Any, Any] = {}
        for row in rows:
            other = best.get(row.get("id"))
            if other is None or self._rank(row) > self._rank(other):
                best[row.get("id")] = row
        return [row for row in rows if best[row.get("id")] is row and not self._is_outdone(row)]

    def _is_outdone(self, row: Any) -> bool:
        id_ = row.get("id")
        written = self._times.get(id_, self._older.get(id_))
        return written is not None and (_moment(written), False) > self._rank(row)

    def _rank(self, row: Any) -> tuple[datetime, bool]:
        return _moment(row.get(self._time_column)), _is_success(row)


def _moment(value: Any) -> datetime:
    try:
        return odata.parse_instant(value)
    except (AttributeError, TypeError, ValueError):
        return datetime.min.replace(tzinfo=timezone.utc)


def column(rows: list[Any], name: str) -> list[Any]:
    """Return the values of a column: of dicts, or of rows of a `row_decoder`."""
    if rows and isinstance(rows[0], ReadRow):
        return list(map(attrgetter(name), rows))
    return [row.get(name) for row in rows]


def _is_success(row: Mapping[str, Any] | ReadRow) -> bool:
    status = row.get("status")
    if isinstance(status, msgspec.Raw):
        status = msgspec.json.decode(status)
    code = status.get("errorCode") if isinstance(status, dict) else None
    return code == 0 or row.get("result") == "success"
