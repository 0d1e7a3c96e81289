"""Figure 6: memory does not grow with the tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Ran, replaying, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Streams of a run, and how much there is of what they read.
READS: tuple[tuple[tuple[str, ...], dict[str, int]], ...] = (
    (("sign_ins",), {"sign_ins": 1_000_000}),
    (("users",), {"users": 200_000}),
    (("profile_photos",), {"users": 200_000}),
    (("user_managers",), {"users": 200_000}),
    (("group_members",), {"members": 50_000}),
    (("users", "user_managers", "profile_photos", "sign_ins"), {"users": 200_000, "sign_ins": 1_000_000}),
)
MOST_MB = 150
MOST_GROWTH = 1.2


def measure(recorded: Path) -> Iterator[Figure]:
    """Each in a process of its own, at its full size and at a tenth of it."""
    for streams, sizes in READS:
        small = _read(recorded, streams, {kind: size // 10 for kind, size in sizes.items()})
        large = _read(recorded, streams, sizes)
        peak, tenth = large.told["peak_mb"], small.told["peak_mb"]
        rows = sum(large.told["rows"].values())
        kinds = " and ".join(f"{size:,} {kind.replace('_', '-')}" for kind, size in sizes.items())
        yield Figure(
            f"Peak memory, {' + '.join(f'`{stream}`' for stream in streams)} of {kinds}",
            f"{peak:.0f} MB",
            f"{tenth:.0f} MB at a tenth of it",
            f"{peak / tenth:.2f}",
            f"at most {MOST_GROWTH}, and under {MOST_MB} MB",
            peak <= MOST_GROWTH * tenth and peak < MOST_MB,
            f"{rows:,} rows, {rows / large.wall_s:,.0f} rows/s.",
        )


def _read(recorded: Path, streams: tuple[str, ...], sizes: dict[str, int]) -> Ran:
    with replaying(recorded, **sizes) as url:
        return run_tap(*streams, root=url, time_scale=0)
