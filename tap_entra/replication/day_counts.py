"""The rows of a log that were loaded on each closed day, beside Microsoft's own count of that day.

Microsoft does not document what it counts, so the two are reported, and a difference alone means nothing. Only a share
that falls far below that of the days before says that rows are missing.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from tap_entra.graph import GraphError, odata, read_pages
from tap_entra.replication.log_gaps import merged
from tap_entra.replication.log_rows import column
from tap_entra.reporting import DayCount, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_entra.replication.base import EntraStream
    from tap_entra.replication.windows import Window

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_HOUR_TEXT = itemgetter(slice(13))
#: A day is compared when it has been over for this long: rows arrive late, and the overlap brings them.
_SETTLES = _DAY
#: The bookmark keeps the hours of this many days and the counts of these. More would only cost space.
_DAYS_OF_HOURS, _DAYS_COMPARED = 4, 30
#: A share is held against those of this many days before, and of at least as many as have a weekend.
_PAST, _LEAST_PAST = 14, 7
#: Less than half of the lowest share is a sharp drop, if this many rows were to be expected: few rows vary much.
_DROP, _FEWEST = 0.5, 20
#: A day that was not compared again in this time is not read for it any more.
_DOUBTED_FOR = timedelta(days=7)
#: Tries for a page of the counts: the log itself does not depend on them.
_TRIES = 3


class DayCounts:
    """Counts the rows of a log by hour while it is read, and compares the sums of closed days.

    An hour counts as it was when it was last read whole. A day with an hour that was never read whole is not known.

    Bookmark, three texts: `loaded_hours` has the rows of each hour of the last four days, `compared_days` the counts
    of the last thirty that were compared. `doubted_day` is one with a sharp drop: the next run reads it again, and
    accepts the same answer.

    Args:
        counted_by: Path of Microsoft's counts, in beta; empty for a log that has none.
    """

    def __init__(self, stream: EntraStream, counted_by: str, time_column: str) -> None:
        self._stream = stream
        self._counted_by = counted_by
        self._time_column = time_column
        self._covered: list[Window] = []
        self._rows: Counter[str] = Counter()  # by hour, as "2026-11-03T14"
        self._of_window: Counter[str] = Counter()
        self._ids: set[int] = set()
        self._ids_before: set[int] = set()

    def reach_back(self, start: datetime, now: datetime) -> datetime:
        """Return where the run begins to read: at the unconfirmed day, if it lies before `start`."""
        doubted = self._doubted()
        if doubted is None:
            return start
        if _midnight(doubted) < now - _DOUBTED_FOR:
            self._stream.stream_state["doubted_day"] = None
            return start
        return min(start, _midnight(doubted))

    # While the log is read

    def begin_window(self) -> None:
        """Forget what came of a window that was not read to its end."""
        self._of_window, self._ids = Counter(), set()

    def add(self, rows: list[Any]) -> None:
        """Count rows of the window; one that comes again counts once."""
        if not self._counted_by:
            return
        hours = _hours_in(column(rows, self._time_column))
        marks = list(map(hash, column(rows, "id")))
        new = set(marks)
        # Most pages bring no row again: as a whole they cost a third of what row by row does.
        if len(new) == len(marks) and all(map(new.isdisjoint, (self._ids, self._ids_before))):
            self._of_window.update(hours)
        else:
            # Neighbours share their boundary, and so its rows. The first row of an id counts.
            new = new - self._ids - self._ids_before
            first = dict(zip(reversed(marks), reversed(hours), strict=True))
            self._of_window.update(first[mark] for mark in new)
        self._ids |= new

    def end_window(self, window: Window) -> None:
        """Keep what was counted: the window was read to its end."""
        if self._counted_by:
            self._rows += self._of_window
            self._covered = merged([*self._covered, window])
            self._ids_before = self._ids

    # At its end

    def compare(self, now: datetime) -> None:
        """Compare the closed days that were not compared yet, and report the newest.

        A day that Microsoft's list lacks has no count. If the list cannot be read, the next run asks again.
        """
        if not self._covered:
            return
        state = self._stream.stream_state
        hours = _read_hours(state.get("loaded_hours")) | self._whole_hours()
        known = _read_days(state.get("compared_days"))
        days = [day for day in _whole_days(hours) if day not in known and _midnight(day) + _DAY + _SETTLES <= now]
        counted = self._ask() if days else None
        for day in days if counted is not None else ():
            count = DayCount(day, sum(hours[hour] for hour in _hours_of(day)), (counted or {}).get(day))
            self._stream.result.day_count = count
            if not self._is_doubtful(count, known):
                known[day] = count
        if not days and known:
            self._stream.result.day_count = known[max(known)]
        self._tell(days)
        state["compared_days"] = _days_text(sorted(known.values())[-_DAYS_COMPARED:])
        state["loaded_hours"] = _hours_text(hours, (now - (_DAYS_OF_HOURS - 1) * _DAY).date())

    def _whole_hours(self) -> dict[str, int]:
        hours: dict[str, int] = {}
        for window in self._covered:
            hour = _midnight(window.start.date())
            while hour + _HOUR <= window.end:
                if hour >= window.start:
                    hours[_text(hour)] = self._rows[_text(hour)]
                hour += _HOUR
        return hours

    def _ask(self) -> dict[date, int] | None:
        """Return Microsoft's counts by day; None if it does not tell them."""
        counts: dict[date, int] = {}
        try:
            for page in read_pages(self._stream.client, odata.query(f"/beta{self._counted_by}"), tries=_TRIES):
                for row in page.rows:
                    with suppress(KeyError, TypeError, ValueError):
                        counts[date.fromisoformat(row["activityDateTime"][:10])] = int(row["signInCount"])
        except GraphError as error:
            self._stream.logger.info("%s: no count of Microsoft's to compare with: %s", self._stream.name, error)
            return None
        return counts

    def _is_doubtful(self, count: DayCount, known: dict[date, DayCount]) -> bool:
        """Return whether a share has dropped sharply, for the first time: the next run compares that day again."""
        state, doubted = self._stream.stream_state, self._doubted()
        lowest = _lowest_share(one for day, one in sorted(known.items()) if day < count.day)
        share = count.share
        is_drop = share is not None and count.expected(lowest) >= _FEWEST and share < lowest * _DROP
        if doubted == count.day or not is_drop:
            state["doubted_day"] = None if doubted == count.day else state.get("doubted_day")
            return False
        state["doubted_day"] = odata.instant(_midnight(min(filter(None, (doubted, count.day)))))
        self._report(count, lowest)
        return True

    def _tell(self, days: list[date]) -> None:
        count = self._stream.result.day_count
        if days and count:
            theirs = "none known" if count.microsoft is None else f"{count.microsoft:,}"
            self._stream.logger.info(
                "%s: on %s, %s rows; Microsoft's own count: %s",
                self._stream.name,
                count.day,
                f"{count.loaded:,}",
                theirs,
            )

    def _report(self, count: DayCount, lowest: float) -> None:
        stream = self._stream
        what = (
            f"Microsoft counts {count.microsoft:,} sign-ins on {count.day} and gave {count.loaded:,}, which is "
            f"{count.share:.0%}; on the days before, it gave {lowest:.0%} or more. The next run reads that day "
            "again. If the answer is the same then, it is accepted."
        )
        stream.logger.warning("%s: %s", stream.name, what)
        if stream.result.outcome is Outcome.COMPLETE:
            stream.result.fall_short(Outcome.PARTIAL, what)

    def _doubted(self) -> date | None:
        value = self._stream.stream_state.get("doubted_day")
        return odata.parse_instant(value).date() if value else None


