"""`python -m tests.benchmarks [FIGURE …]`: measure, print one table, and keep it in docs/performance.md.

With names of figures (cpu, logs, export, fan_out, directory, daily, memory, pipe, batch_files, views, pages) only
those, and none is kept.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
import textwrap
import time
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import batch_files, cpu, daily, directory, export, fan_out, logs, memory, pages, pipe, views
from tests.benchmarks.processes import ROOT
from tests.benchmarks.recording import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tests.benchmarks.figure import Figure

MEASURES: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "cpu": cpu.measure,
    "logs": logs.measure,
    "export": export.measure,
    "fan_out": fan_out.measure,
    "directory": directory.measure,
    "daily": daily.measure,
    "memory": memory.measure,
    "pipe": pipe.measure,
    "batch_files": batch_files.measure,
    "views": views.measure,
    "pages": pages.measure,
}
KEPT = ROOT / "docs" / "performance.md"
#: The page's introduction ends with this line.
_MEASURED = "<!-- `make bench` writes everything below this line. -->\n"
_HEAD = ("Figure", "Measured", "Yardstick", "Ratio", "Goal", "Met")
_PACKAGES = ("tap-entra", "singer-sdk", "msgspec", "requests", "meltano", "meltanolabs-target-postgres")


def main() -> int:
    """Measure. Returns an exit code: 1 if a goal is not met."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"any of {', '.join(MEASURES)}; all by default")
    names = parser.parse_args().figures
    if unknown := set(names) - MEASURES.keys():
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    began, load = time.monotonic(), os.getloadavg()[0]
    figures = list(_measure(names or list(MEASURES)))
    sys.stdout.write(_as_text(figures))
    if not names:
        introduction, marker, _ = KEPT.read_text(encoding="utf-8").partition(_MEASURED)
        measured = _as_page(figures, load, time.monotonic() - began)
        KEPT.write_text(introduction + marker + measured, encoding="utf-8")
        sys.stdout.write(f"\nWritten to {KEPT.relative_to(ROOT)}.\n")
    return 0 if all(figure.is_met for figure in figures) else 1


def _measure(names: Iterable[str]) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        recorded = Path(folder)
        record(recorded)
        for name in names:
            for figure in MEASURES[name](recorded):
                sys.stderr.write(f"{name}: {figure.what}: {figure.measured} ({figure.ratio})\n")
                yield figure


def _row(figure: Figure) -> tuple[str, ...]:
    met = "yes" if figure.is_met else "no"
    return (figure.what.replace("`", ""), figure.measured, figure.yardstick, figure.ratio, figure.goal, met)


def _as_text(figures: Sequence[Figure]) -> str:
    rows = [_HEAD, *map(_row, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(max(lines, key=len)), *lines[1:], ""])


def _as_page(figures: Sequence[Figure], load: float, took_s: float) -> str:
    day = datetime.now(timezone.utc).date().isoformat()
    rows = [[figure.what, *_row(figure)[1:]] for figure in figures]
    table = [f"| {' | '.join(cells)} |" for cells in (_HEAD, ["---"] * len(_HEAD), *rows)]
    notes = [textwrap.fill(f"- {figure.what}: {figure.note}", 150, subsequent_indent="  ") for figure in figures]
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    machine = f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, {platform.system()}"
    intro = (
        f"Measured on {day} in {took_s / 60:.0f} minutes on {machine}, with a load of {load:.1f} from other work at "
        f"the start. Python {platform.python_version()}, {versions}."
    )
    return "\n".join(
        [
            "",
            textwrap.fill(intro, 150),
            "",
            *table,
            "",
            *notes,
            "",
        ]
    )


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", _read("/proc/cpuinfo"), re.MULTILINE)
    return found[1] if found else platform.machine()


def _memory_gb() -> float:
    found = re.search(r"^MemTotal:\s+(\d+) kB", _read("/proc/meminfo"), re.MULTILINE)
    return int(found[1]) / 1e6 if found else 0.0


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8") if Path(path).exists() else ""


if __name__ == "__main__":
    sys.exit(main())
