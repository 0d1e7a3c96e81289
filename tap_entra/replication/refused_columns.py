"""Columns that make Graph refuse a list: found by their name in the refusal, or by asking for fewer and fewer.

Seen: a property that one cloud does not know (400), one that a list does not implement (501), and refusals that name
none.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from tap_entra.graph import GraphError, odata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_entra.graph import GraphClient

_REFUSALS = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_IMPLEMENTED}


def refused_columns(client: GraphClient, error: GraphError, columns: list[str], keys: Iterable[str]) -> list[str]:
    """Return the columns because of which a list was refused; empty if it was refused for something else.

    Args:
        error: The refusal of the list, or of its delta function.
        columns: What was in its $select.
        keys: Those of them that a row must have.

    Raises:
        GraphError: Graph could not be asked.
    """
    if error.status not in _REFUSALS or error.is_refusal:
        return []
    others = [name for name in columns if name not in keys]
    named = [
        name for name in others if error.unknown_property == name or re.search(rf"['\"]{name}['\"]", error.message)
    ]
    if named:
        return named
    finder = _Finder(client, error.what.removeprefix("GET "), [name for name in columns if name in keys])
    return finder.among(others) if finder.is_accepted([]) else []


class _Finder:
    """Asks for one row with some of the columns."""

    def __init__(self, client: GraphClient, path: str, keys: list[str]) -> None:
        self._client = client
        self._path = path
        self._keys = keys

    def among(self, columns: list[str]) -> list[str]:
        """Return the columns that are refused, each found in as many requests as the list can be halved."""
        if not columns or self.is_accepted(columns):
            return []
        if len(columns) == 1:
            return columns
        middle = len(columns) // 2
        return self.among(columns[:middle]) + self.among(columns[middle:])

    def is_accepted(self, columns: list[str]) -> bool:
        """Return whether Graph gives these columns beside the keys."""
        top = None if self._path.endswith("/delta") else 1
        try:
            self._client.get(odata.query(self._path, select=odata.select([*self._keys, *columns]), top=top))
        except GraphError as error:
            if error.status in _REFUSALS:
                return False
            raise
        return True
