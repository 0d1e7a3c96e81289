"""Facts about delta rounds: the first link, what an incremental sync brings, and a link that is no longer known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from tap_entra.commands.facts.fact import (
    Fact,
    Known,
    Question,
    Reply,
    code_of,
    first_rows,
    judge,
    not_seen,
    other,
)
from tap_entra.commands.facts.shapes import column, listed
from tap_entra.graph import GraphError, odata, removal
from tap_entra.replication import DeltaStream
from tap_entra.streams import STREAMS, Groups, Users

if TYPE_CHECKING:
    from collections.abc import Generator

    from tap_entra.commands.facts.fact import Inquiry
    from tap_entra.graph import GraphClient

_LISTS = ("assignedLicenses", "businessPhones")
#: Graph sends changes in small pages; these are enough.
_PAGES = 3


def delta_links(state: dict[str, Any], client: GraphClient) -> dict[str, str]:
    """Return the delta links in a state, by path; a state may be the tap's own or that of a Meltano job."""
    state = state.get("completed") or state
    bookmarks = (state.get("singer_state") or state).get("bookmarks") or {}
    links = {stream.path: (bookmarks.get(stream.name) or {}).get("delta_link") for stream in (Users, Groups)}
    return {path: link for path, link in links.items() if link and client.is_ours(link)}


def _latest_of(stream: type[DeltaStream], names: tuple[str, ...] = ("id",)) -> Question:
    path = f"/{stream.graph_version}{stream.path}/delta"
    return Question(odata.query(path, select=odata.select(names)) + "&$deltatoken=latest")


def _latest(_: Known) -> Inquiry:
    streams = [cast("type[DeltaStream]", one) for one in STREAMS if issubclass(one, DeltaStream)]
    without = []
    for stream in streams:
        reply = yield _latest_of(stream)
        reply.raise_unless_told()
        if reply.error is not None:
            without.append(f"{stream.path} ({reply.code})")
        elif reply.rows or not reply.body.get("@odata.deltaLink"):
            without.append(f"{stream.path} ({len(reply.rows):,} rows)")
    return judge(not without, f"not so for {', '.join(without)}" if without else f"so for {len(streams)} lists")


def _first_round(_: Known) -> Inquiry:
    rows = (yield from first_rows(f"/v1.0/users/delta?$select={','.join(_LISTS)}")).rows
    kinds = {name: column([row for row in rows if not removal(row)], name) for name in _LISTS}
    observed = "; ".join(f"{name}: {listed(kind)}" for name, kind in kinds.items())
    if any("absent" in kind for kind in kinds.values()):
        return other(observed)
    if not any("empty list" in kind for kind in kinds.values()):
        return not_seen("no user of the first page has an empty list")
    return judge(holds=True, observed=observed)


def _changes(known: Known, stream: type[DeltaStream]) -> Generator[Question, Reply, list[dict[str, Any]]]:
    """Ask what has changed since an earlier run, or else since the beginning of this command."""
    link = known.delta_links.get(stream.path)
    if link is None:
        link = (yield _latest_of(stream, stream.always_set)).body.get("@odata.deltaLink")
    if not link:
        return []
    rows = []
    reply = yield Question(link, is_last=True)
    for _ in range(_PAGES):
        rows += reply.rows
        if not reply.next_link:
            break
        reply = yield Question(reply.next_link)
    return rows


def _later_rows(known: Known) -> Inquiry:
    seen, lacking = 0, []
    for stream in (Users, Groups):
        rows = [row for row in (yield from _changes(known, stream)) if not removal(row) and row.keys() > {"id"}]
        seen += len(rows)
        # A property that no row has was not selected by the run whose link this is.
        selected = [name for name in stream.always_set if any(name in row for row in rows)] or stream.always_set
        for name in selected:
            missing = sum(row.get(name) is None for row in rows)
            lacking += [f"{missing:,} of {stream.path} without {name}"] if missing else []
    if not seen:
        return not_seen("nothing has changed; --state with the state of an earlier run shows more")
    return judge(not lacking, ", ".join([f"{seen:,} changed objects", *lacking]))


def _removed(known: Known) -> Inquiry:
    marked = bare = 0
    for stream in (Users, Groups):
        for row in (yield from _changes(known, stream)):
            marked += removal(row) is not None
            bare += row.keys() <= {"id"}
    if not marked and not bare:
        return not_seen("nothing was deleted; --state with the state of an earlier run shows more")
    return judge(not bare, f"{marked:,} with @removed, {bare:,} with an id alone")


def _forgotten(_: Known) -> Inquiry:
    reply = yield Question("/v1.0/users/delta?$deltatoken=unknown")
    reply.raise_unless_told()
    if reply.error is None:
        return other(f"{len(reply.rows):,} rows")
    return judge(reply.error.is_useless_delta_link, _codes(reply.error))


def _codes(error: GraphError) -> str:
    """Return all codes, since the telling one may be at any depth."""
    inner = [code_of(GraphError("", 0, (code,), "")).removeprefix("no answer ") for code in error.codes[1:]]
    return " ".join([code_of(error), *(f"> {code}" for code in inner)])


FACTS = (
    Fact(
        "latest_link",
        assumed="$deltatoken=latest gives a link and no rows",
        ask=_latest,
        then="The first read is a delta round in place of the list",
        streams=("users", "groups"),
    ),
    Fact(
        "first_round_lists",
        assumed="A first delta round has empty lists as []",
        ask=_first_round,
        then="An absent list counts as not known",
        streams=("user_managers", "users"),
    ),
    Fact(
        "later_rows",
        assumed="A later delta row has what is always set",
        ask=_later_rows,
        then="The object is read again by its id",
        streams=("users", "groups"),
    ),
    Fact(
        "removed_rows",
        assumed="A deleted object is marked @removed",
        ask=_removed,
        then="A row with nothing but an id is read again; 404 deletes it",
        streams=("users", "groups"),
    ),
    Fact(
        "unknown_delta_link",
        assumed="An unknown delta link gets 400, 404, 410 or 414",
        ask=_forgotten,
        then="The stream fails with that code until its state is removed",
        streams=("users",),
    ),
)
