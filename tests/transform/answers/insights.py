"""All findings that a tenant holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tests.transform.answers import apps, idle, own_apps, people
from tests.transform.answers.grants import risky
from tests.transform.answers.usage import users_of_apps
from tests.transform.answers.world import INTERRUPTS, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transform.answers.idle import Answer

_DIRECTORY = "directory"
_SEVERITIES = ("high", "medium", "low", "check", "info")


def insights(world: World) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Severity and evidence, by kind, subject and related."""
    kinds = (
        idle.unused_accounts, idle.unused_seats, idle.unused_apps, idle.unused_licences, idle.quiet_guests,
        idle.stale_admins,
        redundant_apps, leaver_access, unassigned_licences, risky_grants, admins_without_mfa, failing_sign_ins,
        own_apps.own_app_rights, own_apps.expiring_credentials,
    )  # fmt: skip
    return dict(answer for kind in kinds for answer in kind(world))


def redundant_apps(world: World) -> Iterator[Answer]:
    used, principals = users_of_apps(world, world.thresholds["active_days"]), apps.by_app_id(world)
    found = defaultdict(set)
    for app_id, kind in apps.kinds(world).items():
        row = principals.get(app_id)
        if row and kind == "third_party" and not row.get("_deleted") and row["accountEnabled"] and used[app_id]:
            name = apps.product(world, row)
            if name and apps.category_of(name)[1]:
                found[apps.category_of(name)[0]].add(name)
    evidence = world.observed()[0]
    for category, products in found.items():
        if len(products) > 1:
            yield ("redundant_apps", category, ""), ("low", str(evidence))


def leaver_access(world: World) -> Iterator[Answer]:
    holders = {row["principalId"] for row in world.rows["role_assignments"]} | people.admin_roles(world).keys()
    assigned = {
        row["principalId"] for row in world.rows["app_role_assignments"] if row["resourceId"] in world.principals
    }
    paid = people.paid_licences(world)
    for user in world.rows["users"]:
        if people.account_state(user) in {"left", "disabled"}:
            id_ = user["id"]
            if id_ in holders or id_ in assigned or paid & {*people.licences_of(user)}:
                yield ("leaver_access", id_, ""), ("high" if id_ in holders else "medium", _DIRECTORY)


def unassigned_licences(world: World) -> Iterator[Answer]:
    for sku in world.rows["subscribed_skus"]:
        units = sku["prepaidUnits"]
        spare = units["enabled"] + units["warning"] - sku["consumedUnits"]
        sold = sku["appliesTo"] == "User" and sku["capabilityStatus"] in {"Enabled", "Warning"}
        if sold and spare > 0 and not people.is_free(sku):
            yield ("unassigned_licences", sku["skuId"], ""), ("low", _DIRECTORY)


def risky_grants(world: World) -> Iterator[Answer]:
    for app_id, severity in risky(world).items():
        yield ("risky_grant", app_id, ""), (severity, _DIRECTORY)


def admins_without_mfa(world: World) -> Iterator[Answer]:
    registered = {row["id"]: row["isMfaRegistered"] for row in world.rows["user_registration_details"]}
    for id_ in people.admin_roles(world):
        if world.is_enabled(id_) and registered.get(id_) is False:
            yield ("admin_without_mfa", id_, ""), ("high", _DIRECTORY)


def failing_sign_ins(world: World) -> Iterator[Answer]:
    failed: dict[str, Counter[str]] = defaultdict(Counter)
    succeeded = set()
    for one in world.sign_ins:
        if world.in_last(one.at.date(), 7):
            if one.code == 0:
                succeeded.add((one.user_id, one.app_id))
            elif one.code not in INTERRUPTS:
                failed[one.user_id][one.app_id] += 1
    for user_id, times in failed.items():
        never = {app_id: number for app_id, number in times.items() if (user_id, app_id) not in succeeded}
        if sum(never.values()) >= world.thresholds["failing_sign_ins"] and user_id in world.users:
            related = next(iter(never)) if len(never) == 1 else ""
            yield ("failing_sign_ins", user_id, related), ("low", str(world.observed()[0]))


def parents(found: dict[tuple[str, str, str], tuple[str, str]]) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """The finding that explains another one, by the key of that one: the person's absence, else the idle app."""
    explained = {}
    for key, (severity, _) in found.items():
        kind, subject, related = key
        absence = [("unused_account", subject, ""), ("quiet_guest", subject, "")]
        possible = {
            "unused_seat": [*absence, ("unused_app", related, "")],
            "unused_licence": absence,
            "stale_admin": absence,
            "risky_grant": [("unused_app", subject, "")],
            "own_app_rights": [("unused_app", subject, "")],
            "expiring_credential": [("unused_app", subject, "")],
            "failing_sign_ins": [("leaver_access", subject, "")],
        }.get(kind, [])
        for parent in possible:
            if parent in found and _SEVERITIES.index(found[parent][0]) <= _SEVERITIES.index(severity):
                explained[key] = parent
                break
    return explained
