"""A DuckDB file with the views."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pages.database import ROWS_PER_CHUNK, WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import sql

    from pages.database import Row

#: As long as a program reads the file, none can write to it. To open it takes a few hundredths of a second.
IDLE_S = 1.0
_COLUMNS = "select column_name from information_schema.columns where table_schema = ? and table_name = ?"


class DuckDbFile:
    """Reads a file, and lets go of it when no question comes for a while.

    Args:
        file: Its path.
    """

    json_type = "json"

    def __init__(self, file: str) -> None:
        self._file = Path(file)
        self._lock = threading.Lock()
        self._open: duckdb.DuckDBPyConnection | None = None
        self._readers = 0
        self._timer: threading.Timer | None = None

    def close(self) -> None:
        """Let go of the file, unless a question is being answered."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
            if self._open and not self._readers:
                self._open.close()
                self._open = None

    def columns(self, schema: str, table: str) -> frozenset[str]:
        """Return the columns of a table or view; none if there is no such table."""
        with self._cursor() as cursor:
            return frozenset(name for (name,) in cursor.execute(_COLUMNS, [schema, table]).fetchall())

    def rows(self, query: sql.Composed) -> list[Row]:
        """Return all rows."""
        with self._cursor() as cursor:
            cursor.execute(query.as_string(None))
            return _rows(cursor, cursor.fetchall())

    def chunks(self, query: sql.Composed) -> Iterator[list[Row]]:
        """Yield all rows, some at a time."""
        with self._cursor() as cursor:
            cursor.execute(query.as_string(None))
            while chunk := cursor.fetchmany(ROWS_PER_CHUNK):
                yield _rows(cursor, chunk)

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            cursor = self._take()
            try:
                with cursor:
                    yield cursor
            finally:
                self._give_back()
        except (duckdb.IOException, duckdb.ConnectionException) as error:
            # Another program writes, or there is no file yet.
            raise WarehouseError("The warehouse does not answer.") from error
        except duckdb.Error as error:
            raise WarehouseError(f"The warehouse refused a question ({type(error).__name__}).") from error

    def _take(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._open is None:
                self._open = duckdb.connect(
                    self._file, read_only=True, config={"autoinstall_known_extensions": "false"}
                )
            self._readers += 1
            return self._open.cursor()

    def _give_back(self) -> None:
        with self._lock:
            self._readers -= 1
            if self._timer:
                self._timer.cancel()
            self._timer = threading.Timer(IDLE_S, self.close)
            self._timer.daemon = True
            self._timer.start()


def _rows(cursor: duckdb.DuckDBPyConnection, found: list[tuple[Any, ...]]) -> list[Row]:
    described = cursor.description or []
    names = [column[0] for column in described]
    # JSON comes as text.
    texts = [column[0] for column in described if str(column[1]) == "JSON"]
    rows = [dict(zip(names, values, strict=True)) for values in found]
    for row in rows:
        for name in texts:
            row[name] = None if row[name] is None else json.loads(row[name])
    return rows
