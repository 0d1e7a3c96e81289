"""Delta rounds: all there is, then all that changed since, with the awkward parts of it.

https://learn.microsoft.com/graph/delta-query-overview
"""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox import graph_errors as errors
from sandbox.graph_api.chains import Chain
from sandbox.graph_api.filters import FilterError, parse_filter
from sandbox.graph_api.lists import check_names, project
from sandbox.graph_api.paging import answer_page
from sandbox.graph_api.permissions import require_collection
from sandbox.lists import PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.graph_api.context import Call, Context
    from sandbox.lists.spec import GraphList
    from sandbox.messages import Response
    from sandbox.tenant.collection_store import Change, CollectionStore

    Row = dict[str, Any]

OPTIONS = frozenset({"$deltatoken", "$filter", "$select"})
LIFE = timedelta(days=7)  # https://learn.microsoft.com/graph/delta-query-overview#token-duration


@dataclass(frozen=True)
class Tracked:
    """What a round is about: baked into its links.

    Attributes:
        names: Selected properties; empty when only links are followed.
        chosen: Whether `$select` named them.
        relations: Followed links.
        only: Object ids to follow; None: all.
        revision: The tenant's revision that the round starts from; 0 in an initial sync.
    """

    collection: GraphList
    names: tuple[str, ...]
    chosen: bool
    relations: tuple[str, ...]
    only: tuple[str, ...] | None
    revision: int


@dataclass(frozen=True)
class Entry:
    """One thing a round reports; properties are read when its page is asked for.

    Attributes:
        removed: "changed" (in the recycle bin), "deleted" (gone for good) or "" (alive).
        before: The object as the client last saw it; empty if it never did, None if no snapshot is left.
        links: Relation -> what to say of it.
    """

    id: str
    removed: str = ""
    before: dict[str, Any] | None = field(default_factory=dict)
    links: tuple[tuple[str, list[dict[str, Any]]], ...] = ()


def get_delta(context: Context, call: Call, collection: GraphList) -> Response:
    """One page of a delta round."""
    require_collection(context, call, collection)
    call.options.allow(OPTIONS)
    return answer_page(context, call, lambda: _open(context, call, collection))


def _open(context: Context, call: Call, collection: GraphList) -> Chain:
    token = call.options.get("$deltatoken")
    store = context.tenant.directory[collection.store]
    if token == "latest" and context.faults.turned.ignores_latest:  # noqa: S105 - a word, no secret
        token = None
    is_later = token not in (None, "", "latest")
    if not is_later:
        tracked = _tracked(context, call, collection)
        entries = [] if token == "latest" else _first_round(context, store, tracked)  # noqa: S105 - a word, no secret
    else:
        tracked = _remembered(context, call, collection, str(token))
        entries = _later_round(context, store, tracked)
    names = ",".join((*(tracked.names or ("id",)), *tracked.relations))
    return Chain(
        path=f"{call.version}/{call.path}",
        query="",
        context=f"{collection.path}({names})",
        items=entries,
        render=_renderer(context, store, tracked, is_later=is_later),
        page_size=context.faults.delta_page,
        last={"@odata.deltaLink": _delta_link(context, call, tracked)},
    )


# What is followed


def _tracked(context: Context, call: Call, collection: GraphList) -> Tracked:
    relations = collection.default_delta_links
    names: tuple[str, ...] | None = None
    if call.options.select is not None:
        relations = tuple(name for name in call.options.select if name in collection.delta_links)
        names = tuple(name for name in call.options.select if name not in collection.delta_links and name != "id")
        if "signInActivity" in names:
            raise errors.bad_request("The property 'signInActivity' is not supported in delta queries.")
        check_names(context, call, collection, names)
    if names is None:
        names = tuple(name for name in PROPERTIES[collection.entity].default if name != "id")
    return Tracked(collection, names, call.options.select is not None, relations, _only(call), 0)


