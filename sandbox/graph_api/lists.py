"""GET of a collection and of one object in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox import graph_errors as errors
from sandbox.graph_api.chains import Chain
from sandbox.graph_api.filters import FilterError, parse_filter
from sandbox.graph_api.paging import GRAPH_JSON, answer_page
from sandbox.graph_api.permissions import require_collection, require_user_properties
from sandbox.lists import LISTS, PROPERTIES, rows_of
from sandbox.messages import Response, json_response
from sandbox.tenant.makers.certificates import with_bytes
from sandbox.tenant.makers.extensions import EXTENSIONS, extension_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sandbox.graph_api.context import Call, Context
    from sandbox.lists.spec import GraphList

    Row = dict[str, Any]

EXPANDED = 20  # most links of one object in a list
SORTABLE = frozenset({"displayName", "userPrincipalName"})
# Below this page size the list of grants loses rows:
# https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/2469
WHOLE_GRANTS_FROM = 999


def get_list(context: Context, call: Call, collection: GraphList) -> Response:
    """One page of a collection."""
    require_collection(context, call, collection)
    options = collection.options | ({"$expand"} if collection.links and context.faults.expands else set())
    call.options.allow(options if context.faults.counts else options - {"$count"})
    return answer_page(context, call, lambda: _open(context, call, collection))


def get_one(context: Context, call: Call, collection: GraphList, object_id: str) -> Response:
    """One object, by id (a user also by userPrincipalName)."""
    require_collection(context, call, collection)
    call.options.allow({"$select"})
    row = find(context, collection, object_id)
    names = selected(context, call, collection, one=True)
    body = {"@odata.context": f"{context.url}/{call.version}/$metadata#{collection.path}/$entity"}
    body.update(_unlicensed(context, collection, names))
    body.update(project(context, names, chosen=call.options.select is not None)(row))
    return json_response(body, content_type=GRAPH_JSON)


def get_single(context: Context, call: Call, collection: GraphList) -> Response:
    """An object that has a path of its own, and no id."""
    require_collection(context, call, collection)
    call.options.allow({"$select"})
    (row,) = rows_of(context.tenant, collection).values()
    names = selected(context, call, collection, one=True)
    body = {"@odata.context": f"{context.url}/{call.version}/$metadata#{collection.path}/$entity"}
    body.update(project(context, names, chosen=call.options.select is not None)(row))
    return json_response(body, content_type=GRAPH_JSON)


def _unlicensed(context: Context, collection: GraphList, names: Sequence[str] | None) -> dict[str, str]:
    """The annotation for a missing licence: the properties are then absent, not null."""
    named = collection.licensed.intersection(names or ())
    if not named or context.consent.internet_access or context.faults.turned.hides_licence_note:
        return {}
    return {"@microsoft.graph.licenseRequired": "Microsoft Entra Internet Access"}


def find(context: Context, collection: GraphList, object_id: str) -> Row:
    """A live object.

    Raises:
        Refusal: 404; soft-deleted objects are gone too.
    """
    rows = rows_of(context.tenant, collection)
    row = rows.get(object_id)
    if row is None and collection.store == "users" and "@" in object_id:
        name = object_id.lower()
        row = next((user for user in rows.values() if str(user["userPrincipalName"]).lower() == name), None)
    if row is None:
        raise errors.not_found(object_id)
    return row


def selected(context: Context, call: Call, collection: GraphList, *, one: bool = False) -> tuple[str, ...] | None:
    """The properties to return; None: whole rows, for types without a list of properties.

    Raises:
        Refusal: `$select` names what the type lacks, or what only a single object has.
    """
    properties = PROPERTIES.get(collection.entity)
    if properties is None:
        return None
    names = call.options.select if call.options.select is not None else properties.default
    check_names(context, call, collection, names, one=one)
    return names


def check_names(
    context: Context, call: Call, collection: GraphList, names: Sequence[str], *, one: bool = False
) -> None:
    """Refuse names of properties that the type lacks, that only a single object has, or that need more permissions."""
    properties = PROPERTIES[collection.entity]
    for name in names:
        refused = context.faults.odd.refusal_of(name)
        if refused == 501 or (name in properties.alone and not one):
            raise errors.Refusal(501, "notImplemented", f"The property '{name}' is not available in a collection.")
        if refused or (name not in properties.listed and name not in properties.alone):
            message = f"Could not find a property named '{name}' on type 'microsoft.graph.{collection.entity}'."
            raise errors.bad_request(f"Parsing OData Select and Expand failed: {message}", "BadRequest")
    if collection.entity == "user":
        require_user_properties(context, call, names)


def project(context: Context, names: Sequence[str] | None, *, chosen: bool) -> Callable[[Row], Row]:
    """From a whole row to what the client gets of it.

    Args:
        chosen: Whether the client named the properties: certificates show their bytes only then.
    """
    if names is None:
        return context.faults.turned.spelled
    activity = context.tenant.lists.get("signInActivity", {}) if "signInActivity" in names else None
    hidden = set() if context.consent.internet_access else {name for one in LISTS.values() for name in one.licensed}
    plain = [name for name in names if name != "signInActivity" and name not in EXTENSIONS and name not in hidden]
    extensions = [name for name in names if name in EXTENSIONS]
    shows_keys = "keyCredentials" in names and chosen

    def shape(row: Row) -> Row:
        shaped = {name: row.get(name) for name in plain}
        if shows_keys:  # https://learn.microsoft.com/graph/api/serviceprincipal-list
            shaped["keyCredentials"] = [with_bytes(one) for one in row.get("keyCredentials") or ()]
        if "@odata.type" in row:
            shaped = {"@odata.type": row["@odata.type"], **shaped}
        # Absent, not null, for users who never signed in.
        if activity is not None and row["id"] in activity:
            shaped["signInActivity"] = activity[row["id"]]
        elif activity is not None and context.faults.turned.never is not None:
            shaped["signInActivity"] = {"lastSignInDateTime": context.faults.turned.never}
        if extensions:
            known = extension_columns(row["id"])
            shaped |= {name: known[name] for name in extensions if name in known}
        return context.faults.turned.spelled(shaped)

    return shape


def _open(context: Context, call: Call, collection: GraphList) -> Chain:
    names = selected(context, call, collection)
    rows = rows_of(context.tenant, collection)
    ids = _sorted(call, rows, _filtered(call, rows))
    # Counted in an index apart: what is wrong with the list is not wrong with its count, nor the other way round.
    counted = len(ids) + context.faults.miscounts.get(collection.path, 0)
    ids = context.faults.shrink(collection.path, ids)
    size = page_size(context, call, collection, names)
    if collection.path == "oauth2PermissionGrants" and size < WHOLE_GRANTS_FROM and context.faults.loses_grants:
        ids = ids[: len(ids) * 3 // 4]
    if collection.entity == "servicePrincipal" and call.options.select is None and context.faults.turned.shows_created:
        names = (*(names or ()), "createdDateTime")
    shape = _expanded(context, call, collection, project(context, names, chosen=call.options.select is not None))
    chosen = f"({','.join(call.options.select)})" if call.options.select else ""
    return Chain(
        path=f"{call.version}/{call.path}",
        query=call.request.target.partition("?")[2],
        context=f"{collection.path}{chosen}",
        items=ids,
        render=lambda part: [shape(rows[object_id]) for object_id in part if object_id in rows],
        page_size=min(size, context.faults.page_limit or size) if collection.page_default is not None else size,
        may_be_empty=collection.page_default is not None,
        extra={"@odata.count": counted} if call.advanced else _unlicensed(context, collection, names),
        resize=(lambda headers: _preferred_size(headers, call, collection)) if collection.preferred_page_max else None,
    )


def _expanded(context: Context, call: Call, collection: GraphList, shape: Callable[[Row], Row]) -> Callable[[Row], Row]:
    """With `$expand`: an object also has its links, 20 at most, and nothing says that there are more.

    https://learn.microsoft.com/graph/query-parameters#expand

    Raises:
        Refusal: There is no such relation, or more than the ids of its objects is asked for.
    """
    text = call.options.get("$expand")
    if text is None:
        return shape
    asked = re.fullmatch(r"(\w+)\(\$select=id\)", text)
    if not asked or asked[1] not in collection.links or call.advanced:
        raise errors.bad_request("Parsing OData Select and Expand failed.", "BadRequest")
    relation, links = asked[1], context.tenant.directory[collection.store].links[asked[1]]

    def with_links(row: Row) -> Row:
        targets = [(key, kind) for key, kind in links.get(row["id"], {}).items() if context.lives(key)]
        shown = [{"@odata.type": kind, "id": key} for key, kind in targets[:EXPANDED]]
        return {**shape(row), "id": row["id"], relation: shown}

    return with_links


def page_size(context: Context, call: Call, collection: GraphList, names: Sequence[str] | None) -> int:
    """Rows per page, as asked or by default.

    Raises:
        Refusal: `$top` is more than this list allows.
    """
    top = call.options.top
    if collection.page_default is None:
        return 1_000_000
    if collection.preferred_page_max is not None and top is None:
        return _preferred_size(call.request.headers, call, collection)
    if names and "signInActivity" in names:
        limit = context.faults.sign_in_activity_page
        if top is not None and top > limit:
            raise errors.bad_request(f"Cannot query data for more than {limit} users at a time", "BadRequest")
    if top is None:
        return collection.page_default
    largest = min(collection.page_max, context.faults.turned.largest_page or collection.page_max)
    if not 1 <= top <= largest:
        message = f"Invalid page size specified: '{top}'. Must be between 1 and {largest} inclusive."
        raise errors.unsupported_query(message)
    return top


def _preferred_size(headers: Mapping[str, str], call: Call, collection: GraphList) -> int:
    """Rows per page as the header `Prefer` asks; each request for a further page needs the header again."""
    plain, with_options = collection.preferred_page_max or (collection.page_max, collection.page_max)
    asked = re.search(r"odata\.maxpagesize=(\d+)", headers.get("prefer", ""))
    has_options = bool(call.options.given.keys() - {"$skiptoken"})
    wanted = int(asked[1]) if asked else collection.page_default or collection.page_max
    return max(1, min(wanted, with_options if has_options else plain))


def _filtered(call: Call, rows: Mapping[str, Row]) -> Iterable[str]:
    text = call.options.get("$filter")
    if text is None:
        return rows
    try:
        condition = parse_filter(text)
    except FilterError as error:
        raise errors.bad_request(f"Invalid filter clause: {error}", "BadRequest") from error
    if condition.advanced and not call.advanced:
        message = "Unsupported or invalid query filter clause specified for property."
        raise errors.unsupported_query(message)
    return [object_id for object_id, row in rows.items() if condition.matches(row)]


def _sorted(call: Call, rows: Mapping[str, Row], ids: Iterable[str]) -> list[str]:
    order = call.options.get("$orderby")
    if order is None:
        return list(ids)
    name, _, direction = order.partition(" ")
    if name not in SORTABLE or (call.options.get("$filter") and not call.advanced):
        raise errors.unsupported_query(f"Sorting by '{order}' is not supported for current query.")
    return sorted(ids, key=lambda one: str(rows[one].get(name) or "").lower(), reverse=direction.strip() == "desc")
