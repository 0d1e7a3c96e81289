"""What a log that is read from the export leaves for a later run from Graph, and what it takes from one before.

Both sources have the same rows under the same ids. So the source may change with any run: the high-water mark of Graph
moves on with the export, and time that the export lacks stands among the time that Graph is asked for again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tap_entra.graph import odata
from tap_entra.replication.log_gaps import gaps_text, read_gaps
from tap_entra.replication.log_retention import RETENTION

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tap_entra.replication.windows import Window

#: The longest delay of a row that Microsoft documents, whichever way it takes.
_LONGEST_DELAY = timedelta(hours=48)


class LogHandover:
    """The keys of a log's bookmark that both sources use.

    Args:
        state: The state of the stream.
        overlap: How far a run from Graph goes back for late-arriving rows.
    """

    def __init__(self, state: dict[str, Any], overlap: timedelta) -> None:
        self._state = state
        self._overlap = overlap

    @property
    def read_until(self) -> datetime | None:
        """The high-water mark of Graph."""
        return self._instant("replication_key_value")

    def first_needed(self, listed_at: datetime) -> datetime | None:
        """Return the time of the first row that a run from the export has to bring; None if it has to bring all.

        A row that Graph showed late may have come to the export in time.
        """
        mark = self.read_until
        return min(mark, listed_at) - max(self._overlap, _LONGEST_DELAY) if mark else None

    def keep_newest(self, newest: datetime, listed_at: datetime, replication_key: str) -> None:
        """Move the high-water mark on: to where no row is missing, even if Graph shows some later than the export."""
        reached = min(newest, listed_at) - max(_LONGEST_DELAY - self._overlap, timedelta())
        newest = max(newest, self._instant("newest_row") or newest)
        self._state.update(
            replication_key=replication_key,
            replication_key_value=odata.instant(max(reached, self.read_until or reached)),
            newest_row=newest.isoformat(),
            doubted_newest_row=None,
        )

    def keep_unread(self, windows: Iterable[Window], listed_at: datetime) -> None:
        """Let runs from Graph ask for time that the export does not have."""
        kept = read_gaps(self._state.get("unreadable"), listed_at - RETENTION, listed_at)
        self._state["unreadable"] = gaps_text([*kept, *windows])

    def _instant(self, name: str) -> datetime | None:
        text = self._state.get(name)
        return odata.parse_instant(text) if text else None
