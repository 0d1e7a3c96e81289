"""A company whose directory is loaded into a warehouse, and the views that dbt makes of it."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from tests.environments import ROOT, environment
from tests.pipeline import HURRIED_TAP, SCHEMA, Pipeline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sandbox import Sandbox

Row = dict[str, Any]

PROJECT = ROOT / "transform"
MARTS = (
    "applications", "app_usage", "employees", "insights", "news", "product_costs", "security_figures", "sync_status",
)  # fmt: skip


def recent_tuesday() -> datetime:
    """A Tuesday noon, three to ten days ago.

    The hour and the weekday decide what a made-up company does, so every run has the same ones. The days that a test
    lets pass stay behind the clock: no run's own time is before them.
    """
    latest = datetime.now(timezone.utc) - timedelta(days=3)
    noon = latest.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon - timedelta(days=(noon.weekday() - 1) % 7 or (7 if noon > latest else 0))


class Company:
    """One company's warehouse.

    Attributes:
        loaded_at: The tenant's clock when it was loaded last: "now" for the views.
        project: Folder of the dbt project.
    """

    def __init__(self, sandbox: Sandbox, folder: Path, *streams: str, **settings: Any) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.loaded_at: datetime
        self.project = PROJECT
        self._pipeline = Pipeline(sandbox, folder, *streams, tap=HURRIED_TAP, **settings)

    @property
    def tenant(self) -> Any:
        return self.sandbox.tenant

    def load(self) -> None:
        """Run the tap and the loader."""
        # What the reports know must not lie ahead of "now", so the clock is read before and the logs are quiet since.
        self._pipeline.run()
        self.loaded_at = self.tenant.now()

    def build(self, *arguments: str, schema: str = SCHEMA, **variables: Any) -> str:
        """Run dbt, and return what it said."""
        variables = {"as_of": self.loaded_at.strftime("%Y-%m-%dT%H:%M:%S.%f"), **variables}
        done = subprocess.run(
            [
                environment("dbt", ROOT / "requirements-transform.lock") / "dbt",
                *arguments,
                *("--project-dir", self.project, "--profiles-dir", self.project, "--vars", json.dumps(variables)),
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={
                **os.environ,
                **self.sandbox.environment(),
                "ENTRA_RAW_SCHEMA": schema,
                "DBT_TARGET_PATH": str(self.folder / "target"),
                "DBT_LOG_PATH": str(self.folder / "logs"),
            },
        )
        assert done.returncode == 0, done.stdout[-6000:]
        return done.stdout

    def rows(self, table: str, schema: str = f"{SCHEMA}_views") -> list[Row]:
        """All rows of a table or view."""
        with self.sandbox.postgres.connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
            query = sql.SQL("select * from {}.{}").format(sql.Identifier(schema), sql.Identifier(table))
            return cursor.execute(query).fetchall()

    def raw_tables(self, schema: str = SCHEMA) -> list[str]:
        with self.sandbox.postgres.connect() as connection:
            query = "select table_name from information_schema.tables where table_schema = %s"
            return [name for (name,) in connection.execute(query, [schema]).fetchall()]

    def copy(self, schema: str, *, without: Iterable[str] = ()) -> None:
        """Another warehouse with the same raw tables, as if the streams of some had never been selected."""
        with self.sandbox.postgres.connect() as connection:
            connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
            for table in {*self.raw_tables()} - {*without}:
                target, source = sql.Identifier(schema, table), sql.Identifier(SCHEMA, table)
                connection.execute(sql.SQL("create table {} as table {}").format(target, source))
            runs = sql.Identifier(schema, "stream_runs")
            connection.execute(sql.SQL("delete from {} where stream = any(%s)").format(runs), [[*without]])
