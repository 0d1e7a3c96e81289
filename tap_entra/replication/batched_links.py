"""Links of parents whose delta rounds do not report them: asked for in batches, one row a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_entra.graph import odata
from tap_entra.replication.batched import BatchedStream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from tap_entra.graph import PartAnswer
    from tap_entra.replication.base import Row


class BatchedLinkStream(BatchedStream):
    """Who or what hangs on each parent; of the targets themselves nothing is read but their ids and what they are.

    Attributes:
        path: With the parent's id as {id}, e.g. "/servicePrincipals/{id}/owners".
        parent_key, child_key: Columns for the ids of the two ends.
        type_key: Column for what the target is, e.g. "user".
    """

    supports_select = False  # the columns are this tap's own; what Graph is asked for is the target's id
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
            yield {
                self.parent_key: parent,
                self.child_key: self.id_of(target),
                self.type_key: odata.kind(target.get("@odata.type")),
            }
