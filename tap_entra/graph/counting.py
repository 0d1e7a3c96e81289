"""How many objects Microsoft itself counts in a list of the directory.

Source: https://learn.microsoft.com/graph/aad-advanced-queries: the count comes from an index that is minutes behind.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from tap_entra.graph.errors import GraphError

if TYPE_CHECKING:
    from tap_entra.graph.client import GraphClient

logger = logging.getLogger(__name__)


def count_of(client: GraphClient, path: str, *, version: str = "v1.0") -> int | None:
    """Ask once, with one request; None if Microsoft does not say, for whatever reason.

    In a batch of one, since only a batch's parts take a header of their own, and ConsistencyLevel must not be sent with
    the list itself: that would then come from the index too.

    Args:
        path: Of the list, below the version, e.g. "/users".
    """
    url = f"{path}?$count=true&$top=1&$select=id"
    part = {"id": "0", "method": "GET", "url": url, "headers": {"ConsistencyLevel": "eventual"}}
    body = msgspec.json.encode({"requests": [part]})
    try:
        answer = client.wait(client.batch_ahead(version, body, cost=1, tries=1))
        count = answer["responses"][0]["body"]["@odata.count"]
    except GraphError as error:
        logger.debug("No count of %s: %s", path, error)
        return None
    except (LookupError, TypeError):
        logger.debug("No count of %s", path)
        return None
    return count if isinstance(count, int) else None
