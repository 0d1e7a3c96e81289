"""Children of many parents, 20 parents to a request, read in full each run."""

from __future__ import annotations

import logging
from collections import deque
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_entra.graph import BATCH_SIZE, GraphError, PartAnswer, odata, read_batch, read_pages
from tap_entra.replication.base import EntraStream
from tap_entra.replication.distinct_rows import DistinctRows
from tap_entra.replication.facts import Fact
from tap_entra.replication.list_guard import ShrinkGuard, tolerated
from tap_entra.reporting import Extent, Outcome

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from concurrent.futures import Future

    from tap_entra.replication.base import Row

#: Next pages are on their way for this many lists, as long as these have no more rows: then no list waits for its own.
_LISTS_AHEAD, _ROWS_AHEAD = 8 * BATCH_SIZE, 5_000


class BatchedStream(EntraStream):
    """Lists below each parent, read under a new version that is activated if every parent answered.

    Bookmark: `version`, `rows` and `parents` of the last accepted pass.

    Attributes:
        path: With the parent's id as {id}, e.g. "/servicePrincipals/{id}/appRoleAssignedTo".
        parents: The parents' own list, e.g. "/servicePrincipals".
    """

    required_facts = (
        *EntraStream.required_facts,
        Fact("parents", '"/servicePrincipals"'),
        Fact("path", '"/servicePrincipals/{id}/owners"', holds="{id}"),
    )
    parents: ClassVar[str]

    @override
    def replicate(self) -> Iterator[Row]:
        version = self.begin_version()
        distinct = DistinctRows(self.primary_keys)
        paths = self._paths()
        are_all = ShrinkGuard(self, "parents").accepts(len(paths), self.parents)
        unanswered = yield from self.read_paths(paths, distinct)
        self.finish(version, len(distinct), is_whole=are_all and not unanswered)

    def read_paths(self, paths: list[str], distinct: DistinctRows) -> Generator[Row, None, int]:
        """Yield the children below each path, and count them in `distinct`. Returns how many paths have no answer."""
        unanswered = missing = 0
        for number, (answer, more) in enumerate(self._answers(paths), start=1):
            self._extent = Extent(number, len(paths), "lists")
            if answer.status == HTTPStatus.NOT_FOUND:  # the parent went between its list and now
                missing += 1
                continue
            try:
                error = None if self._is_answered(answer) else answer.error()
                for row in self._children(answer, more) if not error else ():
                    yield row
                    distinct.add([row])
            except GraphError as broken:
                if not broken.is_broken_list:
                    raise
                error = broken
            if error:
                unanswered += 1
                self._tell(error, unanswered)
        if missing > tolerated(len(paths)):
            unanswered += missing
            self._tell_of_missing(missing, len(paths))
        return unanswered

    def finish(self, version: int, rows: int, *, is_whole: bool) -> bool:
        """Activate the version of a whole pass that the list guard accepts. Returns whether it did."""
        is_accepted = is_whole and ShrinkGuard(self).accepts(rows)
        if is_accepted:
            self.activate_version()
            self.stream_state["version"] = version
        self.checkpoint()
        return is_accepted

    def _answers(self, paths: list[str]) -> Iterator[tuple[PartAnswer, Future[Any] | None]]:
        """Yield the answers; the next page of each is requested while those before it are worked on."""
        ahead: deque[tuple[PartAnswer, Future[Any] | None]] = deque()
        rows = 0
        for answer in read_batch(self.client, paths, version=self.graph_version):
            link = answer.body.get("@odata.nextLink") if isinstance(answer.body, dict) else None
            ahead.append((answer, self.client.ahead(link) if isinstance(link, str) else None))
            rows += len(answer.rows or ())
            while len(ahead) > _LISTS_AHEAD or rows > _ROWS_AHEAD:
                rows -= len(ahead[0][0].rows or ())
                yield ahead.popleft()
        yield from ahead

    def _paths(self) -> list[str]:
        """One path per parent. All parents are listed before the first child is read: page tokens expire."""
        return self.paths_of(self.read_ids(self.url(self.parents, select="id", top=999)))

    def paths_of(self, ids: Iterable[str]) -> list[str]:
        """Return the path of each parent's children."""
        options = self._options()
        return [self.path.format(id=id_) + options for id_ in ids]

    def _options(self) -> str:
        """The query of each path, "?" included; empty without options."""
        return "" if self.page_size is None else f"?$top={self.page_size}"

    def _is_answered(self, answer: PartAnswer) -> bool:
        if answer.status == HTTPStatus.OK and answer.rows is not None:
            return True
        error = answer.error()
        # A refusal of the first parents concerns the stream; once some have answered, it concerns a parent.
        if error.is_unauthenticated or (error.is_refusal and self.result.rows == 0):
            raise error
        return False

    def _children(self, answer: PartAnswer, more: Future[Any] | None) -> Iterator[Row]:
        yield from answer.rows or []
        link = answer.body.get("@odata.nextLink")
        if link is not None:
            self.client.check_link(link, f"GET {answer.path.partition('?')[0]}")
        try:
            for page in read_pages(self.client, link, begun=more) if link else ():
                yield from page.rows
        except GraphError as error:
            if not error.is_lost_page:
                raise
            # The page token may have expired while other parents were read.
            for page in read_pages(self.client, self.url(answer.path)):
                yield from page.rows

    def _tell(self, error: GraphError, unanswered: int) -> None:
        action = (
            f"{unanswered:,} of the lists could not be read, so nothing was marked as removed; the next run reads all "
            "again."
        )
        self.result.fall_short(Outcome.PARTIAL, action, error)
        self.logger.log(logging.WARNING if unanswered == 1 else logging.DEBUG, "%s: %s", self.name, error)

    def _tell_of_missing(self, missing: int, total: int) -> None:
        action = (
            f"Microsoft did not know {missing:,} of the {total:,} parents that it had just listed, so nothing was "
            "marked as removed; the next run reads all again."
        )
        self.result.fall_short(Outcome.PARTIAL, action)
        self.logger.warning("%s: %s", self.name, action)


class BatchedLinkStream(BatchedStream):
    """Links from parents to their children, one row per link: the ids of both ends and the type of the child.

    Attributes:
        path: With the parent's id as {id}, e.g. "/servicePrincipals/{id}/owners".
        parent_key, child_key: Columns for the ids of the two ends.
        type_key: Column for the type of the child, e.g. "user".
    """

    required_facts = (
        *BatchedStream.required_facts,
        Fact("parent_key", '"servicePrincipalId"', is_column=True),
        Fact("child_key", '"ownerId"', is_column=True),
        Fact("type_key", '"ownerType"', is_column=True),
    )
    has_object_ids = True
    supports_select = False  # the columns are this tap's own; Graph is asked for the child's id
    parent_key: ClassVar[str]
    child_key: ClassVar[str]
    type_key: ClassVar[str]

    @override
    def _options(self) -> str:
        return f"?$select=id&$top={self.page_size}"

    @override
    def _children(self, answer: PartAnswer, more: Future[Any] | None) -> Iterator[Row]:
        head, _, tail = self.path.partition("{id}")
        parent = answer.path.partition("?")[0].removeprefix(head).removesuffix(tail)
        for target in super()._children(answer, more):
            yield self.link(parent, target)

    def link(self, parent: str, target: Row) -> Row:
        """Return the row of one link."""
        return {
            self.parent_key: parent,
            self.child_key: self.id_of(target),
            self.type_key: odata.kind(target.get("@odata.type")),
        }
