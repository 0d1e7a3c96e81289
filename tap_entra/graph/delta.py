"""Delta rounds: what has changed since a link.

Source: https://learn.microsoft.com/graph/delta-query-overview
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tap_entra.graph import odata
from tap_entra.graph.errors import GraphError
from tap_entra.graph.paging import read_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_entra.graph.client import GraphClient
    from tap_entra.graph.decoder import Row
    from tap_entra.graph.odata import Decode
    from tap_entra.graph.paging import Page


def latest_delta_link(client: GraphClient, url: str) -> str | None:
    """A delta link that means "from now on", or None where this collection gives none.

    Args:
        url: The delta function with its $select, e.g. "/v1.0/users/delta?$select=id,mail".

    Raises:
        GraphError: Graph could not be asked, refuses the collection altogether, or does not know a selected property.
    """
    link = None
    try:
        for page in read_pages(client, f"{url}{'&' if '?' in url else '?'}$deltatoken=latest"):
            if page.rows:
                # "latest" was ignored: these are the first of all rows, and the link would skip them.
                return None
            link = page.delta_link
    except GraphError as error:
        if error.status in {400, 404, 501} and not error.unknown_property:
            return None
        raise
    return link


def read_delta(client: GraphClient, url: str, *, decode: Decode = odata.decode) -> Iterator[Page]:
    """Read one round; only the last page has a delta_link.

    Args:
        url: The delta function (everything), a stored delta link (what changed since), or a nextLink of a round.
        decode: As in `GraphClient.get`; see `row_decoder`.

    Raises:
        GraphError: `is_forgotten_delta` when the link is too old; or the round ended without a link.
    """
    page = None
    for page in read_pages(client, url, decode=decode):
        yield page
    if page is None or not page.delta_link:
        raise GraphError(f"GET {urlsplit(url).path}", 200, ("noDeltaLink",), "a round that ends without a deltaLink")


def removal(row: dict[str, Any] | Row) -> str | None:
    """Why a row of a round is gone: "changed" (in the recycle bin) or "deleted" (for good); None if it is not gone."""
    removed = row.get("@removed")
    if removed is None or removed is False:
        return None
    reason = removed.get("reason") if isinstance(removed, dict) else removed
    return reason if reason and isinstance(reason, str) else "deleted"
