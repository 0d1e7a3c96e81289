"""Figure 10: logs from the diagnostic export, which has no limit but the processor's."""

from __future__ import annotations

import sys
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from tests.benchmarks.export_replay import CONTAINER
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Ran, replaying, run, run_tap, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

#: Rows beside the yardsticks, and of the large run, of which a tenth tells how the cost grows.
ROWS, MANY = 300_000, 10_000_000
ROUNDS = 3
MOST_MB = 200


def measure(recorded: Path) -> Iterator[Figure]:
    """Run whole processes one after the other, so that other load on the machine slows all of them alike."""
    bare, ours, graph = [], [], []
    with exporting(recorded, ROWS) as account, replaying(recorded, sign_ins=ROWS) as root:
        for _ in range(ROUNDS):
            bare.append(run(sys.executable, "-m", "tests.benchmarks.bare_export", account, CONTAINER))
            ours.append(_read(account))
            graph.append(run_tap("sign_ins", root=root, time_scale=0))
    for name, yardstick in (("a bare loop", bare), ("the same rows from Graph", graph)):
        ratio = median(one.cpu_s / other.cpu_s for one, other in zip(yardstick, ours, strict=True))
        yield Figure(
            f"CPU per row, `sign_ins` from the export, against {name}",
            f"{_cpu_us(ours)} µs",
            f"{_cpu_us(yardstick)} µs",
            f"{ratio:.2f}",
            "at least 1",
            ratio >= 1,
            f"{ROWS:,} rows to /dev/null, no latency, the start of the process counted in both. A row of the export "
            "has half as many bytes again as one of Graph.",
        )
    yield _growth(recorded)


def _growth(recorded: Path) -> Figure:
    runs = []
    for rows in (MANY // 10, MANY):
        with exporting(recorded, rows) as account:
            runs.append(_read(account))
    small, large = runs
    ratio = (large.cpu_s / MANY) / (small.cpu_s / (MANY // 10))
    peak, state = large.told["peak_mb"], len(msgspec.json.encode(large.told["state"]))
    return Figure(
        f"{MANY:,} rows of the export",
        f"{large.told['rows']['sign_ins'] / large.wall_s:,.0f} rows/s",
        f"{small.told['rows']['sign_ins'] / small.wall_s:,.0f} rows/s at a tenth of it",
        f"{ratio:.2f}",
        f"CPU per row at most 1.1 times that of a tenth, under {MOST_MB} MB, state under 64 KB",
        ratio <= 1.1 and peak < MOST_MB and state < 64 * 1024,
        f"Peak memory {peak:.0f} MB, {small.told['peak_mb']:.0f} MB at a tenth; the state has {state:,} bytes.",
    )


def _read(account: str) -> Ran:
    return run_tap("sign_ins", root="http://127.0.0.1:9", storage=account, time_scale=0)


def _cpu_us(ran: list[Ran]) -> str:
    return f"{median(one.cpu_s for one in ran) / ROWS * 1e6:.1f}"


def exporting(folder: Path, rows: int) -> AbstractContextManager[str]:
    """An account with that many recorded rows, as long as a `with` lasts; its URL."""
    return serving("tests.benchmarks.export_replay", folder, str(rows))
