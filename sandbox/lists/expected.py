"""The rows that a warehouse must hold, for the shapes that several lists share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.lists.spec import Rows
    from sandbox.tenant.collection_store import CollectionStore, JsonObject
    from sandbox.tenant.state import TenantState


def listed(path: str) -> Rows:
    """All rows of a list without delta function."""
    return lambda tenant: iter(tenant.lists[path].values())


def typed(path: str) -> Rows:
    """All rows of a list without delta function, with their type in a column of the tap's own."""
    rows = listed(path)
    return lambda tenant: ({**row, "objectType": row["@odata.type"].rpartition(".")[2]} for row in rows(tenant))


def never_is_null(path: str, column: str) -> Rows:
    """All rows of a list without delta function; where a time is in the year 1, which means never, there is none."""
    rows = listed(path)
    return lambda tenant: (
        {**row, column: None if str(row[column]).startswith("0001-") else row[column]} for row in rows(tenant)
    )


def child_rows(name: str) -> Rows:
    """All rows of a child list, of all parents."""
    return lambda tenant: (row for rows in tenant.lists[name].values() for row in rows)


def logged(log: str) -> Rows:
    """The rows of a log that are visible by now."""

    def read(tenant: TenantState) -> Iterator[JsonObject]:
        now = tenant.now()
        return (row.row for row in tenant.logs[log] if row.arrives <= now)

    return read


def tracked(store: str) -> Rows:
    """The live objects of a collection, and the deleted ones."""

    def read(tenant: TenantState) -> Iterator[JsonObject]:
        yield from tenant.directory[store].live.values()
        yield from _removals(tenant.directory[store])

    return read


def linked(store: str, relation: str, *columns: str) -> Rows:
    """Links with two live ends, as (parent id, child id, child's type) in these columns."""

    def read(tenant: TenantState) -> Iterator[JsonObject]:
        living = {key for one in tenant.directory.values() for key in one.live}
        parents = tenant.directory[store]
        for parent, children in parents.links[relation].items():
            if parent in parents.live:
                for child, entity in children.items():
                    if child in living:
                        kind = entity.removeprefix("#microsoft.graph.")
                        yield dict(zip(columns, (parent, child, kind), strict=False))

    return read


def _removals(store: CollectionStore) -> Iterator[JsonObject]:
    """Deleted objects. Only some types have a deletedDateTime; objects of the others are gone at once."""
    for key, last_known in store.gone.items():
        deleted = store.recycle_bin.get(key, last_known)["deletedDateTime"]
        yield {**last_known, "deletedDateTime": deleted, "_deleted": True}
