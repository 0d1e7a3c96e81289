"""What is not in the warehouse shows as not known, with the reason; no page fails, and no unknown figure is 0."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from tests.environments import ROOT
from tests.pages.conftest import pages_of
from tests.transform.conftest import UNTESTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.pages.conftest import Pages
    from tests.transform.company import Company

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("pages")]

LISTS = ("employees", "applications", "insights", "findings", "status")
WITHOUT = ("profile_photos", "user_registration_details", "user_managers", "oauth2_permission_grants", "sign_ins",
           "non_interactive_sign_ins", "role_assignments")  # fmt: skip


@pytest.fixture(scope="module")
def less(company: Company, pages_python: Path) -> Iterator[Pages]:
    """The pages of a company that reads fewer streams."""
    company.copy("less", without=WITHOUT)
    company.build(*UNTESTED, schema="less")
    with pages_of(pages_python, {**company.sandbox.environment(), "ENTRA_RAW_SCHEMA": "less"}) as found:
        yield found


def test_people_without_the_streams_behind_their_columns(less: Pages) -> None:
    shown = less.show("employees")

    for row in shown["tables"][0]:
        for column in ("Manager", "Second factor", "Apps used", "Admin roles"):
            assert row[column] == "not known"
    assert shown["metric"]["No second factor"] == "not known"
    assert shown["metric"]["Admins"] == "not known"
    assert any("Second factor" in text and "the list 'Second factors'" in text for text in shown["text"])
    assert {"Manager", "Second factor", "Admin role"}.isdisjoint(shown["choices"])


def test_apps_without_the_streams_behind_their_columns(less: Pages, company: Company) -> None:
    shown = less.show("applications")

    for row in shown["tables"][0]:
        for column in ("People, 30 days", "Permission risk"):
            assert row[column] == "not known"
    app = company.rows("applications", "less_views")[0]
    shown = less.show("app", query={"id": app["app_id"]})
    assert shown["metric"]["People in 30 days"] == "not known"
    assert any("the list 'Consents'" in text for text in shown["text"])


def test_a_person_without_the_streams_behind_the_facts(less: Pages, company: Company) -> None:
    person = next(row for row in company.rows("employees", "less_views") if row["account_state"] == "active")

    shown = less.show("person", query={"id": person["user_id"]})

    assert shown["metric"]["Second factor"] == "not known"
    assert shown["metric"]["Apps used in 30 days"] == "not known"
    assert any(text.startswith("Not known: the list 'Managers'") for text in shown["text"])


@pytest.mark.parametrize("page", LISTS)
def test_a_warehouse_without_anything(company: Company, pages_python: Path, page: str) -> None:
    with pages_of(pages_python, {**company.sandbox.environment(), "ENTRA_RAW_SCHEMA": "nothing"}) as pages:
        shown = pages.show(page)

    assert shown["title"]
    assert "Getting data" in " ".join(shown["markdown"])
    assert any("No data has arrived yet" in text for text in shown["warning"])
    assert "0" not in shown["metric"].values()


@pytest.mark.parametrize("page", LISTS)
def test_views_of_an_older_version(company: Company, less: Pages, page: str) -> None:
    schema = f"older_{page}"
    with company.sandbox.postgres.connect() as connection:
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(f"{schema}_views")))
        for mart in ("employees", "applications", "insights", "sync_status"):
            names = [sql.Identifier(f"{one}_views", mart) for one in (schema, "less")]
            connection.execute(sql.SQL("create table {} as table {}").format(*names))
        for column in ("findings", "finding_kinds", "worst_severity"):
            table = sql.Identifier(f"{schema}_views", "employees")
            connection.execute(sql.SQL("alter table {} drop column {}").format(table, sql.Identifier(column)))
    python = ROOT / ".venv" / "pages" / "bin" / "python"

    with pages_of(python, {**company.sandbox.environment(), "ENTRA_RAW_SCHEMA": schema}) as pages:
        shown = pages.show(page)

    assert shown["title"]
    if page == "employees":
        assert shown["tables"][0][0]["Findings"] == "not known"
        assert any("the views do not have it yet" in text for text in shown["text"])
    assert less.show(page)["title"] == shown["title"]


def test_a_database_that_is_not_there(company: Company, pages_python: Path) -> None:
    nowhere = {"TARGET_POSTGRES_SQLALCHEMY_URL": "postgresql://pages:planted-secret@127.0.0.1:9/nothing"}
    with pages_of(pages_python, {**company.sandbox.environment(), **nowhere}) as pages:
        shown = pages.show("employees")

    assert [text.split(".")[0] for text in shown["error"]] == ["The warehouse does not answer"]
    assert "planted-secret" not in str(shown)


def test_a_database_that_goes_away_and_comes_back(less: Pages, company: Company) -> None:
    assert less.show("employees")["error"] == []
    # A connection cannot close its own database to others.
    url = company.sandbox.postgres.url.replace("/warehouse?", "/postgres?")
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        try:
            connection.execute("alter database warehouse with allow_connections false")
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'warehouse'")
            away = less.show("employees")
        finally:
            connection.execute("alter database warehouse with allow_connections true")
    back = less.show("employees")

    assert [text.split(".")[0] for text in away["error"]] == ["The warehouse does not answer"]
    assert away["tables"] == []
    assert back["error"] == []
    assert back["tables"]


def test_a_warehouse_of_last_week(less: Pages, company: Company) -> None:
    move = """update less.stream_runs set "startedAt" = "startedAt" {0} interval '8 days',
        "finishedAt" = "finishedAt" {0} interval '8 days'"""
    with company.sandbox.postgres.connect() as connection:
        connection.autocommit = True
        connection.execute(move.format("-").encode())
        try:
            pages = {page: less.show(page) for page in ("employees", "status")}
        finally:
            connection.execute(move.format("+").encode())

    for shown in pages.values():
        assert "Action required" in " ".join(shown["markdown"])
        assert any(text.startswith("Not up to date") for text in shown["warning"])
    reasons = {row["Why"] for row in pages["status"]["tables"][-1] if row["State"] == "Action required"}
    assert reasons
    assert "Action required" not in " ".join(less.show("employees")["markdown"])


def test_the_role_reads_views_and_nothing_else(company: Company, pages_python: Path) -> None:
    postgres = company.sandbox.postgres
    command = [str(pages_python), "-m", "pages", "grants", "pages_reader"]
    environment = company.sandbox.environment()
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True, env=environment)
    with postgres.connect() as connection:
        connection.execute(done.stdout.encode())

    def ask(question: str) -> int:
        with psycopg.connect(host=environment["PGHOST"], user="pages_reader", dbname=postgres.database) as connection:
            return len(connection.execute(question.encode()).fetchall())

    assert ask("select * from entra_views.employees") == len(company.rows("employees"))
    assert ask("select photo from entra_views.employee_photos limit 1") == 1
    for refused in (
        "select * from entra.users",
        "select photo from entra.profile_photos",
        "select * from entra_staging.int_entra__people",
        "delete from entra_views.employees returning 1",
        "set default_transaction_read_only = off; create table x (y int)",
    ):
        with pytest.raises(psycopg.Error, match=r"permission denied|read-only"):
            ask(refused)
    # dbt makes the tables anew: the role keeps what it may read.
    company.build("run", "--select", "entra__employees")
    assert ask("select * from entra_views.employees") == len(company.rows("employees"))
    url = environment["TARGET_POSTGRES_SQLALCHEMY_URL"].replace("postgres@", "pages_reader@")
    with pages_of(pages_python, {**environment, "ENTRA_PAGES_DATABASE_URL": url}) as pages:
        for page in LISTS:
            assert pages.show(page)["error"] == []