def _lowest_share(past: Iterable[DayCount]) -> float:
    """Return the lowest share of the days before; 0 if they are too few to tell."""
    shares = [one.share for one in past if one.share is not None and (one.microsoft or 0) >= _FEWEST][-_PAST:]
    return min(shares) if len(shares) >= _LEAST_PAST else 0.0


# Days and hours, and how they stand in a bookmark


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)


def _text(hour: datetime) -> str:
    return hour.isoformat()[:13]


def _hours_of(day: date) -> list[str]:
    return [f"{day.isoformat()}T{hour:02}" for hour in range(24)]


def _whole_days(hours: dict[str, int]) -> list[date]:
    days = sorted({date.fromisoformat(hour[:10]) for hour in hours})
    return [day for day in days if all(hour in hours for hour in _hours_of(day))]


def _hours_in(moments: list[Any]) -> list[str]:
    """Return the hour of each moment, as "2026-11-03T14"."""
    try:
        return list(map(_HOUR_TEXT, moments))
    except TypeError:  # a row without a time
        return [str(moment)[:13] for moment in moments]


def _read_hours(text: str | None) -> dict[str, int]:
    hours: dict[str, int] = {}
    for part in (text or "").split(";"):
        day, _, counts = part.partition("=")
        with suppress(ValueError):
            found = zip(_hours_of(date.fromisoformat(day)), counts.split(","), strict=True)
            hours |= {hour: int(count) for hour, count in found if count}
    return hours


def _hours_text(hours: dict[str, int], oldest: date) -> str:
    days = sorted({hour[:10] for hour in hours if hour[:10] >= oldest.isoformat()})
    return ";".join(
        f"{day}={','.join(str(hours.get(hour, '')) for hour in _hours_of(date.fromisoformat(day)))}" for day in days
    )


def _read_days(text: str | None) -> dict[date, DayCount]:
    days = {}
    for part in (text or "").split(";"):
        day, _, counts = part.partition("=")
        loaded, _, microsoft = counts.partition("/")
        with suppress(ValueError):
            count = DayCount(date.fromisoformat(day), int(loaded), int(microsoft) if microsoft else None)
            days[count.day] = count
    return days


def _days_text(days: Iterable[DayCount]) -> str:
    return ";".join(f"{one.day}={one.loaded}/{'' if one.microsoft is None else one.microsoft}" for one in days)
