"""Many requests read as one list: pages, with the next one on its way while this one is worked on."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET

from tap_entra.graph import odata
from tap_entra.graph.decoder import PageBody
from tap_entra.graph.errors import GraphError, LinkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from tap_entra.graph.client import GraphClient, Json
    from tap_entra.graph.odata import Decode

logger = logging.getLogger(__name__)

#: Graph writes the link before the rows; where it does not, it is found when all is decoded.
_NEXT_LINK = re.compile(rb'"@odata\.nextLink"\s*:\s*"([^"\\]+)"\s*,\s*"value"')
_HEAD_BYTES = 8 * 1024
_TO_SEND_S = 0.003
#: How often a read whose page token was lost starts again before that counts as a failure.
_RESTARTS = 2
#: How often a page is asked for again that brought what an earlier one did.
_SECOND_LOOKS = 2


@dataclass(frozen=True)
class Page:
    """One page of a list or a delta round.

    Attributes:
        rows: Dicts, or rows of a `row_decoder`. May be empty although more pages follow.
        next_link: The next page, to be used whole and unchanged; None on the last one.
        delta_link: On the last page of a delta round: where the next round starts.
        first: This page begins the read, or begins it again: what came before is repeated from here on.
    """

    rows: list[Any]
    next_link: str | None
    delta_link: str | None
    first: bool


def read_pages(  # noqa: PLR0913 - one name a choice, all with defaults
    client: GraphClient,
    url: str,
    *,
    tries: int | None = None,
    restarts: int = _RESTARTS,
    begun: Future[Any] | None = None,
    decode: Decode = odata.decode,
    allows_repeats: bool = False,
    page_rows: int | None = None,
) -> Iterator[Page]:
    """Read a list to its end. A lost page token starts it again, so rows may come twice.

    Graph may send an earlier page in place of the next one, which then never comes: such a page is asked for again.

    Headers are not carried by a nextLink: the client sends them with every page.

    Args:
        url: The first page; a nextLink to go on from. Its options must not be repeated.
        tries: As in `GraphClient.get`.
        restarts: How often a lost page token is borne.
        begun: The request for the first page, if it is under way already.
        decode: As in `GraphClient.get`; see `row_decoder`.
        allows_repeats: Whether a page that repeats an earlier one all the same is passed on: a list is counted.
        page_rows: As in `GraphClient.get`.

    Raises:
        GraphError: A page was refused or did not come, or a nextLink leads back to a page already read.

    Source: https://learn.microsoft.com/graph/paging
    """
    seen: set[int] = set()
    repeats = _Repeats(allowed=allows_repeats)
    first, page_url = True, url
    pages_ahead = _PagesAhead(client, decode, tries, page_rows)
    ask = pages_ahead.ask
    answer = begun or ask(url)
    while True:
        try:
            page = _page(client.wait(answer), page_url, first=first)
            _check_links(client, page, page_url)
        except GraphError as error:
            if error.is_refused_page_size and page_url == url != odata.without_top(url):
                logger.warning("%s; the list is read in pages of Graph's own size", error)
                url = page_url = odata.without_top(url)
                answer = ask(url)
                continue
            is_lost = error.is_lost_page and (page_url != url or isinstance(error, LinkError))
            if not is_lost or not restarts:
                raise
            logger.warning("%s; the list is read again from its first page", error)
            restarts -= 1
            seen.clear()
            repeats.clear()
            first, page_url = True, url
            answer = ask(url)
            continue
        if repeats.wants_second_look(page, page_url):
            answer = ask(page_url)
            continue
        seen.add(hash(page_url))
        if page.next_link:
            if hash(page.next_link) in seen:
                what = f"GET {urlsplit(page_url).path}"
                raise GraphError(what, 200, ("pageLoop",), "a nextLink to a page already read")
            first, page_url = False, page.next_link
            answer = ask(page_url)
        yield page
        if not page.next_link:
            return


def _check_links(client: GraphClient, page: Page, url: str) -> None:
    """See to it that no link is stored or followed that leads elsewhere or nowhere.

    Raises:
        LinkError: There is one.
    """
    for link in (page.next_link, page.delta_link):
        if link is not None:
            client.check_link(link, f"GET {urlsplit(url).path}")


class _Repeats:
    """Finds pages that repeat an earlier one of the same reading, by their first and last row.

    Args:
        allowed: Whether such a page passes after a second look.
    """

    def __init__(self, *, allowed: bool) -> None:
        self._allowed = allowed
        self.clear()

    def clear(self) -> None:
        """Forget all pages: the reading starts again."""
        self._seen: set[int] = set()
        self._looks = 0

    def wants_second_look(self, page: Page, url: str) -> bool:
        """Return whether a page is to be asked for again.

        Raises:
            GraphError: It came the same way each time.
        """
        if not page.rows:
            return False
        mark = hash(msgspec.json.encode((len(page.rows), page.rows[0], page.rows[-1])))
        if mark not in self._seen:
            self._seen.add(mark)
            self._looks = 0
            return False
        if self._looks < _SECOND_LOOKS:
            self._looks += 1
            return True
        self._looks = 0
        # A delta round may send one object several times, and each time alone.
        if not self._allowed and len(page.rows) > 1:
            what = f"GET {urlsplit(url).path}"
            raise GraphError(what, 200, ("pageRepeated",), "a page that came before, in place of the next one")
        return False


def first_page(client: GraphClient, begun: Future[Any], url: str) -> Page:
    """What a request for a first page has brought, before any further page is asked for.

    Raises:
        GraphError: As `read_pages`.
    """
    return _page(client.wait(begun), url, first=True)


class _PagesAhead:
    """Asks for the page after one as soon as its bytes are there, so that the wire is not idle while it is decoded."""

    def __init__(self, client: GraphClient, decode: Decode, tries: int | None, page_rows: int | None) -> None:
        self._ahead = partial(client.ahead, tries=tries, decode=self._decode, page_rows=page_rows)
        self._into_page = decode
        self._begun: dict[str, Future[Any]] = {}

    def ask(self, url: str) -> Future[Any]:
        """The answer of a page, which may be under way already. What else was begun is of no use any more."""
        begun = self._begun.get(url)
        self._begun = {}
        return begun or self._ahead(url)

    def _decode(self, content: bytes) -> Any:
        # Called in another thread. One page ahead of the one that is waited for, and no more: they are large.
        if not self._begun and (found := _NEXT_LINK.search(content, 0, _HEAD_BYTES)):
            link = found[1].decode()
            self._begun = {link: self._ahead(link)}
            # Decoding lets no other thread run: give the one that asks the time to do so.
            time.sleep(_TO_SEND_S)
        return self._into_page(content)


def _page(body: Json | PageBody, url: str, *, first: bool) -> Page:
    if isinstance(body, PageBody):
        if body.value is UNSET:
            raise _no_rows(url)
        return Page(body.value, body.next_link, body.delta_link, first)
    rows = body.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _no_rows(url)
    return Page(rows, body.get("@odata.nextLink"), body.get("@odata.deltaLink"), first)


def _no_rows(url: str) -> GraphError:
    return GraphError(f"GET {urlsplit(url).path}", 200, ("noValue",), "an object without a list of rows")
