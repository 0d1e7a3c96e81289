"""The pages on a DuckDB file show what they show on PostgreSQL, and let go of the file for those who write to it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.environments import ROOT
from tests.pages.conftest import pages_of
from tests.pipeline import SCHEMA
from tests.transform.conftest import UNTESTED
from tests.transform.duckdb_warehouse import DuckDbWarehouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.pages.conftest import Pages, Shown
    from tests.transform.company import Company

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("pages")]

NO_POSTGRES = {"TARGET_POSTGRES_SQLALCHEMY_URL": "", "TARGET_POSTGRES_DATABASE": ""}


@pytest.fixture(scope="module")
def file(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = DuckDbWarehouse(tmp_path_factory.mktemp("duckdb"), company.project)
    assert company.sandbox.postgres
    warehouse.add(company.sandbox.postgres, SCHEMA)
    warehouse.dbt(*UNTESTED, as_of=company.loaded_at.strftime("%Y-%m-%dT%H:%M:%S.%f"))
    return warehouse.file


@pytest.fixture(scope="module")
def duck(company: Company, file: Path, pages_python: Path) -> Iterator[Pages]:
    variables = {**company.sandbox.environment(), **NO_POSTGRES, "TARGET_DUCKDB_FILEPATH": str(file)}
    with pages_of(pages_python, variables) as found:
        yield found


def unordered(shown: Shown) -> dict[str, Any]:
    """What a page shows, but for the order: PostgreSQL sorts by the rules of a language, DuckDB by letters alone."""

    def words(value: Any) -> Any:
        if isinstance(value, str):
            # Addresses of pictures are signed anew by each process.
            return sorted(re.sub(r"[?&](?:s|token|signature)=[^)\s&]+", "", value).replace("\n", ", ").split(", "))
        if isinstance(value, dict):
            return {key: words(one) for key, one in value.items() if key != " "}
        if isinstance(value, list):
            return sorted(map(words, value), key=repr)
        return value

    return {key: words(value) for key, value in shown.items()}


def addresses(company: Company) -> list[tuple[str, dict[str, str]]]:
    """A page of each kind, with an object where it is about one."""
    people, apps, findings = (company.rows(table) for table in ("employees", "applications", "insights"))
    person = max(people, key=lambda row: (row["findings"] or 0, row["user_id"]))
    app = max(apps, key=lambda row: (row["people_30d"] or 0, row["app_id"]))
    finding = next(row for row in sorted(findings, key=lambda row: row["insight_id"]) if row["children"])
    return [
        ("employees", {}),
        ("employees", {"q": "a_%"}),
        ("applications", {}),
        ("insights", {}),
        ("findings", {}),
        ("news", {}),
        ("resolved", {}),
        ("status", {}),
        ("person", {"id": person["user_id"]}),
        ("app", {"id": app["app_id"]}),
        ("finding", {"id": finding["insight_id"]}),
    ]


def test_every_page_shows_the_same(company: Company, pages: Pages, duck: Pages) -> None:
    for page, query in addresses(company):
        expected, found = pages.show(page, query=query), duck.show(page, query=query)

        sizes = [len(table) for table in expected["tables"]]
        assert sizes == [len(table) for table in found["tables"]], (page, query)
        # Which rows are on the first screen is a matter of order, where there are more.
        for shown in (expected, found):
            shown["tables"] = [table for table, size in zip(shown["tables"], sizes, strict=True) if size < 50]
        assert unordered(found) == unordered(expected), (page, query)


def test_a_reader_lets_go_of_the_file(file: Path, duck: Pages) -> None:
    duck.show("employees")
    time.sleep(3)

    with duckdb.connect(file) as connection:
        assert connection.execute("select count(*) from entra_views.employees").fetchone()


def test_while_another_program_writes_a_page_says_that_it_can_show_nothing(file: Path, duck: Pages) -> None:
    time.sleep(3)
    with duckdb.connect(file):
        shown = duck.show("employees")

    assert any("The warehouse does not answer." in text for text in shown["error"])
    assert duck.show("employees")["error"] == []


def test_there_are_no_rights_to_grant(file: Path, pages_python: Path) -> None:
    done = subprocess.run(
        [pages_python, "-m", "pages", "grants"], check=False, capture_output=True, text=True, cwd=ROOT,
        env={**NO_POSTGRES, "TARGET_DUCKDB_FILEPATH": str(file)},
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (2, "")
    assert "A DuckDB file has no roles" in done.stderr


def test_messages_need_a_postgres(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from notify.settings import Settings; Settings.read()"],
        check=False, capture_output=True, text=True, cwd=ROOT,
        env={"ENTRA_NOTIFY_URLS": "json://localhost", "TARGET_DUCKDB_FILEPATH": str(file)},
    )  # fmt: skip

    assert "Messages need a PostgreSQL" in done.stderr
