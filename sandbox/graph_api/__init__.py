"""Microsoft Graph as clients see it: URLs in, answers out."""

from sandbox.graph_api.graph_api import GraphApi

__all__ = ["GraphApi"]
