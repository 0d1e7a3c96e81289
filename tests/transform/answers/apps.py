"""One row an app."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.transform.answers.usage import last_of_apps, users_of_apps
from tests.transform.answers.world import Row, World, moment, seed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

MICROSOFT = {
    "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
    "72f988bf-86f1-41af-91ab-2d7cd011db47",
    "ea8a4392-515e-481f-879e-6571ff2a8a36",
}
NON_GALLERY = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"


def by_app_id(world: World) -> dict[str, Row]:
    """Service principals that people can meet, removed ones too."""
    found: dict[str, Row] = {}
    for row in sorted(world.rows["service_principals"], key=lambda one: not one.get("_deleted")):
        if row.get("appId") and row["servicePrincipalType"] != "ManagedIdentity":
            found[row["appId"]] = row
    return found


def kinds(world: World) -> dict[str, str]:
    """What each app is: third_party, microsoft, in_house or unknown."""
    principals = by_app_id(world)
    found = {app_id: _kind(world, row) for app_id, row in principals.items()}
    for one in world.sign_ins:
        known = one.app_id in _microsoft_apps()
        found.setdefault(one.app_id, "microsoft" if known else "unknown")
    return found


def _kind(world: World, principal: Row) -> str:
    owner = principal["appOwnerOrganizationId"]
    if owner in MICROSOFT or principal["appId"].lower() in _microsoft_apps():
        return "microsoft"
    if principal["applicationTemplateId"] not in {None, NON_GALLERY} or product(world, principal):
        return "third_party"
    if owner is None:
        return "unknown"
    return "in_house" if owner in {row["id"] for row in world.rows["organization"]} else "third_party"


@cache
def _microsoft_apps() -> frozenset[str]:
    return frozenset(row["app_id"].lower() for row in seed("microsoft_apps"))


@cache
def _domains() -> dict[str, str]:
    return {row["value"].lower(): row["product"] for row in seed("product_matches") if row["match_by"] == "domain"}


@cache
def category_of(name: str) -> tuple[str, bool]:
    """The category of a product, and whether two of it do the same job."""
    row = next(one for one in seed("products") if one["product"] == name)
    return row["category"], row["overlaps"].lower() == "true"


def product(world: World, principal: Row) -> str | None:
    """The product that an app is, by the domains it lives at; no one knows the sandbox's GUIDs."""
    found = [*_at(_hosts(principal["homepage"], principal["loginUrl"]))]
    replies = _hosts(*principal["replyUrls"], *principal["servicePrincipalNames"])
    own = principal["appOwnerOrganizationId"] in {row["id"] for row in world.rows["organization"]}
    # Where the company's own app sends tokens to a well-known tool beside itself, it is not that tool.
    if not own or principal["applicationTemplateId"] or all([*_at([host])] for host in replies):
        found += _at(replies)
    return max(found)[1] if found else None


def _at(hosts: list[str]) -> Iterator[tuple[int, str]]:
    """Products at these hosts, each with the length of the domain that says so."""
    for host in hosts:
        for domain, name in _domains().items():
            if host == domain or host.endswith(f".{domain}"):
                yield len(domain), name


def _hosts(*urls: str | None) -> list[str]:
    parts = [urlsplit(url) for url in urls if url]
    return [part.hostname for part in parts if part.scheme in {"http", "https"} and part.hostname]


# Access


class Access:
    """Who may use which app; of people who live and are enabled. Keys are object ids of service principals."""

    def __init__(self, world: World) -> None:
        self.direct: dict[str, set[str]] = defaultdict(set)
        self.by_group: dict[str, set[str]] = defaultdict(set)
        self.nested: dict[str, set[str]] = defaultdict(set)
        groups = {row["id"] for row in world.live("groups")}
        for row in world.rows["app_role_assignments"]:
            app, holder = row["resourceId"], row["principalId"]
            if row["principalType"] == "User" and world.is_enabled(holder):
                self.direct[app].add(holder)
            elif row["principalType"] == "Group" and holder in groups:
                self.by_group[app] |= {one for one in world.people_in(holder) if world.is_enabled(one)}
                self.nested[app] |= {one for one in _people_below(world, holder) if world.is_enabled(one)}
        for app in self.by_group:
            self.by_group[app] -= self.direct[app]
        for app in self.nested:
            self.nested[app] -= self.direct[app] | self.by_group[app]


def _people_below(world: World, group: str) -> set[str]:
    """People in groups inside a group, however deep."""
    seen, waiting = set(), [id_ for id_, kind in world.members[group] if kind == "group"]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += [id_ for id_, kind in world.members[one] if kind == "group"]
    return {person for one in seen for person in world.people_in(one)}


# Use


def person_use(world: World, app_id: str) -> datetime | None:
    """When people last signed in to an app, as Microsoft's report has it."""
    row = _reported(world).get(app_id)
    return _latest(row["delegatedClientSignInActivity"]) if row else None


