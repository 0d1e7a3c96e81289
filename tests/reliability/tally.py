"""What came of many trials of one kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

#: How a run with a fault may end.
WELL, SKIPPED, TOLD = (
    "exit 0, all there",
    "exit 0, refused streams named, next run all there",
    "exit 1, next run all there",
)


@dataclass
class Tally:
    """Trials of one kind.

    Attributes:
        kind: "fault", "kill" or "days".
        struck: In how many of them the fault struck.
        doubled: Rows twice under one key, or left in the warehouse though the tenant has none such.
        deleted: Live rows that were marked as deleted, at any time.
        wrong: Values that differ.
        ended: How often the run ended how.
        problems: All that must not be, in words.
    """

    kind: str
    name: str
    order: tuple[int, ...]
    tried: int = 0
    struck: int = 0
    lost: int = 0
    doubled: int = 0
    deleted: int = 0
    wrong: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ended = ", ".join(f"{how} {count}" for how, count in self.ended.items())
        return (
            f"{self.name}: tried {self.tried}, struck {self.struck}, lost {self.lost}, doubled {self.doubled}, "
            f"deleted {self.deleted}, wrong {self.wrong}; {ended}; problems {len(self.problems)}"
        )
