"""What changed since the last run: one delta round a run, after a first round that reads everything."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from tap_entra.graph import GraphError, latest_delta_link, odata, read_delta, read_pages, removal
from tap_entra.replication.base import EntraStream
from tap_entra.replication.list_guard import ShrinkGuard
from tap_entra.reporting.progress import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_entra.graph import Page
    from tap_entra.replication.base import Row

#: Graph's word for "in the recycle bin", as opposed to "deleted" for good.
_IN_RECYCLE_BIN = "changed"

#: Graph's machines may differ by so much.
_CLOCKS_DIFFER = timedelta(minutes=5)

#: State of a first round under way.
_UNDER_WAY = ("round_next", "round_link", "round_version", "round_rows", "round_selection", "round_at")


class DeltaStream(EntraStream):
    """Objects of the directory that Graph can list by what changed.

    Bookmark, flat, null when not in use: `delta_link` (where the next round starts), `selection` (a digest of what that
    link tracks), `refused_columns` (which Graph did not know when it was made, with commas between), `first_round_at`,
    `version` and `rows` of the last first round; and of a first round under way
    `round_next` (its next page), `round_link` (the delta link from its start), `round_version`, `round_rows`,
    `round_selection`, `round_at`.

    Attributes:
        deleted_type: The recycle bin's name for these objects, e.g. "microsoft.graph.user".
    """

    tombstones = True
    not_selectable = ("deletedDateTime",)
    can_be_counted = True
    deleted_type: ClassVar[str]

    _latest: str | None = None

    @property
    @override
    def replication_method(self) -> str:
        return str(self.forced_replication_method or "LOG_BASED")

    @override
    def prepare(self) -> None:
        """Before a first round, take the link of the round after it: what changes meanwhile is then in that one."""
        self.refused_columns.update(filter(None, str(self.stream_state.get("refused_columns") or "").split(",")))
        if self._needs_first_round() and not self._is_under_way():
            # Graph may know by now what it did not know then.
            self.refused_columns.clear()
            self._take_latest()

    def _take_latest(self) -> None:
        try:
            self._latest = latest_delta_link(self.client, self.delta_url())
        except GraphError as error:
            if self.refuse_column(error):
                self._take_latest()
                return
            # The first round will meet the same refusal, and there it is told.
            self.logger.debug("No delta link in advance: %s", error)

    @override
    def replicate(self) -> Iterator[Row]:
        if not self._needs_first_round():
            try:
                yield from self._later_round()
            except GraphError as error:
                if error.is_forgotten_delta:
                    self.logger.warning(
                        "Microsoft no longer keeps the changes since the last run; reading all of '%s' again", self.name
                    )
                elif not self.refuse_column(error):
                    raise
                self.stream_state["delta_link"] = None
                self._take_latest()
            else:
                return
        yield from self._first_round()

    @override
    def extent(self) -> Extent:
        state = self.stream_state
        if not state.get("round_version"):
            return super().extent()
        return Extent(state.get("round_rows") or 0, state.get("rows"), is_guess=True)

    # Which round it is

    def _needs_first_round(self) -> bool:
        state = self.stream_state
        if not state.get("delta_link") or state.get("selection") != self._selection():
            return True
        if not self.client.is_ours(state["delta_link"]):
            self.logger.warning("The bookmark of '%s' is of another Graph host; reading all of it again", self.name)
            return True
        return self.replication_method == "FULL_TABLE" or self._is_overdue(state.get("first_round_at"))

    def _is_overdue(self, first_round_at: str | None) -> bool:
        # Replicas lag, and a change that they hid from one round is in no later one: nothing else would ever heal it.
        days = int(self.config.get("reconcile_days") or 7)
        if first_round_at is None:
            return True
        age = self.client.now() - odata.parse_instant(first_round_at)
        # A clock that was wrong must not put it off until its future has come.
        return age >= timedelta(days=days) or age < -_CLOCKS_DIFFER

    def _is_under_way(self) -> bool:
        state = self.stream_state
        link = state.get("round_next")
        if not link or not self.client.is_ours(link) or not state.get("round_version"):
            return False
        return state.get("round_selection") == self._selection()

    def _selection(self) -> str:
        # A link tracks what was selected when it was made; a change of either means a new first round.
        return hashlib.sha256(self.delta_url().encode()).hexdigest()[:16]

    def delta_url(self) -> str:
        """The delta function with the stream's $select; it takes no $top."""
        return self.url(f"{self.path}/delta", select=self.select())

    # The first round

    def _first_round(self) -> Iterator[Row]:
        gone: dict[str, str] = {}
        if self._is_under_way():
            state = self.stream_state
            # Under its own version: a new one would delete at its end what the first half has written.
            self.begin_version(state["round_version"])
            try:
                yield from self._read_all(state["round_next"], {"round_rows": state.get("round_rows") or 0}, gone)
            except GraphError as error:
                if not error.is_lost_page:
                    raise
                self.logger.warning("%s; the interrupted reading of '%s' starts again", error, self.name)
                self._take_latest()
            else:
                self._end_first_round(gone)
                return
        begin = {
            # Meltano merges the state of a full refresh into the old one: an old link would outlive a round cut short.
            "delta_link": None,
            "round_version": self.begin_version(),
            "round_link": self._latest,
            "round_selection": self._selection(),
            "refused_columns": ",".join(sorted(self.refused_columns)) or None,
            "round_at": odata.instant(self.client.now()),
            "round_rows": 0,
        }
        yield from self._read_all(self._first_url(), begin, gone)
        self._end_first_round(gone)

    def _first_url(self) -> str:
        # The plain list gives 999 a page, a delta round about 200: the round stands in where no link was to be had.
        return self.list_url() if self._latest else self.delta_url()

    def _read_all(self, url: str, begin: Row, gone: dict[str, str]) -> Iterator[Row]:
        """Read to the end, with state at each page. A read that had to start again counts again from `begin`."""
        state = self.stream_state
        for page in read_pages(self.client, url, decode=self.decode):
            if page.first:
                state.update(begin)
            rows = 0
            for row in self.live_rows(page, gone):
                rows += 1
                yield row
            # Only now: a run that is stopped within the page reads it again.
            state["round_rows"] += rows
            state["round_next"] = page.next_link
            state["round_link"] = page.delta_link or state.get("round_link")
            self.checkpoint()

    def _is_whole(self) -> bool:
        """Whether a first round that was read to its end is to be believed; if not, that has been told."""
        if not self.stream_state.get("round_link"):
            # Cut short without a word, by the same fault as in later rounds.
            raise GraphError(f"GET {self.path}/delta", 200, ("noDeltaLink",), "a round that ends without a deltaLink")
        return ShrinkGuard(self).accepts(self.stream_state["round_rows"], self.path if self.can_be_counted else None)

    def _end_first_round(self, gone: dict[str, str]) -> None:
        state = self.stream_state
        if not self._is_whole():
            state.update(dict.fromkeys(_UNDER_WAY), delta_link=None)
        else:
            self.activate_version()
            self._write_gone({**dict.fromkeys(gone), **self._recycle_bin()})
            state.update(
                delta_link=state["round_link"],
                selection=state["round_selection"],
                first_round_at=state.get("round_at"),
                version=state["round_version"],
            )
            state.update(dict.fromkeys(_UNDER_WAY))
        self.checkpoint()

    # Later rounds

    def _later_round(self) -> Iterator[Row]:
        state = self.stream_state
        self.begin_version(state.get("version"))
        gone: dict[str, str] = {}
        link = None
        for page in read_delta(self.client, state["delta_link"], decode=self.decode):
            yield from self.live_rows(page, gone)
            link = page.delta_link
        binned = self._recycle_bin() if _IN_RECYCLE_BIN in gone.values() else {}
        self._write_gone({id_: binned.get(id_) for id_ in gone})
        # Only now is the whole round written: a link stored earlier would lose the rest of it.
        state["delta_link"] = link
        self.checkpoint()

    def live_rows(self, page: Page, gone: dict[str, str]) -> Iterator[Row]:
        """The rows of a page that are there; those that are not are held by id, the last word on each winning."""
        for row in page.rows:
            reason, id_ = removal(row), row.get("id")
            if reason and id_:
                gone[id_] = reason
            else:
                gone.pop(str(id_), None)
                yield row

    def _write_gone(self, dates: dict[str, str | None]) -> None:
        self.write_removals(({"id": id_}, when) for id_, when in dates.items())

    def _recycle_bin(self) -> dict[str, str | None]:
        """Who is in the recycle bin, and since when. Microsoft keeps them there for 30 days."""
        url = odata.query(f"/v1.0/directory/deletedItems/{self.deleted_type}", select="id,deletedDateTime")
        try:
            rows = [row for page in read_pages(self.client, url) for row in page.rows]
            return {self.id_of(row): row.get("deletedDateTime") for row in rows}
        except GraphError as error:
            # Not of every kind there is a recycle bin.
            level = logging.DEBUG if error.status in {400, 404} else logging.WARNING
            self.logger.log(level, "%s. Removed rows get no deletedDateTime in this run", error)
            return {}
