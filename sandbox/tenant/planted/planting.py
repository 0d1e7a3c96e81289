"""Plants everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tenant.planted.access import plant_access
from sandbox.tenant.planted.apps import plant_apps
from sandbox.tenant.planted.builder import Builder
from sandbox.tenant.planted.failures import plant_failures
from sandbox.tenant.planted.further import plant_further
from sandbox.tenant.planted.grants import plant_grants
from sandbox.tenant.planted.licences import plant_licences
from sandbox.tenant.planted.seats import plant_seats

if TYPE_CHECKING:
    from sandbox.tenant.planted.cast import Cast
    from sandbox.tenant.state import TenantState


def plant(tenant: TenantState, cast: Cast) -> None:
    """Plant every case into a tenant that has settled and has no logs yet."""
    builder = Builder(tenant)
    plant_seats(builder, cast)
    plant_apps(builder, cast)
    plant_access(builder, cast)
    plant_grants(builder, cast)
    plant_failures(builder, cast)
    plant_licences(builder, cast)
    plant_further(builder, cast)
    builder.open_unassigned()
    builder.expect_ownerless()
