"""At 20,000 people PostgreSQL joins no two lists by comparing each row of one with each row of the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transform.hand_made import HandMadeWarehouse

    Plan = dict[str, Any]

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

PEOPLE = 20_000
#: A nested loop over more pairs than these costs most of a build.
PAIRS = 1_000_000


@pytest.fixture
def crowd(warehouse: HandMadeWarehouse) -> HandMadeWarehouse:
    """A warehouse of many people after its first build, which comes right after the load."""
    schema = sql.Identifier(warehouse.schema)
    tables = Path(__file__).with_name("crowd.sql").read_text().replace(":people", str(PEOPLE))
    with warehouse.postgres.connect() as connection:
        connection.execute(sql.SQL("create schema {}").format(schema))
        connection.execute(sql.SQL("set search_path to {}").format(schema))
        for statement in tables.split(";\n"):
            if statement.strip():
                connection.execute(sql.SQL(statement))
        for (table,) in connection.execute("select tablename from pg_tables where schemaname = %s", [warehouse.schema]):
            connection.execute(sql.SQL("alter table {} set (autovacuum_enabled = off)").format(sql.Identifier(table)))
    warehouse.dbt("build", "--exclude-resource-type", "test", "unit_test")
    return warehouse


def test_no_model_compares_each_row_with_each(crowd: HandMadeWarehouse) -> None:
    manifest = json.loads((crowd.folder / "target" / "manifest.json").read_text())
    models = {id_: node for id_, node in manifest["nodes"].items() if id_.startswith("model.entra.")}

    slow = []
    with crowd.postgres.connect() as connection:
        connection.execute("set statement_timeout to '120 s'")
        for node in models.values():
            query = sql.SQL("explain (analyze, timing off, format json) {}").format(sql.SQL(node["compiled_code"]))
            ((plan,),) = connection.execute(query).fetchone() or (None,)
            slow += [f"{node['name']}: {pairs:,} pairs" for pairs in loops(plan["Plan"]) if pairs > PAIRS]

    assert models
    assert slow == []


def test_a_loop_over_all_pairs_is_noticed(warehouse: HandMadeWarehouse) -> None:
    query = "explain (analyze, timing off, format json) select count(*) from a, a as b where a.n < b.n + 1"

    with warehouse.postgres.connect() as connection:
        connection.execute("create temporary table a as select n from generate_series(1, 1500) as n")
        ((plan,),) = connection.execute(query).fetchone() or (None,)

    assert max(loops(plan["Plan"])) >= 1500 * 1500


def loops(plan: Plan) -> Iterator[int]:
    """How many pairs of rows each nested loop of a plan looked at, and each subquery that ran for each row."""
    for child in plan.get("Plans", []):
        yield from loops(child)
        if plan["Node Type"] == "Nested Loop" and child["Parent Relationship"] == "Inner":
            compared = plan["Actual Rows"] + plan.get("Rows Removed by Join Filter", 0)
            looked_at = child["Actual Rows"] + child.get("Rows Removed by Filter", 0)
            yield int(max(compared * plan["Actual Loops"], looked_at * child["Actual Loops"]))
        elif child["Parent Relationship"] == "SubPlan":
            yield int((child["Actual Rows"] + child.get("Rows Removed by Filter", 0)) * child["Actual Loops"])