def _only(call: Call) -> tuple[str, ...] | None:
    text = call.options.get("$filter")
    if text is None:
        return None
    try:
        comparisons = parse_filter(text).comparisons
    except FilterError as error:
        raise errors.bad_request(f"Invalid filter clause: {error}", "BadRequest") from error
    if len(comparisons) > 50 or any((one.path, one.operator) != ("id", "eq") for one in comparisons):
        raise errors.unsupported_query("Only up to 50 conditions 'id eq' are supported in delta queries.")
    return tuple(str(one.value) for one in comparisons)


def _delta_link(context: Context, call: Call, tracked: Tracked) -> str:
    context.snapshots.take(tracked.collection.store)
    token = context.seal.close(
        {
            "path": tracked.collection.path,
            "names": tracked.names,
            "chosen": tracked.chosen,
            "relations": tracked.relations,
            "only": tracked.only,
            "revision": context.tenant.revision,
            "issued": context.tenant.now().timestamp(),
        }
    )
    return f"{context.url}/{call.version}/{call.path}?$deltatoken={token}"


def _remembered(context: Context, call: Call, collection: GraphList, token: str) -> Tracked:
    """What a delta link stands for.

    Raises:
        Refusal: The link is too old, unknown, of another tenant or of a time that this tenant has not seen.
    """
    content = context.seal.open(token)
    now = context.tenant.now().timestamp()
    forgotten = (
        content is None
        or content["path"] != collection.path
        or content["revision"] > context.tenant.revision
        or now - content["issued"] > LIFE.total_seconds()
    )
    if forgotten:
        restart = f"{context.url}/{call.version}/{call.path}?$deltatoken="
        raise errors.forgotten_delta_link(restart, context.faults.forgotten_status())
    names, relations, only = (
        None if content[one] is None else tuple(content[one]) for one in ("names", "relations", "only")
    )
    return Tracked(collection, names or (), content["chosen"], relations or (), only, content["revision"])


# What is reported


def _first_round(context: Context, store: CollectionStore, tracked: Tracked) -> list[Entry]:
    ids = context.faults.shrink(f"{tracked.collection.path}/delta", list(store.live))
    chunks = [_chunks(context, store, tracked, one) for one in ids if tracked.only is None or one in tracked.only]
    # The first chunk of each object, then the second of those that have one, ...: a large group recurs on later pages.
    entries = [entry for layer in itertools.zip_longest(*chunks) for entry in layer if entry is not None]
    # An initial sync may contain objects of the recycle bin too.
    entries.extend(Entry(one, "changed") for one in itertools.islice(store.recycle_bin, 0, None, 3) if not tracked.only)
    return entries


def _chunks(context: Context, store: CollectionStore, tracked: Tracked, object_id: str) -> list[Entry]:
    """One object, as often as its longest list of links needs."""
    entries: list[Entry] = []
    for relation in tracked.relations:
        targets = list(store.links[relation].get(object_id, {}).items())
        # Links to soft-deleted objects are not shown.
        shown = [
            {"@odata.type": kind, "id": target}
            for target, kind in targets
            if context.lives(target) and not _is_hidden(context, kind)
        ]
        size = context.faults.member_chunk
        parts = (shown[start : start + size] for start in range(0, len(shown), size))
        entries.extend(Entry(object_id, links=((relation, part),)) for part in parts)
    return entries or [Entry(object_id)]


