"""docs/reliability.md: what was tried, and what came of it."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from tests.reliability.weathers import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.reliability.tally import Tally

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
_HEAD = ("Tried", "Times", "Struck", "Rows lost", "Rows doubled", "Live rows deleted", "Values wrong", "The run ended")
_INTRO = """
Each line is a number of trials on invented companies in the sandbox. A trial lets days pass, lets the tap run while
something goes wrong, compares every table with the tenant, makes all go right again, and lets it run once more. After a
run that ended well, and for each stream that a failed run calls complete, a table must hold what the tenant holds, row
by row and column by column; and at no time may a row be marked as deleted that lives. Seeds decide what happens where,
and how often; which of several requests under way meets it, the machine decides.
"""
_FAULTS = """
A warehouse in memory takes the tap's messages as target-postgres would. Waits are a fraction of what they would be;
the tap gives up on a request after six minutes' worth of them. "Struck" counts the trials whose run met the fault at
all. A list that came back half as long, or shorter than Microsoft counts, is doubted once.
"""
_KILLS = """
Real processes, killed at random moments: the tap alone, with the imitation of the loader at the other end of its pipe;
tap and target-postgres in a shell, into a real PostgreSQL; and `meltano run` with both. After each kill the token cache
must be whole, and from the first run on nothing but it is needed to sign in. A tap that is told to stop
while it is starting up, or when all is written, ends by the signal.
"""


def write_page(tallies: Iterable[Tally], seed: int) -> None:
    """Write it."""
    tallies = list(tallies)
    parts = [
        "# Reliability",
        "<!-- Written by `make reliability`. -->",
        _filled(_INTRO),
        _total(tallies, seed),
        "## Faults on the wire",
        _filled(_FAULTS),
        _table(one for one in tallies if one.kind == "fault"),
        "## Death",
        _filled(_KILLS),
        _table(one for one in tallies if one.kind == "kill"),
    ]
    if lives := [one for one in tallies if one.kind == "days"]:
        parts += ["## Days in any order", _filled(_DAYS), _table(lives)]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


_DAYS = """
Companies whose days, weathers, selections of streams and columns, kills and runs come in any order (hypothesis).
"""


def _total(tallies: list[Tally], seed: int) -> str:
    faults, struck = (sum(getattr(one, name) for one in tallies if one.kind == "fault") for name in ("tried", "struck"))
    kills = sum(one.struck for one in tallies if one.kind == "kill")
    sums = [sum(getattr(one, name) for one in tallies) for name in ("lost", "doubled", "deleted", "wrong")]
    return _filled(
        f"In all: {faults:,} trials with faults, which struck in {struck:,} of them, and {kills:,} kills, from seed "
        f"{seed} on. Rows lost: {sums[0]}. Rows doubled: {sums[1]}. Live rows deleted: {sums[2]}. "
        f"Values wrong: {sums[3]}."
    )


def _table(tallies: Iterable[Tally]) -> str:
    rows = [
        (
            WORDS.get(one.name, one.name), one.tried, one.struck, one.lost, one.doubled, one.deleted, one.wrong,
            "; ".join(f"{how}: {count}" for how, count in sorted(one.ended.items(), key=lambda item: -item[1])),
        )
        for one in tallies
    ]  # fmt: skip
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in (_HEAD, ["---"] * len(_HEAD), *rows))


def _filled(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 120)
