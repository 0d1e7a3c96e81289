"""The cheapest question that tells whether a stream can be read."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from tap_entra.graph import GraphError, odata
from tap_entra.replication import LinkStream, SlicedStream

if TYPE_CHECKING:
    from tap_entra.graph import GraphClient
    from tap_entra.replication import EntraStream

TRIES = 3
"""Of a busy Graph: a person is waiting."""

_NOT_FOUND = 404
_A_DAY = timedelta(days=1)


def first_question(stream: EntraStream) -> str:
    """A request for one row, with all the columns that a run would ask for; of many parents, for two of them."""
    if "{id}" in stream.path:
        # Two: one may be the person who is signed in, and may read of themself what needs a permission of others.
        return stream.url(_parents(stream), select="id", top=2)
    top = None if stream.page_size is None else 1
    if isinstance(stream, SlicedStream):
        now = datetime.now(timezone.utc)
        window = odata.between(stream.replication_key, now - _A_DAY, now)
        return stream.url(filter=" and ".join(filter(None, [window, stream.event_filter])), top=top)
    # Streams of links are read by their containers, whose members no list can be asked for.
    select = "id" if isinstance(stream, LinkStream) else stream.select()
    return stream.url(select=select, top=top)


def ask_on(client: GraphClient, stream: EntraStream, answer: dict[str, Any], own_id: str | None) -> None:
    """Of a stream that is read parent by parent, ask for what one of them has.

    Args:
        answer: To the first question.
        own_id: Of the signed-in person, who is asked for only if there is nobody else.

    Raises:
        GraphError: It was refused. That there is nothing (404) is an answer.
    """
    if "{id}" not in stream.path:
        return
    ids = _ids(answer)
    while not ids and answer.get("@odata.nextLink"):
        # Graph may send empty pages before the first row.
        answer = client.get(answer["@odata.nextLink"], tries=TRIES)
        ids = _ids(answer)
    if not ids:
        return
    someone = min(ids, key=lambda id_: id_ == own_id)
    try:
        client.get(stream.url(stream.path.replace("{id}", someone)), tries=TRIES)
    except GraphError as error:
        if error.status != _NOT_FOUND:
            raise


def _ids(answer: dict[str, Any]) -> list[str]:
    return [str(row["id"]) for row in answer.get("value", []) if row.get("id")]


def _parents(stream: EntraStream) -> str:
    return stream.path.partition("/{id}")[0]
