"""What is spelled otherwise by each engine stands in `macros/dialects`, and means the same on all of them."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.transform.duckdb_file import plain
from tests.transform.duckdb_warehouse import PROJECT, DuckDbWarehouse
from tests.transform.macros import MACROS, macros_of
from tests.transform.test_odd_values import BOOLEANS, INTEGERS, TIMES

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox

PACKAGE = PROJECT / "entra"

#: What only PostgreSQL knows, or what means something else elsewhere, in SQL and in the arguments of macros.
FOREIGN = re.compile(
    r"""
    \bjsonb | \bto_json | ->>? | \#>>? | \bjson_(?:extract|build|each)\w*\( | \barray\s*[\[(] | \bcardinality\(
    | \barray_(?:position|to_string|length|append|remove)\( | \bstring_to_array\( | \bunnest\( | \bgenerate_series\(
    | \bregexp_\w+\( | \bsubstring\([^)]*\bfrom\b | \bilike\b | @> | <@ | && | \b(?:any|all)\s*\( | \)\s*\[ | \[\s*:
    | :\s*\] | \bto_char\( | \btimestamptz\b | \bat\s+time\s+zone\b | \bnow\(\) | \bon\s+conflict\b
    | (?<!json_constant\()'\{\}' | \bpg_\w+ | \bdate_part\( | \bextract\( | \bage\( | \bencode\( | \bdigest\(
    | \bwith\s+ordinality\b | \bnum_nonnulls\b | \banalyze\s | \bcreate\s+index\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: The operators for patterns, which Jinja has for joining texts: seen once Jinja is gone.
PATTERN = re.compile(r"[^~]!?~\*?\s*'|\bsimilar\s+to\b|\w\[[\w.]")


def foreign(source: str) -> list[str]:
    """What stands in a model or macro and belongs to one engine."""
    source = re.sub(r"\{#.*?#\}|--[^\n]*", "", source, flags=re.DOTALL)
    sql = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "x", source, flags=re.DOTALL)
    return [*(match[0] for match in FOREIGN.finditer(source)), *(match[0] for match in PATTERN.finditer(sql))]


def test_models_and_macros_hold_no_sql_of_one_engine() -> None:
    paths = [path for path in PACKAGE.rglob("*.sql") if "dialects" not in path.parts]
    found = {str(path.relative_to(PACKAGE)): foreign(path.read_text(encoding="utf-8")) for path in paths}

    assert len(found) > 100
    assert {path: parts for path, parts in found.items() if parts} == {}


@pytest.mark.parametrize(
    "source",
    [
        "where name ~ '^a'",
        "where name !~* 'a'",
        "coalesce(roles, '{}')",
        "details -> 'roles'",
        "null::jsonb as details",
        "(array_agg(name order by name))[1]",
        "names[2]",
        "names[:20]",
        "{{ number_of('cardinality(names) - 1', 'one', 'more') }}",
        "substring(address from 'x')",
        "plans <@ others",
        "array['a']",
        "name = any(names)",
        "now() at time zone 'utc'",
    ],
)
def test_sql_of_one_engine_is_noticed(source: str) -> None:
    assert foreign(f"select {source} from people")


@pytest.mark.parametrize("source", ["{{ matches('a', '^b' ~ c) }}", "{{ json_text('status', 'code') }}", "a - b > 1"])
def test_calls_of_macros_are_no_sql_of_one_engine(source: str) -> None:
    assert foreign(source) == []


def test_what_is_written_for_an_engine_has_a_default_and_a_caller() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in MACROS.joinpath("dialects").glob("*.sql"))
    engines = ("default", "duckdb", "postgres")
    written = {engine: set(re.findall(rf"macro {engine}__(\w+)", source)) for engine in engines}
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)', 'entra'\)", source))

    assert written["default"] == dispatched
    assert written["duckdb"] | written["postgres"] <= dispatched
    assert written["duckdb"]


@pytest.fixture
def duckdb(tmp_path: Path) -> DuckDbWarehouse:
    return DuckDbWarehouse(tmp_path)


@pytest.mark.slow
@pytest.mark.e2e
def test_duckdb_reads_odd_values_as_postgresql_does(duckdb: DuckDbWarehouse) -> None:
    macros = macros_of("text.sql", "json.sql", engine="duckdb")
    times = {text: value and value.replace(" ", "T") for text, value in TIMES.items()}
    times["2026-01-31 10:00:00+02"] = "2026-01-31T08:00:00"  # as in JSON that it makes of a struct
    cases: list[tuple[str, str, object]] = [
        *(("json_time", text, value) for text, value in times.items()),
        *(("json_integer", text, value) for text, value in INTEGERS.items()),
        *(("json_boolean", text, value) for text, value in BOOLEANS.items()),
    ]

    def query(macro: str, text: str) -> str:
        expression = getattr(macros, macro)("asked.json", "value")
        return f"select {expression} from (select '{json.dumps({'value': text})}'::json as json) as asked"

    found = duckdb.ask(*(query(macro, text) for macro, text, _ in cases), zone="Asia/Tokyo")

    read = [(macro, text, rows[0][0]) for (macro, text, _), rows in zip(cases, found, strict=True)]
    assert read == cases


@pytest.mark.slow
@pytest.mark.e2e
def test_duckdb_rates_and_words_every_permission_as_postgresql_does(
    duckdb: DuckDbWarehouse, standing_sandbox: Sandbox
) -> None:
    names = set()
    for seed in ("app_roles", "delegated_permissions", "permission_exceptions"):
        with (PACKAGE / "seeds" / f"entra__{seed}.csv").open(encoding="utf-8") as file:
            names |= {row["permission"] for row in csv.DictReader(file)}
    values = ", ".join(f"('{name}')" for name in sorted(names))

    def query(engine: str) -> str:
        macros = macros_of("permission_risk.sql", engine=engine)
        asked = ("asked.name", "kinds.kind", "'00000003-0000-0000-c000-000000000000'", "'admin'")
        return f"""
            select asked.name, kinds.kind, {macros.permission_risk(*asked)}, {macros.permission_words(*asked[:2])}
            from (values {values}) as asked (name)
            cross join (values ('delegated'), ('application')) as kinds (kind)
        """

    assert standing_sandbox.postgres is not None
    with psycopg.connect(standing_sandbox.postgres.url.replace("+psycopg", "")) as connection:
        expected = connection.execute(query("postgres")).fetchall()
    (found,) = duckdb.ask(query("duckdb"))

    assert len(names) > 900
    assert {*map(tuple, found)} == {tuple(plain(list(row))) for row in expected}
