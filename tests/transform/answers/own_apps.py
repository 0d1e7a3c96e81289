"""Apps of the company's own: what they may do, and their secrets."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.transform.answers import apps, idle, people
from tests.transform.answers.grants import APPLICATION, application_permissions
from tests.transform.answers.usage import last_of_apps
from tests.transform.answers.world import moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.transform.answers.idle import Answer
    from tests.transform.answers.world import Row, World

_DIRECTORY = "directory"


def secrets(world: World) -> dict[str, dict[str, datetime]]:
    """When each secret ends, by app id and key."""
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for stream in ("applications", "service_principals"):
        for row in world.live(stream):
            for secret in row["passwordCredentials"] or ():
                ends = moment(secret["endDateTime"])
                assert ends
                found[row["appId"]][secret["keyId"]] = ends
    return found


def certificates(world: World) -> dict[str, dict[str, tuple[str, datetime]]]:
    """Type and end of each certificate, by app id and key: one that signs SAML answers has two keys."""
    found: dict[str, dict[str, tuple[str, datetime]]] = defaultdict(dict)
    for stream in ("applications", "service_principals"):
        for row in world.live(stream):
            by_print: dict[str, list[Row]] = defaultdict(list)
            for key in row["keyCredentials"] or ():
                by_print[key["customKeyIdentifier"]].append(key)
            for keys in by_print.values():
                signing = [key for key in keys if key["usage"] == "Sign"]
                key = signing[0] if signing else keys[0]
                ends = moment(key["endDateTime"])
                assert ends
                found[row["appId"]][key["keyId"]] = "signing certificate" if signing else "certificate", ends
    return found


def owned_apps(world: World) -> tuple[set[str], set[str]]:
    """Ids of apps with owners, and of those with people as owners."""
    of_principal = {row["id"]: app_id for app_id, row in apps.by_app_id(world).items()}
    of_registration = {row["id"]: row["appId"] for row in world.live("applications")}
    links = [
        (app_id, row["ownerId"])
        for stream, parent, ids in (
            ("service_principal_owners", "servicePrincipalId", of_principal),
            ("application_owners", "applicationId", of_registration),
        )
        for row in world.live(stream)
        if (app_id := ids.get(row[parent])) and (row["ownerId"] in world.users or row["ownerId"] in world.principals)
    ]
    return {app_id for app_id, _ in links}, {app_id for app_id, owner in links if owner in world.users}


def apps_without_owner(world: World) -> Iterator[Answer]:
    owned, kind_of = owned_apps(world)[0], apps.kinds(world)
    told = {app_id for (_, app_id, _), _ in own_app_rights(world)}
    for app_id, row in apps.by_app_id(world).items():
        is_own = kind_of[app_id] == "in_house" and not row.get("_deleted") and row["accountEnabled"]
        if is_own and app_id not in owned | told:
            yield ("app_without_owner", app_id, ""), ("low", _DIRECTORY)


def renewals(world: World) -> Iterator[Answer]:
    if not {"subscriptions", "subscribed_skus"} <= world.streams:
        return
    paid = people.paid_licences(world)
    for row in world.live("subscriptions"):
        ends = moment(row["nextLifecycleDateTime"])
        days = (ends.date() - world.as_of.date()).days if ends else -1
        counts = row["status"] in {"Enabled", "Warning"} and (row["isTrial"] or row["skuId"] in paid)
        if counts and 0 <= days <= 90 and row["totalLicenses"]:
            severity = "medium" if days <= 30 and not row["isTrial"] else "low"
            yield ("renewal", row["skuId"], row["id"]), (severity, _DIRECTORY)


def own_app_rights(world: World) -> Iterator[Answer]:
    strong = {
        row["principalId"]
        for row in application_permissions(world)
        if APPLICATION[row["appRoleId"]][1] in {"high", "critical"}
    }
    owned = owned_apps(world)[1]
    unused = {app_id for (_, app_id, _), (severity, _) in idle.unused_apps(world) if severity != "check"}
    kind_of, ends = apps.kinds(world), secrets(world)
    for app_id, row in apps.by_app_id(world).items():
        if row["id"] in strong and kind_of[app_id] == "in_house" and not row.get("_deleted"):
            has_secret = any(end >= world.as_of for end in ends[app_id].values())
            severity = "high" if app_id in unused or (has_secret and app_id not in owned) else "medium"
            yield ("own_app_rights", app_id, ""), (severity if row["accountEnabled"] else "low", _DIRECTORY)


def expiring_credentials(world: World) -> Iterator[Answer]:
    edge, last = world.ago(world.thresholds["active_days"]), last_of_apps(world)
    themselves = idle.apps_that_ran(world, edge)
    for app_id, row in apps.by_app_id(world).items():
        keys = {key: ("secret", end) for key, end in secrets(world)[app_id].items()} | certificates(world)[app_id]
        if row.get("_deleted") or not row["accountEnabled"]:
            continue
        uses = [use for use in (last.get(app_id), apps.any_use(world, app_id), apps.person_use(world, app_id)) if use]
        is_used = app_id in themselves or any(use >= edge for use in uses)
        for key, (type_, end) in keys.items():
            latest = max(other for of_type, other in keys.values() if of_type == type_)
            if end >= world.as_of + timedelta(days=30):
                continue
            is_replaced = latest > end and latest >= world.as_of
            severity = "low" if is_replaced else "medium" if end >= world.as_of else "high" if is_used else "low"
            yield ("expiring_credential", app_id, key), (severity, _DIRECTORY)
