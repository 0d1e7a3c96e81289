"""The recycle bin: `/directory/deletedItems/microsoft.graph.<type>`.

https://learn.microsoft.com/graph/api/directory-deleteditems-list
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import graph_errors as errors
from sandbox.graph_api.chains import Chain
from sandbox.graph_api.lists import page_size, project, selected
from sandbox.graph_api.paging import answer_page
from sandbox.graph_api.permissions import require
from sandbox.lists import BY_ENTITY

if TYPE_CHECKING:
    from sandbox.graph_api.context import Call, Context
    from sandbox.messages import Response

OPTIONS = frozenset({"$count", "$select", "$top"})
CAST = "microsoft.graph."


def get_deleted(context: Context, call: Call, cast: str) -> Response:
    """Return one page of the deleted objects of one type."""
    collection = BY_ENTITY.get(cast.removeprefix(CAST))
    if not cast.startswith(CAST) or collection is None or not collection.store:
        raise errors.no_such_segment(cast)
    require(call, collection.scopes)
    call.options.allow(OPTIONS)
    bin_ = context.tenant.directory[collection.store].recycle_bin

    def open_chain() -> Chain:
        names = selected(context, call, collection) or ()
        if context.faults.turned.bin_hides_names:
            names = tuple(name for name in names if not name.lower().endswith(("name", "mail")))
        if call.options.select is None and "deletedDateTime" not in names:
            names = (*names, "deletedDateTime")
        shape = project(context, names, chosen=call.options.select is not None)
        return Chain(
            path=f"{call.version}/{call.path}",
            query=call.request.target.partition("?")[2],
            context=f"directory/deletedItems/{cast}",
            items=context.faults.shrink(call.path, list(bin_)),
            render=lambda part: [shape(bin_[object_id]) for object_id in part if object_id in bin_],
            page_size=page_size(context, call, collection, names),
        )

    return answer_page(context, call, open_chain)
