"""Open lists: each is read page by page, over what it contained when its first page was asked for."""

from __future__ import annotations

import base64
import itertools
import secrets
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.graph_errors import expired_page_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

KEPT_CHAINS = 2_000


@dataclass
class Chain:
    """One list that is being read page by page.

    Attributes:
        items: What there is to read; `render` turns a slice of it into rows, at the time its page is asked for.
        may_be_empty: Whether a page may come without rows though more follow.
        extra: Members of the first page, e.g. `@odata.count`.
        last: Members of the last page, e.g. `@odata.deltaLink`.
        resize: Rows per page, from the headers of a request for a further page; None: all pages are alike.
    """

    path: str
    query: str
    context: str
    items: Sequence[Any]
    render: Callable[[Sequence[Any]], list[Any]]
    page_size: int
    life: timedelta = timedelta(hours=1)
    may_be_empty: bool = True
    extra: dict[str, Any] = field(default_factory=dict)
    last: dict[str, Any] = field(default_factory=dict)
    resize: Callable[[Mapping[str, str]], int] | None = None


class Chains:
    """The chains in use. A page token names a chain and a place in it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._open: dict[str, tuple[Chain, datetime]] = {}
        self._lock = threading.Lock()

    def add(self, chain: Chain) -> str:
        """Keep a chain; the oldest are dropped when there are too many."""
        key = secrets.token_hex(8)
        with self._lock:
            self._open[key] = (chain, self._now())
            for old in list(itertools.islice(self._open, max(0, len(self._open) - KEPT_CHAINS))):
                del self._open[old]
        return key

    def find(self, token: str, path: str) -> tuple[str, Chain, int, bool]:
        """The chain a page token belongs to, the place in it, and whether the page before was empty.

        Raises:
            Refusal: The token is too old, or none of ours.
        """
        try:
            key, place, after_empty = base64.urlsafe_b64decode(token[4:]).decode().split(":")
        except ValueError:
            raise expired_page_token() from None
        chain, opened = self._open.get(key, (None, None))
        if chain is None or opened is None or chain.path != path or self._now() - opened > chain.life:
            raise expired_page_token()
        return key, chain, int(place), after_empty == "1"


def page_token(key: str, place: int, *, empty: bool) -> str:
    """A page token. Real ones begin like this too."""
    return "RFNw" + base64.urlsafe_b64encode(f"{key}:{place}:{int(empty)}".encode()).decode()
