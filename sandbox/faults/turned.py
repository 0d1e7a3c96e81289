"""What clients assume about Graph, each turned into its contrary by a switch. All are off until one is set.

Microsoft does not document these, or documents them and was seen to do otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")


@dataclass
class Turned:
    """Switches.

    Attributes:
        largest_page: Most rows that `$top` may ask a list of the directory for; a larger one is refused.
        largest_log_page: The same of logs.
        ignores_latest: Whether `$deltatoken=latest` starts an initial sync.
        omits_unset: Whether lists leave out properties that were never set.
        never: What stands for the time of a sign-in that never was; None: users without one have no signInActivity.
        offset: Hours by which the zone in which times are spelled is ahead of UTC; None: they end in Z.
        shows_created: Whether service principals have the undeclared createdDateTime.
        bin_hides_names: Whether the recycle bin gives ids and times alone.
        untyped_links: Whether members come without "@odata.type".
        lists_app_members: Whether the plain list of members has service principals.
        refuses_casts: Whether members of one type cannot be asked for.
        logs_oldest_first: Whether logs come oldest first without `$orderby`.
        refuses_log_order: Whether logs refuse `$orderby`.
        open_windows: Whether `ge` and `le` of a log leave out the moment they name.
        answers_too_old: Whether a window before the retention is answered without rows, not refused.
        ignores_event_types: Whether the filter of event types is accepted and does nothing.
        no_etags: Whether photos come without ETags.
        etag_of_bytes: How the bytes of a photo spell its ETag, "{}" without quotes; empty for none. None: as metadata.
        odd_no_photo: The status that says that there is no photo; None: as usual.
        heeds_none_match: Whether If-None-Match of a photo is answered with 304.
        gives_smallest: Whether a photo without a size is the smallest one.
        hidden_headers: Headers that no answer has.
        gone: Paths that are unknown, as patterns of a shell.
        hides_licence_note: Whether an answer without a licence does not say so.
        odd_days: Whether counts by day name six o'clock.
    """

    largest_page: int | None = None
    largest_log_page: int | None = None
    ignores_latest: bool = False
    omits_unset: bool = False
    never: str | None = None
    offset: int | None = None
    shows_created: bool = False
    bin_hides_names: bool = False
    untyped_links: bool = False
    lists_app_members: bool = False
    refuses_casts: bool = False
    logs_oldest_first: bool = False
    refuses_log_order: bool = False
    open_windows: bool = False
    answers_too_old: bool = False
    ignores_event_types: bool = False
    no_etags: bool = False
    etag_of_bytes: str | None = None
    odd_no_photo: int | None = None
    heeds_none_match: bool = False
    gives_smallest: bool = False
    hidden_headers: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    hides_licence_note: bool = False
    odd_days: bool = False

    def clear(self) -> None:
        """Switch all off."""
        fresh = Turned()
        for one in fields(self):
            setattr(self, one.name, getattr(fresh, one.name))

    def is_gone(self, path: str) -> bool:
        """Return whether Graph does not know a path."""
        return any(fnmatchcase(path, pattern) for pattern in self.gone)

    def spelled(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row with its times, unset properties and days as they are spelled."""
        if self.omits_unset:
            row = {name: value for name, value in row.items() if value is not None}
        if self.odd_days and "activityDateTime" in row:
            row = {**row, "activityDateTime": str(row["activityDateTime"]).replace("T00:", "T06:")}
        if self.offset is not None:
            row = {name: self._with_offset(value) for name, value in row.items()}
        return row

    def _with_offset(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._with_offset(one) for name, one in value.items()}
        return _TIME.sub(self._shifted, value) if isinstance(value, str) else value

    def _shifted(self, found: re.Match[str]) -> str:
        # The hour has one digit, as in a sample of Microsoft's:
        # https://learn.microsoft.com/graph/api/reportroot-list-serviceprincipalsigninactivities
        hours = self.offset or 0
        moment = datetime.fromisoformat(found[1]) + timedelta(hours=hours)
        return f"{moment.isoformat()}{found[2] or ''}{hours:+d}:00"

    def without_type(self, link: dict[str, Any]) -> dict[str, Any]:
        """Return a link, with its type or without."""
        return {name: value for name, value in link.items() if not (self.untyped_links and name == "@odata.type")}
