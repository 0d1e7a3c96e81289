"""A table of the warehouse: it grows by columns, takes rows by key, and marks those that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_entra_duckdb.column import TIME, column_types, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from duckdb import DuckDBPyConnection

#: A line of JSON may have a picture in it; DuckDB stops at 16 MB unless asked for more.
_LONGEST_LINE = 1 << 30
_COLUMNS = "select column_name, data_type from information_schema.columns where table_schema = ? and table_name = ?"
_DELETED_AT, _VERSION = "_sdc_deleted_at", "_sdc_table_version"
#: The order in which rows were read; no property of a stream has this name.
NUMBER = "_sdc_line"


class ColumnTypeError(Exception):
    """The schema gives a column another type than the table has, and DuckDB would change values to fit."""


class Table:
    """One table, which exists from here on with at least the columns of a Singer schema.

    Args:
        keys: Columns that name a row; without any, rows are only added.
    """

    def __init__(
        self,
        connection: DuckDBPyConnection,
        schema: str,
        name: str,
        declared: Mapping[str, Any],
        keys: Sequence[str],
    ) -> None:
        self._connection = connection
        self._name = f"{quoted(schema)}.{quoted(name)}"
        self._types = column_types(declared)
        self._keys = [*map(quoted, keys)]
        connection.execute(f"create schema if not exists {quoted(schema)}")
        columns = ", ".join(f"{quoted(column)} {kind}" for column, kind in self._types.items())
        connection.execute(f"create table if not exists {self._name} ({columns})")
        self._fit({column.lower(): kind for column, kind in connection.execute(_COLUMNS, [schema, name]).fetchall()})

    def take(self, lines: Path) -> None:
        """Merge a file of JSON lines: all columns of a row that is there already, or a new row.

        Where a key comes twice, the later line counts. Each line has a number under `NUMBER`.

        Raises:
            duckdb.Error: A value does not fit its column; no row was merged.
        """
        names = [*map(quoted, self._types)]
        columns, given = ", ".join(names), ", ".join(f"given.{name}" for name in names)
        rows = self._rows()
        if not self._keys:
            self._connection.execute(f"insert into {self._name} ({columns}) {rows}", [str(lines)])
            return
        updated = ", ".join(f"{name} = given.{name}" for name in names)
        keys = ", ".join(self._keys)
        latest = f"{rows} qualify row_number() over (partition by {keys} order by {NUMBER} desc) = 1"
        # A part of a key may be null.
        matches = " and ".join(f"rows.{key} is not distinct from given.{key}" for key in self._keys)
        self._connection.execute(
            f"merge into {self._name} as rows using ({latest}) as given on {matches} "  # noqa: S608 - names are quoted
            f"when matched then update set {updated} "
            f"when not matched then insert ({columns}) values ({given})",
            [str(lines)],
        )

    def mark_older(self, version: int, at: datetime) -> None:
        """Mark the rows of earlier versions as deleted."""
        self._connection.execute(
            f"update {self._name} set {_DELETED_AT} = ? "  # noqa: S608 - the name is quoted
            f"where {_DELETED_AT} is null and coalesce({_VERSION} < ?, true)",
            [at, version],
        )

    def _fit(self, there: Mapping[str, str]) -> None:
        """Add the columns that are not there yet.

        Raises:
            ColumnTypeError: DuckDB would round or shift values without a word, such as 1.5 in a whole number's column.
        """
        for column, kind in self._types.items():
            found = there.get(column.lower())
            if found is None:
                self._connection.execute(f"alter table {self._name} add column {quoted(column)} {kind}")
            elif found not in {kind.upper(), "VARCHAR", "JSON"}:
                raise ColumnTypeError(
                    f"the column {column} is {found} in the table and {kind.upper()} in the messages. Rename the "
                    "column in the table, or change its type"
                )

    def _rows(self) -> str:
        # A cast to a time without a zone would drop the offset.
        columns = [
            f"{quoted(name)} at time zone 'UTC' as {quoted(name)}" if kind == TIME else quoted(name)
            for name, kind in self._types.items()
        ]
        read_as = {name: "timestamptz" if kind == TIME else kind for name, kind in self._types.items()}
        types = ", ".join(f"{_text(name)}: '{kind}'" for name, kind in (*read_as.items(), (NUMBER, "bigint")))
        options = f"format = 'newline_delimited', columns = {{{types}}}, maximum_object_size = {_LONGEST_LINE}"
        return f"select {', '.join(columns)} from read_json(?, {options})"  # noqa: S608 - names are quoted


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
