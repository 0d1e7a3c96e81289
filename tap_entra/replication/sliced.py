"""A log, read in closed windows, oldest first: a run that is killed goes on at the oldest unfinished one."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from typing_extensions import override

from tap_entra.graph import GraphError, first_page, odata, read_pages
from tap_entra.replication.base import EntraStream
from tap_entra.replication.day_counts import DayCounts
from tap_entra.replication.event_types import check_event_type, event_filter
from tap_entra.replication.exported import ExportedLog
from tap_entra.replication.facts import Fact
from tap_entra.replication.log_gaps import gaps_text, merged, read_gaps, stretches
from tap_entra.replication.log_retention import RETENTION, RETENTION_MARGIN, Retention
from tap_entra.replication.log_rows import LatestById
from tap_entra.replication.windows import Window, Windows
from tap_entra.reporting import Extent, Outcome
from tap_entra.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from concurrent.futures import Future

    from tap_entra.graph import Page
    from tap_entra.replication.base import Row

_DAY = timedelta(days=1)
#: The clocks of Graph's machines may differ by this much; a bookmark further ahead comes from a wrong clock.
_CLOCKS_DIFFER = timedelta(minutes=5)
#: Tries for a page of a window that can still be halved, instead of the whole retry budget.
_PATIENCE = 3
#: This many narrow windows in a row that cannot be read are no bad spots, but a Graph that is down.
_DOWN = 4
#: How often a window too narrow to be halved is begun again when it lost its page token.
_RESTARTS = 2
#: Windows under way at once: an answer takes seconds, and the reports limit allows a request every two.
_IN_FLIGHT = 4


class SlicedStream(EntraStream):
    """A log of what happened, kept by Microsoft for a limited time, with rows that may arrive late.

    Bookmark: `replication_key_value`, the instant up to which all has been read. Each run goes back from it by
    `log_overlap_minutes` for late rows. `newest_row` is the time of the newest row that was read: as long as Microsoft
    keeps it, a window that holds that time is not empty; `doubted_newest_row` is one that was missing once. Without
    any, each run reads all that Microsoft keeps.

    `unreadable` has the windows that Microsoft could not give, however narrow; `refused` those that it refused, which
    may be its retention or a mistake.

    Attributes:
        event_type: The one of `signInEventTypes` that every request asks for beside the window; empty for none.
        counted_by: Path of Microsoft's own counts per day, in beta, which `DayCounts` compares; empty for none.
        container: Its container in the diagnostic export, which `ExportedLog` reads; empty for none.
    """

    required_facts = (
        *EntraStream.required_facts,
        Fact("replication_key", '"createdDateTime"', is_column=True, kind="date-time"),
    )
    replication_key: ClassVar[str]
    supports_select = False
    only_adds = True
    page_size = 1000
    event_type: ClassVar[str] = ""
    counted_by: ClassVar[str] = ""
    container: ClassVar[str] = ""

    _gap_reported: tuple[datetime, datetime] | None = None
    _last_error: GraphError | None = None

    def __init__(self, tap: Any) -> None:
        super().__init__(tap)
        self._top: int | None = self.page_size
        self._gaps: list[Window] = []  # known from earlier runs
        self._suspects: list[Window] = []  # just now, one after the other
        self._unreadable: list[Window] = []  # in this run
        self._retention = Retention()
        self._counts = DayCounts(self, self.counted_by, self.replication_key)

    @property
    def is_exported(self) -> bool:
        """Whether this run reads the diagnostic export, not Graph."""
        return bool(self.container) and self.entra.blobs is not None

    @property
    @override
    def rate_limit(self) -> str:
        return "storage" if self.is_exported else super().rate_limit

    @override
    def action(self, error: GraphError) -> str:
        return error.action if isinstance(error, StorageError) else super().action(error)

    @override
    def note_unknown(self, row: Row) -> None:
        if not self.is_exported:  # the export has many keys beside those of Graph
            super().note_unknown(row)

    @override
    def replicate(self) -> Iterator[Row | list[Row]]:
        if self.entra.blobs is not None and self.is_exported:
            yield from ExportedLog(self, self.entra.blobs, self.config.get("storage_shards")).rows()
            return
        now = self.client.now().replace(microsecond=0)
        start = self._counts.reach_back(self._start(now), now)
        self._latest = LatestById(self.replication_key)
        oldest = now - RETENTION + RETENTION_MARGIN
        self._gaps = read_gaps(self.stream_state.get("unreadable"), oldest, now)
        refused = read_gaps(self.stream_state.get("refused"), oldest, now)
        self._retention = Retention(refused, self._bookmark(), now)
        self._extent_of = (start, now)
        for stretch in stretches(start, now, merged([*self._gaps, *refused])):
            if not (yield from self._stretch(stretch)):
                return  # with the bookmark where it was
        self._keep_refused()
        self._warn_of_gap()  # before time is added that Microsoft may still have
        self._settle_gaps()
        self._counts.compare(now)
        self._settle_refusals()

    def _stretch(self, stretch: Window) -> Generator[list[Row], None, bool]:
        """Read some time in windows. Return False if a row is missing that was there before."""
        start, now = self._extent_of
        windows = Windows(*stretch)
        under_way: deque[_Read] = deque()
        while True:
            # The first alone: it is all the time there is, and its first page tells how to cut it.
            while len(under_way) < (_IN_FLIGHT if windows.is_cut else 1) and (window := windows.take()):
                under_way.append(self._begin(window, windows))
            if not under_way:
                return True
            read = under_way.popleft()
            try:
                rows = yield from self._rows(read, windows)
            except GraphError as error:
                under_way.extendleft(
                    self._begin(part, windows) for part in reversed(self._instead_of(read.window, error, windows))
                )
                continue
            if rows == 0 and self._has_lost_a_row(read.window):
                return False
            if rows is not None:
                windows.learn(read.window, rows)
                self._counts.end_window(read.window)
                self._note_readable(read.window)
                self._finish(read.window)
                self._extent = Extent((read.window.end - start) / _DAY, (now - start) / _DAY, "days")

    # Where to start

    def _start(self, now: datetime) -> datetime:
        """Back from the bookmark by the overlap, but not beyond what Microsoft keeps, nor before `start_date`."""
        oldest = now - RETENTION + RETENTION_MARGIN
        bookmark = self._believed_bookmark(now)
        wanted = odata.parse_instant(self.config["start_date"]) if self.config.get("start_date") else None
        unread = bookmark or wanted
        if unread and unread < oldest:
            self._gap(unread, oldest)
        # That a log has no row at all may be a mistake: until one comes, a request a day asks for all of it.
        if bookmark and self._newest_row():
            wanted = max(filter(None, [wanted, min(bookmark, now) - self.overlap]))
        return max(wanted or oldest, oldest)

    @property
    def overlap(self) -> timedelta:
        """How far a run goes back for late-arriving rows."""
        minutes = self.config.get("log_overlap_minutes")
        return timedelta(minutes=1440 if minutes is None else int(minutes))

    def _bookmark(self) -> datetime | None:
        value = self.stream_state.get("replication_key_value")
        return odata.parse_instant(value) if value else None

    def _believed_bookmark(self, now: datetime) -> datetime | None:
        """The bookmark, unless it is in the future: then the high-water mark is not known."""
        bookmark = self._bookmark()
        if not bookmark or bookmark <= now + _CLOCKS_DIFFER:
            return bookmark
        self.logger.warning(
            "The bookmark of '%s', %s, is in the future: a clock was wrong. Reading all that Microsoft keeps",
            self.name,
            odata.instant(bookmark),
        )
        self.stream_state.update(replication_key_value=None, newest_row=None)
        return None

    def _gap(self, start: datetime, end: datetime) -> None:
        """Note what Microsoft no longer has. What lies before the bookmark was read in its time."""
        start = max(start, self._bookmark() or start)
        if start < end:
            self.result.add_gap(start, end)

    def _warn_of_gap(self) -> None:
        """When it is known how far it reaches, and again when it has become longer."""
        if self.result.gap and self.result.gap != self._gap_reported:
            self._gap_reported = self.result.gap
            self.logger.warning(
                "Microsoft no longer has the rows of '%s' from %s to %s; they were never read",
                self.name,
                *map(odata.instant, self.result.gap),
            )

    # One window

    def _begin(self, window: Window, windows: Windows) -> _Read:
        conditions = filter(None, [odata.between(self.replication_key, *window), event_filter(self.event_type)])
        url = self.url(filter=" and ".join(conditions), top=self._top)
        is_known = any(gap.holds(window) for gap in self._gaps)
        tries = (1 if windows.is_daring(window) else _PATIENCE) if window.can_be_halved or is_known else None
        age = self.client.now() - window.start
        return _Read(window, url, tries, age, self.client.ahead(url, tries=tries, decode=self.decode))

    def _rows(self, read: _Read, windows: Windows) -> Generator[list[Row], None, int | None]:
        """The rows of a window. Returns how many, or None if it turned out too heavy to be read in one piece."""
        if not windows.is_cut and self._is_too_much(
            first_page(self.client, read.begun, read.url), read.window, windows
        ):
            return None  # and nothing beyond that page was asked for: the limit allows few requests
        rows = 0
        self._counts.begin_window()
        restarts = 0 if read.window.can_be_halved else _RESTARTS
        for page in read_pages(
            self.client, read.url, tries=read.tries, begun=read.begun, restarts=restarts, decode=self.decode
        ):
            self._retention.note_kept(read.age)
            rows += len(page.rows)
            check_event_type(page.rows, self.event_type, f"GET {self.path}")
            self._counts.add(page.rows)
            yield self._latest.of(page.rows)
            self._note_times(page.rows)
            if not windows.is_cut and self._is_too_much(page, read.window, windows):
                return None
        return rows

    def _is_too_much(self, page: Page, window: Window, windows: Windows) -> bool:
        """Return whether a page shows that its window must be cut; then the pieces are read instead."""
        # A page may be empty or short and tell nothing of those that follow.
        is_telling = page.next_link and len(page.rows) * 2 >= (self.page_size or 0)
        return bool(is_telling) and not windows.cut(window, len(page.rows), self._note_times(page.rows))

    def _note_times(self, rows: list[Row]) -> timedelta:
        """Keep the time of the newest row. Returns how much time lies between the first and the last."""
        # Pages run newest first, but nothing here depends on it: newest and oldest are at the two ends.
        moments = []
        for row in rows[:1] + rows[-1:]:
            with suppress(ValueError):
                moments.append(odata.parse_instant(str(row.get(self.replication_key))))
        if not moments:
            return timedelta()
        self.result.newest_row = max(*moments, self.result.newest_row or moments[0])
        return max(moments) - min(moments)

    def _finish(self, window: Window) -> None:
        """All before the window's end has been written: the bookmark moves there, but never back."""
        self._warn_of_gap()
        state = self.stream_state
        reached = max(self._bookmark() or window.end, window.end)
        state.update(replication_key=self.replication_key, replication_key_value=odata.instant(reached))
        if self.result.newest_row:
            newest = max(self.result.newest_row, self._newest_row() or self.result.newest_row)
            state.update(newest_row=newest.isoformat(), doubted_newest_row=None)
        self.checkpoint()

    def _newest_row(self) -> datetime | None:
        value = self.stream_state.get("newest_row")
        return odata.parse_instant(value) if value else None

    def _has_lost_a_row(self, window: Window) -> bool:
        """Whether an empty window had a row before, for the first time: a log forgets nothing that recent."""
        state, newest = self.stream_state, self._newest_row()
        if not newest or not window.start <= newest <= window.end:
            return False
        if state.get("doubted_newest_row") == state["newest_row"]:
            state.update(newest_row=None, doubted_newest_row=None)
            return False
        state["doubted_newest_row"] = state["newest_row"]
        what = (
            f"Microsoft gave no rows from {odata.instant(window.start)} to {odata.instant(window.end)} without an "
            "error, where there was one before. The bookmark stays where it was; the next run reads that time again."
        )
        self.result.fall_short(Outcome.PARTIAL, what)
        self.logger.warning("%s: %s", self.name, what)
        return True

    def _instead_of(self, window: Window, error: GraphError, windows: Windows) -> Sequence[Window]:
        """The windows to read in place of one that failed.

        Raises:
            GraphError: The error itself, if no other cut will help.
        """
        if error.is_refused_page_size and self._top:
            self.logger.warning("%s: %s; the log is read in pages of Graph's own size", self.name, error)
            self._top = None
            return [window]
        if error.is_invalid_filter and self._retention.may_be_over(window, self.client.now()):
            self._last_error = error
            return self._retention.instead_of(window, self.client.now().replace(microsecond=0))
        is_too_heavy = error.is_transient or (error.is_lost_page and not error.is_invalid_filter)
        if window.can_be_halved and is_too_heavy:
            self.logger.info("%s; reading the window from %s in two halves", error, odata.instant(window.start))
            return windows.halve(window)
        if is_too_heavy and not window.can_be_halved:
            self._note_unreadable(window, error)
            return []
        raise error

    # What cannot be read

    def _note_unreadable(self, window: Window, error: GraphError) -> None:
        """Go on behind a bad spot.

        Raises:
            GraphError: The error itself, if it is no spot: Graph has been down for some windows.
        """
        self._suspects.append(window)
        if len(self._suspects) >= _DOWN:
            raise error
        self._last_error = error
        self.logger.info("%s: %s; going on behind %s", self.name, error, odata.instant(window.end))

    def _note_readable(self, window: Window) -> None:
        """Keep the bad spots before a window that was read, and forget those in it."""
        self._unreadable += self._suspects
        self._suspects = []
        self._gaps = [gap for gap in self._gaps if not window.holds(gap)]
        self._keep_gaps([*self._gaps, *self._unreadable])
        self._retention.note_read(window)
        self._keep_refused()

    def _settle_gaps(self) -> None:
        """Tell of the time that could not be read, at the end of the log."""
        found = merged([*self._unreadable, *self._suspects])
        self._keep_gaps(found)
        if found:
            for gap in found:
                self.result.add_gap(*gap)
            spans = ", ".join(f"{odata.instant(gap.start)} to {odata.instant(gap.end)}" for gap in found)
            what = (
                f"Microsoft could not give the rows of {spans}, however narrow the window. All other rows were read. "
                "Each run asks for that time again while Microsoft keeps it."
            )
            self.result.fall_short(Outcome.PARTIAL, what, self._last_error)
            self.logger.warning("%s: %s. %s", self.name, self._last_error, what)
            self.checkpoint()

    def _keep_gaps(self, gaps: list[Window]) -> None:
        self._keep("unreadable", gaps_text(gaps))

    def _keep(self, name: str, text: str | None) -> None:
        if text or name in self.stream_state:
            self.stream_state[name] = text

    # What was refused

    def _keep_refused(self) -> None:
        """Give up what Microsoft does not keep, and keep the other refused time in the bookmark."""
        for lost in self._retention.take_lost(self.client.now().replace(microsecond=0)):
            self.result.add_gap(*lost)
        self._keep("refused", self._retention.text())

    def _settle_refusals(self) -> None:
        """Tell of the refused time, at the end of the log."""
        refused = self._retention.left_open
        for window in refused:
            self.result.add_gap(*window)
        if refused and self._retention.is_news:
            spans = ", ".join(f"{odata.instant(start)} to {odata.instant(end)}" for start, end in refused)
            what = (
                f"Microsoft refused the rows of {spans}. It may no longer keep them, or have refused by mistake. "
                "All other rows were read. Each run asks for that time again while Microsoft may keep it."
            )
            self.result.fall_short(Outcome.PARTIAL, what, self._last_error)
            self.logger.warning("%s: %s. %s", self.name, self._last_error, what)
        self.checkpoint()


class _Read(NamedTuple):
    """A window under way: its first page has been asked for."""

    window: Window
    url: str
    tries: int | None
    age: timedelta
    begun: Future[dict[str, Any]]
