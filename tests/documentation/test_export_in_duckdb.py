"""The statement in docs/export.md by which DuckDB reads the export, beside the rows that the tap reads from it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import odata
from tests.documentation.pages import PAGES, ROOT
from tests.environments import environment
from tests.exports import SIGN_INS, STARTS, ExportedProject, plain
from tests.warehouse import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox import Sandbox
    from sandbox.export import Azurite, Export

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("azurite")]

_READ = """
import json, sys, duckdb
duckdb.sql("set timezone = 'UTC'")
duckdb.execute(sys.argv[1])
found = duckdb.execute("select * from sign_ins")
names = [column[0] for column in found.description]
print(json.dumps([dict(zip(names, row)) for row in found.fetchall()], default=str))
"""


@pytest.fixture(scope="module")
def duckdb_python() -> Path:
    """A Python that has DuckDB; made before HTTP clients trust the sandbox alone."""
    return environment("dbt-duckdb", ROOT / "requirements-duckdb.lock") / "python"


@pytest.fixture
def exported(new_sandbox: Callable[..., Sandbox], azurite: Azurite) -> ExportedProject:
    exported = ExportedProject(Project(new_sandbox(users=20, sign_ins=30, starts=STARTS, azurite=azurite)))
    exported.export.write("signIns")
    return exported


def copied(export: Export, folder: Path) -> None:
    """What a copy of the container to a folder leaves there."""
    for name in export.names(SIGN_INS):
        path = folder / SIGN_INS / name
        path.parent.mkdir(parents=True)
        path.write_bytes(export.blob(SIGN_INS, name).download_blob().readall())


def read_by_duckdb(python: Path, folder: Path) -> list[dict[str, Any]]:
    (statement,) = [part.partition("```")[0] for part in PAGES[ROOT / "docs/export.md"].split("```sql\n")[1:]]
    done = subprocess.run([python, "-c", _READ, statement], cwd=folder, check=True, capture_output=True, text=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def spelled(row: dict[str, Any]) -> dict[str, Any]:
    """A row of either side: JSON read, times as moments, and a success without Graph's words for it."""
    values = {
        name: json.loads(value) if isinstance(value, str) and value[:1] in {"{", "["} else value
        for name, value in row.items()
        if not name.startswith("_sdc_") and value is not None
    }
    values["createdDateTime"] = odata.parse_instant(str(values["createdDateTime"]).replace(" ", "T"))
    if values["status"]["errorCode"] == 0:
        values["status"] = {"errorCode": 0}
    return dict(plain(values))


def test_duckdb_has_the_rows_and_columns_of_the_raw_table(
    duckdb_python: Path, exported: ExportedProject, tmp_path: Path
) -> None:
    exported.export.append(SIGN_INS, exported.export.name(STARTS), b'{"time":"2026-11-20T12:31')
    copied(exported.export, tmp_path)
    exported.run()

    found = read_by_duckdb(duckdb_python, tmp_path)

    loaded = exported.project.warehouse.live("sign_ins")
    assert set(found[0]) == set(exported.project.warehouse.columns["sign_ins"])
    assert {row["id"]: spelled(row) for row in found} == {row["id"]: spelled(row) for row in loaded}
    assert len(found) == len(loaded) > 20
