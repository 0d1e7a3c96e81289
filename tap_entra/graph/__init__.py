"""Microsoft Graph as a protocol: requests, pages, delta rounds, batches. It has not heard of Singer."""

from tap_entra.graph.batch import PartAnswer, read_batch
from tap_entra.graph.client import Credential, GraphClient, Traffic
from tap_entra.graph.delta import latest_delta_link, read_delta, removal
from tap_entra.graph.errors import GraphError, StoppedError
from tap_entra.graph.paging import Page, read_pages

__all__ = [
    "Credential",
    "GraphClient",
    "GraphError",
    "Page",
    "PartAnswer",
    "StoppedError",
    "Traffic",
    "latest_delta_link",
    "read_batch",
    "read_delta",
    "read_pages",
    "removal",
]
