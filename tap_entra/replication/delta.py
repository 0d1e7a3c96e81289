"""Directory objects: an initial sync reads all of them, each later run reads what changed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_entra.graph import GraphError, odata, read_pages, removal
from tap_entra.replication.base import EntraStream
from tap_entra.replication.delta_round import DeltaRound
from tap_entra.replication.facts import Column, Fact
from tap_entra.replication.list_guard import ShrinkGuard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    """

    required_facts = (
        *EntraStream.required_facts,
        Fact("deleted_type", '"microsoft.graph.user"'),
        Column("deletedDateTime", "from tap_entra.streams.types import DELETED, and name it in the schema"),
    )
    tombstones = True
    not_selectable = ("deletedDateTime",)
    can_be_counted = True
    deleted_type: ClassVar[str]

    def __init__(self, tap: Any) -> None:
        super().__init__(tap)
        self._round = DeltaRound(self)

    @override
    def prepare(self) -> None:
        self._round.prepare()

    @override
    def replicate(self) -> Iterator[Row]:
        yield from self._round.rows()
        self._round.finish()

    @override
    def extent(self) -> Extent:
        return self._round.extent() or super().extent()

    def delta_url(self) -> str:
        """The delta function with the stream's $select; it takes no $top."""
        return self.url(f"{self.path}/delta", select=self.select())

    def read(self, page: Page, removed: dict[str, str]) -> Iterator[Row]:
        """Yield the live rows of a page."""
        for row in page.rows:
            reason, id_ = removal(row), row.get("id")
            if reason and id_:
                removed[id_] = reason
            else:
                removed.pop(str(id_), None)
                yield row

    def accepts(self, rows: int) -> bool:
        """Return whether an initial sync of `rows` rows may delete."""
        return ShrinkGuard(self).accepts(rows, self.path if self.can_be_counted else None)

    def write_removals(self, removed: Mapping[str, str], *, initial: bool) -> None:
        """Mark removed objects, with the time of their deletion where the recycle bin tells it."""
        is_asked = initial or _IN_RECYCLE_BIN in removed.values()
        binned = self._recycle_bin() if is_asked else {}
        dates = {**dict.fromkeys(removed), **binned} if initial else {id_: binned.get(id_) for id_ in removed}
        self.mark_removed(({"id": id_}, when) for id_, when in dates.items())

    def _recycle_bin(self) -> dict[str, str | None]:
        """The ids in the recycle bin, with the time of deletion. Microsoft keeps them there for 30 days."""
        url = odata.query(f"/v1.0/directory/deletedItems/{self.deleted_type}", select="id,deletedDateTime")
        try:
            rows = [row for page in read_pages(self.client, url) for row in page.rows]
            return {self.id_of(row): row.get("deletedDateTime") for row in rows}
        except GraphError as error:
            # Some kinds of objects have no recycle bin.
            level = logging.DEBUG if error.status in {400, 404} else logging.WARNING
            self.logger.log(level, "%s: %s. Removed rows get no deletedDateTime in this run", self.name, error)
            return {}
