"""Figure 6: memory does not grow with the tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import replaying, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Stream, what it is read from, and how much of that there is.
READS = (
    ("sign_ins", "sign_ins", 1_000_000),
    ("users", "users", 200_000),
    ("profile_photos", "users", 200_000),
    ("user_managers", "users", 200_000),
    ("group_members", "members", 50_000),
)
MOST_MB = 150
MOST_GROWTH = 1.2


def measure(recorded: Path) -> Iterator[Figure]:
    """Each stream in a process of its own, at its full size and at a tenth of it."""
    for stream, kind, size in READS:
        with replaying(recorded, **{kind: size // 10}) as url:
            small = run_tap(stream, root=url, time_scale=0)
        with replaying(recorded, **{kind: size}) as url:
            large = run_tap(stream, root=url, time_scale=0)
        peak, tenth = large.told["peak_mb"], small.told["peak_mb"]
        rows = large.told["rows"][stream]
        yield Figure(
            f"Peak memory, `{stream}` of {size:,} {kind.replace('_', '-')}",
            f"{peak:.0f} MB",
            f"{tenth:.0f} MB at a tenth of it",
            f"{peak / tenth:.2f}",
            f"at most {MOST_GROWTH}, and under {MOST_MB} MB",
            peak <= MOST_GROWTH * tenth and peak < MOST_MB,
            f"{rows:,} rows, {rows / large.wall_s:,.0f} rows/s.",
        )
