"""What makes two sums the same one."""

from __future__ import annotations

from typing import Any

import pytest

from tap_entra.replication.group_ids import COLUMN, GroupIds

PROPERTIES = {
    "day": {"type": ["string", "null"], "format": "date-time"},
    "status": {"type": ["object", "null"], "properties": {"code": {"type": ["integer", "null"]}}},
    "agent": {"type": ["object", "null"], "properties": {"kind": {"type": ["string", "null"]}}},
}
ROW = {"day": "2026-06-01T00:00:00Z", "status": {"code": 0}, "agent": {"kind": "none"}}


def key(row: dict[str, Any]) -> str:
    page = GroupIds(("day", "status.code", "agent"), PROPERTIES).add_to({"value": [row]})
    return str(page["value"][0][COLUMN])


@pytest.mark.parametrize(
    "columns",
    [
        {"status": {"code": 0.0}},
        {"status": {"code": "0"}},
        {"status": {"code": 0, "novelty": "x"}},
        {"agent": {"kind": "none", "@odata.type": "#microsoft.graph.agentic"}},
        {"day": "2026-06-01T02:00:00+02:00"},
        {"count": 7},
    ],
)
def test_another_spelling_is_the_same_row(columns: dict[str, Any]) -> None:
    assert key({**ROW, **columns}) == key(ROW)


@pytest.mark.parametrize(
    "columns",
    [
        {"status": {"code": 1}},
        {"status": {"code": "many"}},
        {"status": None},
        {"agent": None},
        {"agent": {"kind": "other"}},
        {"day": "2026-06-02T00:00:00Z"},
    ],
)
def test_another_value_is_another_row(columns: dict[str, Any]) -> None:
    assert key({**ROW, **columns}) != key(ROW)


def test_a_row_keeps_its_values_as_they_came() -> None:
    row = {"status": {"code": 0.0, "novelty": "x"}, "agent": {}}

    key(row)

    assert {name: row[name] for name in ("status", "agent")} == {"status": {"code": 0.0, "novelty": "x"}, "agent": {}}
