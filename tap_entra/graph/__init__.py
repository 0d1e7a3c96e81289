"""Microsoft Graph as a protocol: requests, pages, delta rounds, batches. It has not heard of Singer."""

from tap_entra.graph.accounting import RequestContext, Traffic
from tap_entra.graph.batch import BATCH_SIZE, PartAnswer, read_batch
from tap_entra.graph.client import GraphClient
from tap_entra.graph.counting import count_of
from tap_entra.graph.decoder import Row, has_removals, lines_decoder, lower, lower_keys, row_decoder
from tap_entra.graph.delta import latest_delta_link, read_delta, removal
from tap_entra.graph.errors import GraphError, StoppedError
from tap_entra.graph.host import Credential
from tap_entra.graph.pacing import Pacing
from tap_entra.graph.paging import Page, first_page, read_pages
from tap_entra.graph.responses import Answer, backoff_s, http_date, retry_after_s
from tap_entra.graph.values import ValueFitter, is_key, json_type

__all__ = [
    "BATCH_SIZE",
    "Answer",
    "Credential",
    "GraphClient",
    "GraphError",
    "Pacing",
    "Page",
    "PartAnswer",
    "RequestContext",
    "Row",
    "StoppedError",
    "Traffic",
    "ValueFitter",
    "backoff_s",
    "count_of",
    "first_page",
    "has_removals",
    "http_date",
    "is_key",
    "json_type",
    "latest_delta_link",
    "lines_decoder",
    "lower",
    "lower_keys",
    "read_batch",
    "read_delta",
    "read_pages",
    "removal",
    "retry_after_s",
    "row_decoder",
]
