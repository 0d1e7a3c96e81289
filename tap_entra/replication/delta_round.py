"""One delta round per run: incremental from a delta link, initial without one, resumed after an interruption.

Source: https://learn.microsoft.com/graph/delta-query-overview
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from urllib.parse import urlsplit

from tap_entra.graph import GraphError, latest_delta_link, odata, read_delta, read_pages
from tap_entra.replication.distinct_rows import DistinctRows
from tap_entra.reporting import Extent

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tap_entra.graph import GraphClient, Page
    from tap_entra.graph.odata import Decode

Row = dict[str, Any]

#: The clocks of Graph's machines may differ by this much.
_CLOCKS_DIFFER = timedelta(minutes=5)
_DEFAULT_RECONCILE_DAYS = 7

#: Bookmark keys of an initial sync in progress.
_LINK, _VERSION = "round_link", "round_version"
_LIST = ("round_next", "round_rows", "round_lost", "round_selection", "round_at")


class RoundSource(Protocol):
    """The members of a stream that its round uses. The shape of rows stays in the stream."""

    name: str
    path: ClassVar[str]
    refused_columns: set[str]

    @property
    def logger(self) -> logging.Logger:
        """The stream's log."""

    @property
    def client(self) -> GraphClient:
        """Graph."""

    @property
    def config(self) -> Mapping[str, Any]:
        """The tap's settings."""

    @property
    def primary_keys(self) -> Sequence[str]:
        """Key columns."""

    @property
    def stream_state(self) -> dict[str, Any]:
        """The bookmark, to be changed in place."""

    @property
    def replication_method(self) -> str:
        """FULL_TABLE asks for an initial sync."""

    @property
    def decode(self) -> Decode:
        """How pages are decoded."""

    def delta_url(self) -> str:
        """The delta function with its $select."""

    def list_url(self) -> str | None:
        """The plain list; None if the initial sync is itself a delta round."""

    def read(self, page: Page, removed: dict[str, str]) -> Iterable[Row]:
        """Return the live rows of a page; put removed keys, with Graph's reason, into `removed`: the last word wins."""

    def write_removals(self, removed: Mapping[str, str], *, initial: bool) -> None:
        """Mark removed keys, after an initial sync also what the recycle bin holds."""

    def lost(self) -> int:
        """Return how many rows this run could not read."""

    def accepts(self, rows: int, repeated_pages: int) -> bool:
        """Return whether an initial sync that wrote `rows` different rows may delete."""

    def accepts_removals(self, removed: int) -> bool:
        """Return whether an incremental sync may delete the rows that it found removed."""

    def begin_version(self, version: int | None = None) -> int:
        """Write rows from here on under this version; a new one if None."""

    def activate_version(self) -> None:
        """Write ACTIVATE_VERSION."""

    def checkpoint(self) -> None:
        """Write state."""

    def refuse_column(self, error: GraphError) -> bool:
        """Stop asking for a column that Graph refuses by name; return whether there was one."""


