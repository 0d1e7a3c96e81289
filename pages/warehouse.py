"""Read-only questions to the warehouse, in SQL that PostgreSQL and DuckDB understand alike.

A mart or a column that the warehouse does not have reads as null: pages then say "not known", and never fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from pages.database import Row, WarehouseError
from pages.marts import MARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from pages.database import Database
    from pages.mart import Mart

__all__ = ["Question", "Row", "Sort", "Warehouse", "WarehouseError", "Where"]


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
    "contains": "{column} ilike {value} escape E'\\\\'",
    "more": "{column} > {value}",
    "null": "{column} is null",
    "not null": "{column} is not null",
    "empty": "{column} = array[]::text[]",
}


class Warehouse:
    """The views of one schema.

    Args:
        schema: Schema of the views.
    """

    def __init__(self, database: Database, schema: str) -> None:
        self._database = database
        self._schema = schema

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def columns(self, mart: str) -> frozenset[str]:
        """Return the columns that a mart has here; none if there is no such mart."""
        return self._database.columns(self._schema, mart)

    def rows(self, question: Question, *, limit: int | None = None, offset: int = 0) -> list[Row]:
        """Return rows with every column of the mart, null where the warehouse has none."""
        found = self.columns(question.mart)
        if not found:
            return []
        query = sql.SQL("{} limit {} offset {}").format(self._select(question, found), limit, offset)
        return self._database.rows(query)

    def count(self, question: Question) -> int:
        """Return how many rows there are."""
        found = self.columns(question.mart)
        if not found:
            return 0
        query = sql.SQL("select count(*) as number from {} where {}").format(
            self._table(question.mart), self._conditions(question, found)
        )
        (row,) = self._database.rows(query)
        return int(row["number"])

    def counts(self, question: Question, column: str) -> dict[Any, int]:
        """Return how many rows have each value of a column; of an array column, each of its values."""
        found = self.columns(question.mart)
        if column not in found:
            return {}
        is_array = MARTS[question.mart].columns[column].endswith("[]")
        query = sql.SQL(
            "select value, count(*) as number from (select {} as value from {} where {}) as found group by 1 order by 1"
        ).format(
            sql.SQL("unnest({})" if is_array else "{}").format(sql.Identifier(column)),
            self._table(question.mart),
            self._conditions(question, found),
        )
        return {row["value"]: int(row["number"]) for row in self._database.rows(query)}

    def sums(self, question: Question, column: str, by: tuple[str, str]) -> dict[tuple[Any, Any], Decimal]:
        """Return the sums of a column by the values of two others; what is null has no sum."""
        found = self.columns(question.mart)
        if not found.issuperset({column, *by}):
            return {}
        query = sql.SQL(
            "select {} as one, {} as other, sum({}) as total from {} where {} and {} is not null group by 1, 2"
        ).format(
            *map(sql.Identifier, (*by, column)),
            self._table(question.mart),
            self._conditions(question, found),
            sql.Identifier(column),
        )
        return {(row["one"], row["other"]): row["total"] for row in self._database.rows(query)}

    def chunks(self, question: Question) -> Iterator[list[Row]]:
        """Yield all rows, some at a time, in memory that does not grow with their number."""
        found = self.columns(question.mart)
        return self._database.chunks(self._select(question, found)) if found else iter(())

    def _table(self, mart: str) -> sql.Identifier:
        return sql.Identifier(self._schema, mart)

    def _select(self, question: Question, found: frozenset[str]) -> sql.Composed:
        mart = MARTS[question.mart]
        columns = [
            sql.Identifier(name)
            if name in found
            else sql.SQL("null::{} as {}").format(sql.SQL(self._type(kind)), sql.Identifier(name))
            for name, kind in mart.columns.items()
        ]
        query = sql.SQL("select {} from {} where {} order by {}")
        return query.format(
            sql.SQL(", ").join(columns),
            self._table(question.mart),
            self._conditions(question, found),
            _order(mart, question.sort, found),
        )

    def _type(self, kind: str) -> str:
        return self._database.json_type if kind == "jsonb" else kind

    def _conditions(self, question: Question, found: frozenset[str]) -> sql.Composed:
        all_of = [_condition(where, found) for where in question.where]
        return sql.SQL(" and ").join(all_of or [sql.SQL("true")])


def _condition(where: Where, found: frozenset[str]) -> sql.Composable:
    value = f"%{_like(where.value)}%" if where.test == "contains" else where.value
    any_of = [
        sql.SQL(_TESTS[where.test]).format(column=sql.Identifier(column), value=_literal(value))
        for column in where.columns
        if column in found
    ]
    # What is not there is null, and few conditions hold of null.
    if not any_of:
        return sql.SQL("true" if where.test in {"null", "is not"} else "false")
    return sql.SQL("({})").format(sql.SQL(" or ").join(any_of))


def _literal(value: Any) -> sql.Composable:
    if isinstance(value, list | tuple):
        return sql.SQL("array[{}]::text[]").format(sql.SQL(", ").join(map(sql.Literal, value)))
    return sql.Literal(value)


def _order(mart: Mart, sorts: Sequence[Sort], found: frozenset[str]) -> sql.Composable:
    terms: list[sql.Composable] = []
    for sort in sorts:
        if sort.column not in found:
            continue
        column: sql.Composable = sql.Identifier(sort.column)
        if sort.ranks:
            column = sql.SQL("array_position({}, {})").format(_literal(list(sort.ranks)), column)
        direction = sql.SQL("{} desc nulls last" if sort.is_descending else "{} asc nulls last")
        terms.append(direction.format(column))
    # Without a last word the same row could be on two pages.
    terms.extend(sql.Identifier(column) for column in mart.key if column in found)
    return sql.SQL(", ").join(terms or [sql.SQL("1")])


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
