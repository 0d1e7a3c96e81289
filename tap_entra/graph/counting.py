"""How many objects Microsoft itself counts in a list of the directory.

Source: https://learn.microsoft.com/graph/aad-advanced-queries: the count comes from an index that is minutes behind.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tap_entra.graph.batch import read_batch

if TYPE_CHECKING:
    from tap_entra.graph.client import GraphClient

logger = logging.getLogger(__name__)


def count_of(client: GraphClient, path: str, *, version: str = "v1.0") -> int | None:
    """Ask Microsoft; None if it does not count this list.

    In a batch of one, since only a batch's parts take a header of their own, and ConsistencyLevel must not be sent with
    the list itself: that would then come from the index too.

    Args:
        path: Path of the list, below the version, e.g. "/users".

    Raises:
        GraphError: It was busy or broken for longer than is worth waiting.
    """
    url = f"{path}?$count=true&$top=1&$select=id"
    (answer,) = read_batch(client, [url], version=version, headers={"ConsistencyLevel": "eventual"})
    if not answer.is_final:
        raise answer.error()
    count = answer.body.get("@odata.count") if isinstance(answer.body, dict) else None
    if not isinstance(count, int):
        logger.debug("No count of %s: %s", path, answer.status)
        return None
    return count
