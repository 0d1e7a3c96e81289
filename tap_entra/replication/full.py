"""Full refresh: the whole list in each run."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from typing_extensions import override

from tap_entra.graph import GraphError, Page, odata, read_pages
from tap_entra.replication.base import EntraStream
from tap_entra.replication.distinct_rows import DistinctRows
from tap_entra.replication.group_ids import GroupIds
from tap_entra.replication.list_guard import ShrinkGuard
from tap_entra.reporting import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_entra.graph.odata import Decode
    from tap_entra.replication.base import Row

#: Daily runs begin a little earlier or later each day.
_EARLY = timedelta(hours=12)


class Details(Protocol):
    """Adds columns that the list itself does not have.

    Attributes:
        are_whole: Whether all that was asked for was answered.
    """

    are_whole: bool

    def __init__(self, stream: EntraStream) -> None: ...

    def add_to(self, rows: list[Row]) -> Iterator[Row]:
        """Yield the rows of a page with these columns."""


class FullStream(EntraStream):
    """The whole list in each run under a new version, activated at its end if the list guard accepts it.

    Bookmark: `version` and `rows` of the last accepted pass. A list not read in each run also has `read_at`, the
    time of that pass, and `selection`, a digest of its columns.

    Attributes:
        every_days: Days between two passes; None: a pass in each run.
        page_rows: Rows per page, for a list that takes a header instead of $top.
        details: Adds columns that the list does not have; None without such.
        smaller_page_sizes: Fall-backs, in order, where Microsoft refuses the usual size.
        is_single: Whether the path is one object without an id, and not a list: the last word of the path is its id.
        pages_lose_rows: Whether Microsoft is known to leave out rows of this list when it has several pages.
        is_steady: Whether the list seldom loses a tenth of its rows; what it counts may leave it day by day.
        grouped_by: What makes up the key `groupId`, for rows without an id that lasts; empty for others.
    """

    every_days: ClassVar[int | None] = None
    page_rows: ClassVar[int | None] = None
    details: ClassVar[type[Details] | None] = None
    smaller_page_sizes: ClassVar[tuple[int, ...]] = ()
    is_single: ClassVar[bool] = False
    pages_lose_rows: ClassVar[bool] = False
    is_steady: ClassVar[bool] = True
    grouped_by: ClassVar[tuple[str, ...]] = ()
    bears_lost_rows = True

    def __init__(self, tap: Any) -> None:
        super().__init__(tap)
        self._page_size = self.page_size

    @override
    def replicate(self) -> Iterator[Row | list[Row]]:
        if not self._is_due():
            self.logger.info(
                "%s: read on %s, and not in this run: it is read every %s days",
                self.name,
                self._read_at,
                self.every_days,
            )
            return
        details = self.details(self) if self.details else None
        version = self.begin_version()
        distinct = DistinctRows(self.primary_keys)
        for page in self.pages():
            if page.first:
                distinct.clear()
            if page.first and page.next_link and self.pages_lose_rows:
                self.logger.warning(
                    "%s: Microsoft sent this list in several pages, and may have left out some rows. There is "
                    "nothing to do: the next run reads the whole list again",
                    self.name,
                )
            yield from details.add_to(page.rows) if details else [page.rows]
            distinct.add_page(page.rows)
        counted = self.path if self.can_be_counted else None
        repeated = distinct.repeated_pages
        if ShrinkGuard(self).accepts(len(distinct), counted, repeated_pages=repeated, is_steady=self.is_steady):
            self.activate_version()
            self.stream_state["version"] = version
            if self.every_days and (details is None or details.are_whole):
                self.stream_state.update(read_at=odata.instant(self.client.now()), selection=self._selection())
        self.checkpoint()

    # When to read

    @property
    def _read_at(self) -> str | None:
        value = self.stream_state.get("read_at")
        return str(value) if value else None

    def _is_due(self) -> bool:
        if not self.every_days or not self._read_at or self.stream_state.get("selection") != self._selection():
            return True
        age = self.client.now() - odata.parse_instant(self._read_at)
        # A bookmark from the future comes from a wrong clock.
        return age >= timedelta(days=self.every_days) - _EARLY or age < -_EARLY

    def _selection(self) -> str:
        return hashlib.sha256(",".join(self.columns).encode()).hexdigest()[:16]

    # Reading

    @cached_property
    def _group_ids(self) -> GroupIds:
        return GroupIds(self.grouped_by, type(self).schema["properties"])

    def _decode_groups(self, content: bytes) -> Any:
        page = self._group_ids.add_to(odata.decode(content))
        if isinstance(page, dict) and isinstance(page.get("value"), list):
            page["value"] = self.values.usable(page["value"])
        return page

    @property
    @override
    def decode(self) -> Decode:
        if self.is_single:
            return odata.decode
        if self.grouped_by:
            return self._decode_groups
        return self._fast_path.decode_dicts if self.details else super().decode

    @override
    def extent(self) -> Extent:
        return Extent(self.result.rows, self.stream_state.get("rows"), is_guess=True)

    def pages(self) -> Iterator[Page]:
        """Yield the list, in smaller pages where Graph refuses the usual size."""
        for size in self.smaller_page_sizes:
            try:
                yield from self._read_pages()
            except GraphError as error:  # noqa: PERF203 - two tries at most
                if error.status != HTTPStatus.BAD_REQUEST or error.unknown_property:
                    raise
                self.logger.info("%s; asking for %d rows per page", error, size)
                self._page_size = size
            else:
                return
        yield from self._read_pages()

    def _read_pages(self) -> Iterator[Page]:
        if self.is_single:
            return iter([Page([self._single()], next_link=None, delta_link=None, first=True)])
        return read_pages(
            self.client, self.list_url(), decode=self.decode, allows_repeats=True, page_rows=self.page_rows
        )

    def _single(self) -> Row:
        answer = self.client.get(self.list_url())
        if answer.keys().isdisjoint(self.columns):
            # Nulls in place of all that is known would look like an answer.
            raise GraphError(f"GET {self.path}", HTTPStatus.OK, ("noValue",), "an object without a known property")
        return {"id": self.path.rpartition("/")[2], **answer}

    @override
    def list_url(self) -> str:
        return self.url(select=self.select(), top=self._page_size)
