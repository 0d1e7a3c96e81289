"""What apps are allowed, and how bad that is."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from tests.transform.answers.apps import DEFAULT_ACCESS, by_app_id, kinds

if TYPE_CHECKING:
    from tests.transform.answers.world import Row, World

LEVELS = ("none", "low", "medium", "high", "critical")

#: Judged by hand, for what the sandbox's apps may do in the name of somebody; (by their own consent, by an admin's).
DELEGATED = {
    "openid": ("none", "none"),
    "profile": ("none", "none"),
    "email": ("none", "none"),
    "offline_access": ("none", "none"),
    "User.Read": ("low", "low"),
    "Calendars.ReadWrite": ("medium", "medium"),
    "Contacts.Read": ("low", "low"),
    "Mail.Read": ("medium", "medium"),
    "Mail.Send": ("high", "high"),
    "Mail.ReadWrite": ("high", "high"),
    "Files.ReadWrite.All": ("high", "high"),
    "Sites.Read.All": ("medium", "high"),
}
#: And in their own name.
APPLICATION = {
    "7ab1d382-f21e-4acd-a863-ba3e13f7da61": ("Directory.Read.All", "medium"),
    "19dbc75e-c2e2-444c-a770-ec69d8559fc7": ("Directory.ReadWrite.All", "critical"),
    "e2a3a72e-5f79-4c64-b1b1-878b674786c9": ("Mail.ReadWrite", "critical"),
}


class Grant(NamedTuple):
    """What one app may do.

    Attributes:
        risk: The worst of all.
        people: Who consented for themselves and lives.
    """

    permissions: frozenset[str]
    risk: str
    by_admin: bool
    by_users: bool
    people: frozenset[str]

    @property
    def consented_by(self) -> str | None:
        if self.by_admin and self.by_users:
            return "both"
        return "admin" if self.by_admin else "users" if self.by_users else None


def grants(world: World) -> dict[str, Grant]:
    """By app id; of apps that may do nothing too."""
    levels: dict[str, list[tuple[str, str]]] = defaultdict(list)
    admin: set[str] = set()
    people: dict[str, set[str]] = defaultdict(set)
    for row in world.rows["oauth2_permission_grants"]:
        client = row["clientId"]
        if client not in world.principals or row["resourceId"] not in world.principals:
            continue
        by_admin = row["consentType"] == "AllPrincipals"
        if by_admin:
            admin.add(client)
        else:
            people[client] |= {row["principalId"]} & world.users.keys()
        levels[client] += [(name, DELEGATED[name][by_admin]) for name in row["scope"].split()]
    for row in application_permissions(world):
        admin.add(row["principalId"])
        levels[row["principalId"]].append(APPLICATION[row["appRoleId"]])
    return {
        app_id: Grant(
            frozenset(name for name, _ in levels[row["id"]]),
            max((level for _, level in levels[row["id"]]), key=LEVELS.index, default="none"),
            row["id"] in admin,
            row["id"] in people,
            frozenset(people.get(row["id"], ())),
        )
        for app_id, row in by_app_id(world).items()
    }


def application_permissions(world: World) -> list[Row]:
    """What apps may do in their own name."""
    return [
        row
        for row in world.rows["app_role_assignments"]
        if row["principalType"] == "ServicePrincipal"
        and row["principalId"] in world.principals
        and row["resourceId"] in world.principals
        and row["appRoleId"] != DEFAULT_ACCESS
    ]


def risky(world: World) -> dict[str, str]:
    """Severity by app id, of third parties' apps that should be looked at."""
    found = {}
    kind_of, principals = kinds(world), by_app_id(world)
    for app_id, grant in grants(world).items():
        row = principals[app_id]
        counts = kind_of[app_id] in {"third_party", "unknown"} and not row.get("_deleted") and row["accountEnabled"]
        verified = bool((row["verifiedPublisher"] or {}).get("verifiedPublisherId"))
        if not counts:
            continue
        if grant.risk in {"high", "critical"}:
            found[app_id] = "high"
        elif grant.risk == "medium" and (not verified or grant.by_users):
            found[app_id] = "medium"
    return found
