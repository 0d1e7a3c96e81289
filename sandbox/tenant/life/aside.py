"""Changes that draw from numbers of their own, so that the rest of a day is the same with them and without."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.makers.contacts import contact_json
from sandbox.tenant.makers.groups import USER
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from sandbox.tenant.state import TenantState


def pass_day(tenant: TenantState, ends: datetime) -> None:
    """Change contacts, and the owners of registrations and devices, in the last hour before `ends`."""
    rng = seeded(tenant.options.seed, f"aside {ends.date()}")
    at = ends - timedelta(hours=1)
    _change_contacts(tenant, rng, at)
    _hand_over_registration(tenant, rng, at)
    _share_device(tenant, rng, at)


def _change_contacts(tenant: TenantState, rng: Random, at: datetime) -> None:
    contacts = tenant.directory["contacts"]
    contacts.put(contact_json(rng), at)
    live = list(contacts.live)
    contacts.alter(rng.choice(live), at, jobTitle=f"Reviewed {at.date().isoformat()}")
    if len(live) > 6:
        contacts.soft_delete(rng.choice(live), at)


def _hand_over_registration(tenant: TenantState, rng: Random, at: datetime) -> None:
    applications = tenant.directory["applications"]
    key = rng.choice(list(applications.live))
    for owner in list(applications.links["owners"].get(key, ())):
        applications.unlink("owners", key, owner, at)
    applications.link("owners", key, rng.choice(list(tenant.people)), USER, at)


def _share_device(tenant: TenantState, rng: Random, at: datetime) -> None:
    devices = tenant.directory["devices"]
    if devices.live:
        devices.link("registeredUsers", rng.choice(list(devices.live)), rng.choice(list(tenant.people)), USER, at)
