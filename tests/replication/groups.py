"""Groups of the tenant by name, and what the warehouse has wrong about who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.tenant.collection_store import CollectionStore
    from tests.warehouse import Project


def groups(project: Project) -> CollectionStore:
    return project.tenant.directory["groups"]


def group(project: Project, name: str) -> str:
    """The id of the group of that name."""
    (id_,) = [id_ for id_, row in groups(project).live.items() if row["displayName"] == name]
    return id_


def members(project: Project, name: str) -> dict[str, str]:
    """Member id -> its kind, of a group, as the tenant has it."""
    return groups(project).links["members"][group(project, name)]


def wrong_links(project: Project, stream: str) -> list[tuple[str, ...]]:
    """Links that are in the warehouse or at Microsoft only; of those whose two ends live."""
    there = {id_ for store in project.tenant.directory.values() for id_ in store.live}
    columns = project.warehouse.columns[stream]
    found = {tuple(row[name] for name in columns) for row in project.warehouse.live(stream)}
    truth = {tuple(row[name] for name in columns) for row in project.tenant.truth(stream)}
    return sorted({link for link in found if {*link[:2]} <= there} ^ truth)
