"""The package in another project: it builds into the schemas of its host, beside models with the same names."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from psycopg import sql

from tests.environments import ROOT, environment
from tests.transform.hand_made import NOW, PROJECT, HandMadeWarehouse, person, ran

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

#: Names of models that a company's own project may have, and a macro that no package may change.
HOST = {
    "packages.yml": f"packages:\n- local: {PROJECT / 'entra'}\n",
    "dbt_project.yml": """
name: host
version: 1.0.0
config-version: 2
profile: host
flags: {send_anonymous_usage_stats: false}
models:
  host: {+materialized: view}
""",
    "profiles.yml": """
host:
  target: dev
  outputs:
    dev: &target
      type: postgres
      host: "{{ env_var('PGHOST') }}"
      port: 5432
      user: "{{ env_var('PGUSER') }}"
      password: ''
      dbname: "{{ env_var('PGDATABASE') }}"
      schema: dev
      threads: 4
    prod:
      <<: *target
      schema: prod
""",
    "macros/generate_schema_name.sql": """
{% macro generate_schema_name(custom_schema_name, node) -%}
    host_{{ target.schema }}{{ '_' ~ custom_schema_name if custom_schema_name else '' }}
{%- endmacro %}
""",
    "macros/raw.sql": "{% macro raw(table) %}{{ exceptions.raise_compiler_error('not mine') }}{% endmacro %}",
    "models/stg_users.sql": "select 1 as id",
    "models/employees.sql": "select id from {{ ref('stg_users') }}",
    "models/headcount.sql": "select count(*) as people from {{ ref('entra', 'entra__employees') }}",
}


@pytest.fixture
def host(tmp_path: Path) -> Path:
    for name, content in HOST.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def test_a_host_builds_two_tenants_beside_models_of_its_own(host: Path, warehouse: HandMadeWarehouse) -> None:
    tenants = {"dev": HandMadeWarehouse(warehouse.postgres, host, "contoso"), "prod": warehouse}
    for number, tenant in enumerate(tenants.values(), start=1):
        tenant.clear()
        tenant.add("users", *(person(who) for who in range(number)))
        tenant.add("stream_runs", ran("users", NOW))

    def dbt(*command: str) -> None:
        done = subprocess.run(
            [environment("dbt", ROOT / "requirements-transform.lock") / "dbt", *command],
            check=False,
            capture_output=True,
            text=True,
            cwd=host,
            env={**os.environ, **warehouse.postgres.environment()},
        )
        assert done.returncode == 0, done.stdout[-6000:]

    dbt("deps")
    for target, tenant in tenants.items():
        dbt(
            "build",
            "--exclude-resource-type",
            "test",
            "unit_test",
            "--target",
            target,
            "--vars",
            f"entra_schema: {tenant.schema}",
        )

    with warehouse.postgres.connect() as connection:
        for number, target in enumerate(tenants, start=1):
            query = sql.SQL("select people, (select count(*) from {}) from {}").format(
                sql.Identifier(f"host_{target}_entra_views", "employees"), sql.Identifier(f"host_{target}", "headcount")
            )
            assert connection.execute(query).fetchall() == [(number, number)]
            own = sql.SQL("select id from {}").format(sql.Identifier(f"host_{target}", "employees"))
            assert connection.execute(own).fetchall() == [(1,)]
        indexes = "select indexname from pg_indexes where schemaname = any(%s)"
        assert connection.execute(indexes, [[tenant.schema for tenant in tenants.values()]]).fetchall() == []
