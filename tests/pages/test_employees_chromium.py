"""The list of people in a real browser: photos, the address, the CSV file, a row that opens."""

from __future__ import annotations

import csv
import io
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.commands.chromium import PROGRAM

if TYPE_CHECKING:
    from tests.pages.browser import Browser
    from tests.transform.company import Company

pytestmark = [
    pytest.mark.slow,
    pytest.mark.e2e,
    pytest.mark.xdist_group("pages"),
    pytest.mark.skipif(PROGRAM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
]

CSV_LINK = "[...document.querySelectorAll('a')].find(one => one.textContent.includes('Download CSV'))"


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_photo_shows_in_the_browser_it_was_made_for_and_nowhere_else(browser: Browser, site: str) -> None:
    browser.open(f"{site}/employees?sort=Name")
    photo = next(cell for row in browser.grid() for cell in row if cell.startswith("/photo/"))

    inside = browser.run(f"fetch({photo!r}).then(one => [one.status, one.headers.get('content-type')])")
    assert inside == [200, "image/png"]
    assert status_of(site + photo) == 404
    assert status_of(site + photo.split("?")[0]) == 404
    assert browser.run(f"fetch({photo[:-4] + '0000'!r}).then(one => one.status)") == 404


def test_the_csv_file_is_the_view_row_by_row(browser: Browser, site: str, company: Company) -> None:
    browser.open(f"{site}/employees?account=Active&sort=Name")
    browser.until(f"!!{CSV_LINK}")
    # The link holds the choices of the last run: wait until that has drawn its table.
    shown = browser.grid()
    address = browser.run(f"{CSV_LINK}.getAttribute('href')")
    written = browser.run(f"fetch({address!r}).then(one => one.text())")

    rows = list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"))))
    due = [one for one in company.rows("employees") if one["account_state"] == "active"]
    assert [row["Name"] for row in rows][: len(shown) - 1] == [row[1] for row in shown[1:]]
    by_mail = {row["Mail"]: row for row in rows}
    assert len(rows) == len(due)
    for one in due:
        row = by_mail[one["email"] or "no mailbox"]
        assert row["Name"] == one["display_name"]
        assert row["Licences"] == "; ".join(one["licences"] or ["none"])
        assert row["Findings"] == str(one["findings"])
        moment = one["last_sign_in_at"]
        assert row["Last sign-in"] == (f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else "none known")
    assert status_of(site + address) == 404


def test_a_name_opens_the_person(browser: Browser, site: str, company: Company) -> None:
    browser.size(1400, 1000)
    browser.open(f"{site}/employees?sort=Name")
    name = browser.grid()[1][1]
    browser.settle()
    x, y = browser.run(
        "(() => { const box = document.querySelector('[data-testid=stDataFrame] canvas').getBoundingClientRect();"
        " return [box.x + 110, box.y + 58]; })()"
    )
    browser.press_at(x, y)

    browser.until("location.pathname === '/person'")
    (person,) = [one for one in company.rows("employees") if one["display_name"] == name]
    assert browser.run("new URLSearchParams(location.search).get('id')") == person["user_id"]