def any_use(world: World, app_id: str) -> datetime | None:
    """When the app was last used by anybody, itself included; None if the report knows of nothing."""
    row = _reported(world).get(app_id) or {}
    dates = [_latest(activity) for activity in row.values() if isinstance(activity, dict)]
    return max(filter(None, dates), default=None)


def _reported(world: World) -> dict[str, Row]:
    return {row["appId"]: row for row in world.rows["service_principal_sign_in_activities"]}


def _latest(activity: Row | None) -> datetime | None:
    activity = activity or {}
    tries = moment(activity.get("lastSignInDateTime")), moment(activity.get("lastNonInteractiveSignInDateTime"))
    return moment(activity.get("lastSuccessfulSignInDateTime")) or max(filter(None, tries), default=None)


def applications(world: World) -> dict[str, Row]:
    """By app id."""
    principals, access, last, kind_of = by_app_id(world), Access(world), last_of_apps(world), kinds(world)
    in_30, in_90 = users_of_apps(world, 30), users_of_apps(world, 90)
    owners = defaultdict(set)
    registered = {row["id"]: row["appId"] for row in world.live("applications")}
    of_registrations = [(registered.get(row["applicationId"]), row) for row in world.live("application_owners")]
    links = [(principals.get(app_id, {}).get("id"), row["ownerId"]) for app_id, row in of_registrations if app_id]
    links += [(row["servicePrincipalId"], row["ownerId"]) for row in world.rows["service_principal_owners"]]
    for key, owner_id in links:
        owner = world.users.get(owner_id) or world.principals.get(owner_id)
        if owner:
            owners[key].add(owner["displayName"])
    answers = {}
    for app_id, kind in kind_of.items():
        row = principals.get(app_id, {})
        key = row.get("id", "")
        name = product(world, row) if row else None
        gallery = _gallery(world, row) if kind == "third_party" else {}
        mine = [one for one in world.successes if one.app_id == app_id]
        uses = [one for one in (last.get(app_id), person_use(world, app_id)) if one]
        answers[app_id] = {
            "service_principal_id": row.get("id"),
            "kind": kind,
            "product": name or gallery.get("displayName") if kind != "microsoft" else None,
            "category": _category(name, gallery) if kind != "microsoft" else None,
            "logo_url": ((row.get("info") or {}).get("logoUrl")) or gallery.get("logoUrl"),
            "home_page_url": gallery.get("homePageUrl") or row.get("homepage"),
            "sign_on_mode": row.get("preferredSingleSignOnMode"),
            "is_enabled": row.get("accountEnabled"),
            "removed": bool(row.get("_deleted")),
            "open_to_everyone": not row["appRoleAssignmentRequired"] if row else None,
            "publisher_verified": _is_verified(row, kind),
            "publisher": _publisher(world, row, kind) or gallery.get("publisher"),
            "publisher_domain": _publisher_domain(world, row, kind),
            "owners": sorted(owners[key]),
            "people_assigned": len(access.direct[key]),
            "people_assigned_by_group": len(access.by_group[key]),
            "people_in_nested_groups": len(access.nested[key]),
            "people_with_access": len(access.direct[key]) + len(access.by_group[key]),
            "people_30d": len(in_30[app_id]),
            "people_90d": len(in_90[app_id]),
            "sign_ins_30d": sum(world.in_last(one.at.date(), 30) for one in mine),
            "first_use_at": min((one.at for one in mine), default=None),
            "last_use_at": max(uses, default=None),
            "trend": "unknown",
        }
    return answers


def _gallery(world: World, principal: Row) -> Row:
    """Return the entry of an app in Microsoft's gallery; empty for an app outside the gallery."""
    key = principal.get("applicationTemplateId")
    rows = (row for row in world.rows["application_templates"] if key not in {None, NON_GALLERY} and row["id"] == key)
    return next(rows, {})


def _category(name: str | None, gallery: Row) -> str | None:
    return category_of(name)[0] if name else next(iter(gallery.get("categories") or ()), None)


def _publisher(world: World, principal: Row, kind: str) -> str | None:
    names = {"microsoft": "Microsoft", "in_house": world.rows["organization"][0]["displayName"]}
    return (principal.get("verifiedPublisher") or {}).get("displayName") or names.get(kind)


def _is_verified(principal: Row, kind: str) -> bool | None:
    """None for what Microsoft does not check: its own and the company's."""
    verified = bool((principal.get("verifiedPublisher") or {}).get("verifiedPublisherId"))
    return verified if principal and (verified or kind in {"third_party", "unknown"}) else None


def _publisher_domain(world: World, principal: Row, kind: str) -> str | None:
    own = [row["publisherDomain"] for row in world.live("applications") if row["appId"] == principal.get("appId")]
    if kind == "in_house" and own and own[0]:
        return str(own[0])
    return next(iter(_hosts(principal.get("homepage") or principal.get("loginUrl"))), None)
