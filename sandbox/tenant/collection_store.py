"""One collection of directory objects, what points at what in it, and what happened to it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

JsonObject = dict[str, Any]
ChangeKind = Literal["set", "soft_deleted", "purged", "link_added", "link_removed"]


class Change(NamedTuple):
    """Something that happened to an object, in the order of `revision`.

    `relation` and `target` are set for links only; `id` is then the container (the group, the managed user).
    """

    revision: int
    at: datetime
    id: str
    kind: ChangeKind
    relation: str | None = None
    target: str | None = None


class Revisions:
    """The directory's clock of changes, shared by all its stores."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.latest = 0

    def next(self) -> int:
        """Count one change."""
        self.latest = next(self._numbers)
        return self.latest


#: Who or what an object in the recycle bin was: https://learn.microsoft.com/graph/api/directory-deleteditems-list
_NAMES = ("displayName", "mail", "appId")


class CollectionStore:
    """Objects of one directory collection.

    Objects are replaced, never altered in place, so that an answer being written keeps what it began with.
    Links to a soft-deleted target stay in `links`, unreported, as in Entra: they come back when it is restored.

    Attributes:
        entity: The "@odata.type" of its objects, e.g. "#microsoft.graph.user".
        live: Objects by id.
        recycle_bin: Soft-deleted objects by id, with deletedDateTime; kept 30 days.
        links: Relation -> container id -> target id -> the target's "@odata.type".
        history: All that changed since the tenant began, oldest first.
        gone: The last known columns of what was deleted since the tenant began, by id; what lay in the recycle bin
            from the start is known by what the recycle bin tells of it: id, name, address and deletedDateTime.
    """

    def __init__(self, entity: str, relations: tuple[str, ...], revisions: Revisions) -> None:
        self.entity = entity
        self.live: dict[str, JsonObject] = {}
        self.recycle_bin: dict[str, JsonObject] = {}
        self.links: dict[str, dict[str, dict[str, str]]] = {relation: {} for relation in relations}
        self.history: list[Change] = []
        self.gone: dict[str, JsonObject] = {}
        self._revisions = revisions

    def add_deleted(self, item: JsonObject, at: datetime) -> None:
        """Lay an object into the recycle bin that no reader has ever seen alive."""
        deleted = item["deletedDateTime"] = zulu(at)
        self.recycle_bin[item["id"]] = item
        told = {name: item[name] for name in _NAMES if item.get(name)}
        self.gone[item["id"]] = {"id": item["id"], **told, "deletedDateTime": deleted}

    def put(self, item: JsonObject, at: datetime) -> None:
        """Add an object or replace the one with its id."""
        self.live[item["id"]] = item
        self._record(at, item["id"], "set")

    def alter(self, key: str, at: datetime, **columns: Any) -> JsonObject:
        """Set some columns of a live object and return it as it is now."""
        item = {**self.live[key], **columns}
        self.put(item, at)
        return item

    def soft_delete(self, key: str, at: datetime) -> None:
        """Move an object to the recycle bin."""
        item = {**self.live.pop(key), "deletedDateTime": zulu(at)}
        self.recycle_bin[key] = item
        self.gone[key] = item
        self._record(at, key, "soft_deleted")

    def restore(self, key: str, at: datetime) -> None:
        """Bring an object back. Its links were kept, and are yet to be reported."""
        item = {**self.recycle_bin.pop(key), "deletedDateTime": None}
        del self.gone[key]
        self.put(item, at)

    def purge(self, key: str, at: datetime) -> None:
        """Remove an object for good, from the recycle bin or, where its kind has none, from the living."""
        item = self.recycle_bin.pop(key, None)
        if item is None:
            self.gone[key] = self.live.pop(key)
        for containers in self.links.values():
            containers.pop(key, None)
        self._record(at, key, "purged")

    def link(self, relation: str, container: str, target: str, entity: str, at: datetime) -> None:
        """Point from a container at a target; nothing happens if it already does."""
        targets = self.links[relation].setdefault(container, {})
        if target not in targets:
            targets[target] = entity
            self._record(at, container, "link_added", relation, target)

    def unlink(self, relation: str, container: str, target: str, at: datetime) -> None:
        """Take a link away; nothing happens if there is none."""
        if self.links[relation].get(container, {}).pop(target, None) is not None:
            self._record(at, container, "link_removed", relation, target)

    def containers_of(self, relation: str, target: str) -> list[str]:
        """Ids of all that point at a target."""
        return [container for container, targets in self.links[relation].items() if target in targets]

    def report_links_of(self, container: str, at: datetime, living: Container[str]) -> None:
        """Record the links of a container that has been restored to targets that live."""
        for relation, containers in self.links.items():
            for target in containers.get(container, ()):
                if target in living:
                    self._record(at, container, "link_added", relation, target)

    def report_links_to(self, target: str, at: datetime) -> None:
        """Record the links of live containers to a target that has been restored."""
        for relation in self.links:
            for container in self.containers_of(relation, target):
                if container in self.live:
                    self._record(at, container, "link_added", relation, target)

    def forget(self, purged: set[str]) -> None:
        """Drop all links to what has been purged, without a word: Graph reports none of them."""
        for containers in self.links.values():
            for targets in containers.values():
                if not purged.isdisjoint(targets):
                    for target in purged.intersection(targets):
                        del targets[target]

    def _record(
        self, at: datetime, key: str, kind: ChangeKind, relation: str | None = None, target: str | None = None
    ) -> None:
        self.history.append(Change(self._revisions.next(), at, key, kind, relation, target))


def zulu(at: datetime) -> str:
    """Write an instant as Graph does: whole seconds, Z."""
    return at.isoformat()[:19] + "Z"
