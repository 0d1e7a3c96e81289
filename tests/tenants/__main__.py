"""`python -m tests.tenants [NUMBER]`: that many tenants by Airflow, compared, and kept in docs/tenants.md."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from tests.tenants.airflow import LOCK
from tests.tenants.rehearsal import Failures, Figures, rehearse
from tests.warehouse import ROOT

KEPT = ROOT / "docs" / "tenants.md"
_MEASURED = "<!-- `make airflow` writes everything below this line. -->\n"
_TENANTS, _POOL = 200, 20
#: Seconds: longer than any pause of a task on a machine that has other work.
_DEAD_AFTER_S = 180
_FAILURES = Failures(bad=3, refused_once=5, killed=3)


def main() -> int:
    """Run it, print the figures and keep them. Returns an exit code: 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.tenants", description=__doc__)
    parser.add_argument("tenants", nargs="?", type=int, default=_TENANTS, metavar="NUMBER")
    count = parser.parse_args().tenants
    # A stop ends what was started, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        figures = rehearse(Path(folder) / "run", count, _POOL, _FAILURES, dead_after_s=_DEAD_AFTER_S)
    page = _page(figures)
    sys.stdout.write(page + "".join(f"{problem}\n" for problem in figures.wrong))
    introduction, marker, _ = KEPT.read_text(encoding="utf-8").partition(_MEASURED)
    KEPT.write_text(introduction + marker + page, encoding="utf-8")
    is_right = not figures.wrong and figures.peak <= _POOL and figures.failed == sorted(figures.bad)
    return int(not is_right)


def _page(figures: Figures) -> str:
    (version,) = re.findall(r"^apache-airflow-core==(\S+)", LOCK.read_text(), re.MULTILINE)
    again = [name for name in (*figures.refused_once, *figures.killed) if name not in figures.failed]
    titles = ", ".join(f"“{message['title']}”" for message in figures.messages)
    rows = [
        ("Tenants", f"{figures.tenants:,}"),
        ("Wall time", f"{figures.wall_s / 60:.0f} minutes on {os.cpu_count()} cores"),
        ("Most runs in flight", f"{figures.peak}, with a pool of {_POOL}"),
        ("Tries of all tenants", f"{sum(figures.tries.values()):,}"),
        ("Tenants that refuse at each try", f"{len(figures.bad)}; failed in the end: {len(figures.failed)}"),
        ("Tenants that refuse once, and workers killed", f"{len(figures.refused_once)} and {len(figures.killed)}"),
        ("Complete after another try", f"{len(again)}"),
        ("Rows compared with the tenants", f"{figures.compared:,}"),
        ("Differences", f"{len(figures.wrong):,}"),
        ("Tenants in `sync_status`", ", ".join(f"{n} {state}" for state, n in sorted(figures.states.items()))),
        ("Messages sent by `notify`", f"{len(figures.messages)}: {titles}"),
    ]
    day = datetime.now(timezone.utc).date().isoformat()
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    table = ["| Figure | Value |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)]
    return "\n".join(["", f"Run on {day} with Airflow {version} and Python {python}.", "", *table, ""])


if __name__ == "__main__":
    sys.exit(main())
