"""Two answers to one question, side by side."""

from __future__ import annotations

from datetime import datetime
from typing import Any

Row = dict[str, Any]


def differences(expected: dict[Any, Row], found: dict[Any, Row]) -> list[str]:
    """Rows that lack, rows too many, and columns that differ; of those that are expected."""
    wrong = [f"{key} lacks" for key in expected.keys() - found.keys()]
    wrong += [f"{key} is too many" for key in found.keys() - expected.keys()]
    for key in expected.keys() & found.keys():
        wrong += [
            f"{key}.{name}: {found[key].get(name, 'no such column')!r}, not {value!r}"
            for name, value in expected[key].items()
            if plain(found[key].get(name, "no such column")) != plain(value)
        ]
    return sorted(wrong)[:25]


def plain(value: Any) -> Any:
    """Microseconds apart are rounding."""
    return value.replace(microsecond=0) if isinstance(value, datetime) else value
