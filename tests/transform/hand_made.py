"""A warehouse whose raw tables are written by hand: for what no tenant of the sandbox is like."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from tests.environments import ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.postgres import Postgres

Row = dict[str, Any]

PROJECT = ROOT / "transform"
NOW = datetime(2026, 6, 10, 4)  # noqa: DTZ001 - as the loader writes them
LOADED = datetime(2026, 6, 10, 3)  # noqa: DTZ001
MODELS = ("build", "--exclude-resource-type", "test", "unit_test")
#: Streams that seats, roles, licences and kinds of apps need to be known.
DIRECTORY = (
    "organization", "users", "subscribed_skus", "groups", "group_members", "role_definitions", "role_assignments",
    "service_principals", "app_role_assignments", "directory_audits",
)  # fmt: skip
_TYPES = {str: "text", bool: "boolean", int: "bigint", datetime: "timestamp", date: "timestamp"}


class HandMadeWarehouse:
    """Raw tables in a schema of one's own, and the views that dbt makes of them.

    Args:
        keeps_seeds: Whether the seeds, which are always the same, stay loaded from test to test.
    """

    def __init__(
        self, postgres: Postgres, folder: Path, schema: str, project: Path = PROJECT, *, keeps_seeds: bool = False
    ) -> None:
        self.postgres = postgres
        self.folder = folder
        self.schema = schema
        self.project = project
        self._seeds = {seed.stem for seed in project.glob("entra/seeds/*.csv")} if keeps_seeds else set()

    def clear(self) -> None:
        """Have nothing but the seeds that are kept, not even the schemas."""
        staging = self.schema + "_staging"
        with self.postgres.connect() as connection:
            for schema in (self.schema, self.schema + "_views", *([] if self._seeds else [staging])):
                connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))
            for name, kind in self._relations(staging).items():
                if name not in self._seeds:
                    drop = sql.SQL(f"drop {kind} if exists {{}} cascade")
                    connection.execute(drop.format(sql.Identifier(staging, name)))

    def _relations(self, schema: str) -> dict[str, str]:
        """Tables and views of a schema, by name."""
        query = "select table_name, case table_type when 'VIEW' then 'view' else 'table' end"
        with self.postgres.connect() as connection:
            rows = connection.execute(f"{query} from information_schema.tables where table_schema = %s", [schema])
            return dict(rows.fetchall())

    def add(self, table: str, *rows: Row) -> None:
        """Add rows; the table has the columns of the first that were ever added, and the loader's."""
        stamped = [{"_sdc_deleted_at": None, "_sdc_batched_at": datetime(2026, 6, 1), **row} for row in rows]  # noqa: DTZ001
        name = sql.Identifier(self.schema, table)
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(_type(column, value)))
            for column, value in stamped[0].items()
        )
        with self.postgres.connect() as connection:
            connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(self.schema)))
            connection.execute(sql.SQL("create table if not exists {} ({})").format(name, columns))
            for row in stamped:
                connection.execute(
                    sql.SQL("insert into {} ({}) values ({})").format(
                        name,
                        sql.SQL(", ").join(map(sql.Identifier, row)),
                        sql.SQL(", ").join(sql.Placeholder() for _ in row),
                    ),
                    [Jsonb(value) if isinstance(value, (dict, list)) else value for value in row.values()],
                )

    def refuse(self, stream: str, at: datetime) -> None:
        """Have Microsoft refuse a stream. Its schema was sent all the same: the loader made an empty table of it."""
        self.add("stream_runs", ran(stream, at, "skipped"))
        with self.postgres.connect() as connection:
            name = sql.Identifier(self.schema, stream)
            connection.execute(sql.SQL("create table if not exists {} (_sdc_deleted_at timestamp)").format(name))

    def dbt(self, *command: str, **variables: Any) -> str:
        """Run a command of dbt; returns what it said. MODELS leave out seeds that are there."""
        if command == MODELS and self._seeds and self._seeds <= self._relations(self.schema + "_staging").keys():
            command = (*MODELS, "seed")
        done = subprocess.run(
            [
                environment("dbt", ROOT / "requirements-transform.lock") / "dbt",
                *command,
                *("--project-dir", self.project, "--profiles-dir", self.project),
                *(("--vars", json.dumps(variables)) if variables else ()),
            ],
            check=False,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                **self.postgres.environment(),
                "ENTRA_RAW_SCHEMA": self.schema,
                "DBT_TARGET_PATH": str(self.folder / "target"),
                "DBT_LOG_PATH": str(self.folder / "logs"),
            },
        )
        assert done.returncode == 0, done.stdout[-6000:]
        return done.stdout

    def rows(self, table: str, kind: str = "_views") -> list[Row]:
        """All rows of a view; of a raw table with kind "", of a model in between with "_staging"."""
        with self.postgres.connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(
                sql.SQL("select * from {}").format(sql.Identifier(self.schema + kind, table))
            ).fetchall()


def person(number: int, **columns: Any) -> dict[str, Any]:
    return {
        "id": f"person {number}",
        "displayName": f"Person {number}",
        "mail": f"person{number}@contoso.example",
        "userType": "Member",
        "accountEnabled": True,
        "createdDateTime": NOW - timedelta(days=500),
        "deletedDateTime": None,
        **columns,
    }


def sign_in(number: int, person: int, app: str, at: datetime, code: int = 0, **columns: Any) -> dict[str, Any]:
    return {
        "id": f"sign-in {number}",
        "createdDateTime": at,
        "userId": f"person {person}",
        "userDisplayName": f"Person {person}",
        "appId": app,
        "appDisplayName": app.upper(),
        "status": {"errorCode": code},
        "_sdc_batched_at": LOADED,
        **columns,
    }


def ran(stream: str, day: datetime, outcome: str = "complete", **columns: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("newestRow", "gapFrom", "gapTo", "graphCode", "action"))
    times = {"startedAt": day, "finishedAt": day}
    return {"runId": f"{day:%Y%m%d}", "stream": stream, **times, "outcome": outcome, "rows": 1, **nothing, **columns}


def _type(column: str, value: Any) -> str:
    times = ("DateTime", "At", "gapFrom", "gapTo", "newestRow", "countedDay", "wholeSince", "_at")
    if column.endswith(times):
        return "timestamp"
    return _TYPES.get(type(value), "text" if value is None else "jsonb")


def principal(name: str, **columns: Any) -> dict[str, Any]:
    return {
        "id": f"principal of {name}",
        "appId": name,
        "displayName": name,
        "appOwnerOrganizationId": "another tenant",
        "accountEnabled": True,
        "homepage": None,
        **columns,
    }


def seat(number: int, who: int, app: str) -> dict[str, Any]:
    return {
        "id": f"seat {number}",
        "principalId": f"person {who}",
        "principalType": "User",
        "resourceId": f"principal of {app}",
        "createdDateTime": NOW - timedelta(days=300),
    }


def last_seen(who: int, at: datetime | None) -> dict[str, Any]:
    activity = {"lastSuccessfulSignInDateTime": at.isoformat() + "Z"} if at else {}
    return {"id": f"person {who}", "signInActivity": activity}