class DeltaRound:
    """Owns the delta links of a stream, its versions and their bookmark keys.

    Bookmark, flat, null when not in use: `delta_link` (start of the next round), `selection` (digest of what that link
    tracks), `refused_columns` (those that Graph refused when the link was made, comma-separated), `first_round_at`
    (time of the last initial sync) and `version`. During an initial sync: `round_next` (its next page),
    `round_link` (the delta link from its start), `round_version`, `round_rows`, `round_lost` (rows that could not be
    read), `round_selection`, `round_at`.

    Args:
        reads_list: Whether the round reads the rows of an initial sync, again every `reconcile_days`. If False, the
            stream reads them itself in each run, and the round keeps links, versions and removals only.
        forgets: Bookmark keys of the stream that a new initial sync sets to null.

    Attributes:
        is_initial: Whether this run reads everything.
        is_list: Whether the plain list is read, whose rows are always whole.
        removed: Keys found to be removed in this round, with Graph's reason.
    """

    def __init__(self, source: RoundSource, *, reads_list: bool = True, forgets: tuple[str, ...] = ()) -> None:
        self._source = source
        self._reads_list = reads_list
        self._forgets = forgets
        self._latest: str | None = None
        self._next_link: str | None = None
        self._distinct = DistinctRows(())
        self.is_initial = self.is_list = False
        self.removed: dict[str, str] = {}

    @property
    def _state(self) -> dict[str, Any]:
        return self._source.stream_state

    def prepare(self) -> None:
        """Take the next delta link before an initial sync, so that changes during it are in the next round."""
        refused = self._source.refused_columns
        refused.update(filter(None, str(self._state.get("refused_columns") or "").split(",")))
        if not self._can_continue() and not self._is_under_way():
            refused.clear()  # Graph may know these columns by now
            self._take_latest()

    def rows(self) -> Iterator[Row | list[Row]]:
        """Yield the rows of an incremental sync, of an initial one, or of the rest of an interrupted initial one."""
        if not self._can_continue():
            yield from self._initial()
            return
        try:
            yield from self._incremental()
        except GraphError as error:
            if not error.is_useless_delta_link:
                raise
            if not self._source.refuse_column(error):
                self._source.logger.warning(
                    "%s: Microsoft no longer keeps the changes since the last run: full re-read", self._source.name
                )
            yield from self.restart()

    def restart(self) -> Iterator[Row | list[Row]]:
        """Yield the rows of an initial sync in place of an incremental one that cannot be used."""
        self._state["delta_link"] = None
        self._take_latest()
        yield from self._initial()

    def counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield rows that an initial sync reads from elsewhere; they count towards its size."""
        for row in rows:
            self._distinct.add([row])
            self._state["round_rows"] += 1
            yield row

    def finish(self, *, keep_link: bool = False) -> None:
        """Close a pass that was read to its end: ACTIVATE_VERSION, removals, then the link of the next round.

        Args:
            keep_link: Whether the next run must ask for the changes of this round again.

        Raises:
            GraphError: An initial sync ended without a delta link.
        """
        if self.is_initial:
            self._finish_initial()
        else:
            if self._source.accepts_removals(len(self.removed)):
                self._source.write_removals(self.removed, initial=False)
            else:
                keep_link = True
            # Only now is the whole round written: a link stored earlier would lose the rest of it.
            self._state["delta_link"] = self._state["delta_link"] if keep_link else self._next_link
        self._source.checkpoint()

    def extent(self) -> Extent | None:
        """How far an initial sync is; None outside of one."""
        if not self._reads_list or not self._state.get(_VERSION):
            return None
        return Extent(self._state.get("round_rows") or 0, self._state.get("rows"), is_guess=True)

    # Which sync it is

    def _can_continue(self) -> bool:
        """Whether the bookmark has a delta link to continue from."""
        state, source = self._state, self._source
        if not state.get("delta_link") or (self._reads_list and state.get("selection") != self._selection()):
            return False
        if not source.client.is_ours(state["delta_link"]):
            source.logger.warning("%s: the bookmark is of another Graph host: full re-read", source.name)
            return False
        if source.replication_method == "FULL_TABLE":
            return False
        return not self._reads_list or not self._is_overdue(state.get("first_round_at"))

    def _is_overdue(self, first_round_at: str | None) -> bool:
        # Replicas lag: a change that one round misses is in no later one, and only a full read finds it.
        if first_round_at is None:
            return True
        age = self._source.client.now() - odata.parse_instant(first_round_at)
        # A bookmark from the future comes from a wrong clock and must not delay the next full read.
        return age >= reconcile_after(self._source.config) or age < -_CLOCKS_DIFFER

    def _is_under_way(self) -> bool:
        """Whether an earlier run was interrupted in an initial sync that this one can go on with."""
        state = self._state
        link = state.get("round_next" if self._reads_list else _LINK)
        if not link or not self._source.client.is_ours(link) or not state.get(_VERSION):
            return False
        if state.get("round_lost"):
            return False  # to go on would delete the rows that it could not read
        return not self._reads_list or bool(state.get("round_selection") == self._selection())

    def _selection(self) -> str:
        # A link tracks what was selected when it was made: another selection needs a new link.
        return hashlib.sha256(self._source.delta_url().encode()).hexdigest()[:16]

    def _take_latest(self) -> None:
        source = self._source
        if source.list_url() is None:
            return
        try:
            self._latest = latest_delta_link(source.client, source.delta_url())
        except GraphError as error:
            if source.refuse_column(error):
                self._take_latest()
                return
            # The initial sync meets the same refusal and reports it.
            source.logger.debug("%s: no delta link in advance: %s", source.name, error)

    # Incremental

    def _incremental(self) -> Iterator[Row]:
        source, state = self._source, self._state
        self.is_initial, self.is_list, self.removed = False, False, {}
        source.begin_version(state.get("version"))
        for page in read_delta(source.client, state["delta_link"], decode=source.decode):
            yield from source.read(page, self.removed)
            self._next_link = page.delta_link

    # Initial

    def _initial(self) -> Iterator[list[Row]]:
        self.is_initial, self.removed = True, {}
        self._distinct = DistinctRows(self._source.primary_keys)
        if self._is_under_way():
            # The interrupted sync keeps its version: a new one would delete the rows that it has written.
            self._source.begin_version(self._state[_VERSION])
            if not self._reads_list:
                return
            try:
                yield from self._read_all(self._state["round_next"], {"round_rows": self._state.get("round_rows") or 0})
            except GraphError as error:
                if not error.is_lost_page:
                    raise
                self._source.logger.warning("%s: %s; the interrupted sync starts again", self._source.name, error)
                self._take_latest()
            else:
                return
        if self._reads_list:
            yield from self._read_all(self._first_url(), self._beginning())
        else:
            void = {"delta_link": None, **dict.fromkeys(self._forgets)}
            self._state.update({**void, _LINK: self._latest, _VERSION: self._source.begin_version()})

    def _beginning(self) -> Row:
        return {
            # Meltano merges the state of a full refresh into the old one: an old link would outlive an interruption.
            "delta_link": None,
            _VERSION: self._source.begin_version(),
            _LINK: self._latest,
            "round_selection": self._selection(),
            "refused_columns": ",".join(sorted(self._source.refused_columns)) or None,
            "round_at": odata.instant(self._source.client.now()),
            "round_rows": 0,
            "round_lost": None,
        }

    def _first_url(self) -> str:
        # The plain list has 999 rows per page, a delta round about 200. Without a link in advance, only a delta round
        # ends with one.
        return (self._latest and self._source.list_url()) or self._source.delta_url()

    def _read_all(self, url: str, begin: Row) -> Iterator[list[Row]]:
        """Read to the end, with state at each page. A read that starts again counts again from `begin`."""
        source, state = self._source, self._state
        self.is_list = not urlsplit(url).path.endswith("/delta")
        for page in read_pages(source.client, url, decode=source.decode, allows_repeats=self.is_list):
            if page.first:
                state.update(begin)
                self._distinct.clear()
            rows = list(source.read(page, self.removed))
            yield rows
            # After the last row: a run that stops within the page reads it again.
            self._distinct.add_page(rows)
            state["round_rows"] += len(rows)
            state["round_lost"] = source.lost() or None
            state["round_next"] = page.next_link
            state[_LINK] = page.delta_link or state.get(_LINK)
            source.checkpoint()

    def _finish_initial(self) -> None:
        source, state = self._source, self._state
        if self._reads_list and not state.get(_LINK):
            what = f"GET {source.path}/delta"
            raise GraphError(what, 200, ("noDeltaLink",), "a round that ends without a deltaLink")
        if self._reads_list:
            state["round_rows"] -= self._distinct.repeated
        # A delta round repeats changes; a list has no reason to.
        repeated_pages = self._distinct.repeated_pages if self.is_list else 0
        under_way = (*(_LIST if self._reads_list else ()), _LINK, _VERSION)
        if source.accepts(state.get("round_rows") or 0, repeated_pages):
            source.activate_version()
            source.write_removals(self.removed, initial=True)
            tracked = {"selection": state.get("round_selection"), "first_round_at": state.get("round_at")}
            state.update(
                {"delta_link": state[_LINK], **(tracked if self._reads_list else {}), "version": state[_VERSION]}
            )
            state.update(dict.fromkeys(under_way))
        elif self._reads_list:
            state.update(dict.fromkeys(under_way), delta_link=None)


def reconcile_after(config: Mapping[str, Any]) -> timedelta:
    """Return the time after which a stream that reads changes reads everything."""
    return timedelta(days=int(config.get("reconcile_days") or _DEFAULT_RECONCILE_DAYS))
