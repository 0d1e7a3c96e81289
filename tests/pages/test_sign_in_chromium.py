"""People sign in to the pages with the tenant's own accounts, and see what they may."""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.login.registration import WebApp
from tests.commands.chromium import PROGRAM
from tests.environments import ROOT
from tests.pages.conftest import served
from tests.pages.test_employees_chromium import CSV_LINK, status_of
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

Person = dict[str, Any]


class Site:
    """Pages that ask for a sign-in.

    Attributes:
        reader, admin, other: Active people with the role pages.read, pages.admin and none.
        log: What the pages have written.
    """

    def __init__(self, url: str, log: Path, people: list[Person]) -> None:
        self.url = url
        self.log = log
        self.reader, self.admin, self.other = people

    def sign_in(self, browser: Browser, person: Person) -> None:
        browser.open(self.url)
        browser.until("[...document.querySelectorAll('button')].some(one => one.innerText == 'Sign in with Microsoft')")
        browser.settle()
        browser.run(
            "[...document.querySelectorAll('button')].find(one => one.innerText == 'Sign in with Microsoft').click()"
        )
        browser.until("document.title == 'Pick an account'")
        name = json.dumps(person["userPrincipalName"])
        browser.run(f"document.querySelector('input[name=account]').value = {name}")
        browser.run("[...document.querySelectorAll('button')].find(one => one.textContent == 'Next').click()")
        browser.until(f"location.href.startsWith({self.url!r})")
        browser.settle()


def sign_in_settings(company: Company, port: int, **more: str) -> dict[str, str]:
    login = company.sandbox.login
    secret = secrets.token_hex()
    client = f"pages-{port}"
    login.web_apps[client] = WebApp(client, secret, [f"http://localhost:{port}/oauth2callback"])
    return {
        **company.sandbox.environment(),
        "ENTRA_PAGES_URL": f"http://localhost:{port}",
        "ENTRA_PAGES_CLIENT_ID": client,
        "ENTRA_PAGES_CLIENT_SECRET": secret,
        "ENTRA_PAGES_COOKIE_SECRET": secrets.token_hex(),
        "ENTRA_PAGES_METADATA_URL": f"{login.url}/{company.tenant.id}/v2.0/.well-known/openid-configuration",
        **more,
    }


