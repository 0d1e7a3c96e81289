"""Figure 2: logs as fast as Microsoft's limit on reports allows, and whole even where they are heavy."""

from __future__ import annotations

import json
import re
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox import Sandbox
from sandbox.faults.catalogue import FAULTS, Fault
from tap_entra.graph import odata
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Ran, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.messages import Request

USERS, SIGN_INS = 3_000, 30_000
#: How many times faster than the clock time passes: in latency, in limits, and in what is waited for.
SCALE = 2
LATENCY_S = 0.3
#: Windows of more time than this are answered with a timeout.
TOO_MUCH = timedelta(hours=20)
LOGS = ("sign_ins", "directory_audits")
SECONDS_A_REQUEST = 2  # five in ten seconds


def measure(_recorded: Path) -> Iterator[Figure]:
    """Both logs in one run, then both again while wide windows time out."""
    with Sandbox(users=USERS, sign_ins=SIGN_INS) as sandbox, tempfile.TemporaryDirectory() as folder:
        sandbox.faults.limits.enabled, sandbox.faults.limits.time_scale = True, SCALE
        sandbox.faults.latency_s = LATENCY_S / SCALE
        yield _paced(sandbox, Path(folder))
        yield _heavy(sandbox, Path(folder))


def _read(sandbox: Sandbox, folder: Path, **options: float) -> tuple[Ran, list[Request], int]:
    """Read logs; also what was asked, and how many rows are missing."""
    sandbox.requests.clear()
    output = folder / "messages"
    ran = run_tap(*LOGS, environment=sandbox.environment(), settings=sandbox.settings, output=output, **options)
    found = set()
    with output.open("rb") as messages:
        for line in messages:
            message = json.loads(line)
            if message["type"] == "RECORD" and message["stream"] in LOGS:
                found.add((message["stream"], message["record"]["id"]))
    known = {(stream, row["id"]) for stream in LOGS for row in sandbox.tenant.truth(stream)}
    asked = [request for request in sandbox.requests if "/auditLogs/" in request.path]
    return ran, asked, len(known - found)


def _paced(sandbox: Sandbox, folder: Path) -> Figure:
    ran, asked, missing = _read(sandbox, folder, time_scale=SCALE)
    refused = sum(request.status == 429 for request in asked)
    rows = sum(ran.told["rows"].values())
    needed_s = len(asked) * SECONDS_A_REQUEST / SCALE
    ratio = ran.wall_s / needed_s
    return Figure(
        "30 days of `sign_ins` and `directory_audits` under the report limit",
        f"{ran.wall_s * SCALE:.0f} s",
        f"{needed_s * SCALE:.0f} s ({len(asked)} requests of 2 s)",
        f"{ratio:.2f}",
        "at most 1.1, next to no 429, no row lost",
        ratio <= 1.1 and refused <= len(asked) / 50 and not missing,
        f"{rows:,} rows at 300 ms latency; they fit into {-(-rows // 1000)} pages. {refused} answered with 429, "
        f"{missing} rows lost. Time ran {SCALE} times faster.",
    )


def _heavy(sandbox: Sandbox, folder: Path) -> Figure:
    FAULTS["heavy"] = Fault(refuse=FAULTS["timeout"].refuse, applies=_is_heavy)
    sandbox.faults.limits.enabled = False
    sandbox.faults.often("heavy", 1.0, path="/auditLogs/*")
    ran, asked, missing = _read(sandbox, folder, time_scale=0, hurry=50)
    sandbox.faults.clear()
    refused = sum(request.status == 504 for request in asked)
    widths = [_width(request) for request in asked if request.status == 200 and "$skiptoken" not in request.query]
    return Figure(
        "The same where windows of more than 20 h time out",
        f"{missing} rows lost",
        f"{sum(ran.told['rows'].values()):,} rows there are",
        "-",
        "no row lost",
        not missing,
        f"{len(asked)} requests, {refused} of them timed out; the windows read were between "
        f"{min(widths) / timedelta(hours=1):.1f} and {max(widths) / timedelta(hours=1):.1f} hours wide.",
    )


def _is_heavy(request: Request) -> bool:
    return "$filter" in request.query and _width(request) > TOO_MUCH


def _width(request: Request) -> timedelta:
    start, end = (odata.parse_instant(bound) for bound in re.findall(r"[gl]e (\S+Z)", request.query["$filter"]))
    return end - start
