"""The number of different rows in a list: Graph may repeat rows, and may send a page twice in place of the next."""

from __future__ import annotations

from array import array
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

#: Rows whose hashes are compared at a time: a set of them takes ten times the memory of their array.
_PART = 10_000


class DistinctRows:
    """Counts different rows by their keys, without regard to case, in 8 bytes per row.

    Args:
        keys: Key columns.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        self.clear()

    def clear(self) -> None:
        """Begin anew: the list is read again from its first page."""
        self._hashes = array("q")
        self._page_ends: list[int] = []
        self._different: int | None = None

    def add_page(self, rows: Sequence[Any]) -> None:
        """Count the rows of one page: dicts, or rows of a `row_decoder`."""
        self.add(rows)
        if rows:
            self._page_ends.append(len(self._hashes))

    def add(self, rows: Sequence[Any]) -> None:
        """Count rows that do not come as a page of the list."""
        self._different = None
        # Objects that came in part and were read again are dicts, at the end of a page of other rows.
        for _, alike in groupby(rows, type):
            some = list(alike)
            keys = list(map(self._getter(some[0]), some))
            try:
                texts = list(map(str.lower, keys))
            except TypeError:  # of numbers, or of several columns
                texts = [_text(key).lower() for key in keys]
            self._hashes.extend(map(hash, texts))

    def _getter(self, row: Any) -> Callable[[Any], Any]:
        return itemgetter(*self._keys) if isinstance(row, dict) else attrgetter(*self._keys)

    def __len__(self) -> int:
        """Return the number of different rows."""
        if self._different is None:
            parts = [array("q") for _ in range(len(self._hashes) // _PART + 1)]
            for one in self._hashes:
                parts[one % len(parts)].append(one)
            self._different = sum(len(set(part)) for part in parts)
        return self._different

    @property
    def repeated(self) -> int:
        """The number of rows that came again."""
        return len(self._hashes) - len(self)

    @property
    def repeated_pages(self) -> int:
        """The number of pages with rows that all came on earlier pages."""
        if not self.repeated:
            return 0
        seen: set[int] = set()
        pages = 0
        for page in self._pages():
            pages += seen.issuperset(page)
            seen.update(page)
        return pages

    def _pages(self) -> Iterator[Iterable[int]]:
        start = 0
        for end in self._page_ends:
            yield self._hashes[start:end]
            start = end


def _text(key: Any) -> str:
    return key if isinstance(key, str) else " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