def _later_round(context: Context, store: CollectionStore, tracked: Tracked) -> list[Entry]:
    since = context.faults.replay_from(store.history, tracked.revision)
    before = context.snapshots.at(tracked.collection.store, tracked.revision) if since == tracked.revision else None
    first = bisect.bisect_right(store.history, since, key=lambda change: change.revision)
    changes = [one for one in store.history[first:] if tracked.only is None or one.id in tracked.only]
    last_set = {change.id: change.revision for change in changes if change.kind == "set"}
    links = [
        one
        for one in changes
        if one.relation in tracked.relations and not _is_hidden(context, context.kind_of(str(one.target)))
    ]
    last_link = {(one.id, one.relation, one.target): one.revision for one in links}
    entries: list[Entry] = []
    removed: set[str] = set()
    for change in changes:
        old = {} if change.id in removed else _old(before, change.id)
        if change.kind in ("soft_deleted", "purged"):
            removed.add(change.id)
            entries.append(Entry(change.id, "changed" if change.kind == "soft_deleted" else "deleted"))
        elif change.id not in store.live:
            continue
        elif change.kind == "set":
            # An object that changed twice may come twice; both times as it is now.
            last = change.revision == last_set[change.id]
            if (last or context.faults.repeats()) and _differs(store.live[change.id], old, tracked.names):
                entries.append(Entry(change.id, before=old))
        elif change in links and change.revision == last_link.get((change.id, change.relation, change.target)):
            entries.append(Entry(change.id, before=old, links=((str(change.relation), [_link(context, change)]),)))
    wrongly = context.faults.odd.removed_by_mistake(tracked.collection.path, list(store.live))
    return [*_merged(entries), *(Entry(one, "changed") for one in wrongly)]


def _is_hidden(context: Context, kind: str) -> bool:
    return context.faults.delta_hides_service_principals and kind == "#microsoft.graph.servicePrincipal"


def _differs(row: dict[str, Any], old: dict[str, Any] | None, names: tuple[str, ...]) -> bool:
    """Return whether a selected property changed. Without the old object, any change counts."""
    return not old or any(row.get(name) != old.get(name) for name in names)


def _link(context: Context, change: Change) -> dict[str, Any]:
    link: dict[str, Any] = {"@odata.type": context.kind_of(str(change.target)), "id": change.target}
    if change.kind == "link_removed":
        link["@removed"] = {"reason": "deleted"}
    return link


def _old(before: dict[str, Any] | None, object_id: str) -> dict[str, Any] | None:
    return None if before is None else before.get(object_id, {})


def _merged(entries: list[Entry]) -> list[Entry]:
    """Neighbouring link entries of one object become one entry."""
    merged: list[Entry] = []
    for entry in entries:
        previous = merged[-1] if merged else None
        if previous and previous.links and entry.links and previous.id == entry.id:
            links = {relation: list(said) for relation, said in previous.links}
            for relation, said in entry.links:
                links.setdefault(relation, []).extend(said)
            merged[-1] = Entry(entry.id, before=entry.before, links=tuple(links.items()))
        else:
            merged.append(entry)
    return merged


def _renderer(
    context: Context, store: CollectionStore, tracked: Tracked, *, is_later: bool
) -> Callable[[Sequence[Entry]], list[Row]]:
    shape = project(context, tracked.names, chosen=tracked.chosen)
    odd, turned = context.faults.odd, context.faults.turned

    def render(entries: Sequence[Entry]) -> list[Row]:
        rows: list[Row] = []
        for entry in entries:
            if entry.removed:
                is_unmarked = is_later and entry.id not in store.live and odd.happens("unmarked_removals")
                rows.append({"id": entry.id} | ({} if is_unmarked else {"@removed": {"reason": entry.removed}}))
                continue
            row = store.live.get(entry.id)
            if row is None:  # deleted since the round began: the next round says so
                continue
            # What was never set is left out; what was emptied is null.
            old = entry.before
            shown = {
                name: value
                for name, value in shape(row).items()
                if value is not None or old is None or old.get(name) is not None
            }
            shown = odd.without_empty_lists({**shown, "id": entry.id})
            if is_later and not entry.links:
                shown = odd.changed_row(tracked.collection.entity, shown)
            links: Row = {
                f"{relation}@delta": [turned.without_type(link) for link in said] for relation, said in entry.links
            }
            rows.append({**shown, **links})
        return rows

    return render
