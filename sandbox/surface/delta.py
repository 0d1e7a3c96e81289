"""Delta rounds: all there is, then all that changed since, with the awkward parts of it.

https://learn.microsoft.com/graph/delta-query-overview
"""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.surface import refusals
from sandbox.surface.filters import FilterError, parse_filter
from sandbox.surface.lists import check_names, project
from sandbox.surface.paging import Chain, answer_page
from sandbox.surface.permissions import require_collection
from sandbox.surface.properties import PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.messages import Response
    from sandbox.surface.collections import Collection
    from sandbox.surface.world import Call, World
    from sandbox.tenant.shelf import Change, Shelf

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
        revision: The tenant's revision that the round starts from; 0 in a first round.
    """

    collection: Collection
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
        before: The object as the client last saw it; empty if it never did, None if nobody remembers.
        links: Relation -> what to say of it.
    """

    id: str
    removed: str = ""
    before: dict[str, Any] | None = field(default_factory=dict)
    links: tuple[tuple[str, list[dict[str, Any]]], ...] = ()


def get_delta(world: World, call: Call, collection: Collection) -> Response:
    """One page of a delta round."""
    require_collection(world, call, collection)
    call.options.allow(OPTIONS)
    return answer_page(world, call, lambda: _open(world, call, collection))


def _open(world: World, call: Call, collection: Collection) -> Chain:
    token = call.options.get("$deltatoken")
    shelf = world.tenant.directory[collection.shelf]
    if token in (None, "", "latest"):
        tracked = _tracked(world, call, collection)
        entries = [] if token == "latest" else _first_round(world, shelf, tracked)  # noqa: S105 - a word, no secret
    else:
        tracked = _remembered(world, call, collection, str(token))
        entries = _later_round(world, shelf, tracked)
    names = ",".join((*(tracked.names or ("id",)), *tracked.relations))
    return Chain(
        path=f"{call.version}/{call.path}",
        query="",
        context=f"{collection.path}({names})",
        items=entries,
        render=_renderer(world, shelf, tracked),
        page_size=world.weather.delta_page,
        last={"@odata.deltaLink": _delta_link(world, call, tracked)},
    )


# What is followed


def _tracked(world: World, call: Call, collection: Collection) -> Tracked:
    relations = collection.default_relations
    names: tuple[str, ...] | None = None
    if call.options.select is not None:
        relations = tuple(name for name in call.options.select if name in collection.relations)
        names = tuple(name for name in call.options.select if name not in collection.relations and name != "id")
        if "signInActivity" in names:
            raise refusals.bad_request("The property 'signInActivity' is not supported in delta queries.")
        check_names(world, call, collection, names)
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
        raise refusals.bad_request(f"Invalid filter clause: {error}", "BadRequest") from error
    if len(comparisons) > 50 or any((one.path, one.operator) != ("id", "eq") for one in comparisons):
        raise refusals.unsupported_query("Only up to 50 conditions 'id eq' are supported in delta queries.")
    return tuple(str(one.value) for one in comparisons)


def _delta_link(world: World, call: Call, tracked: Tracked) -> str:
    world.snapshots.take(tracked.collection.shelf)
    token = world.seal.close(
        {
            "path": tracked.collection.path,
            "names": tracked.names,
            "chosen": tracked.chosen,
            "relations": tracked.relations,
            "only": tracked.only,
            "revision": world.tenant.revision,
            "issued": world.tenant.now().timestamp(),
        }
    )
    return f"{world.url}/{call.version}/{call.path}?$deltatoken={token}"


def _remembered(world: World, call: Call, collection: Collection, token: str) -> Tracked:
    """What a delta link stands for.

    Raises:
        Refusal: The link is too old, unknown, of another tenant or of a time that this tenant has not seen.
    """
    content = world.seal.open(token)
    now = world.tenant.now().timestamp()
    forgotten = (
        content is None
        or content["path"] != collection.path
        or content["revision"] > world.tenant.revision
        or now - content["issued"] > LIFE.total_seconds()
    )
    if forgotten:
        restart = f"{world.url}/{call.version}/{call.path}?$deltatoken="
        raise refusals.forgotten_delta_link(restart, world.weather.forgotten_status())
    names, relations, only = (
        None if content[one] is None else tuple(content[one]) for one in ("names", "relations", "only")
    )
    return Tracked(collection, names or (), content["chosen"], relations or (), only, content["revision"])


# What is reported


