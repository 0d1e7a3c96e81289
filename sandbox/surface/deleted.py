"""The recycle bin: `/directory/deletedItems/microsoft.graph.<type>`.

https://learn.microsoft.com/graph/api/directory-deleteditems-list
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.surface import refusals
from sandbox.surface.collections import BY_ENTITY
from sandbox.surface.lists import page_size, project, selected
from sandbox.surface.paging import Chain, answer_page
from sandbox.surface.permissions import require

if TYPE_CHECKING:
    from sandbox.messages import Response
    from sandbox.surface.world import Call, World

OPTIONS = frozenset({"$count", "$select", "$top"})
CAST = "microsoft.graph."


def get_deleted(world: World, call: Call, cast: str) -> Response:
    """One page of what lies in the recycle bin, of one type."""
    collection = BY_ENTITY.get(cast.removeprefix(CAST))
    if not cast.startswith(CAST) or collection is None or not collection.shelf:
        raise refusals.no_such_segment(cast)
    require(call, collection.scopes)
    call.options.allow(OPTIONS)
    bin_ = world.tenant.directory[collection.shelf].recycle_bin

    def open_chain() -> Chain:
        names = selected(world, call, collection) or ()
        if call.options.select is None and "deletedDateTime" not in names:
            names = (*names, "deletedDateTime")
        shape = project(world, names, chosen=call.options.select is not None)
        return Chain(
            path=f"{call.version}/{call.path}",
            query=call.request.target.partition("?")[2],
            context=f"directory/deletedItems/{cast}",
            items=world.weather.shrink(call.path, list(bin_)),
            render=lambda part: [shape(bin_[object_id]) for object_id in part if object_id in bin_],
            page_size=page_size(world, call, collection, names),
        )

    return answer_page(world, call, open_chain)
