"""Full refresh: the whole list in each run."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_entra.graph import GraphError, read_pages
from tap_entra.replication.base import EntraStream
from tap_entra.replication.distinct_rows import DistinctRows
from tap_entra.replication.list_guard import ShrinkGuard
from tap_entra.reporting import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_entra.graph import Page
    from tap_entra.replication.base import Row


class FullStream(EntraStream):
    """The whole list in each run under a new version, activated at its end if the list guard accepts it.

    Bookmark: `version` and `rows` of the last accepted pass.

    Attributes:
        smaller_page_sizes: Fall-backs, in order, where Microsoft refuses the usual size.
        pages_lose_rows: Whether Microsoft is known to leave out rows of this list when it has several pages.
    """

    smaller_page_sizes: ClassVar[tuple[int, ...]] = ()
    pages_lose_rows: ClassVar[bool] = False

    def __init__(self, tap: Any) -> None:
        super().__init__(tap)
        self._page_size = self.page_size

    @override
    def replicate(self) -> Iterator[Row]:
        version = self.begin_version()
        distinct = DistinctRows(self.primary_keys)
        for page in self.pages():
            if page.first:
                distinct.clear()
            if page.first and page.next_link and self.pages_lose_rows:
                self.logger.warning(
                    "%s: Microsoft sent this list in several pages, and may have left out some rows", self.name
                )
            yield from page.rows
            distinct.add_page(page.rows)
        counted = self.path if self.can_be_counted else None
        if ShrinkGuard(self).accepts(len(distinct), counted, repeated_pages=distinct.repeated_pages, is_steady=True):
            self.activate_version()
            self.stream_state["version"] = version
        self.checkpoint()

    @override
    def extent(self) -> Extent:
        return Extent(self.result.rows, self.stream_state.get("rows"), is_guess=True)

    def pages(self) -> Iterator[Page]:
        """Yield the list, in smaller pages where Graph refuses the usual size."""
        for size in self.smaller_page_sizes:
            try:
                yield from read_pages(self.client, self.list_url(), decode=self.decode, allows_repeats=True)
            except GraphError as error:  # noqa: PERF203 - two tries at most
                if error.status != HTTPStatus.BAD_REQUEST or error.unknown_property:
                    raise
                self.logger.info("%s; asking for %d rows per page", error, size)
                self._page_size = size
            else:
                return
        yield from read_pages(self.client, self.list_url(), decode=self.decode, allows_repeats=True)

    @override
    def list_url(self) -> str:
        return self.url(select=self.select(), top=self._page_size)
