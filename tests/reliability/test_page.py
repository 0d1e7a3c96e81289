"""docs/reliability.md names all that can be tried, and tells of nothing lost."""

from __future__ import annotations

import re

from tests.reliability.fault_table import WEATHERS
from tests.reliability.page import PAGE
from tests.reliability.pipelines import LINES
from tests.reliability.words import WORDS

_ROW = re.compile(
    r"^\| (?P<what>[^|]+) \| (?P<times>\d+) \| (?P<struck>\d+) (?P<counts>(?:\| \d+ ){4})\|", re.MULTILINE
)
ROWS = [*_ROW.finditer(PAGE.read_text(encoding="utf-8"))]


def test_every_fault_and_every_way_to_run_is_in_the_table() -> None:
    tried = {row["what"] for row in ROWS}

    assert {WORDS.get(name, name) for name in WEATHERS} <= tried
    assert all(any(line.name in what for what in tried) for line in LINES)


def test_a_thousand_runs_and_a_hundred_kills_have_lost_doubled_and_deleted_nothing() -> None:
    kills = sum(int(row["struck"]) for row in ROWS if re.match(r"kill|SIGTERM|Ctrl-C", row["what"]))

    assert kills >= 100
    assert sum(int(row["struck"]) for row in ROWS) - kills >= 1_000
    assert {count for row in ROWS for count in re.findall(r"\d+", row["counts"])} == {"0"}
    assert all(int(row["struck"]) > 0 for row in ROWS)
