"""An invented tenant of Microsoft Entra, made from a seed: its directory, its logs, and days that pass in it."""

from sandbox.tenant.log import LogRow
from sandbox.tenant.photos import Photo
from sandbox.tenant.shelf import Change, JsonObject, Shelf
from sandbox.tenant.tenant import Tenant, TenantOptions

__all__ = ["Change", "JsonObject", "LogRow", "Photo", "Shelf", "Tenant", "TenantOptions"]