def _first_round(world: World, shelf: Shelf, tracked: Tracked) -> list[Entry]:
    ids = world.weather.shrink(f"{tracked.collection.path}/delta", list(shelf.live))
    chunks = [_chunks(world, shelf, tracked, one) for one in ids if tracked.only is None or one in tracked.only]
    # The first chunk of each object, then the second of those that have one, ...: a large group recurs on later pages.
    entries = [entry for layer in itertools.zip_longest(*chunks) for entry in layer if entry is not None]
    # Objects in the recycle bin may show up in a first round too.
    entries.extend(Entry(one, "changed") for one in itertools.islice(shelf.recycle_bin, 0, None, 3) if not tracked.only)
    return entries


def _chunks(world: World, shelf: Shelf, tracked: Tracked, object_id: str) -> list[Entry]:
    """One object, as often as its longest list of links needs."""
    entries: list[Entry] = []
    for relation in tracked.relations:
        targets = list(shelf.links[relation].get(object_id, {}).items())
        # Links to soft-deleted objects are not shown.
        shown = [
            {"@odata.type": kind, "id": target}
            for target, kind in targets
            if world.lives(target) and not _is_hidden(world, kind)
        ]
        size = world.weather.member_chunk
        parts = (shown[start : start + size] for start in range(0, len(shown), size))
        entries.extend(Entry(object_id, links=((relation, part),)) for part in parts)
    return entries or [Entry(object_id)]


def _later_round(world: World, shelf: Shelf, tracked: Tracked) -> list[Entry]:
    since = world.weather.replay_from(shelf.history, tracked.revision)
    before = world.snapshots.at(tracked.collection.shelf, tracked.revision) if since == tracked.revision else None
    first = bisect.bisect_right(shelf.history, since, key=lambda change: change.revision)
    changes = [one for one in shelf.history[first:] if tracked.only is None or one.id in tracked.only]
    last_set = {change.id: change.revision for change in changes if change.kind == "set"}
    links = [
        one
        for one in changes
        if one.relation in tracked.relations and not _is_hidden(world, world.kind_of(str(one.target)))
    ]
    last_link = {(one.id, one.relation, one.target): one.revision for one in links}
    entries: list[Entry] = []
    removed: set[str] = set()
    for change in changes:
        old = {} if change.id in removed else _old(before, change.id)
        if change.kind in ("soft_deleted", "purged"):
            removed.add(change.id)
            entries.append(Entry(change.id, "changed" if change.kind == "soft_deleted" else "deleted"))
        elif change.id not in shelf.live:
            continue
        elif change.kind == "set":
            # An object that changed twice may come twice; both times as it is now.
            last = change.revision == last_set[change.id]
            if (last or world.weather.repeats()) and _differs(shelf.live[change.id], old, tracked.names):
                entries.append(Entry(change.id, before=old))
        elif change in links and change.revision == last_link.get((change.id, change.relation, change.target)):
            entries.append(Entry(change.id, before=old, links=((str(change.relation), [_link(world, change)]),)))
    return _merged(entries)


def _is_hidden(world: World, kind: str) -> bool:
    return world.weather.delta_hides_service_principals and kind == "#microsoft.graph.servicePrincipal"


def _differs(row: dict[str, Any], old: dict[str, Any] | None, names: tuple[str, ...]) -> bool:
    """Only what is selected is tracked; for whoever never saw the object or forgot it, any change counts."""
    return not old or any(row.get(name) != old.get(name) for name in names)


def _link(world: World, change: Change) -> dict[str, Any]:
    link: dict[str, Any] = {"@odata.type": world.kind_of(str(change.target)), "id": change.target}
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


def _renderer(world: World, shelf: Shelf, tracked: Tracked) -> Callable[[Sequence[Entry]], list[Row]]:
    shape = project(world, tracked.names, chosen=tracked.chosen)

    def render(entries: Sequence[Entry]) -> list[Row]:
        rows: list[Row] = []
        for entry in entries:
            if entry.removed:
                rows.append({"id": entry.id, "@removed": {"reason": entry.removed}})
                continue
            row = shelf.live.get(entry.id)
            if row is None:  # deleted since the round began: the next round says so
                continue
            # What was never set is left out; what was emptied is null.
            old = entry.before
            shown = {
                name: value
                for name, value in shape(row).items()
                if value is not None or old is None or old.get(name) is not None
            }
            links: Row = {f"{relation}@delta": said for relation, said in entry.links}
            rows.append({**shown, "id": entry.id, **links})
        return rows

    return render
