"""Seats, apps and licences without use; guests and administrators who no longer sign in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tests.transform.answers import apps, people
from tests.transform.answers.usage import last_of_apps, last_of_people, last_use
from tests.transform.answers.world import Row, World, moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

#: Kind, subject, related and then severity and evidence.
Answer = tuple[tuple[str, str, str], tuple[str, str]]


def idle_people(world: World, days: int) -> dict[str, str]:
    """Who lives, is enabled and has not signed in to anything for a number of days; with what proves it."""
    edge, logs, last = world.ago(days), world.seen_for(days), last_of_people(world)
    found = {}
    for id_, user in world.users.items():
        created = moment(user["createdDateTime"])
        # Without a date they are from before June 2018.
        if not world.is_enabled(id_) or (created and created > edge) or _after(last.get(id_), edge):
            continue
        if _after(people.report_last(world, id_), edge):
            # Also an attempt that the logs call a failure, where the report knows of no success: somebody is there.
            continue
        if people.is_machine(world, id_):
            continue
        if people.is_reported(world, id_):
            found[id_] = "activity report"
        elif logs:
            found[id_] = logs
    return found


def _after(when: datetime | None, edge: datetime) -> bool:
    return when is not None and when >= edge


def _severity(evidence: str, severity: str) -> str:
    return "check" if evidence == "interactive sign-ins" else severity


def quiet_guests(world: World) -> Iterator[Answer]:
    for id_, evidence in idle_people(world, world.thresholds["quiet_guest_days"]).items():
        if world.users[id_]["userType"] == "Guest":
            yield ("quiet_guest", id_, ""), (_severity(evidence, "low"), evidence)


def stale_admins(world: World) -> Iterator[Answer]:
    weights = people.admin_weights(world)
    for id_, evidence in idle_people(world, world.thresholds["stale_admin_days"]).items():
        if id_ in weights:
            yield ("stale_admin", id_, ""), (_severity(evidence, weights[id_]), evidence)


def unused_accounts(world: World) -> Iterator[Answer]:
    for id_, evidence in idle_people(world, world.thresholds["unused_days"]).items():
        if world.users[id_]["userType"] != "Guest":
            yield ("unused_account", id_, ""), (_severity(evidence, "medium"), evidence)


def departments_with_unused_accounts(world: World) -> Iterator[Answer]:
    accounts = defaultdict(list)
    for (_, id_, _), (severity, evidence) in unused_accounts(world):
        accounts[department_of(world, id_)].append((severity, evidence))
    for department, answers in accounts.items():
        if len(answers) >= world.thresholds["department_accounts"]:
            yield ("department_unused_accounts", department, ""), min(answers, key=lambda answer: answer[1])


def department_of(world: World, user_id: str) -> str:
    return world.users[user_id]["department"] or "(none)"


def unused_licences(world: World) -> Iterator[Answer]:
    paid = people.paid_licences(world)
    for id_, evidence in idle_people(world, world.thresholds["unused_days"]).items():
        for sku_id in people.licences_of(world.users[id_]):
            if sku_id in paid:
                yield ("unused_licence", id_, sku_id), (_severity(evidence, "medium"), evidence)


def unused_apps(world: World) -> Iterator[Answer]:
    days = world.thresholds["unused_days"]
    edge, logs, last = world.ago(days), world.seen_for(days), last_of_apps(world)
    themselves, themselves_since = apps_that_ran(world, edge), world.since("service_principal_sign_ins")
    for app_id, row in _third_party_or_own(world):
        if _after(last.get(app_id), edge) or app_id in themselves:
            continue
        reported = apps.any_use(world, app_id)
        if reported:
            evidence = None if _after(reported, edge) else "activity report"
        else:
            evidence = logs if _known_since(world, row) <= edge else None
        if evidence:
            # What signs in as itself does not show in the logs of people.
            complete = evidence == "activity report" or (themselves_since is not None and themselves_since <= edge)
            yield ("unused_app", app_id, ""), (_severity(evidence, "medium") if complete else "check", evidence)


def _third_party_or_own(world: World) -> Iterator[tuple[str, Row]]:
    kind_of = apps.kinds(world)
    for app_id, row in apps.by_app_id(world).items():
        if kind_of[app_id] in {"third_party", "in_house"} and not row.get("_deleted") and row["accountEnabled"]:
            yield app_id, row


def apps_that_ran(world: World, edge: datetime) -> set[str]:
    """Apps that signed in as themselves since `edge`."""
    return {
        row["appId"]
        for row in world.rows["service_principal_sign_ins"]
        if not row["status"]["errorCode"] and edge <= moment(row["createdDateTime"]) <= world.as_of  # type: ignore[operator]
    }


def _known_since(world: World, principal: Row) -> datetime:
    """The earliest trace of an app; "now" if there is none."""
    registered = [row["createdDateTime"] for row in world.live("applications") if row["appId"] == principal["appId"]]
    given = [r["createdDateTime"] for r in world.rows["app_role_assignments"] if r["resourceId"] == principal["id"]]
    used = [one.at for one in world.successes if one.app_id == principal["appId"]]
    return min([*filter(None, map(moment, [*registered, *given])), *used], default=world.as_of)


def unused_seats(world: World) -> Iterator[Answer]:
    days = world.thresholds["unused_days"]
    edge, logs, last = world.ago(days), world.seen_for(days), last_use(world)
    seen, used = last_of_people(world), last_of_apps(world)
    accounts, idle_apps = idle_people(world, days), {app_id for (_, app_id, _), _ in unused_apps(world)}
    for app_id, row in _third_party_or_own(world):
        use = apps.person_use(world, app_id)
        # A report that the logs refute proves nothing, of the app or of the person.
        forgotten = bool(use and use < edge) and not _after(used.get(app_id), edge)
        for id_ in _old_seats(world, row["id"], edge):
            created = moment(world.users[id_]["createdDateTime"])
            if (created and created > edge) or _after(last.get((id_, app_id)), edge):
                continue
            reported = people.report_last(world, id_)
            absent = people.is_reported(world, id_) and not _after(reported, edge) and not _after(seen.get(id_), edge)
            evidence = "activity report" if absent or forgotten else logs
            if evidence:
                # Their account, or the app, is a finding already.
                is_known = id_ in accounts or app_id in idle_apps
                severity = _severity(evidence, "low" if is_known else "medium")
                yield ("unused_seat", id_, app_id), (severity, evidence)


def seats_without_use(world: World) -> Iterator[Answer]:
    """An app with more than one unused seat that nothing else explains."""
    if "directory_audits" not in world.streams:
        return
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for (_, _, app_id), (severity, evidence) in unused_seats(world):
        if severity != "low":
            found[app_id].append((severity, evidence))
    idle_apps = {app_id for (_, app_id, _), _ in unused_apps(world)}
    for app_id, answers in found.items():
        if len(answers) > 1 and app_id not in idle_apps:
            yield ("seats_without_use", app_id, ""), min(answers, key=lambda one: (one[0] == "check", one[1]))


def _old_seats(world: World, principal_id: str, edge: datetime) -> set[str]:
    """Enabled people who have had a seat in an app since before `edge`."""
    seats: dict[str, list[str]] = defaultdict(list)
    groups = {row["id"] for row in world.live("groups")}
    joined = _joined_since(world, edge)
    for row in world.rows["app_role_assignments"]:
        if row["resourceId"] != principal_id or moment(row["createdDateTime"]) > edge:  # type: ignore[operator]
            continue
        if row["principalType"] == "User":
            seats[row["principalId"]].append("direct")
        elif row["principalType"] == "Group" and row["principalId"] in groups and "directory_audits" in world.streams:
            # Without the audit log, nothing says since when they have been in the group.
            for id_ in world.people_in(row["principalId"]):
                if (id_, row["principalId"]) not in joined:
                    seats[id_].append(row["principalId"])
    return {id_ for id_ in seats if world.is_enabled(id_)}


def _joined_since(world: World, edge: datetime) -> set[tuple[str, str]]:
    """Who joined which group lately, as the audit log tells."""
    found = set()
    for row in world.rows["directory_audits"]:
        at = moment(row["activityDateTime"])
        if row["activityDisplayName"] == "Add member to group" and row["result"] == "success" and at and at >= edge:
            ids = {target["type"]: target["id"] for target in row["targetResources"]}
            found.add((ids.get("User", ""), ids.get("Group", "")))
    return found
