"""Lists below one object: manager, members, owners, and the assignments to an app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import graph_errors as errors
from sandbox.graph_api.chains import Chain
from sandbox.graph_api.lists import find, page_size, project
from sandbox.graph_api.paging import GRAPH_JSON, answer_page
from sandbox.graph_api.permissions import require, require_collection
from sandbox.lists import BY_STORE, LISTS, PROPERTIES
from sandbox.messages import Response, json_response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.graph_api.context import Call, Context
    from sandbox.lists.spec import ChildList, GraphList

SERVICE_PRINCIPAL = "#microsoft.graph.servicePrincipal"


def get_manager(context: Context, call: Call, user_id: str) -> Response:
    """`/users/{id}/manager`; 404 for a user without one."""
    users = BY_STORE["users"]
    require_collection(context, call, users)
    user = find(context, users, user_id)
    managers = [one for one in _links(context, users, "manager", user["id"]) if context.lives(one)]
    if not managers:
        raise errors.not_found("manager")
    names = call.options.select or PROPERTIES["user"].default
    body = {"@odata.context": f"{context.url}/{call.version}/$metadata#directoryObjects/$entity"}
    body |= {
        "@odata.type": "#microsoft.graph.user",
        **project(context, names, chosen=call.options.select is not None)(find(context, users, managers[0])),
    }
    return json_response(body, content_type=GRAPH_JSON)


def get_links(  # noqa: PLR0913 - what the URL says
    context: Context, call: Call, collection: GraphList, object_id: str, relation: str, *, kind: str = ""
) -> Response:
    """`/groups/{id}/members` and its like; of one kind with a cast such as `/members/microsoft.graph.user`.

    v1.0 leaves service principals out of members, and out of the owners of groups, unless asked with ConsistencyLevel
    and $count; without these no cast works either: https://learn.microsoft.com/graph/api/group-list-members,
    https://learn.microsoft.com/graph/api/group-list-owners. Whether it leaves them out of the owners of a service
    principal too is not documented; here they are shown.
    """
    require_collection(context, call, collection)
    if kind and (not call.advanced or context.faults.turned.refuses_casts):
        raise errors.unsupported_query("a cast without ConsistencyLevel and $count")
    call.options.allow({"$select", "$top", "$count"})
    owner = find(context, collection, object_id)
    links = _links(context, collection, relation, owner["id"])
    hides = (
        call.version == "v1.0"
        and not call.advanced
        and (relation == "members" or (collection.path, relation) == ("groups", "owners"))
        and not context.faults.turned.lists_app_members
    )
    wanted = f"#microsoft.graph.{kind}"
    ids = [
        one
        for one, what in links.items()
        if context.lives(one) and not (hides and what == SERVICE_PRINCIPAL) and (not kind or what == wanted)
    ]

    def open_chain() -> Chain:
        return Chain(
            path=f"{call.version}/{call.path}",
            query=call.request.target.partition("?")[2],
            context="directoryObjects",
            items=ids,
            render=lambda part: _members(context, call, part),
            page_size=page_size(context, call, collection, None),
        )

    return answer_page(context, call, open_chain)


def get_children(context: Context, call: Call, child: ChildList, parent_id: str) -> Response:
    """A list below an object whose rows are not links, e.g. `/servicePrincipals/{id}/appRoleAssignedTo`."""
    require(call, child.scopes)
    call.options.allow(child.options)
    parents = LISTS[child.parent]
    find(context, parents, parent_id)
    rows = list(context.tenant.lists[child.name].get(parent_id, ()))

    def open_chain() -> Chain:
        return Chain(
            path=f"{call.version}/{call.path}",
            query=call.request.target.partition("?")[2],
            context=f"{parents.path}('{parent_id}')/{child.name}",
            items=rows,
            render=list,
            page_size=page_size(context, call, parents, None),
        )

    return answer_page(context, call, open_chain)


def _links(context: Context, collection: GraphList, relation: str, object_id: str) -> Mapping[str, str]:
    return context.tenant.directory[collection.store].links[relation].get(object_id, {})


def _members(context: Context, call: Call, ids: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for object_id in ids:
        for store in context.tenant.directory.values():
            row = store.live.get(object_id)
            if row is not None:
                entity = store.entity.removeprefix("#microsoft.graph.")
                names = call.options.select or PROPERTIES[entity].default
                typed = {"@odata.type": store.entity, **{name: row.get(name) for name in names}}
                rows.append(context.faults.turned.without_type(typed))
    return rows
