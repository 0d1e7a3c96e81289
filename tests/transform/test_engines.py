"""The views have the same rows on every engine: a company on PostgreSQL, and the same raw rows on another one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from psycopg import sql

from tests.pipeline import SCHEMA
from tests.transform.conftest import SHORT, UNTESTED
from tests.transform.duckdb_file import text_of
from tests.transform.duckdb_warehouse import Contents, DuckDbWarehouse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.transform.company import Company
    from tests.transform.conftest import History

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("history")]

LOGS = ("sign_ins", "non_interactive_sign_ins")
#: The copy of the company's raw tables that the two engines start from.
COPY = "engines"


def contents(company: Company, schema: str) -> Contents:
    """All rows of all tables and views of a schema of PostgreSQL."""
    with company.sandbox.postgres.connect() as connection:
        query = "select table_name from information_schema.tables where table_schema = %s"
        tables = [name for (name,) in connection.execute(query, [schema]).fetchall()]
    return {table: Counter(map(text_of, company.rows(table, schema))) for table in tables}


def apart(expected: Contents, found: Contents) -> list[str]:
    """Rows that lack, and rows that are too many."""
    return [
        f"{table}: {sign} {row}"
        for table in sorted(expected.keys() | found.keys())
        for sign, rows in (
            ("lacks", expected.get(table, Counter()) - found.get(table, Counter())),
            ("has", found.get(table, Counter()) - expected.get(table, Counter())),
        )
        for row in rows.elements()
    ]


@dataclass(frozen=True)
class Pair:
    """The raw tables of a company on two engines, at first without the last sign-ins.

    Attributes:
        late: SQL condition of these sign-ins.
    """

    company: Company
    duckdb: DuckDbWarehouse
    late: str

    @classmethod
    def of(cls, company: Company, folder: Path) -> Pair:
        since = company.loaded_at - timedelta(hours=36)
        pair = cls(company, DuckDbWarehouse(folder), f"\"createdDateTime\" >= timestamp '{since:%Y-%m-%d %H:%M:%S}'")
        company.copy(COPY)
        pair._change("delete from {copy}")
        pair.duckdb.add(company.sandbox.postgres, COPY)
        return pair

    def add_late(self) -> None:
        """Load the last sign-ins."""
        self._change("insert into {copy} select * from {raw}")
        self.duckdb.add(self.company.sandbox.postgres, SCHEMA, dict.fromkeys(LOGS, self.late))

    def _change(self, statement: str) -> None:
        with self.company.sandbox.postgres.connect() as connection:
            for log in LOGS:
                change = sql.SQL(f"{statement} where {self.late}")
                connection.execute(change.format(copy=sql.Identifier(COPY, log), raw=sql.Identifier(SCHEMA, log)))

    def dbt(self, *command: str) -> None:
        """Run dbt on DuckDB alone."""
        self.duckdb.dbt(*command, as_of=self.company.loaded_at.strftime("%Y-%m-%dT%H:%M:%S.%f"), **SHORT)

    def run(self, postgres: tuple[str, ...], duckdb: tuple[str, ...], suffix: str = "_views") -> Contents:
        """Run dbt on both; the rows that both have afterwards."""
        self.company.build(*postgres, schema=COPY, **SHORT)
        self.dbt(*duckdb)
        found = self.duckdb.contents(f"{SCHEMA}{suffix}")
        differences = apart(contents(self.company, f"{COPY}{suffix}"), found)
        assert differences == [], "\n".join(differences[:20])
        return found


def test_duckdb_has_the_rows_of_postgresql(
    history: History, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    pair = Pair.of(history.company, tmp_path)

    first = pair.run(UNTESTED, ("build",))
    ran = pair.duckdb.results()
    pair.add_late()
    next_day = pair.run(("run",), ("run",))
    assert next_day["app_usage"].total() > first["app_usage"].total()

    pair.dbt("run", "--full-refresh")
    refreshed = pair.duckdb.contents(f"{SCHEMA}_views")
    assert apart(next_day, refreshed) == []

    forget = ("run-operation", "forget_deleted", "--args", "{days: 0}")
    raw = pair.run(forget, forget, suffix="")
    compared = sum(rows.total() for part in (first, next_day, refreshed, raw) for rows in part.values())
    tests = ran["test"] + ran["unit_test"]
    record_property("engine", f"DuckDB: {ran['model']} models, {tests} tests, {compared} rows compared, 0 differences")
