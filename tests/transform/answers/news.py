"""What was added in the last days, by the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.transform.answers import apps, people
from tests.transform.answers.grants import grants
from tests.transform.answers.world import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transform.answers.idle import Answer
    from tests.transform.answers.world import World

_NEW_DAYS = 7
_AUDIT = "audit log"


def added(world: World, activity: str, kind: str) -> set[str]:
    """Object ids of what was lately added by an activity, of the targets of one kind."""
    return {
        target["id"]
        for row in world.rows["directory_audits"]
        if row["activityDisplayName"] == activity and row["result"] == "success"
        if world.ago(_NEW_DAYS) < moment(row["activityDateTime"]) <= world.as_of  # type: ignore[operator]
        for target in row["targetResources"] or ()
        if target["type"] == kind
    }


def new_apps(world: World) -> Iterator[Answer]:
    new, kind_of, may = added(world, "Add service principal", "ServicePrincipal"), apps.kinds(world), grants(world)
    for app_id, row in apps.by_app_id(world).items():
        lives = not row.get("_deleted") and row["accountEnabled"]
        if row["id"] in new and lives and kind_of[app_id] in {"third_party", "unknown"}:
            is_verified = bool((row["verifiedPublisher"] or {}).get("verifiedPublisherId"))
            is_strong = may[app_id].risk in {"medium", "high", "critical"}
            yield ("new_app", app_id, ""), ("medium" if is_strong and not is_verified else "low", _AUDIT)


def new_admins(world: World) -> Iterator[Answer]:
    weights = people.admin_weights(world)
    for user_id in added(world, "Add member to role", "User"):
        if user_id in weights and world.is_enabled(user_id):
            yield ("new_admin", user_id, ""), ("medium" if weights[user_id] == "high" else "info", _AUDIT)
