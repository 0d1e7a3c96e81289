"""Figure 4: a first load of a large directory, against what the wire alone takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import replaying, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USERS = 100_000
LATENCY_S = 0.2
GOAL = 1.2


def measure(recorded: Path) -> Iterator[Figure]:
    """Once over a wire with latency, and once over none: what the tap itself needs."""
    with replaying(recorded, users=USERS, latency_s=LATENCY_S) as far:
        load = run_tap("users", root=far)
    with replaying(recorded, users=USERS) as near:
        own = run_tap("users", root=near)
    wire_s = -(-USERS // 999) * LATENCY_S
    ratio = load.wall_s / wire_s
    yield Figure(
        f"A first load of {USERS:,} users at 200 ms a request",
        f"{load.wall_s:.1f} s",
        f"{wire_s:.1f} s on the wire",
        f"{ratio:.2f}",
        f"at most {GOAL}, plus decoding",
        load.wall_s <= GOAL * wire_s + own.wall_s,
        f"{load.told['requests']} requests. Without latency the same takes {own.wall_s:.1f} s, the start of the "
        "process included; a page is written while the next one is on its way.",
    )