@pytest.fixture(scope="module", params=[{}, {"ENTRA_PAGES_SELF": "true"}], ids=["by role", "or only yourself"])
def guarded(
    request: pytest.FixtureRequest, company: Company, pages_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    port, log = free_port(), tmp_path_factory.mktemp("guarded") / "log"
    variables = sign_in_settings(company, port, **request.param)
    active = [row for row in company.rows("employees") if row["account_state"] == "active" and row["photo_sha256"]]
    users = company.tenant.directory["users"].live
    people = [users[row["user_id"]] for row in active[:3]]
    company.sandbox.login.web_apps[f"pages-{port}"].roles = {
        people[0]["id"]: ["pages.read"],
        people[1]["id"]: ["pages.admin"],
    }
    with served(pages_python, port, variables, log) as url:
        yield Site(url.replace("127.0.0.1", "localhost"), log, people)


def test_without_a_sign_in_nothing_shows(browser: Browser, guarded: Site, company: Company) -> None:
    for page in ("employees", "applications", "insights", "findings", "status"):
        browser.open(f"{guarded.url}/{page}")
        browser.wait_to_read("Sign in with Microsoft")
        said = browser.run("document.body.innerText")
        assert company.rows("company")[0]["display_name"] not in said
        assert "As of" not in said
    for path in ("/photo/0", f"/photo/{'0' * 64}?until=9999999999&by={'0' * 64}", "/csv/forged", "/_stcore/metrics"):
        assert status_of(guarded.url + path) == 404


def test_a_reader_sees_everybody_and_may_not_connect(browser: Browser, guarded: Site) -> None:
    guarded.sign_in(browser, guarded.reader)

    browser.open(f"{guarded.url}/employees")
    assert len(browser.grid()) == 51
    browser.open(f"{guarded.url}/status")
    browser.wait_to_read("needs the role pages.admin")
    assert "Connect\n" not in browser.run("document.body.innerText")


def test_an_admin_may_connect(browser: Browser, guarded: Site) -> None:
    guarded.sign_in(browser, guarded.admin)

    browser.open(f"{guarded.url}/status")
    browser.until("[...document.querySelectorAll('button')].some(one => one.innerText.includes('Connect'))")


def test_others_see_one_sentence_or_themselves(browser: Browser, guarded: Site, request: pytest.FixtureRequest) -> None:
    guarded.sign_in(browser, guarded.other)

    browser.open(f"{guarded.url}/employees")
    if "only yourself" not in request.node.name:
        browser.wait_to_read("You are signed in, but you may not see these pages.")
        assert browser.run("document.querySelectorAll('table').length") == 0
        return
    browser.settle()
    assert [row[1] for row in browser.grid()[1:]] == [guarded.other["displayName"]]
    browser.open(f"{guarded.url}/person?id={guarded.reader['id']}")
    browser.wait_to_read("Not found")
    for page in ("applications", "insights", "findings", "status"):
        browser.open(f"{guarded.url}/{page}")
        browser.wait_to_read("You see only yourself here.")


def test_after_signing_out_nothing_is_left(browser: Browser, guarded: Site) -> None:
    guarded.sign_in(browser, guarded.reader)
    browser.open(f"{guarded.url}/employees?sort=Name")
    photo = next(cell for row in browser.grid() for cell in row if cell.startswith("/photo/"))
    browser.until(f"!!{CSV_LINK}")
    file = browser.run(f"{CSV_LINK}.getAttribute('href')")
    assert browser.run(f"fetch({photo!r}, {{cache: 'no-store'}}).then(one => one.status)") == 200
    assert browser.run(f"fetch({file!r}).then(one => one.status)") == 200
    assert (status_of(guarded.url + photo), status_of(guarded.url + file)) == (404, 404)

    browser.run("[...document.querySelectorAll('button')].find(one => one.innerText == 'Sign out').click()")

    browser.wait_to_read("Sign in with Microsoft")
    assert browser.run(f"fetch({photo!r}, {{cache: 'no-store'}}).then(one => one.status)") == 404
    assert browser.run(f"fetch({file!r}).then(one => one.status)") == 404


def test_a_forged_cookie_is_no_sign_in(browser: Browser, guarded: Site, company: Company) -> None:
    claims = {"is_logged_in": True, "origin": guarded.url, "tid": company.tenant.id, "oid": guarded.reader["id"],
              "roles": ["pages.admin"], "provider": "microsoft"}  # fmt: skip
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
    browser.open(guarded.url)
    browser.wait_to_read("Sign in with Microsoft")
    browser._ask("Network.setCookie", name="_streamlit_user", value=f"{forged}.sig.nature", url=guarded.url)

    browser.open(f"{guarded.url}/employees")

    browser.wait_to_read("Sign in with Microsoft")


def test_no_person_reaches_the_log(guarded: Site) -> None:
    said = guarded.log.read_text().lower()

    for person in (guarded.reader, guarded.admin, guarded.other):
        for name in ("id", "userPrincipalName", "displayName"):
            assert str(person[name]).lower() not in said


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"ENTRA_PAGES_ADDRESS": "0.0.0.0"}, "ENTRA_PAGES_CLIENT_ID"),
        ({"ENTRA_PAGES_ADDRESS": "::"}, "ENTRA_PAGES_COOKIE_SECRET"),
        ({"ENTRA_PAGES_ADDRESS": "192.0.2.1"}, "ENTRA_PAGES_URL"),
        ({"ENTRA_PAGES_CLIENT_ID": "half"}, "ENTRA_PAGES_CLIENT_SECRET"),
    ],
)
def test_elsewhere_pages_do_not_start_without_a_sign_in(
    company: Company, pages_python: Path, variables: dict[str, str], named: str
) -> None:
    done = subprocess.run(
        [pages_python, "-m", "pages"], check=False, cwd=ROOT, capture_output=True, text=True,
        env={**company.sandbox.environment(), **variables},
    )  # fmt: skip

    assert done.returncode == 2
    assert named in done.stderr
