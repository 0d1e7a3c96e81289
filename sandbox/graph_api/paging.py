"""Answers one page of a list, with the link to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.graph_api.chains import page_token
from sandbox.messages import Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.graph_api.chains import Chain
    from sandbox.graph_api.context import Call, Context

GRAPH_JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


def answer_page(context: Context, call: Call, open_chain: Callable[[], Chain]) -> Response:
    """The page that `$skiptoken` names, else the first of a new chain."""
    token = call.options.get("$skiptoken")
    if token is None:
        key, chain, place, after_empty = "", open_chain(), 0, False
    else:
        key, chain, place, after_empty = context.chains.find(token, f"{call.version}/{call.path}")

    empty = chain.may_be_empty and not after_empty and place < len(chain.items) and context.faults.leaves_page_empty()
    size = chain.resize(call.request.headers) if chain.resize and token is not None else chain.page_size
    end = place if empty else place + size
    body: dict[str, Any] = {"@odata.context": f"{context.url}/{call.version}/$metadata#{chain.context}"}
    if token is None:
        body.update(chain.extra)
    if end < len(chain.items) or empty:
        key = key or context.chains.add(chain)
        query = f"{chain.query}&" if chain.query else ""
        body["@odata.nextLink"] = f"{context.url}/{chain.path}?{query}$skiptoken={page_token(key, end, empty=empty)}"
    else:
        body.update(chain.last)
    body["value"] = chain.render(_items(context, chain, place, end))
    if context.faults.odd.poisons(body["value"]):
        body = {
            "error": {"code": "UnknownError", "message": "An error has occurred while the answer was being written."}
        }
    return json_response(body, content_type=GRAPH_JSON)


def _items(context: Context, chain: Chain, place: int, end: int) -> Sequence[Any]:
    """What the page shows: its own items, or by mistake some of the page before."""
    if not end > place > 0:
        return chain.items[place:end]
    if context.faults.odd.happens("repeated_pages"):
        return chain.items[max(0, place - chain.page_size) : place]
    return chain.items[place - context.faults.overlap() : end]
