"""Licences that are paid for in vain, and some that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tenant.makers.licences import subscribed_skus
from sandbox.tenant.rng import named_guid

if TYPE_CHECKING:
    from sandbox.tenant.makers.licences import Licence
    from sandbox.tenant.planted.builder import Builder
    from sandbox.tenant.planted.cast import Cast

KIND = "unused_licence"
UNASSIGNED = "unassigned_licences"
ACCOUNT = "unused_account"
_SPARE = 7


def plant_licences(builder: Builder, cast: Cast) -> None:
    """Subscriptions, who holds them, and how long ago they signed in."""
    _holders(builder, cast)
    _buy(builder, cast.paid, _SPARE)
    builder.expect(UNASSIGNED, cast.paid.sku_id, "seven more were bought than are in use")
    builder.expected.renews[cast.paid.sku_id] = 12
    subscription = named_guid(f"subscription {builder.tenant.id} {cast.paid.sku_id} 0")
    builder.expect("renewal", cast.paid.sku_id, "renews in twelve days", related=subscription)
    _buy(builder, cast.full, 0)
    builder.expected.renews[cast.full.sku_id] = 200
    builder.spare("renewal", cast.full.sku_id, "renews in 200 days")
    builder.spare(UNASSIGNED, cast.full.sku_id, "every one is assigned")
    _buy(builder, cast.free, 10_000)
    builder.spare(UNASSIGNED, cast.free.sku_id, "costs nothing")
    _buy(builder, cast.suspended, 20, suspended=True)
    builder.spare(UNASSIGNED, cast.suspended.sku_id, "is suspended: there is nothing to assign")
    _buy(builder, cast.company_wide, 3, applies_to="Company")
    builder.spare(UNASSIGNED, cast.company_wide.sku_id, "is for the whole company, not for users")


def _holders(builder: Builder, cast: Cast) -> None:
    long_gone = builder.person("Livia Longgone", licences=(cast.paid, cast.free))
    builder.last_seen(long_gone, 130)
    why = "last sign-in of any kind 130 days ago, says Microsoft"
    builder.expect(KIND, long_gone.id, why, related=cast.paid.sku_id, idle=130, report=True)
    builder.expect_away(long_gone, why, 130)

    away = builder.person("Wanda Away", licences=(cast.full,))
    builder.last_seen(away, 25, before_logs=False)
    builder.expect(KIND, away.id, "last sign-in 25 days ago", related=cast.full.sku_id, idle=25, report=True)
    builder.expect_away(away, "last sign-in 25 days ago", 25)

    never = builder.person("Nora Never", licences=(cast.paid,), created=300)
    builder.expect(KIND, never.id, "has never signed in", related=cast.paid.sku_id, idle=300, report=True)
    builder.expect_away(never, "has never signed in", 300)

    free = builder.person("Fritz Freebie", licences=(cast.free,))
    builder.last_seen(free, 130)
    builder.spare(KIND, free.id, "what he holds costs nothing")
    builder.expect_away(free, "is not used, whatever it costs", 130)

    phone = builder.person("Pia Phone", licences=(cast.paid,))
    builder.last_seen(phone, 130)
    builder.keep_using(phone, builder.office, 3, interactive=False)
    builder.spare(KIND, phone.id, "has not typed a password for 130 days, but her phone signs in")
    builder.spare(ACCOUNT, phone.id, "has not typed a password for 130 days, but her phone signs in")

    fresh = builder.person("Frida Fresh", licences=(cast.full,), created=9)
    builder.spare(KIND, fresh.id, "has the account since nine days")
    builder.spare(ACCOUNT, fresh.id, "has the account since nine days")

    gone = builder.person("Gero Disabled", licences=(cast.paid,), enabled=False)
    builder.last_seen(gone, 130)
    builder.spare(KIND, gone.id, "is disabled: a leaver who holds something")
    builder.spare(ACCOUNT, gone.id, "is disabled already")
    builder.expect("leaver_access", gone.id, "is disabled and holds a licence")


def _buy(builder: Builder, licence: Licence, spare: int, *, suspended: bool = False, applies_to: str = "User") -> None:
    tenant = builder.tenant
    held = sum(
        licence.sku_id == assigned["skuId"]
        for user in tenant.directory["users"].live.values()
        for assigned in user["assignedLicenses"]
    )
    (sku,) = subscribed_skus(tenant.id, tenant.company.name, (), (licence,))
    bought = held + spare
    units = {"enabled": 0 if suspended else bought, "suspended": bought if suspended else 0, "warning": 0}
    tenant.lists["subscribedSkus"][sku["id"]] = sku | {
        "appliesTo": applies_to,
        "capabilityStatus": "Suspended" if suspended else "Enabled",
        "consumedUnits": held,
        "prepaidUnits": {**units, "lockedOut": 0},
    }
