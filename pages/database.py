"""What the warehouse needs of a database: one that reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import sql

Row = dict[str, Any]

ROWS_PER_CHUNK = 1_000


class WarehouseError(Exception):
    """The warehouse gave no answer. The message holds no row, no address and no password."""


class Database(Protocol):
    """A database that only reads. Each method raises `WarehouseError` if there is no answer.

    Attributes:
        json_type: Its name of the type of JSON.
    """

    json_type: str

    def columns(self, schema: str, table: str) -> frozenset[str]:
        """Return the columns of a table or view; none if there is no such table."""
        ...

    def rows(self, query: sql.Composed) -> list[Row]:
        """Return all rows."""
        ...

    def chunks(self, query: sql.Composed) -> Iterator[list[Row]]:
        """Yield all rows, some at a time, in memory that does not grow with their number."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
