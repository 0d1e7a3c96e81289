"""Plants everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tenant.planted.access import plant_access
from sandbox.tenant.planted.apps import plant_apps
from sandbox.tenant.planted.failures import plant_failures
from sandbox.tenant.planted.garden import Garden
from sandbox.tenant.planted.grants import plant_grants
from sandbox.tenant.planted.licences import plant_licences
from sandbox.tenant.planted.seats import plant_seats

if TYPE_CHECKING:
    from sandbox.tenant.planted.cast import Cast
    from sandbox.tenant.tenant import Tenant


def plant(tenant: Tenant, cast: Cast) -> None:
    """Plant every case into a tenant that has settled and has no logs yet."""
    garden = Garden(tenant)
    plant_seats(garden, cast)
    plant_apps(garden, cast)
    plant_access(garden, cast)
    plant_grants(garden, cast)
    plant_failures(garden)
    plant_licences(garden, cast)
    garden.open_unassigned()
