"""A program that fills a DuckDB file, and prints what is in it. It runs in the environment that has DuckDB.

`python duckdb_file.py FILE fill SCHEMA FOLDER` adds rows to each table that FOLDER has as TABLE.csv, and as TABLE.json,
which has the types of its columns. `python duckdb_file.py FILE rows SCHEMA` prints one line of JSON per row: the table,
and the row as text. `python duckdb_file.py FILE ask ZONE` reads queries as JSON, and prints the rows of each.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

#: What a loader that writes to DuckDB makes of a column; the others are the same.
_TYPES = {"jsonb": "json", "timestamp without time zone": "timestamptz", "character varying": "varchar"}


def plain(value: Any) -> Any:
    """A value as any engine may give it, so that equal ones are equal."""
    if isinstance(value, datetime):
        # Sessions here are in UTC, with or without saying so.
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Decimal, float)) and not isinstance(value, bool):
        return round(float(value), 6)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def text_of(row: dict[str, Any]) -> str:
    """A row as text, whatever the order of its columns."""
    return json.dumps(plain(row), sort_keys=True, default=str)


def fill(base: Any, schema: str, folder: Path) -> None:
    """Add the rows of files to tables, which are made where there are none."""
    base.execute(f'create schema if not exists "{schema}"')
    for file in sorted(folder.glob("*.csv")):
        columns = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        typed = ", ".join(f'"{name}" {_TYPES.get(kind, kind)}' for name, kind in columns.items())
        base.execute(f'create table if not exists "{schema}"."{file.stem}" ({typed})')
        options = "format csv, header, nullstr '\\N', allow_quoted_nulls false, max_line_size 100000000, parallel false"
        base.execute(f"""copy "{schema}"."{file.stem}" from '{file}' ({options})""")


def rows(base: Any, schema: str) -> None:
    """Print the rows of all tables and views of a schema."""
    found = base.execute("select table_name from information_schema.tables where table_schema = ? order by 1", [schema])
    for (table,) in found.fetchall():
        result = base.execute(f'select * from "{schema}"."{table}"')
        columns = [(name, str(kind)) for name, kind, *_ in result.description]
        for values in result.fetchall():
            row = {
                name: json.loads(value) if kind == "JSON" and value is not None else value
                for (name, kind), value in zip(columns, values, strict=True)
            }
            sys.stdout.write(json.dumps([table, text_of(row)]) + "\n")


def ask(base: Any, zone: str) -> None:
    """Print the rows of queries, which a session in this time zone asks."""
    base.execute("set timezone = ?", [zone])
    found = [base.execute(query).fetchall() for query in json.load(sys.stdin)]
    sys.stdout.write(json.dumps(plain([list(map(list, rows)) for rows in found])))


def main() -> None:
    import duckdb  # noqa: PLC0415 - only the environment that runs this has it

    file, command, name, *folder = sys.argv[1:]
    base = duckdb.connect(file)
    base.execute("set timezone = 'UTC'")
    if command == "fill":
        fill(base, name, Path(*folder))
    elif command == "ask":
        ask(base, name)
    else:
        rows(base, name)


if __name__ == "__main__":
    main()
