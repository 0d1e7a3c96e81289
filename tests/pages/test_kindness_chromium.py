"""The pages work with screen readers, dark colours, 200 % zoom and keyboards, and call no other host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from psycopg import sql

from tests.commands.chromium import PROGRAM
from tests.environments import ROOT, environment
from tests.pages.conftest import served
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.pages.browser import Browser
    from tests.transform.company import Company

pytestmark = [
    pytest.mark.slow,
    pytest.mark.e2e,
    pytest.mark.xdist_group("pages"),
    pytest.mark.skipif(PROGRAM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
]

HOSTILE = (
    "[a link](https://evil.example/)",
    ":red[red] :smile: **bold** $x$",
    "<b>bold</b><script>alert(1)</script>",
    "=HYPERLINK('https://evil.example/')",
    "\u202eright to left\u202c",
    "👩‍💻 " + "long " * 60,
)


@pytest.fixture(scope="module")
def axe() -> str:
    """The accessibility checker, as a script for the page."""
    home = environment("axe", ROOT / "requirements-axe.lock").parent
    (script,) = home.glob("lib/python*/site-packages/axe_playwright_python/axe.min.js")
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def addresses(company: Company) -> list[str]:
    """An address of each page."""
    person = next(row for row in company.rows("employees") if row["findings"] and row["admin_roles"])
    app = max(company.rows("applications"), key=lambda row: row["people_30d"] or 0)
    finding = next(row for row in company.rows("insights") if row["kind"] == "risky_grant")
    return [
        "employees", "applications", "insights", "findings", "status", f"person?id={person['user_id']}",
        f"app?id={app['app_id']}", f"finding?id={finding['insight_id']}", "person?id=nothing",
    ]  # fmt: skip


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(browser: Browser, site: str, addresses: list[str], axe: str, *, is_dark: bool) -> None:
    if is_dark:
        browser.dark()
    found = []
    for address in addresses:
        browser.open(f"{site}/{address}")
        browser.settle()
        browser.run(f"{axe};0")
        script = "axe.run(document).then(one => JSON.stringify(one.violations.map(one => [one.id, one.nodes[0].html])))"
        found += [(address, *violation) for violation in json.loads(browser.run(script))]

    assert found == []


def test_at_200_percent_only_tables_scroll_sideways(browser: Browser, site: str, addresses: list[str]) -> None:
    browser.size(640, 450, scale=2)
    for address in addresses:
        browser.open(f"{site}/{address}")
        browser.settle()
        main = "document.querySelector('[data-testid=stMain]')"
        assert not browser.run(
            f"document.documentElement.scrollWidth > innerWidth || {main}.scrollWidth > {main}.clientWidth"
        )


def test_no_other_host_is_called(browser: Browser, site: str, addresses: list[str]) -> None:
    for address in addresses:
        browser.open(f"{site}/{address}")
        browser.settle()
        script = "performance.getEntriesByType('resource').map(one => new URL(one.name).origin)"
        assert {one for one in browser.run(script) if one != "null"} == {site}


def test_the_grids_own_download_does_not_show(browser: Browser, site: str) -> None:
    browser.open(f"{site}/employees")
    browser.settle()

    shown = "[...document.querySelectorAll('[data-testid=stElementToolbar]')].filter(one => one.offsetParent).length"
    assert browser.run(shown) == 0


def test_a_whole_task_by_keyboard(browser: Browser, site: str, company: Company) -> None:
    person = next(row for row in company.rows("employees") if row["account_state"] == "active" and row["email"])
    browser.size(1400, 1000)
    browser.open(f"{site}/employees")
    browser.settle()
    tab_to(browser, "document.activeElement.matches('input[aria-label=Search]')")
    browser.type(person["email"])
    browser.press("Enter")
    browser.wait_to_read("1 person")
    browser.settle()
    tab_to(browser, "document.activeElement.ariaLabel == 'Open one of these people'")
    for key in ("ArrowDown", "Enter"):
        browser.press(key)

    browser.until("location.pathname === '/person'")
    browser.wait_to_read(person["user_principal_name"])
    assert person["email"] not in browser.run("location.href")


def test_focus_is_visible(browser: Browser, site: str) -> None:
    browser.open(f"{site}/employees")
    browser.settle()
    tab_to(browser, "document.activeElement.textContent.includes('Download CSV')")

    assert browser.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def tab_to(browser: Browser, condition: str) -> None:
    for _ in range(80):
        browser.press("Tab")
        if browser.run(condition):
            return
    pytest.fail(f"the Tab key does not lead to {condition}")


@pytest.fixture(scope="module")
def hostile_site(company: Company, pages_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages of a company whose people have names that mean something to browsers and spreadsheets."""
    with company.sandbox.postgres.connect() as connection:
        connection.execute("create schema hostile_views")
        for mart in ("employees", "applications", "insights", "sync_status", "company", "person_apps"):
            names = [sql.Identifier(one, mart) for one in ("hostile_views", "entra_views")]
            connection.execute(sql.SQL("create table {} as table {}").format(*names))
        people = "select user_id from hostile_views.employees where account_state = 'active' order by user_id limit 6"
        for name, (user_id,) in zip(HOSTILE, connection.execute(people).fetchall(), strict=True):
            change = "update hostile_views.employees set display_name = %s, department = %s where user_id = %s"
            connection.execute(change, [name, name, user_id])
            title = "update hostile_views.insights set title = %(name)s, subject_id = %(id)s where insight_id = (select"
            connection.execute(
                f"{title} min(insight_id) from hostile_views.insights where title <> all(%(all)s))".encode(),
                {"name": name, "id": user_id, "all": list(HOSTILE)},
            )
    variables = {**company.sandbox.environment(), "ENTRA_RAW_SCHEMA": "hostile"}
    with served(pages_python, free_port(), variables, tmp_path_factory.mktemp("hostile") / "log") as url:
        yield url


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_shows_as_typed(browser: Browser, hostile_site: str, company: Company, name: str) -> None:
    with company.sandbox.postgres.connect() as connection:
        query = "select user_id from hostile_views.employees where display_name = %s"
        ((user_id,),) = connection.execute(query, [name]).fetchall()
    browser.open(f"{hostile_site}/person?id={user_id}")
    browser.wait_to_read("Findings")
    browser.settle()

    said = browser.run("document.querySelector('h1').innerText").replace("\u2060", "").strip()
    assert said == " ".join(name.split())
    links = browser.run("[...document.querySelectorAll('a')].map(one => one.href)")
    assert not [link for link in links if "evil.example" in link]
    assert browser.run("document.querySelectorAll('main b, main script').length") == 0
    assert not browser.run("document.documentElement.scrollWidth > innerWidth")


def test_a_hostile_name_is_harmless_in_a_file(browser: Browser, hostile_site: str) -> None:
    browser.open(f"{hostile_site}/employees?account=Active")
    link = "[...document.querySelectorAll('a')].find(one => one.textContent.includes('Download CSV'))"
    browser.until(f"!!{link}")
    browser.settle()

    written = browser.run(f"fetch({link}.getAttribute('href')).then(one => one.text())")

    assert "'=HYPERLINK" in written
    assert not [line for line in written.splitlines() if line.lstrip('"').startswith(("=", "+", "-", "@"))]
