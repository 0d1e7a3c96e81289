"""Windows of a log that Microsoft could not give, however narrow: kept in the bookmark, to be asked for again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tap_entra.graph import odata
from tap_entra.replication.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def read_gaps(text: str | None, oldest: datetime, newest: datetime) -> list[Window]:
    """Return the windows in a bookmark, oldest first, as far as they lie between two moments."""
    gaps = []
    for part in (text or "").split(","):
        with suppress(ValueError, OverflowError):
            start, end = (odata.parse_instant(side) for side in part.split("/"))
            if max(start, oldest) < min(end, newest):
                gaps.append(Window(max(start, oldest), min(end, newest)))
    return merged(gaps)


def gaps_text(gaps: Iterable[Window]) -> str | None:
    """Return windows as they stand in a bookmark; None if there are none."""
    return ",".join(f"{odata.instant(gap.start)}/{odata.instant(gap.end)}" for gap in merged(gaps)) or None


def merged(gaps: Iterable[Window]) -> list[Window]:
    """Return the same time in windows that neither touch nor overlap, oldest first."""
    found: list[Window] = []
    for gap in sorted(gaps):
        if found and gap.start <= found[-1].end:
            found[-1] = Window(found[-1].start, max(found[-1].end, gap.end))
        else:
            found.append(gap)
    return found


def stretches(start: datetime, end: datetime, gaps: list[Window]) -> list[Window]:
    """Return gaps, and the time from `start` to `end` around them, oldest first: each is to be read by itself."""
    around = []
    for gap in gaps:
        if start < gap.start:
            around.append(Window(start, min(gap.start, end)))
        start = max(start, gap.end)
    if start < end:
        around.append(Window(start, end))
    return sorted([*around, *gaps])
