"""Raw tables as loaders other than the project's own make them: names are folded, and values have other types."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.streams import STREAMS
from tests.transform.duckdb_file import plain
from tests.transform.duckdb_warehouse import DuckDbWarehouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.transform.hand_made import HandMadeWarehouse

#: Columns by table, with the types that Graph declares.
TABLES: dict[str, dict[str, str]] = {
    "users": {
        "id": "text", "displayName": "text", "accountEnabled": "boolean", "createdDateTime": "time",
        "employeeHireDate": "time", "assignedLicenses": "list", "proxyAddresses": "texts", "_sdc_deleted_at": "time",
    },
    "sign_ins": {"id": "text", "createdDateTime": "time", "userId": "text", "status": "object", "ipAddress": "text"},
    "directory_audits": {"id": "text", "initiatedBy": "actor", "targetResources": "targets"},
    "stream_runs": {"runId": "text", "stream": "text", "startedAt": "time", "outcome": "text", "rows": "number"},
}  # fmt: skip
#: Values as text; '' is null.
ROWS: dict[str, list[tuple[str, ...]]] = {
    "users": [
        ("1", "Ann", "true", "2026-05-01T08:30:15Z", "0001-01-01T00:00:00Z", '[{"skuId":"e3"}]', '["smtp:a@b"]', ""),
        ("2", "Bob", "false", "2026-05-02T08:30:15Z", "", "[]", "", "2026-06-01T03:00:00Z"),
        ("3", "", "", "", "", "", "", ""),
    ],
    "sign_ins": [
        ("s1", "2026-06-09T10:00:00Z", "1", '{"errorCode":50126}', "address of Ann"),
        ("s2", "2026-06-09T11:00:00Z", "2", "", "address of Bob"),
    ],
    "directory_audits": [
        ("a1", '{"user":{"id":"2","displayName":"Bob"}}', '[{"id":"1","displayName":"Ann"}]'),
        ("a2", '{"user":{"id":"1","displayName":"Ann"}}', '[{"id":"2","displayName":"Bob"}]'),
    ],
    "stream_runs": [("r", "users", "2026-06-09T03:00:00Z", "complete", "3")],
}
#: What staging makes of them, whatever they look like.
QUERIES = {
    "users": """
        select user_id, display_name, account_enabled, created_at, hired_at, {licence} as licence, {address} as address,
            removed_at, is_live
        from {schema}_staging.stg_entra__users order by user_id
    """,
    "sign_ins": "select sign_in_id, created_at, error_code from {schema}_staging.stg_entra__sign_ins order by 1",
    "stream_runs": "select stream, started_at, outcome, rows from {schema}_staging.stg_entra__stream_runs",
}
EXPECTED = {
    "users": [
        ["1", "Ann", True, "2026-05-01T08:30:15", None, "e3", "smtp:a@b", None, True],
        ["2", "Bob", False, "2026-05-02T08:30:15", None, None, None, "2026-06-01T03:00:00", False],
        ["3", None, None, None, None, None, None, None, True],
    ],
    "sign_ins": [["s1", "2026-06-09T10:00:00", 50126], ["s2", "2026-06-09T11:00:00", None]],
    "stream_runs": [["users", "2026-06-09T03:00:00", "complete", 3]],
}


@dataclass(frozen=True)
class Loader:
    """How a loader spells columns, and what it makes of a text of each type.

    Attributes:
        types: SQL of a value by type, of a text that stands for {}; text where a type is not named.
    """

    name: str
    spell: Callable[[str], str]
    types: dict[str, str]

    def tables(self, schema: str, text: str) -> list[str]:
        """SQL that makes the raw tables. text: the engine's type."""
        made = [f"create schema if not exists {schema}"]
        for table, columns in TABLES.items():
            names = [f"c{number}" for number in range(len(columns))]
            values = ", ".join("(" + ", ".join(f"'{value}'" for value in row) + ")" for row in ROWS[table])
            typed = ", ".join(
                f'{self._typed(name, kind)} as "{self.spell(column)}"'
                for name, (column, kind) in zip(names, columns.items(), strict=True)
            ).replace("::TEXT", f"::{text}")
            given = f"(values {values}) as given ({', '.join(names)})"
            made.append(f"create table {schema}.{table} as select {typed} from {given}")
        return made

    def _typed(self, name: str, kind: str) -> str:
        return self.types.get(kind, "{}").format(f"nullif({name}, '')")


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


