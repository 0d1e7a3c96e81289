"""Objects that a delta round sends only in part: they are read again by id, and nothing known is overwritten.

Graph documents that a delta row has at least the changed properties; it usually has all selected ones, but not always:
https://github.com/microsoftgraph/microsoft-graph-docs/issues/2255. A loader would take a missing property for null.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from urllib.parse import quote

from msgspec import Raw

from tap_entra.graph import odata, read_batch
from tap_entra.reporting import Outcome

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable, Iterator, Sequence

    from tap_entra.graph import GraphClient, GraphError, PartAnswer
    from tap_entra.reporting import StreamResult

Row = dict[str, Any]

_NULL = Raw(b"null")
#: Graph's word for "in the recycle bin", as in a delta round.
_REMOVED = "changed"


class PartialSource(Protocol):
    """What reading again needs of a stream."""

    name: str
    path: ClassVar[str]
    graph_version: ClassVar[str]
    always_set: ClassVar[tuple[str, ...]]
    result: StreamResult

    @property
    def client(self) -> GraphClient:
        """Graph."""

    @property
    def logger(self) -> logging.Logger:
        """The stream's log."""

    @property
    def primary_keys(self) -> Sequence[str]:
        """Key columns."""

    def select(self) -> str | None:
        """The $select of the stream."""

    def wanted_columns(self) -> list[str]:
        """The selected columns that Graph is asked for."""


class PartialObjects:
    """The partial objects of one round, by id.

    A row is partial if it lacks a property that Graph never leaves unset, or has nothing but these and its id.

    Attributes:
        unread: The number of objects that could not be read again in this run.
    """

    def __init__(self, source: PartialSource) -> None:
        self._source = source
        self._ids: dict[str, None] = {}
        self.unread = 0

    def whole(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Yield the rows that are whole; keep the ids of the others."""
        source = self._source
        wanted = [name for name in source.wanted_columns() if name not in source.primary_keys]
        needed = [name for name in source.always_set if name in wanted]
        telling = [name for name in wanted if name not in needed] or wanted
        for row in rows:
            id_ = row.get("id")
            lacks_one = any(_is_null(row.get(name)) for name in needed)
            if id_ and (lacks_one or (wanted and all(row.get(name) is None for name in telling))):
                self._ids[id_] = None
            else:
                self.drop(str(id_))
                yield row

    def drop(self, id_: str) -> None:
        """Forget an object: the round sent it whole, or removed it."""
        self._ids.pop(id_, None)

    def read_again(self, removed: dict[str, str]) -> Iterator[Row]:
        """Yield the whole objects; those that Graph does not find go into `removed`.

        An object that cannot be read makes the stream partial, and is left as it is.
        """
        source = self._source
        options = odata.query("", select=source.select())
        ids, self._ids = self._ids, {}
        paths = (f"{source.path}/{quote(id_)}{options}" for id_ in ids)
        unread: list[GraphError] = []
        for id_, answer in zip(ids, read_batch(source.client, paths, version=source.graph_version), strict=True):
            if answer.status == HTTPStatus.NOT_FOUND:
                removed[id_] = _REMOVED
            elif _is_object(answer, id_):
                yield answer.body
            else:
                unread.append(answer.error())
        self.unread += len(unread)
        if unread:
            self._report(len(ids), unread)

    def _report(self, partial: int, unread: list[GraphError]) -> None:
        action = (
            f"Graph sent {partial:,} changed objects in part; {len(unread):,} of them could not be read again. "
            "They keep their last values; the next run reads them again."
        )
        self._source.result.fall_short(Outcome.PARTIAL, action, unread[0])
        self._source.logger.warning("%s: %s First answer: %s", self._source.name, action, unread[0])


def _is_null(value: Any) -> bool:
    return value is None or value == _NULL


def _is_object(answer: PartAnswer, id_: str) -> bool:
    is_ok = answer.status == HTTPStatus.OK and isinstance(answer.body, dict)
    return is_ok and str(answer.body.get("id", "")).lower() == id_.lower()
