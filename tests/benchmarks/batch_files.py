"""Figure 11: a log in batch files, against the same log row by row, through the same loader."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox import Sandbox
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Ran, replaying, run
from tests.pipeline import loader_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = 60_000
ROUNDS = 3
_PIPE = 'set -o pipefail; "$0" -m tests.benchmarks.tap_run "$1" 2>"$2" | "$3" --config "$4"'


def measure(recorded: Path) -> Iterator[Figure]:
    """Run tap and loader in turns, so that other load on the machine slows both ways alike."""
    ways: dict[str, dict[str, Any]] = {"rows": {}, "files": {}}
    ran: dict[str, list[Ran]] = {"rows": [], "files": []}
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(users=10, sign_ins=10, postgres=True) as sandbox,
        replaying(recorded, sign_ins=ROWS) as root,
    ):
        files = Path(folder) / "files"
        ways["files"]["batch_config"] = {"encoding": {"format": "jsonl"}, "storage": {"root": str(files)}}
        lost = 0
        for number in range(ROUNDS):
            for way, settings in ways.items():
                asked = {"streams": ["sign_ins"], "root": root, "settings": settings, "time_scale": 0}
                config = Path(folder) / f"{way}{number}.json"
                loads = {"sqlalchemy_url": sandbox.postgres.url, "default_target_schema": config.stem}
                config.write_text(json.dumps({**loader_settings(), **loads}))
                loader = Path(sys.executable).with_name("target-postgres")
                log = config.with_suffix(".log")
                ran[way].append(
                    run("bash", "-c", _PIPE, sys.executable, msgspec.json.encode(asked).decode(), log, loader, config)
                )
                read = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])["rows"]["sign_ins"]
                lost += read - _count(sandbox, config.stem)
        size = sum(file.stat().st_size for file in files.iterdir()) / ROUNDS
    pairs = [*zip(ran["rows"], ran["files"], strict=True)]
    ratio = median(rows.cpu_s / files.cpu_s for rows, files in pairs)
    sooner = median(rows.wall_s / files.wall_s for rows, files in pairs)
    yield Figure(
        "CPU per row of tap and loader, `sign_ins` in batch files",
        f"{_cpu_us(ran['files'])} µs",
        f"{_cpu_us(ran['rows'])} µs row by row",
        f"{ratio:.2f}",
        "more than 1, no row lost",
        ratio > 1 and not lost,
        f"{ROWS:,} rows from a replay through target-postgres, the start of both processes counted, the time in "
        f"PostgreSQL not. The wall time's ratio is {sooner:.2f}; {size / 1e6:.1f} MB of files, {lost} rows lost.",
    )


def _count(sandbox: Sandbox, schema: str) -> int:
    with sandbox.postgres.connect() as connection:
        (count,) = connection.execute(f"select count(*) from {schema}.sign_ins").fetchone() or (0,)
    return int(count)


def _cpu_us(ran: list[Ran]) -> str:
    return f"{median(one.cpu_s for one in ran) / ROWS * 1e6:.0f}"
