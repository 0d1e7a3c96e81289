"""Directory objects: an initial sync reads all of them, each later run reads what changed."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from typing_extensions import override

from tap_entra.graph import BATCH_SIZE, GraphError, ValueFitter, has_removals, odata, read_batch, read_pages, removal
from tap_entra.replication.base import EntraStream
from tap_entra.replication.delta_round import DeltaRound
from tap_entra.replication.facts import Column, Fact
from tap_entra.replication.list_guard import ShrinkGuard
from tap_entra.replication.partial_objects import PartialObjects
from tap_entra.singer import DELETED_DATE_TIME, OFF, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tap_entra.graph import Page
    from tap_entra.replication.base import Row
    from tap_entra.reporting import Extent

#: Graph's word for "in the recycle bin", as opposed to "deleted" for good.
_IN_RECYCLE_BIN = "changed"


class DeltaStream(EntraStream):
    """Objects of the directory that Graph lists by what changed.

    Bookmark: that of `DeltaRound`, and `rows` of the last initial sync.

    Attributes:
        deleted_type: The recycle bin's name for these objects, e.g. "microsoft.graph.user".
        always_set: Properties that Graph never leaves unset: a delta row that lacks one is partial, and is read again.
        kept_in_bin: Columns that Graph has for objects in the recycle bin, besides the time of deletion.
    """

    required_facts = (
        *EntraStream.required_facts,
        Fact("deleted_type", '"microsoft.graph.user"'),
        Column("deletedDateTime", "from tap_entra.streams.types import DELETED, and name it in the schema"),
    )
    tombstones = True
    has_object_ids = True
    bears_lost_rows = True
    not_selectable = ("deletedDateTime",)
    can_be_counted = True
    deleted_type: ClassVar[str]
    always_set: ClassVar[tuple[str, ...]] = ("displayName",)
    kept_in_bin: ClassVar[tuple[str, ...]] = ("displayName",)

    def __init__(self, tap: Any) -> None:
        super().__init__(tap)
        self._round = DeltaRound(self)
        self._partial = PartialObjects(self)

    @override
    def prepare(self) -> None:
        self._round.prepare()

    @override
    def replicate(self) -> Iterator[Row | list[Row]]:
        self._partial = PartialObjects(self)
        yield from self._round.rows()
        yield from self._partial.read_again(self._round.removed)
        self._round.finish(keep_link=bool(self._partial.unread))

    @override
    def extent(self) -> Extent:
        return self._round.extent() or super().extent()

    def delta_url(self) -> str:
        """The delta function with the stream's $select; it takes no $top."""
        return self.url(f"{self.path}/delta", select=self.select())

    def read(self, page: Page, removed: dict[str, str]) -> Iterable[Row]:
        """Return the live rows of a page, but for partial ones: an incremental sync reads them again at its end."""
        if self._round.is_list and not removed and not has_removals(page.rows):
            return page.rows
        return self._changes(page, removed)

    def _changes(self, page: Page, removed: dict[str, str]) -> Iterator[Row]:
        live = self._live(page.rows, removed)
        if self._round.is_list:
            yield from live
            return
        yield from self._partial.whole(live)
        if self._round.is_initial:
            # The run that resumes an interrupted sync begins behind this page.
            yield from self._partial.read_again(removed)

    def _live(self, rows: list[Any], removed: dict[str, str]) -> Iterator[Row]:
        for row in rows:
            reason, id_ = removal(row), row.get("id")
            if reason and id_:
                removed[id_] = reason
                self._partial.drop(id_)
            else:
                removed.pop(str(id_), None)
                yield row

    def lost(self) -> int:
        """Return how many rows this run could not read."""
        return self.values.lost_rows + self._partial.unread

    def accepts(self, rows: int, repeated_pages: int) -> bool:
        """Return whether an initial sync of `rows` different rows may delete."""
        guard = ShrinkGuard(self)
        is_whole = guard.accepts(rows, self._counted, repeated_pages=repeated_pages, is_steady=True)
        return is_whole and not self._partial.unread

    def accepts_removals(self, removed: int) -> bool:
        """Return whether an incremental sync may delete this many rows."""
        return ShrinkGuard(self).accepts_removals(removed, self._counted, are_gone=self._are_gone)

    def _are_gone(self) -> bool:
        """Return whether Graph finds none of the removed objects, of which it is asked for a few."""
        ids = list(self._round.removed)
        some = ids[:: max(1, len(ids) // BATCH_SIZE)][:BATCH_SIZE]
        paths = (f"{self.path}/{quote(id_)}?$select=id" for id_ in some)
        answers = read_batch(self.client, paths, version=self.graph_version)
        return all(answer.status == HTTPStatus.NOT_FOUND for answer in answers)

    @property
    def _counted(self) -> str | None:
        return self.path if self.can_be_counted else None

    def write_removals(self, removed: Mapping[str, str], *, initial: bool) -> None:
        """Mark removed objects, with the time of their deletion where the recycle bin tells it."""
        is_asked = (initial or _IN_RECYCLE_BIN in removed.values()) and self.soft_deletes != OFF
        binned = self._recycle_bin() if is_asked else {}
        ids = [*removed, *(id_ for id_ in binned if id_ not in removed)] if initial else removed
        # An initial sync finds objects that were deleted before the warehouse could know them: name them. A whole row
        # would take their names from those that it knows.
        is_named = initial or self.soft_deletes == ROWS
        kept = [name for name in self.kept_in_bin if is_named and name in self.columns]
        self.mark_removed(_tombstone(id_, binned.get(id_, {}), kept) for id_ in ids)

    def _recycle_bin(self) -> dict[str, Row]:
        """The objects in the recycle bin, by id. Microsoft keeps them there for 30 days."""
        names = ",".join(["id", "deletedDateTime", *self.kept_in_bin])
        url = odata.query(f"/v1.0/directory/deletedItems/{self.deleted_type}", select=names)
        try:
            rows = [row for page in read_pages(self.client, url) for row in page.rows]
            return {self.id_of(row): self._fitted(row) for row in rows}
        except GraphError as error:
            # Some kinds of objects have no recycle bin.
            level = logging.DEBUG if error.status in {400, 404} else logging.WARNING
            self.logger.log(level, "%s: %s. Removed rows get no deletedDateTime in this run", self.name, error)
            return {}

    def _fitted(self, row: Row) -> Row:
        """Return what is known of an object in the recycle bin; null for what fits no column."""
        columns = {name: self.schema["properties"][name] for name in (DELETED_DATE_TIME, *self.kept_in_bin)}
        known = {name: row.get(name) for name in columns}
        fitter = ValueFitter(columns)
        fitter.fit(known)
        self.values.misfits.update(fitter.misfits)
        return known


def _tombstone(id_: str, binned: Row, kept: list[str]) -> tuple[Row, str | None]:
    # Without null: the warehouse may know what the recycle bin does not.
    known = {name: binned[name] for name in kept if binned.get(name)}
    return {"id": id_, **known}, binned.get(DELETED_DATE_TIME)
