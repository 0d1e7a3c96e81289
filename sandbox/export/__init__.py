"""Microsoft's diagnostic export of the tenant's logs: real append blobs in Azurite, behind the sandbox's own host."""

from sandbox.export.azurite import Azurite, NoNodeError
from sandbox.export.export import Export

__all__ = ["Azurite", "Export", "NoNodeError"]