_TEXT = dict.fromkeys(("text", "time", "boolean", "number", "list", "texts", "object", "actor", "targets"), "{}::TEXT")
_PYTHON = {**_TEXT, "boolean": "initcap({})::TEXT", "number": "({} || '.0')::TEXT"}
POSTGRES = (
    Loader("lower case, all of it text", str.lower, _PYTHON),
    Loader(
        "upper case, times with zone, native JSON",
        str.upper,
        {
            "time": "{}::timestamptz", "boolean": "{}::boolean", "number": "{}::numeric", "list": "{}::json",
            "texts": "{}::json", "object": "{}::json", "actor": "{}::json", "targets": "{}::json",
            "text": "{}::varchar(99)",
        },
    ),
    Loader(
        "snake case, times without zone, arrays, and JSON even for texts",
        snake_case,
        {
            "time": "{}::timestamp", "boolean": "{}::boolean::int", "number": "{}::int", "list": "{}::jsonb",
            "texts": "case when {} is not null then array['smtp:a@b'] end", "object": "{}::jsonb",
            "actor": "{}::jsonb", "targets": "{}::jsonb", "text": "to_jsonb({})",
        },
    ),
)  # fmt: skip
DUCKDB = (
    Loader("lower case, all of it text", str.lower, {**_PYTHON, "boolean": "upper({})::TEXT"}),
    Loader(
        "upper case, times with zone, structs and lists",
        str.upper,
        {
            "time": "{}::timestamptz", "boolean": "{}::boolean", "number": "{}::double",
            "list": 'json_transform({}, \'[{{"skuId": "VARCHAR", "plans": ["VARCHAR"]}}]\')',
            "texts": "({}::json)::varchar[]", "object": '({}::json)::struct("errorCode" bigint)',
            "actor": '({}::json)::struct("user" struct(id varchar, "displayName" varchar))',
            "targets": '({}::json)::struct(id varchar, "displayName" varchar)[]',
        },
    ),
    Loader(
        "snake case, variants, and JSON even for texts",
        snake_case,
        {
            "time": "{}::timestamp_s", "boolean": "to_json({}::boolean)", "number": "to_json({}::int)",
            "list": "({}::json)::variant", "texts": "({}::json)::variant", "object": "({}::json)::map(varchar, int)",
            "actor": "({}::json)::variant", "targets": "{}::json",
            "text": "to_json({})",
        },
    ),
)  # fmt: skip
STAGING = ("run", "--select", *(f"stg_entra__{table}" for table in QUERIES))
FORGET = ("run-operation", "forget_deleted", "--args", "{days: 0}")


def named(contents: str) -> tuple[int, int]:
    """How often people are named who are there, and who left."""
    return contents.count("Ann"), contents.count("Bob")


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> DuckDbWarehouse:
    return DuckDbWarehouse(tmp_path_factory.mktemp("duckdb"))


def test_no_two_columns_of_a_stream_are_spelled_alike_once_folded() -> None:
    for stream in STREAMS:
        folded = Counter(name.lower().replace("_", "") for name in stream.schema["properties"])
        assert [name for name, number in folded.items() if number > 1] == [], stream.name


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.parametrize("loader", POSTGRES, ids=lambda one: one.name)
def test_postgresql_reads_raw_tables_of_any_loader(loader: Loader, warehouse: HandMadeWarehouse) -> None:
    with warehouse.postgres.connect() as connection:
        for statement in loader.tables(warehouse.schema, "text"):
            connection.execute(statement)

    warehouse.dbt(*STAGING)

    fields = {"licence": "assigned_licenses -> 0 ->> 'skuId'", "address": "proxy_addresses ->> 0"}
    with warehouse.postgres.connect() as connection:
        found = {
            table: connection.execute(query.format(schema=warehouse.schema, **fields)).fetchall()
            for table, query in QUERIES.items()
        }
    assert {table: [plain(list(row)) for row in rows] for table, rows in found.items()} == EXPECTED

    def contents() -> str:
        return "".join(str(warehouse.rows(table, "")) for table in TABLES)

    before = named(contents())
    warehouse.dbt(*FORGET)
    assert (before, named(contents())) == ((4, 4), (4, 0))


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.parametrize("loader", DUCKDB, ids=lambda one: one.name)
def test_duckdb_reads_raw_tables_of_any_loader(loader: Loader, duckdb: DuckDbWarehouse) -> None:
    duckdb.ask(*(f"drop schema if exists {schema} cascade" for schema in ("entra_staging", "entra")))
    duckdb.ask(*loader.tables("entra", "varchar"))

    duckdb.dbt(*STAGING)

    fields: dict[str, Any] = {
        "licence": "json_extract_string(assigned_licenses, '$[0].skuId')",
        "address": "json_extract_string(proxy_addresses, '$[0]')",
    }
    found = duckdb.ask(*(query.format(schema="entra", **fields) for query in QUERIES.values()))
    assert dict(zip(QUERIES, found, strict=True)) == EXPECTED

    def contents() -> str:
        return "".join(str(duckdb.contents("entra")[table]) for table in TABLES)

    before = named(contents())
    duckdb.dbt(*FORGET)
    after = named(contents())
    assert before == (4, 4)
    assert (after[0] >= 2, after[1]) == (True, 0)
