"""Links between directory objects, one row per link: an initial sync, then what changed."""

from __future__ import annotations

from collections import OrderedDict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_entra.graph import GraphError, lower, odata, read_batch, read_pages, removal
from tap_entra.replication.base import EntraStream
from tap_entra.replication.delta_round import DeltaRound
from tap_entra.replication.facts import Fact
from tap_entra.replication.list_guard import ShrinkGuard, is_incomplete, tolerated
from tap_entra.singer import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tap_entra.graph import Page, PartAnswer
    from tap_entra.graph.odata import Decode
    from tap_entra.replication.base import Row
    from tap_entra.reporting import Extent

#: Links whose child is remembered during a round: Graph sends both ends of a change close together.
_REMEMBERED = 20_000
#: The children that are service principals.
_SERVICE_PRINCIPALS = "microsoft.graph.servicePrincipal?$select=id&$top=999&$count=true"


class LinkStream(EntraStream):
    """Links between parents (groups, units, users) and their children (members, owners, a manager).

    Graph sends them in chunks: the same parent may be on several pages, with other links each time. It does not report
    the links of children that were deleted; those stay until the next initial sync.

    Bookmark: that of `DeltaRound`, and `rows` of the last initial sync, which is itself a delta round. Where service
    principals are read apart, also `containers`, the number of parents, and `doubted_containers`.

    Attributes:
        path: The list of parents, e.g. "/groups".
        relation: Graph's name for the links, e.g. "members".
        parent_key, child_key: Columns with the ids of the two ends.
        type_key: Column for the type of the child, e.g. "user"; None where it is always the same.
        lacks_service_principals: Whether v1.0 may leave out service principals, so that they are read apart.
    """

    required_facts = (
        *EntraStream.required_facts,
        Fact("relation", '"members"'),
        Fact("parent_key", '"groupId"', is_column=True),
        Fact("child_key", '"memberId"', is_column=True),
    )
    tombstones = True
    has_object_ids = True
    relation: ClassVar[str]
    parent_key: ClassVar[str]
    child_key: ClassVar[str]
    type_key: ClassVar[str | None] = None
    lacks_service_principals: ClassVar[bool] = False

    #: The number of parents that were asked for service principals; None if none were.
    _parents: int | None = None

    def __init__(self, tap: Any) -> None:
        super().__init__(tap)
        self._round = DeltaRound(self)
        self._children: OrderedDict[str, str] = OrderedDict()
        self._removed_rows: dict[str, Row] = {}
        self._unusable = 0

    @property
    @override
    def decode(self) -> Decode:
        return odata.decode  # one row of Graph becomes many, made of what is in it

    @override
    def select(self) -> str:
        return self.relation

    @override
    def list_url(self) -> None:
        """None: no list has the links of all parents."""

    def delta_url(self) -> str:
        """The delta function of the parents, with their links."""
        return self.url(f"{self.path}/delta", select=self.relation)

    @override
    def prepare(self) -> None:
        self._round.prepare()

    @override
    def replicate(self) -> Iterator[Row | list[Row]]:
        try:
            yield from self._round.rows()
        except _ParentDeletedError:
            self.logger.info(
                "%s: a parent was deleted, and Graph does not list its former links: full re-read", self.name
            )
            yield from self._round.restart()
        if self._round.is_initial and self.lacks_service_principals:
            yield from self._round.counted(self._service_principals())
        self._round.finish()

    @override
    def extent(self) -> Extent:
        return self._round.extent() or super().extent()

    def accepts_removals(self, removed: int) -> bool:
        """Return whether an incremental sync may delete this many links."""
        return not self._has_unusable() and ShrinkGuard(self).accepts_removals(removed)

    def lost(self) -> int:
        """Return how many links this run could not read."""
        return self._unusable

    def accepts(self, rows: int, repeated_pages: int) -> bool:  # noqa: ARG002 - no list has links
        """Return whether an initial sync of `rows` different links may delete."""
        if self._has_unusable():
            return False
        # Both guards decide, each time: one must not be skipped because of the other.
        are_all = self._parents is None or ShrinkGuard(self, "containers").accepts(self._parents)
        return ShrinkGuard(self).accepts(rows) and are_all

    def read(self, page: Page, removed: dict[str, str]) -> Iterator[Row]:
        """Yield a row for each live link of the parents of a page."""
        for parent in page.rows:
            if not parent.get("id"):
                self._unusable += 1
                continue
            id_ = self.id_of(parent)
            if removal(parent):
                self._remove_parent(id_, removed)
                continue
            for link in self._links_of(parent):
                key = self._key(id_, link)
                if not removal(link):
                    self._remember(key, link)
                    removed.pop(key, None)
                    yield self._row(id_, link)
                elif self._children.get(key, lower(link.get("id"))) == lower(link.get("id")):
                    removed[key] = "deleted"
                    if self.soft_deletes == ROWS:
                        self._removed_rows[key] = self._row(id_, link)

    def _links_of(self, parent: Row) -> list[Row]:
        """Return the links of a parent; what is none of them is counted."""
        found = parent.get(f"{self.relation}@delta")
        listed = found if isinstance(found, list) else []
        links = [link for link in listed if isinstance(link, dict) and link.get("id")]
        self._unusable += len(listed) - len(links) + (found is not None and found is not listed)
        return links

    def _has_unusable(self) -> bool:
        """Return whether Graph sent something else in place of links."""
        return is_incomplete(self, self._unusable, "Links that Graph sent in no usable form")

    def write_removals(self, removed: Mapping[str, str], *, initial: bool) -> None:  # noqa: ARG002 - no recycle bin has links
        """Mark removed links."""
        keys = list(self.primary_keys)
        known = self._removed_rows
        self.mark_removed(
            ({**dict(zip(keys, key.split(" "), strict=True)), **known.get(key, {})}, None) for key in removed
        )

    def _remember(self, key: str, link: Row) -> None:
        # Where a parent has one link, a new child comes with the removal of the old one, in any order, perhaps on
        # another page: such a removal says nothing about the link that holds.
        if self._has_one_link:
            self._children[key] = str(lower(link.get("id")))
            if len(self._children) > _REMEMBERED:
                self._children.popitem(last=False)

    def _remove_parent(self, parent: str, removed: dict[str, str]) -> None:
        if self._has_one_link:
            removed[parent] = "deleted"  # the parent alone identifies its one link
        elif not self._round.is_initial:
            raise _ParentDeletedError

    @property
    def _has_one_link(self) -> bool:
        return tuple(self.primary_keys) == (self.parent_key,)

    def _key(self, parent: str, link: Row) -> str:
        return parent if self._has_one_link else f"{parent} {lower(link.get('id'))}"

    def _row(self, parent: str, link: Row) -> Row:
        row: Row = {self.parent_key: parent, self.child_key: lower(link.get("id"))}
        if self.type_key:
            row[self.type_key] = odata.kind(link.get("@odata.type"))
        return row

    def _service_principals(self) -> Iterator[Row]:
        """The children that are service principals, parent by parent, 20 parents to a request.

        v1.0's member list has them only when it is asked for them alone. Microsoft does not document whether delta
        rounds have them: https://learn.microsoft.com/graph/api/group-list-members (known issue).
        """
        url = self.url(select="id,visibility", top=999)
        hidden = {
            self.id_of(row): row.get("visibility") == "HiddenMembership"
            for page in read_pages(self.client, url)
            for row in page.rows
        }
        self._parents = len(hidden)
        missing = 0
        paths = (f"{self.path}/{id_}/{self.relation}/{_SERVICE_PRINCIPALS}" for id_ in hidden)
        for id_, answer in zip(hidden, self._ask_advanced(paths), strict=True):
            # 404: deleted meanwhile, and the next round reports it. 403: its members are hidden even from admins.
            missing += answer.status == HTTPStatus.NOT_FOUND
            if answer.status == HTTPStatus.NOT_FOUND or (answer.status == HTTPStatus.FORBIDDEN and hidden[id_]):
                continue
            yield from self._children_in(id_, answer)
        if missing > tolerated(len(hidden)):
            raise GraphError(
                f"GET {self.path}", 404, ("notThere",), f"it listed {missing} parents and then did not find them"
            )

    def _children_in(self, parent: str, answer: PartAnswer | None) -> Iterator[Row]:
        seen: set[str] = set()
        while answer:
            if answer.status != HTTPStatus.OK or answer.rows is None:
                raise answer.error()
            for link in answer.rows:
                yield self._row(parent, {**link, "@odata.type": "#microsoft.graph.servicePrincipal"})
            more = answer.body.get("@odata.nextLink")
            if more is not None:
                self.client.check_link(more, f"GET {self.path}")
            if more in seen:
                raise GraphError(f"GET {self.path}", 200, ("pageLoop",), "a nextLink to a page already read")
            seen.add(more)
            # A nextLink does not carry the header, so a batch asks for it too; its paths begin below the version.
            answer = next(self._ask_advanced([more.partition(f"/{self.graph_version}")[2]])) if more else None

    def _ask_advanced(self, paths: Iterable[str]) -> Iterator[PartAnswer]:
        # https://learn.microsoft.com/graph/aad-advanced-queries
        return read_batch(self.client, paths, headers={"ConsistencyLevel": "eventual"})


class _ParentDeletedError(Exception):
    """An incremental sync reports that a parent was deleted."""
