"""A warehouse in one DuckDB file, with the raw tables of a PostgreSQL, and the views that dbt makes of them."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

from psycopg import sql

from tests.environments import ROOT, environment
from tests.transform import duckdb_file

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.postgres import Postgres

PROJECT = ROOT / "transform"
#: Rows as text, by table: equal ones count.
Contents = dict[str, Counter[str]]


class DuckDbWarehouse:
    """One file; its raw tables are in the schema `entra`.

    Args:
        folder: Where the file is, and what dbt writes.
        project: The dbt project.
    """

    def __init__(self, folder: Path, project: Path = PROJECT) -> None:
        self.folder = folder
        self._project = project
        self.file = folder / "warehouse.duckdb"
        self._bin = environment("dbt-duckdb", ROOT / "requirements-duckdb.lock")

    def add(self, postgres: Postgres, schema: str, conditions: dict[str, str] | None = None) -> None:
        """Add rows of the raw tables of a schema: all of them, or those of some tables that meet a condition."""
        given = self.folder / "given"
        given.mkdir(exist_ok=True)
        with postgres.connect() as connection:
            query = "select table_name, column_name, data_type from information_schema.columns where table_schema = %s"
            columns: dict[str, dict[str, str]] = {}
            for table, column, kind in connection.execute(f"{query} order by ordinal_position", [schema]).fetchall():
                columns.setdefault(table, {})[column] = kind
            for table in conditions if conditions is not None else columns:
                (given / f"{table}.json").write_text(json.dumps(columns[table]), encoding="utf-8")
                rows = sql.SQL("select * from {} where {}").format(
                    sql.Identifier(schema, table), sql.SQL((conditions or {}).get(table, "true"))
                )
                copy = sql.SQL("copy ({}) to stdout (format csv, header, null '\\N')").format(rows)
                with (given / f"{table}.csv").open("wb") as file, connection.cursor().copy(copy) as lines:
                    for line in lines:
                        file.write(line)
        self._run("fill", "entra", given)
        for path in given.iterdir():
            path.unlink()

    def dbt(self, *command: str, **variables: Any) -> str:
        """Run dbt, and return what it said."""
        done = subprocess.run(
            [
                self._bin / "dbt",
                *command,
                *("--project-dir", self._project, "--profiles-dir", self._project, "--target", "duckdb"),
                *("--vars", json.dumps(variables)),
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={
                **os.environ,
                "TARGET_DUCKDB_FILEPATH": str(self.file),
                "DBT_TARGET_PATH": str(self.folder / "target"),
                "DBT_LOG_PATH": str(self.folder / "logs"),
            },
        )
        assert done.returncode == 0, done.stdout[-6000:]
        return done.stdout

    def results(self) -> Counter[str]:
        """How many nodes of each type the last command ran."""
        results = json.loads((self.folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
        return Counter(result["unique_id"].split(".")[0] for result in results)

    def contents(self, schema: str = "entra_views") -> Contents:
        """All rows of all tables and views of a schema."""
        found: Contents = {}
        for line in self._run("rows", schema).splitlines():
            table, row = json.loads(line)
            found.setdefault(table, Counter())[row] += 1
        return found

    def ask(self, *queries: str, zone: str = "UTC") -> list[list[list[Any]]]:
        """The rows of each query, in a session of a time zone."""
        found: list[list[list[Any]]] = json.loads(self._run("ask", zone, given=json.dumps(queries)))
        return found

    def _run(self, *command: str | Path, given: str = "") -> str:
        """Run the program that knows DuckDB, which this process does not."""
        program: list[str | Path] = [self._bin / "python", duckdb_file.__file__, self.file, *command]
        done = subprocess.run(program, check=False, capture_output=True, text=True, input=given)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout
