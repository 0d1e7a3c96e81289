"""One row a person."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import cache

from tests.transform.answers import apps
from tests.transform.answers.usage import last_of_people
from tests.transform.answers.world import Row, World, moment, seed

_SAME = {
    "display_name": "displayName", "given_name": "givenName", "surname": "surname", "job_title": "jobTitle",
    "user_principal_name": "userPrincipalName", "department": "department", "company_name": "companyName",
    "office_location": "officeLocation", "country": "country", "employee_id": "employeeId",
    "employee_type": "employeeType",
}  # fmt: skip

#: How much a role can do, the most first.
WEIGHTS = ("high", "medium", "low")
_SYNCHRONISATION = "d29b2b05-8046-44ba-8758-1e26182fcf32"

_SUCCESS, _BY_CLIENTS = "lastSuccessfulSignInDateTime", "lastNonInteractiveSignInDateTime"
_TOLD_APART_SINCE = datetime(2023, 12, 1)  # noqa: DTZ001 - as the warehouse has it


def employees(world: World) -> dict[str, Row]:
    """By user id."""
    managers = {row["userId"]: row["managerId"] for row in world.rows["user_managers"]}
    roles, used = admin_roles(world), apps_used(world)
    standing, eligible = standing_admins(world), eligible_roles(world)
    photos = {row["userId"]: row for row in world.live("profile_photos")}
    mfa = {row["id"]: row["isMfaRegistered"] for row in world.rows["user_registration_details"]}
    methods = {row["id"]: row["methodsRegistered"] for row in world.rows["user_registration_details"]}
    last, evidence = last_of_people(world), world.observed()
    answers = {}
    for user in world.rows["users"]:
        id_ = user["id"]
        boss = managers.get(id_)
        photo = photos.get(id_, {})
        seen = [moment_ for moment_ in (report_success(world, id_), last.get(id_)) if moment_]
        licences = sorted({licence_names(world)[one] for one in licences_of(user)})
        answers[id_] = {
            **{column: user.get(name) for column, name in _SAME.items()},
            "manager_id": boss,
            "manager_name": world.users[boss]["displayName"] if boss else None,
            "has_photo": bool(photo.get("photo")),
            "photo_sha256": photo.get("sha256"),
            # Accounts from before there was a userType are members'; so are those of which nothing is known.
            "user_type": (user.get("userType") or "Member").lower(),
            "account_state": account_state(user),
            "account_kind": "service account" if is_machine(world, id_) else "person",
            "created_at": moment(user.get("createdDateTime")),
            "hired_at": moment(user.get("employeeHireDate")),
            "disabled_at": disabled_at(world, user),
            "left_at": moment(user.get("deletedDateTime")),
            "last_sign_in_at": max(seen, default=None),
            "last_attempt_at": max(_reported(world, id_).values(), default=None),
            "licences": licences,
            "licence_count": len(licences),
            "apps_used_30d": len(used[30][id_]),
            "apps_used_90d": len(used[90][id_]),
            "admin_roles": sorted(roles.get(id_, ())),
            "is_admin": id_ in roles,
            "is_standing_admin": id_ in standing,
            "eligible_roles": sorted(eligible.get(id_, ())),
            "mfa_registered": mfa.get(id_),
            "mfa_methods": sorted(methods[id_]) if id_ in methods else None,
            "evidence": evidence[0],
            "observed_since": evidence[1],
        }
    return answers


def account_state(user: Row) -> str:
    if user.get("_deleted"):
        return "left"
    if not user["accountEnabled"]:
        return "disabled"
    return "guest" if user["userType"] == "Guest" else "active"


def licences_of(user: Row) -> list[str]:
    """SKU ids; who has left holds none any more."""
    return [] if user.get("_deleted") else [one["skuId"] for one in user["assignedLicenses"]]


def licence_names(world: World) -> dict[str, str]:
    """By SKU id: as people call it; else as Microsoft calls it."""
    names = {row["sku_id"]: row["name"] for row in _licence_seed() if row["sku_id"]}
    by_part = {row["sku_part_number"].lower(): row["name"] for row in _licence_seed()}
    return {
        sku["skuId"]: names.get(sku["skuId"]) or by_part.get(sku["skuPartNumber"].lower()) or sku["skuPartNumber"]
        for sku in world.rows["subscribed_skus"]
    }


def is_free(sku: Row) -> bool:
    return any(
        row["is_free"].lower() == "true"
        for row in _licence_seed()
        if row["sku_id"] == sku["skuId"] or row["sku_part_number"].lower() == sku["skuPartNumber"].lower()
    )


def paid_licences(world: World) -> set[str]:
    """SKU ids of those that cost something."""
    return {sku["skuId"] for sku in world.rows["subscribed_skus"] if not is_free(sku)}


@cache
def _licence_seed() -> list[Row]:
    return seed("licence_names")


def disabled_at(world: World, user: Row) -> datetime | None:
    """When the audit log says so; None while enabled, or when it was longer ago than the log reaches."""
    if account_state(user) != "disabled":
        return None
    told = [
        moment(row["activityDateTime"])
        for row in world.rows["directory_audits"]
        if row["activityDisplayName"] == "Disable account"
        and row["result"] == "success"
        and any(target["id"] == user["id"] for target in row["targetResources"])
    ]
    return max(filter(None, told), default=None)


def report_last(world: World, user_id: str) -> datetime | None:
    """When somebody was last there: the last success that Microsoft keeps beside the user, or else the last attempt."""
    reported = _reported(world, user_id)
    return reported.get(_SUCCESS) or max(reported.values(), default=None)


def report_success(world: World, user_id: str) -> datetime | None:
    """The last success; or the last attempt of a time when Microsoft did not tell how attempts ended."""
    reported = _reported(world, user_id)
    old = [when for when in reported.values() if when < _TOLD_APART_SINCE]
    return reported.get(_SUCCESS) or max(old, default=None)


def _reported(world: World, user_id: str) -> dict[str, datetime]:
    """Sign-ins in Microsoft's report, those that are known."""
    activity = _activities(world).get(user_id) or {}
    dates = {name: moment(activity.get(name)) for name in (_SUCCESS, "lastSignInDateTime", _BY_CLIENTS)}
    return {name: when for name, when in dates.items() if when}


def _activities(world: World) -> dict[str, Row]:
    return {row["id"]: row["signInActivity"] for row in world.rows["user_sign_in_activity"]}


def is_reported(world: World, user_id: str) -> bool:
    """Whether the report has a word on this user, if only that they never signed in."""
    return user_id in _activities(world)


def apps_used(world: World) -> dict[int, dict[str, set[str]]]:
    """By window and person: apps that are no part of Microsoft's own."""
    counted = {app_id for app_id, kind in apps.kinds(world).items() if kind in {"third_party", "in_house"}}
    found: dict[int, dict[str, set[str]]] = {30: defaultdict(set), 90: defaultdict(set)}
    for one in world.successes:
        for days, people in found.items():
            if one.app_id in counted and world.in_last(one.at.date(), days):
                people[one.user_id].add(one.app_id)
    return found


def admin_roles(world: World) -> dict[str, set[str]]:
    """Names of roles held, directly or as a member of a group, by user id."""
    return {user_id: {name for name, _ in held} for user_id, held in _roles(world).items()}


def admin_weights(world: World) -> dict[str, str]:
    """How much the weightiest role of a person can do, by user id."""
    return {id_: min((weight for _, weight in held), key=WEIGHTS.index) for id_, held in _roles(world).items()}


def standing_admins(world: World) -> set[str]:
    """Who holds a role that was given, and not activated for some hours."""
    activated = {
        (row["principalId"], row["roleDefinitionId"])
        for row in world.rows["role_assignment_schedules"]
        if row["assignmentType"] == "Activated"
    }
    given = {
        row["principalId"]
        for row in world.rows["role_assignments"]
        if (row["principalId"], row["roleDefinitionId"]) not in activated
    }
    return _people_behind(world, given)


def eligible_roles(world: World) -> dict[str, set[str]]:
    """Names of roles that may be activated now, by user id."""
    names = {row["id"]: row["displayName"] for row in world.rows["role_definitions"]}
    found: dict[str, set[str]] = defaultdict(set)
    for row in world.rows["role_eligibility_schedules"]:
        until = moment(row["scheduleInfo"]["expiration"]["endDateTime"])
        if until is None or until > world.as_of:
            for user_id in _people_behind(world, {row["principalId"]}):
                found[user_id].add(names[row["roleDefinitionId"]])
    return dict(found)


def _people_behind(world: World, principals: set[str]) -> set[str]:
    groups = principals & {row["id"] for row in world.live("groups")}
    return (principals & world.users.keys()).union(*(world.people_in(group) for group in groups))


def is_machine(world: World, user_id: str) -> bool:
    """Whether an account is that of directory synchronisation."""
    roles = {row["roleDefinitionId"] for row in world.rows["role_assignments"] if row["principalId"] == user_id}
    return _SYNCHRONISATION in roles


def holders(world: World, role_id: str) -> set[str]:
    """Who holds a role, directly or as a member of a group."""
    found = {row["principalId"] for row in world.rows["role_assignments"] if row["roleDefinitionId"] == role_id}
    groups = found & {row["id"] for row in world.live("groups")}
    return (found & world.users.keys()).union(*(world.people_in(group) for group in groups))


def _roles(world: World) -> dict[str, set[tuple[str, str]]]:
    names = {row["id"]: row["displayName"] for row in world.rows["role_definitions"]}
    weights = {row["role_id"]: row["weight"] for row in seed("role_weights")}
    groups = {row["id"] for row in world.live("groups")}
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in world.rows["role_assignments"]:
        holder, role = row["principalId"], row["roleDefinitionId"]
        weight = weights.get(role, "medium")
        if row["directoryScopeId"] != "/":
            weight = {"high": "medium"}.get(weight, "low")
        holders = world.people_in(holder) if holder in groups else {holder} & world.users.keys()
        for user_id in holders:
            found[user_id].add((names[role], weight))
    return dict(found)
