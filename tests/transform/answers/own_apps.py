"""Apps of the company's own: what they may do, and their secrets."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.transform.answers import apps, idle
from tests.transform.answers.grants import APPLICATION, application_permissions
from tests.transform.answers.usage import last_of_apps
from tests.transform.answers.world import moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.transform.answers.idle import Answer
    from tests.transform.answers.world import World

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


def own_app_rights(world: World) -> Iterator[Answer]:
    strong = {
        row["principalId"]
        for row in application_permissions(world)
        if APPLICATION[row["appRoleId"]][1] in {"high", "critical"}
    }
    owned = {
        row["servicePrincipalId"] for row in world.rows["service_principal_owners"] if row["ownerId"] in world.users
    }
    unused = {app_id for (_, app_id, _), (severity, _) in idle.unused_apps(world) if severity != "check"}
    kind_of, ends = apps.kinds(world), secrets(world)
    for app_id, row in apps.by_app_id(world).items():
        if row["id"] in strong and kind_of[app_id] == "in_house" and not row.get("_deleted"):
            has_secret = any(end >= world.as_of for end in ends[app_id].values())
            severity = "high" if app_id in unused or (has_secret and row["id"] not in owned) else "medium"
            yield ("own_app_rights", app_id, ""), (severity if row["accountEnabled"] else "low", _DIRECTORY)


def expiring_credentials(world: World) -> Iterator[Answer]:
    edge, last = world.ago(world.thresholds["active_days"]), last_of_apps(world)
    themselves = idle.apps_that_ran(world, edge)
    for app_id, row in apps.by_app_id(world).items():
        keys = secrets(world)[app_id]
        if row.get("_deleted") or not row["accountEnabled"]:
            continue
        uses = [use for use in (last.get(app_id), apps.any_use(world, app_id), apps.person_use(world, app_id)) if use]
        is_used = app_id in themselves or any(use >= edge for use in uses)
        for key, end in keys.items():
            if end >= world.as_of + timedelta(days=30):
                continue
            is_replaced = max(keys.values()) > end and max(keys.values()) >= world.as_of
            severity = "low" if is_replaced else "medium" if end >= world.as_of else "high" if is_used else "low"
            yield ("expiring_credential", app_id, key), (severity, _DIRECTORY)
