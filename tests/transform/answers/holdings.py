"""What people hold: licences inside others, guests' roles; and what no one looks after."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.transform.answers import apps, people
from tests.transform.answers.usage import users_of_apps
from tests.transform.answers.world import moment, seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transform.answers.idle import Answer
    from tests.transform.answers.world import Row, World

_DIRECTORY = "directory"
_AI = {"ai assistants", "coding assistants"}


def _plans(world: World) -> dict[str, dict[str, str]]:
    """The plans for people in each licence: names by id."""
    return {
        sku["skuId"]: {
            plan["servicePlanId"]: plan["servicePlanName"]
            for plan in sku["servicePlans"] or ()
            if plan["appliesTo"] == "User" and plan["servicePlanName"] != "EXCHANGE_S_FOUNDATION"
        }
        for sku in world.rows["subscribed_skus"]
    }


def _held(user: Row, plans: dict[str, dict[str, str]]) -> dict[str, frozenset[str]]:
    """The plans that are on, by licence."""
    return {
        one["skuId"]: frozenset(plans[one["skuId"]].keys() - {*one["disabledPlans"]})
        for one in user["assignedLicenses"]
        if one["skuId"] in plans
    }


def overlapping_licences(world: World) -> Iterator[Answer]:
    plans, paid = _plans(world), people.paid_licences(world)
    for user in world.users.values():
        held = _held(user, plans)
        for sku_id in paid & held.keys():
            mine = held[sku_id]
            around = [
                (-len(other), id_)
                for id_, other in held.items()
                if mine and id_ != sku_id and (mine < other or (mine == other and sku_id > id_))
            ]
            if around:
                yield ("overlapping_licences", sku_id, min(around)[1]), ("medium", _DIRECTORY)


def contained_in_microsoft365(world: World) -> Iterator[Answer]:
    equivalents: dict[str, set[str]] = defaultdict(set)
    for row in seed("microsoft_equivalents"):
        equivalents[row["category"]].add(row["service_plan"])
    plans, used = _plans(world), users_of_apps(world, 30)
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for app_id, name, category in _products_in_service(world):
        if category in equivalents and used[app_id]:
            users[name, category] |= used[app_id]
            ids[name, category].add(app_id)
    for (name, category), who in users.items():
        covered = set()
        for id_ in who & world.users.keys():
            skus = {one["skuId"] for one in world.users[id_]["assignedLicenses"]}
            if any(equivalents[category] & {*plans.get(sku, {}).values()} for sku in skus):
                covered.add(id_)
        if covered and 2 * len(covered) >= len(who):
            yield ("contained_in_microsoft365", min(ids[name, category]), ""), ("low", str(world.observed()[0]))


def ai_apps(world: World) -> Iterator[Answer]:
    evidence, since = world.observed()
    used = users_of_apps(world, 30)
    for app_id, _, category in _products_in_service(world):
        if category in _AI and used[app_id]:
            first = min(one.at for one in world.successes if one.app_id == app_id)
            is_new = first > world.ago(7) and since is not None and since <= world.ago(21)
            yield ("ai_app", app_id, ""), ("medium" if is_new else "info", str(evidence))


def _products_in_service(world: World) -> Iterator[tuple[str, str, str]]:
    kind_of = apps.kinds(world)
    for app_id, row in apps.by_app_id(world).items():
        name = apps.product(world, row)
        if name and kind_of[app_id] == "third_party" and not row.get("_deleted") and row["accountEnabled"]:
            yield app_id, name, apps.category_of(name)[0]


def guest_admins(world: World) -> Iterator[Answer]:
    for id_, weight in people.admin_weights(world).items():
        if world.is_enabled(id_) and world.users[id_]["userType"] == "Guest":
            yield ("guest_admin", id_, ""), (weight, _DIRECTORY)


def pending_guests(world: World) -> Iterator[Answer]:
    for id_, user in world.users.items():
        is_pending = user["userType"] == "Guest" and user["externalUserState"] == "PendingAcceptance"
        created = moment(user["createdDateTime"])
        if is_pending and world.is_enabled(id_) and created and created <= world.as_of - timedelta(days=30):
            yield ("pending_guest", id_, ""), ("low", _DIRECTORY)


def groups_without_owner(world: World) -> Iterator[Answer]:
    owned = {
        row["groupId"] for row in world.live("group_owners") if row["ownerId"] in {*world.users, *world.principals}
    }
    if {row["id"] for row in world.live("groups")} - owned and "group_owners" in world.streams:
        yield ("groups_without_owner", "groups without owner", ""), ("low", _DIRECTORY)


def stale_devices(world: World) -> Iterator[Answer]:
    for row in world.live("devices"):
        seen = moment(row["approximateLastSignInDateTime"])
        if row["accountEnabled"] and seen and seen < world.ago(90):
            yield ("stale_devices", f"devices: {row['operatingSystem']}", ""), ("low", _DIRECTORY)
