"""Figure 1: the CPU time of a row, compared with a bare loop that only reads and writes, and with the Singer SDK."""

from __future__ import annotations

import sys
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Ran, replaying, run, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Rows per process. The SDK reads fewer, because a row takes it ten times as long.
ROWS = {"sign_ins": 200_000, "users": 100_000}
SDK_ROWS = {"sign_ins": 20_000, "users": 6_000}
ROUNDS = 3

_ALWAYS = quote("createdDateTime ge 2000-01-01T00:00:00Z and createdDateTime le 2100-01-01T00:00:00Z")
_PATHS = {
    "sign_ins": f"/v1.0/auditLogs/signIns?$filter={_ALWAYS}&$top=1000",
    "users": "/v1.0/users?$select=all&$top=999",
}


def measure(recorded: Path) -> Iterator[Figure]:
    """Run whole processes in turns, so that other load on the machine slows all of them alike."""
    python = sys.executable
    for kind, rows in ROWS.items():
        bare, tap, starts, sdk = [], [], [], []
        with (
            replaying(recorded, **{kind: rows}) as many,
            replaying(recorded, **{kind: SDK_ROWS[kind]}) as few,
            replaying(recorded) as none,
        ):
            for _ in range(ROUNDS):
                bare.append(run(python, "-m", "tests.benchmarks.bare_loop", many + _PATHS[kind]))
                tap.append(run_tap(kind, root=many, time_scale=0))
                starts.append(run_tap(kind, root=none, time_scale=0))
                start = run(python, "-m", "tests.benchmarks.sdk_stream", kind, none + _PATHS[kind])
                sdk.append(_without(run(python, "-m", "tests.benchmarks.sdk_stream", kind, few + _PATHS[kind]), start))
        told = [ran.told["rows"][kind] for ran in tap]
        alone = [_without(ran, start) for ran, start in zip(tap, starts, strict=True)]
        cpu = f"CPU time a row: tap {_cpu_us(alone, rows)} µs, SDK {_cpu_us(sdk, SDK_ROWS[kind])} µs, "
        for name, goal, ours, yardstick, note in (
            (
                "a bare loop",
                1,
                tap,
                [_speed(rows, ran) for ran in bare],
                "The start of the process is counted in both.",
            ),
            (
                "the SDK's default",
                8,
                alone,
                [_speed(SDK_ROWS[kind], ran) for ran in sdk],
                "Without the start of either.",
            ),
        ):
            speeds = [_speed(count, ran) for count, ran in zip(told, ours, strict=True)]
            ratio = median(one / other for one, other in zip(speeds, yardstick, strict=True))
            yield Figure(
                f"CPU per row, `{kind}`, against {name}",
                f"{median(speeds):,.0f} rows/s",
                f"{median(yardstick):,.0f} rows/s",
                f"{ratio:.1f}",
                f"at least {goal}",
                ratio >= goal,
                f"{rows:,} rows to /dev/null, no latency. {note} {cpu}the start of the tap not counted; bare loop "
                f"{_cpu_us(bare, rows)} µs with its own.",
            )


def _speed(rows: int, ran: Ran) -> float:
    return rows / ran.wall_s


def _without(ran: Ran, start: Ran) -> Ran:
    """Subtract the start of the process: the SDK reads fewer rows, so its start would weigh more."""
    return Ran(ran.wall_s - start.wall_s, ran.cpu_s - start.cpu_s, ran.told, ran.log)


def _cpu_us(ran: list[Ran], rows: int) -> str:
    return f"{median(one.cpu_s for one in ran) / rows * 1e6:.0f}"
