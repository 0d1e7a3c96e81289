"""Who belongs to what: the links of directory objects, one row a link, kept up by delta rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_entra.graph import GraphError, odata, read_batch, read_pages, removal
from tap_entra.replication.delta import DeltaStream
from tap_entra.replication.list_guard import ShrinkGuard, tolerated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_entra.graph import Page, PartAnswer
    from tap_entra.graph.odata import Decode
    from tap_entra.replication.base import Row


#: Links of which the target is remembered while a round is read: Graph tells of both ends of a change close together.
_REMEMBERED = 20_000
#: Of all targets, those that are apps.
_APPS = "microsoft.graph.servicePrincipal?$select=id&$top=999&$count=true"


class LinkStream(DeltaStream):
    """Links between containers (groups, units, users) and their targets (members, owners, a manager).

    Graph sends them in chunks: the same container may come on several pages, with other links each time. It does not
    report the links of targets that were deleted; those stay until the next first round.

    Bookmark: as of all delta streams; there is no list to begin with, so the first round is a delta round itself. Where
    apps are asked for apart, `containers`, how many there were, and `doubted_containers`.

    Attributes:
        path: Of the containers, e.g. "/groups".
        relation: Graph's name for the links, e.g. "members".
        parent_key, child_key: Columns for the ids of the two ends.
        type_key: Column for what the target is, e.g. "user"; None where it is always the same.
        lacks_service_principals: Whether v1.0 may leave out targets that are apps, so that they are asked for apart.
    """

    can_be_counted = False  # what is counted are the containers
    relation: ClassVar[str]
    parent_key: ClassVar[str]
    child_key: ClassVar[str]
    type_key: ClassVar[str | None] = None
    lacks_service_principals: ClassVar[bool] = False

    _is_first_round = False
    #: How many there were to be asked for their apps; None if they were not asked.
    _containers: int | None = None

    def __init__(self, tap: Any) -> None:
        super().__init__(tap)
        self._targets: dict[str, str] = {}

    @property
    @override
    def decode(self) -> Decode:
        return odata.decode  # a row becomes many, made of what is in it

    @override
    def select(self) -> str:
        return self.relation

    @override
    def _take_latest(self) -> None: ...

    @override
    def replicate(self) -> Iterator[Row]:
        try:
            yield from super().replicate()
        except _ContainerGoneError:
            # Of a container that is gone nobody says who was in it: only reading all of them again tells.
            self.logger.info("Microsoft does not say who was in what is gone; reading all of '%s' again", self.name)
            self.stream_state["delta_link"] = None
            yield from self._first_round()

    @override
    def _first_round(self) -> Iterator[Row]:
        self._is_first_round = True
        yield from super()._first_round()

    @override
    def _read_all(self, url: str, begin: Row, gone: dict[str, str]) -> Iterator[Row]:
        yield from super()._read_all(url, begin, gone)
        rows = 0
        for row in self._service_principals() if self.lacks_service_principals else ():
            rows += 1
            yield row
        self.stream_state["round_rows"] += rows

    @override
    def live_rows(self, page: Page, gone: dict[str, str]) -> Iterator[Row]:
        for container in page.rows:
            id_ = self.id_of(container)
            if removal(container):
                self._lose(id_, gone)
                continue
            for link in container.get(f"{self.relation}@delta") or []:
                key = self._key(id_, link)
                if not removal(link):
                    self._note(key, link)
                    gone.pop(key, None)
                    yield self._row(id_, link)
                elif self._targets.get(key, link.get("id")) == link.get("id"):
                    gone[key] = "deleted"

    def _note(self, key: str, link: Row) -> None:
        # Where a container has one link, a new target comes with the removal of the old one, in any order, perhaps on
        # another page: such a removal says nothing about the link that holds.
        if self._has_one_link:
            self._targets[key] = str(link.get("id"))
            if len(self._targets) > _REMEMBERED:
                del self._targets[next(iter(self._targets))]

    @property
    def _has_one_link(self) -> bool:
        return tuple(self.primary_keys) == (self.parent_key,)

    def _lose(self, container: str, gone: dict[str, str]) -> None:
        if self._has_one_link:
            gone[container] = "deleted"  # the container alone names its one link
        elif not self._is_first_round:
            raise _ContainerGoneError

    def _key(self, container: str, link: Row) -> str:
        return container if self._has_one_link else f"{container} {link.get('id')}"

    def _row(self, container: str, link: Row) -> Row:
        row: Row = {self.parent_key: container, self.child_key: link.get("id")}
        if self.type_key:
            row[self.type_key] = odata.kind(link.get("@odata.type"))
        return row

    @override
    def _write_gone(self, dates: dict[str, str | None]) -> None:
        keys = list(self.primary_keys)
        self.write_removals((dict(zip(keys, key.split(" "), strict=True)), when) for key, when in dates.items())

    @override
    def _recycle_bin(self) -> dict[str, str | None]:
        return {}

    @override
    def _is_whole(self) -> bool:
        # Both are judged, each time: the one must not be forgotten because of the other.
        are_all = self._containers is None or ShrinkGuard(self, "containers").accepts(self._containers)
        return super()._is_whole() and are_all

    def _service_principals(self) -> Iterator[Row]:
        """The targets that are apps, container by container, 20 to a request.

        v1.0's member list leaves them out unless it is asked for them alone, and whether delta rounds do so too is not
        documented: https://learn.microsoft.com/graph/api/group-list-members (known issue).
        """
        url = self.url(select="id,visibility", top=999)
        hidden = {
            self.id_of(row): row.get("visibility") == "HiddenMembership"
            for page in read_pages(self.client, url)
            for row in page.rows
        }
        self._containers = len(hidden)
        missing = 0
        paths = (f"{self.path}/{id_}/{self.relation}/{_APPS}" for id_ in hidden)
        for id_, answer in zip(hidden, self._ask_advanced(paths), strict=True):
            # Gone meanwhile, which the next round tells; or its members are hidden even from admins.
            missing += answer.status == 404  # noqa: PLR2004
            if answer.status == 404 or (answer.status == 403 and hidden[id_]):  # noqa: PLR2004
                continue
            yield from self._apps_in(id_, answer)
        if missing > tolerated(len(hidden)):
            raise GraphError(f"GET {self.path}", 404, ("notThere",), f"it listed {missing} that it then did not know")

    def _apps_in(self, container: str, answer: PartAnswer | None) -> Iterator[Row]:
        seen: set[str] = set()
        while answer:
            if answer.status != 200 or answer.rows is None:  # noqa: PLR2004
                raise answer.error()
            for link in answer.rows:
                yield self._row(container, {**link, "@odata.type": "#microsoft.graph.servicePrincipal"})
            more = answer.body.get("@odata.nextLink")
            if more in seen:
                raise GraphError(f"GET {self.path}", 200, ("pageLoop",), "a nextLink to a page already read")
            seen.add(more)
            # A nextLink does not carry the header, so a batch is asked for it too, which knows paths below the version.
            answer = next(self._ask_advanced([more.partition(f"/{self.graph_version}")[2]])) if more else None

    def _ask_advanced(self, paths: Iterable[str]) -> Iterator[PartAnswer]:
        # https://learn.microsoft.com/graph/aad-advanced-queries
        return read_batch(self.client, paths, headers={"ConsistencyLevel": "eventual"})


class _ContainerGoneError(Exception):
    """A container was removed in a later round."""
