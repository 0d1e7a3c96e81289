"""Figure 4: a first load of a large directory, against what the wire alone takes, and of several streams at once."""

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
#: They have different limits, and each is slow by itself: pages of 200, pictures 20 to a request, a log at the pace
#: of reports.
TOGETHER = ("users", "user_managers", "profile_photos", "sign_ins")
SOME_USERS, SOME_SIGN_INS = 10_000, 10_000
GOAL_TOGETHER = 0.6


def measure(recorded: Path) -> Iterator[Figure]:
    """Users alone, then several streams at once."""
    yield _users(recorded)
    yield _together(recorded)


def _users(recorded: Path) -> Figure:
    """Once over a wire with latency, and once over none: what the tap itself needs."""
    with replaying(recorded, users=USERS, latency_s=LATENCY_S) as far:
        load = run_tap("users", root=far)
    with replaying(recorded, users=USERS) as near:
        own = run_tap("users", root=near)
    wire_s = -(-USERS // 999) * LATENCY_S
    ratio = load.wall_s / wire_s
    return Figure(
        f"A first load of {USERS:,} users at 200 ms a request",
        f"{load.wall_s:.1f} s",
        f"{wire_s:.1f} s on the wire",
        f"{ratio:.2f}",
        f"at most {GOAL}, plus decoding",
        load.wall_s <= GOAL * wire_s + own.wall_s,
        f"{load.told['requests']} requests. Without latency the same takes {own.wall_s:.1f} s, the start of the "
        "process included; a page is written while the next one is on its way.",
    )


def _together(recorded: Path) -> Figure:
    with replaying(recorded, users=SOME_USERS, sign_ins=SOME_SIGN_INS, latency_s=LATENCY_S) as far:
        start = run_tap("domains", root=far).wall_s
        alone = {stream: run_tap(stream, root=far).wall_s - start for stream in TOGETHER}
        together_s = run_tap(*TOGETHER, root=far).wall_s - start
    total_s = sum(alone.values())
    told = ", ".join(f"`{stream}` {seconds:.1f} s" for stream, seconds in alone.items())
    return Figure(
        "Four streams in one run",
        f"{together_s:.1f} s",
        f"{total_s:.1f} s one after the other",
        f"{together_s / total_s:.2f}",
        f"at most {GOAL_TOGETHER}",
        together_s <= GOAL_TOGETHER * total_s,
        f"{SOME_USERS:,} users and {SOME_SIGN_INS:,} sign-ins at 200 ms a request, Microsoft's limits. Alone: {told}. "
        "The start of the process is not counted.",
    )
