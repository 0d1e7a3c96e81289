"""Read-only questions to the warehouse. With data.py the only file that knows SQL.

A mart or a column that the warehouse does not have reads as null: pages then say "not known", and never fail.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from pages.marts import MARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from pages.mart import Mart

Row = dict[str, Any]

CONNECTIONS = 8
CONNECT_TIMEOUT_S = 5
RECONNECT_TIMEOUT_S = 2
#: A question that takes longer has gone wrong; the page says so.
STATEMENT_TIMEOUT_MS = 20_000
ROWS_PER_CHUNK = 1_000


class WarehouseError(Exception):
    """The warehouse gave no answer. The message holds no row, no address and no password."""


@dataclass(frozen=True)
class Where:
    """A condition on a column; several columns are joined with "or".

    Attributes:
        test: is, is not, in, has (an array column holds the value), overlaps, contains (text), more, null, not null,
            or empty (an array).
    """

    columns: tuple[str, ...]
    test: str
    value: Any = None


@dataclass(frozen=True)
class Sort:
    """An order. Null comes last.

    Attributes:
        ranks: The values of the column, first one first; empty for the natural order.
    """

    column: str
    is_descending: bool = False
    ranks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """Rows of one mart: conditions joined with "and", and an order."""

    mart: str
    where: tuple[Where, ...] = ()
    sort: tuple[Sort, ...] = ()


_TESTS = {
    "is": "{column} = {value}",
    "is not": "{column} is distinct from {value}",
    "in": "{column} = any({value})",
    "has": "{value} = any({column})",
    "overlaps": "{column} && {value}",
    "contains": "{column} ilike {value}",
    "more": "{column} > {value}",
    "null": "{column} is null",
    "not null": "{column} is not null",
    "empty": "cardinality({column}) = 0",
}


class Warehouse:
    """The views of one schema.

    Args:
        url: libpq connection URL.
        schema: Schema of the views.
    """

    def __init__(self, url: str, schema: str) -> None:
        self._schema = schema
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

    def columns(self, mart: str) -> frozenset[str]:
        """Return the columns that a mart has here; none if there is no such mart."""
        query = """
            select attribute.attname
            from pg_attribute as attribute
            inner join pg_class as class on attribute.attrelid = class.oid
            inner join pg_namespace as namespace on class.relnamespace = namespace.oid
            where namespace.nspname = %s and class.relname = %s
                and attribute.attnum > 0 and not attribute.attisdropped
        """
        with self._cursor() as cursor:
            cursor.execute(query, [self._schema, mart])
            return frozenset(row["attname"] for row in cursor)

    def rows(self, question: Question, *, limit: int | None = None, offset: int = 0) -> list[Row]:
        """Return rows with every column of the mart, null where the warehouse has none."""
        found = self.columns(question.mart)
        if not found:
            return []
        query = sql.SQL("{} limit {} offset {}").format(self._select(question, found), limit, offset)
        with self._cursor() as cursor:
            return cursor.execute(query).fetchall()

    def count(self, question: Question) -> int:
        """Return how many rows there are."""
        found = self.columns(question.mart)
        if not found:
            return 0
        query = sql.SQL("select count(*) as rows from {} where {}").format(
            self._table(question.mart), self._conditions(question, found)
        )
        with self._cursor() as cursor:
            (row,) = cursor.execute(query).fetchall()
            return int(row["rows"])

    def counts(self, question: Question, column: str) -> dict[Any, int]:
        """Return how many rows have each value of a column; of an array column, each of its values."""
        found = self.columns(question.mart)
        if column not in found:
            return {}
        is_array = MARTS[question.mart].columns[column].endswith("[]")
        value = sql.SQL("unnest({})" if is_array else "{}").format(sql.Identifier(column))
        query = sql.SQL("select {} as value, count(*) as rows from {} where {} group by 1 order by 1").format(
            value, self._table(question.mart), self._conditions(question, found)
        )
        with self._cursor() as cursor:
            return {row["value"]: int(row["rows"]) for row in cursor.execute(query)}

    def sums(self, question: Question, column: str, by: tuple[str, str]) -> dict[tuple[Any, Any], Decimal]:
        """Return the sums of a column by the values of two others; what is null has no sum."""
        found = self.columns(question.mart)
        if not found.issuperset({column, *by}):
            return {}
        query = sql.SQL("select {}, {}, sum({}) from {} where {} and {} is not null group by 1, 2").format(
            *map(sql.Identifier, (*by, column)),
            self._table(question.mart),
            self._conditions(question, found),
            sql.Identifier(column),
        )
        with self._connection() as connection:
            return {(first, second): total for first, second, total in connection.execute(query)}

    def chunks(self, question: Question) -> Iterator[list[Row]]:
        """Yield all rows, some at a time, in memory that does not grow with their number."""
        found = self.columns(question.mart)
        if not found:
            return
        with self._connection() as connection, connection.cursor("rows", row_factory=dict_row) as cursor:
            cursor.execute(self._select(question, found))
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

    @contextmanager
    def _cursor(self) -> Iterator[psycopg.Cursor[Row]]:
        with self._connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            yield cursor

    def _table(self, mart: str) -> sql.Identifier:
        return sql.Identifier(self._schema, mart)

    def _select(self, question: Question, found: frozenset[str]) -> sql.Composed:
        mart = MARTS[question.mart]
        columns = [
            sql.Identifier(name)
            if name in found
            else sql.SQL("null::{} as {}").format(sql.SQL(kind), sql.Identifier(name))
            for name, kind in mart.columns.items()
        ]
        query = sql.SQL("select {} from {} where {} order by {}")
        return query.format(
            sql.SQL(", ").join(columns),
            self._table(question.mart),
            self._conditions(question, found),
            _order(mart, question.sort, found),
        )

    def _conditions(self, question: Question, found: frozenset[str]) -> sql.Composed:
        all_of = [_condition(where, found) for where in question.where]
        return sql.SQL(" and ").join(all_of or [sql.SQL("true")])


def _condition(where: Where, found: frozenset[str]) -> sql.Composable:
    value = f"%{_like(where.value)}%" if where.test == "contains" else where.value
    any_of = [
        sql.SQL(_TESTS[where.test]).format(column=sql.Identifier(column), value=sql.Literal(value))
        for column in where.columns
        if column in found
    ]
    # What is not there is null, and few conditions hold of null.
    if not any_of:
        return sql.SQL("true" if where.test in {"null", "is not"} else "false")
    return sql.SQL("({})").format(sql.SQL(" or ").join(any_of))


def _order(mart: Mart, sorts: Sequence[Sort], found: frozenset[str]) -> sql.Composable:
    terms: list[sql.Composable] = []
    for sort in sorts:
        if sort.column not in found:
            continue
        column: sql.Composable = sql.Identifier(sort.column)
        if sort.ranks:
            column = sql.SQL("array_position({}::text[], {})").format(sql.Literal(list(sort.ranks)), column)
        direction = sql.SQL("{} desc nulls last" if sort.is_descending else "{} asc nulls last")
        terms.append(direction.format(column))
    # Without a last word the same row could be on two pages.
    terms.extend(sql.Identifier(column) for column in mart.key if column in found)
    return sql.SQL(", ").join(terms or [sql.SQL("1")])


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
