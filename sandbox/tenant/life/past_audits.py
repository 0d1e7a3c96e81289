"""The audit log of the month before the tenant began."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.logs.audits import Deed, Target

if TYPE_CHECKING:
    from random import Random

    from sandbox.tenant.logs.row import LogRow
    from sandbox.tenant.state import TenantState

_TO_PEOPLE = (
    Deed("Update user", "UserManagement", "Update"),
    Deed("Reset user password", "UserManagement", "Update"),
    Deed("Change user license", "UserManagement", "Update"),
    Deed("User registered security info", "UserManagement", "Add"),
)
_TO_GROUPS = Deed("Update group", "GroupManagement", "Update")
_TO_APPS = Deed("Update service principal", "ApplicationManagement", "Update")
_BY_MICROSOFT = Deed("Update StsRefreshTokenValidFrom Timestamp", "UserManagement", "Update")
_MOST = 20_000
_MONTH_S = 30 * 86_400 - 2 * 3600


def past_audits(rng: Random, tenant: TenantState) -> list[LogRow]:
    """Mostly changes of people; some by an app, some without an initiator, as Microsoft's own are."""
    people = list(tenant.people.values())
    groups = list(tenant.directory["groups"].live.values())
    apps = list(tenant.directory["servicePrincipals"].live.values())
    admin = tenant.admin()
    for _ in range(min(3 * len(people), _MOST)):
        at = tenant.options.starts - timedelta(seconds=rng.randrange(60, _MONTH_S), microseconds=rng.choice((0, 1357)))
        person = rng.choice(people)
        target = Target("User", person.id, person.display_name, person.upn)
        chance = rng.random()
        if chance < 0.6:
            tenant.audits.note(at, rng.choice(_TO_PEOPLE), target, by=admin if chance < 0.4 else person)
        elif chance < 0.7:
            tenant.audits.note(at, _BY_MICROSOFT, target)
        elif chance < 0.9:
            group = rng.choice(groups)
            tenant.audits.note(at, _TO_GROUPS, Target("Group", group["id"], group["displayName"]), by=admin)
        else:
            app = rng.choice(apps)
            kind = "ServicePrincipal" if chance < 0.97 else "N/A"
            tenant.audits.note(at, _TO_APPS, Target(kind, app["id"], app["displayName"]), by="Microsoft Entra ID")
    return tenant.audits.take(tenant.options.starts)
