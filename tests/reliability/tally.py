"""What came of many trials of one kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.reliability.losses import Losses

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
        ended: How often the run ended how.
        problems: All that must not be, in words.
    """

    kind: str
    name: str
    order: tuple[int, ...]
    tried: int = 0
    struck: int = 0
    losses: Losses = field(default_factory=Losses)
    ended: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ended = ", ".join(f"{how} {count}" for how, count in self.ended.items())
        return (
            f"{self.name}: tried {self.tried}, struck {self.struck}, {self.losses}; {ended}; "
            f"problems {len(self.problems)}"
        )
