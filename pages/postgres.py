"""A PostgreSQL with the views."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from pages.database import ROWS_PER_CHUNK, WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import sql

    from pages.database import Row

CONNECTIONS = 8
CONNECT_TIMEOUT_S = 5
RECONNECT_TIMEOUT_S = 2
#: A question that takes longer has gone wrong; the page says so.
STATEMENT_TIMEOUT_MS = 20_000
#: The catalog itself: the views of the standard take several times as long.
_COLUMNS = """
    select attribute.attname
    from pg_attribute as attribute
    inner join pg_class as class on attribute.attrelid = class.oid
    inner join pg_namespace as namespace on class.relnamespace = namespace.oid
    where namespace.nspname = %s and class.relname = %s
        and attribute.attnum > 0 and not attribute.attisdropped
"""


class PostgresDatabase:
    """Connections that cannot write.

    Args:
        url: libpq connection URL.
    """

    json_type = "jsonb"

    def __init__(self, url: str) -> None:
        self._pool = ConnectionPool(
            url,
            min_size=0,
            max_size=CONNECTIONS,
            timeout=CONNECT_TIMEOUT_S,
            # The pool tries again after longer and longer pauses. A warehouse that is back is to be found at once.
            reconnect_timeout=RECONNECT_TIMEOUT_S,
            # A connection that a restarted server has cut is replaced before a page notices.
            check=ConnectionPool.check_connection,
            kwargs={
                "autocommit": False,
                "connect_timeout": CONNECT_TIMEOUT_S,
                "options": f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_TIMEOUT_MS}"
                " -c timezone=UTC",
            },
            open=True,
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def columns(self, schema: str, table: str) -> frozenset[str]:
        """Return the columns of a table or view; none if there is no such table."""
        with self._connection() as connection:
            return frozenset(name for (name,) in connection.execute(_COLUMNS, [schema, table]))

    def rows(self, query: sql.Composed) -> list[Row]:
        """Return all rows."""
        with self._connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query).fetchall()

    def chunks(self, query: sql.Composed) -> Iterator[list[Row]]:
        """Yield all rows, some at a time."""
        with self._connection() as connection, connection.cursor("rows", row_factory=dict_row) as cursor:
            cursor.execute(query)
            while chunk := cursor.fetchmany(ROWS_PER_CHUNK):
                yield chunk

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        try:
            with self._pool.connection() as connection:
                yield connection
        except PoolTimeout as error:
            raise WarehouseError("The warehouse does not answer.") from error
        except psycopg.Error as error:
            raise WarehouseError(
                f"The warehouse refused a question ({error.sqlstate or 'connection lost'})."
            ) from error
