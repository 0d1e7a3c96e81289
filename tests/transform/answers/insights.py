"""All findings that a tenant holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tests.transform.answers import apps, holdings, idle, news, own_apps, people, sign_ins
from tests.transform.answers.grants import grants, risky
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
        idle.departments_with_unused_accounts,
        idle.unused_accounts, idle.unused_seats, idle.unused_apps, idle.unused_licences, idle.quiet_guests,
        idle.stale_admins, idle.seats_without_use,
        redundant_apps, leaver_access, unassigned_licences, risky_grants, admins_without_mfa, failing_sign_ins,
        failing_apps, disabled_app_grants, own_apps.own_app_rights, own_apps.expiring_credentials,
        own_apps.apps_without_owner, own_apps.renewals,
        holdings.overlapping_licences, holdings.contained_in_microsoft365, holdings.ai_apps, holdings.guest_admins,
        holdings.pending_guests, holdings.groups_without_owner, holdings.stale_devices,
        news.new_apps, news.new_admins, sign_ins.legacy_sign_ins, sign_ins.open_risks, sign_ins.admins_with_weak_mfa,
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


def disabled_app_grants(world: World) -> Iterator[Answer]:
    kind_of, principals = apps.kinds(world), apps.by_app_id(world)
    for app_id, grant in grants(world).items():
        row = principals[app_id]
        is_off = not row.get("_deleted") and not row["accountEnabled"]
        if is_off and kind_of[app_id] in {"third_party", "unknown"} and grant.risk in {"medium", "high", "critical"}:
            yield ("disabled_app_grants", app_id, ""), ("low", _DIRECTORY)


def admins_without_mfa(world: World) -> Iterator[Answer]:
    registered = {row["id"]: row["isMfaRegistered"] for row in world.rows["user_registration_details"]}
    federated = {row["id"] for row in world.live("domains") if row["authenticationType"] == "Federated"}
    for id_, weight in people.admin_weights(world).items():
        if world.is_enabled(id_) and registered.get(id_) is False and not people.is_machine(world, id_):
            elsewhere = world.users[id_]["userPrincipalName"].partition("@")[2] in federated
            yield ("admin_without_mfa", id_, ""), ("check" if elsewhere else weight, _DIRECTORY)


def failing_sign_ins(world: World) -> Iterator[Answer]:
    by_person: dict[str, Counter[str]] = defaultdict(Counter)
    for (user_id, app_id), codes in _week(world).items():
        if 0 not in codes:
            by_person[user_id][app_id] += len(codes)
    for user_id, never in by_person.items():
        if sum(never.values()) >= world.thresholds["failing_sign_ins"] and user_id in world.users:
            related = next(iter(never)) if len(never) == 1 else ""
            yield ("failing_sign_ins", user_id, related), ("low", str(world.observed()[0]))


def failing_apps(world: World) -> Iterator[Answer]:
    """At least five people, and half of those who tried, never got in."""
    outcomes: dict[str, list[bool]] = defaultdict(list)
    for (_, app_id), codes in _week(world).items():
        outcomes[app_id].append(0 in codes)
    for app_id, got_in in outcomes.items():
        kept_out = got_in.count(False)
        if kept_out >= 5 and kept_out >= len(got_in) / 2:
            yield ("failing_app", app_id, ""), ("medium", str(world.observed()[0]))


def _week(world: World) -> dict[tuple[str, str], list[int]]:
    """The codes of all sign-ins of a week that asked for nothing, by person and app."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in world.sign_ins:
        if world.in_last(one.at.date(), 7) and one.code not in INTERRUPTS:
            found[one.user_id, one.app_id].append(one.code)
    return found


def parents(
    world: World, found: dict[tuple[str, str, str], tuple[str, str]]
) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """The finding that explains another one, by the key of that one.

    It is the absence of many in the department, else of the person, else of use of the app.
    """
    explained = {}
    for key, (severity, _) in found.items():
        kind, subject, related = key
        absence = [("unused_account", subject, ""), ("quiet_guest", subject, "")]
        if absence[0] in found:
            absence.insert(0, ("department_unused_accounts", idle.department_of(world, subject), ""))
        possible = {
            "unused_account": absence[:1],
            "unused_seat": [*absence, ("unused_app", related, ""), ("seats_without_use", related, "")],
            "unused_licence": absence,
            "stale_admin": absence,
            "risky_grant": [("unused_app", subject, "")],
            "own_app_rights": [("unused_app", subject, "")],
            "app_without_owner": [("unused_app", subject, "")],
            "expiring_credential": [("unused_app", subject, "")],
            "pending_guest": [("quiet_guest", subject, "")],
            "new_app": [("ai_app", subject, "")],
            "new_admin": [("guest_admin", subject, "")],
            "failing_sign_ins": [("leaver_access", subject, ""), ("failing_app", related, "")],
        }.get(kind, [])
        for parent in possible:
            if parent in found and _SEVERITIES.index(found[parent][0]) <= _SEVERITIES.index(severity):
                explained[key] = parent
                break
    return explained
