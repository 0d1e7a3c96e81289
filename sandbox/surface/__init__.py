"""Microsoft Graph as clients see it: URLs in, answers out."""

from sandbox.surface.surface import Surface

__all__ = ["Surface"]
