"""Logs in the order of their moments, so that a window of a long log is found at once."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sandbox.tenant.logs.row import LogRow
    from sandbox.tenant.state import TenantState


class Timelines:
    """The tenant's logs, sorted by moment."""

    def __init__(self, tenant: TenantState) -> None:
        self._tenant = tenant
        self._sorted: dict[str, tuple[int, list[LogRow]]] = {}

    def between(self, log: str, bounds: Iterable[tuple[str, datetime]]) -> list[LogRow]:
        """The rows within all `bounds` (operator, moment) that have arrived by now, oldest first."""
        rows = self._rows(log)
        start, end = 0, len(rows)
        for operator, moment in bounds:
            left = bisect.bisect_left(rows, moment, key=lambda entry: entry.at)
            right = bisect.bisect_right(rows, moment, key=lambda entry: entry.at)
            if operator in ("ge", "gt", "eq"):
                start = max(start, right if operator == "gt" else left)
            if operator in ("le", "lt", "eq"):
                end = min(end, left if operator == "lt" else right)
        now = self._tenant.now()
        return [entry for entry in rows[start:end] if entry.arrives <= now]

    def _rows(self, log: str) -> list[LogRow]:
        source = self._tenant.logs[log]
        length, rows = self._sorted.get(log, (-1, []))
        if length != len(source):
            rows = sorted(source, key=lambda entry: entry.at)
            self._sorted[log] = (len(source), rows)
        return rows
