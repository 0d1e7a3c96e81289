"""An invented tenant of Microsoft Entra, made from a seed: its directory, its logs, and days that pass in it."""

from sandbox.tenant.collection_store import Change, CollectionStore, JsonObject
from sandbox.tenant.logs.row import LogRow
from sandbox.tenant.makers.photos import Photo
from sandbox.tenant.tenant import Tenant, TenantOptions

__all__ = ["Change", "CollectionStore", "JsonObject", "LogRow", "Photo", "Tenant", "TenantOptions"]
