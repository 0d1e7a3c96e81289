"""Facts about members of groups: which ones are listed, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_entra.commands.facts.fact import ADVANCED, Fact, Known, Question, Reply, accepted, first_rows, judge, not_seen
from tap_entra.commands.facts.shapes import column, listed

if TYPE_CHECKING:
    from collections.abc import Generator

    from tap_entra.commands.facts.fact import Inquiry

#: Only security groups have service principals as members, and few of them have.
_GROUPS = "/v1.0/groups?$select=id,groupTypes,securityEnabled&$top=999"
_MOST_ASKED = 30
_CAST = "members/microsoft.graph.servicePrincipal?$select=id&$top=999&$count=true"


def _apps_of(group: str) -> Question:
    return Question(f"/v1.0/groups/{group}/{_CAST}", ADVANCED)


def _candidates() -> Generator[Question, Reply, list[str]]:
    rows = (yield from first_rows(_GROUPS)).rows
    groups = [row for row in rows if row.get("securityEnabled") and "Unified" not in (row.get("groupTypes") or [])]
    return [str(row["id"]) for row in groups[:_MOST_ASKED]] or [str(rows[0]["id"])]


def _group_with_apps() -> Generator[Question, Reply, tuple[str, set[str]] | None]:
    """Ask for a group with service principals, and their ids; None if there is none among the first groups."""
    for group in (yield from _candidates()):
        apps = {str(row["id"]) for row in (yield _apps_of(group)).rows}
        if apps:
            return group, apps
    return None


def _none_has() -> str:
    return f"none of up to {_MOST_ASKED} groups has a service principal"


def _casts(_: Known) -> Inquiry:
    group, *_others = yield from _candidates()
    return accepted((yield _apps_of(group)))


def _members(_: Known) -> Inquiry:
    with_apps = yield from _group_with_apps()
    if with_apps is None:
        return not_seen(_none_has())
    group, apps = with_apps
    rows = (yield Question(f"/v1.0/groups/{group}/members?$select=id&$top=999")).rows
    shown = apps & {str(row.get("id")) for row in rows}
    return judge(not shown, f"{len(shown):,} of {len(apps):,} service principals of a group are in the plain list")


def _delta_members(_: Known) -> Inquiry:
    with_apps = yield from _group_with_apps()
    if with_apps is None:
        return not_seen(_none_has())
    group, apps = with_apps
    links: list[dict[str, Any]] = []
    reply = yield from first_rows(f"/v1.0/groups/delta?$select=members&$filter=id%20eq%20'{group}'")
    while True:
        links += [link for row in reply.rows for link in row.get("members@delta") or []]
        if not reply.next_link:
            break
        reply = yield Question(reply.next_link)
    shown = apps & {str(link.get("id")) for link in links}
    return judge(shown == apps, f"{len(shown):,} of {len(apps):,} service principals of a group are in a delta round")


def _types(_: Known) -> Inquiry:
    reply = yield from first_rows("/v1.0/groups/delta?$select=members")
    links = [link for row in reply.rows for link in row.get("members@delta") or []]
    if not links:
        return not_seen("no group of the first page has a member")
    kinds = column(links, "@odata.type")
    return judge("absent" not in kinds, f"@odata.type: {listed(kinds)}")


FACTS = (
    Fact(
        "casts",
        assumed="Members can be asked by type, with ConsistencyLevel",
        ask=_casts,
        then="Links of apps are not read, and the stream fails with Graph's code",
        streams=("group_members", "group_owners"),
    ),
    Fact(
        "members_without_apps",
        assumed="The plain list of members lacks service principals",
        ask=_members,
        then="Nothing: they are read apart in any case",
        streams=("group_members",),
    ),
    Fact(
        "delta_members_with_apps",
        assumed="Delta rounds report service principals as members",
        ask=_delta_members,
        then="An initial sync reads them apart; a later change waits for the next initial sync",
        streams=("group_members", "group_owners"),
    ),
    Fact(
        "typed_links",
        assumed="Each member comes with its type",
        ask=_types,
        then="memberType is null",
        streams=("group_members",),
    ),
)
