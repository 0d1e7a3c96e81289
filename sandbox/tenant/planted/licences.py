"""Licences that are paid for in vain, and some that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tenant.licences import subscribed_skus

if TYPE_CHECKING:
    from sandbox.tenant.licences import Licence
    from sandbox.tenant.planted.cast import Cast
    from sandbox.tenant.planted.garden import Garden

KIND = "unused_licence"
UNASSIGNED = "unassigned_licences"
ACCOUNT = "unused_account"
_SPARE = 7


def plant_licences(garden: Garden, cast: Cast) -> None:
    """Subscriptions, who holds them, and how long ago they signed in."""
    _holders(garden, cast)
    _buy(garden, cast.paid, _SPARE)
    garden.expect(UNASSIGNED, cast.paid.sku_id, "seven more were bought than are in use")
    _buy(garden, cast.full, 0)
    garden.spare(UNASSIGNED, cast.full.sku_id, "every one is assigned")
    _buy(garden, cast.free, 10_000)
    garden.spare(UNASSIGNED, cast.free.sku_id, "costs nothing")
    _buy(garden, cast.suspended, 20, suspended=True)
    garden.spare(UNASSIGNED, cast.suspended.sku_id, "is suspended: there is nothing to assign")
    _buy(garden, cast.company_wide, 3, applies_to="Company")
    garden.spare(UNASSIGNED, cast.company_wide.sku_id, "is for the whole company, not for users")


def _holders(garden: Garden, cast: Cast) -> None:
    long_gone = garden.person("Livia Longgone", licences=(cast.paid, cast.free))
    garden.last_seen(long_gone, 130)
    why = "last sign-in of any kind 130 days ago, says Microsoft"
    garden.expect(KIND, long_gone.id, why, related=cast.paid.sku_id, idle=130, report=True)
    garden.expect_away(long_gone, why, 130)

    away = garden.person("Wanda Away", licences=(cast.full,))
    garden.last_seen(away, 25, before_logs=False)
    garden.expect(KIND, away.id, "last sign-in 25 days ago", related=cast.full.sku_id, idle=25, report=True)
    garden.expect_away(away, "last sign-in 25 days ago", 25)

    never = garden.person("Nora Never", licences=(cast.paid,), created=300)
    garden.expect(KIND, never.id, "has never signed in", related=cast.paid.sku_id, idle=300, report=True)
    garden.expect_away(never, "has never signed in", 300)

    free = garden.person("Fritz Freebie", licences=(cast.free,))
    garden.last_seen(free, 130)
    garden.spare(KIND, free.id, "what he holds costs nothing")
    garden.expect_away(free, "nobody uses it, whatever it costs", 130)

    phone = garden.person("Pia Phone", licences=(cast.paid,))
    garden.last_seen(phone, 130)
    garden.keep_using(phone, garden.office, 3, interactive=False)
    garden.spare(KIND, phone.id, "has not typed a password for 130 days, but her phone signs in")
    garden.spare(ACCOUNT, phone.id, "has not typed a password for 130 days, but her phone signs in")

    fresh = garden.person("Frida Fresh", licences=(cast.full,), created=9)
    garden.spare(KIND, fresh.id, "has the account since nine days")
    garden.spare(ACCOUNT, fresh.id, "has the account since nine days")

    gone = garden.person("Gero Disabled", licences=(cast.paid,), enabled=False)
    garden.last_seen(gone, 130)
    garden.spare(KIND, gone.id, "is disabled: a leaver who holds something")
    garden.spare(ACCOUNT, gone.id, "is disabled already")
    garden.expect("leaver_access", gone.id, "is disabled and holds a licence")


def _buy(garden: Garden, licence: Licence, spare: int, *, suspended: bool = False, applies_to: str = "User") -> None:
    tenant = garden.tenant
    held = sum(
        licence.sku_id == assigned["skuId"]
        for user in tenant.directory["users"].live.values()
        for assigned in user["assignedLicenses"]
    )
    (sku,) = subscribed_skus(tenant.id, tenant.company.name, (), (licence,)).values()
    bought = held + spare
    units = {"enabled": 0 if suspended else bought, "suspended": bought if suspended else 0, "warning": 0}
    tenant.lists["subscribedSkus"][sku["id"]] = sku | {
        "appliesTo": applies_to,
        "capabilityStatus": "Suspended" if suspended else "Enabled",
        "consumedUnits": held,
        "prepaidUnits": {**units, "lockedOut": 0},
    }
