"""What was asked of the sign-in log, and more to be in it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sandbox.tenant.logs.row import LogRow
from tap_entra.graph import odata

if TYPE_CHECKING:
    from tests.warehouse import Project, Run

LOG = "/v1.0/auditLogs/signIns"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def windows(project: Project) -> list[tuple[datetime, datetime]]:
    """The windows that were asked for, in the order of their times."""
    asked = [request.query["$filter"] for request in project.requests() if request.path == LOG]
    bounds = (re.findall(r"[gl]e (\S+Z)", one) for one in asked)
    return sorted({(odata.parse_instant(start), odata.parse_instant(end)) for start, end in bounds})


def widths(run: Run) -> list[timedelta]:
    """Widths of the finished windows, without the first."""
    values = [
        message["value"]["bookmarks"]["sign_ins"]["replication_key_value"]
        for message in run.messages
        if message["type"] == "STATE" and "sign_ins" in message["value"]["bookmarks"]
    ]
    ends = [odata.parse_instant(value) for value in dict.fromkeys(values)]
    return [after - before for before, after in pairwise(ends)]


def sign_in(project: Project, at: datetime, arrives: datetime | None = None, id_: str = "added") -> None:
    """A sign-in happens, and Graph shows it some time later."""
    created = at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def write(_: datetime) -> dict[str, Any]:
        return {"id": id_, "createdDateTime": created}

    project.tenant.logs["signIns"].append(LogRow(at, arrives or at, write, ()))


def bookmark(run: Run) -> datetime:
    return odata.parse_instant(run.bookmark("sign_ins")["replication_key_value"])


def close(moment: datetime, expected: datetime) -> bool:
    return abs(moment - expected) < timedelta(seconds=20)
