"""The connection on Status: getting data, connecting by device code, checking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.browser_user import browse
from tests.commands.chromium import PROGRAM
from tests.pages.conftest import served
from tests.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.browser import Browser
    from tests.transform.company import Company

pytestmark = [
    pytest.mark.slow,
    pytest.mark.e2e,
    pytest.mark.xdist_group("pages"),
    pytest.mark.skipif(PROGRAM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)"),
]


def press(browser: Browser, label: str) -> None:
    button = f"[...document.querySelectorAll('button')].find(one => one.innerText.trim().endsWith({label!r}))"
    browser.until(f"!!{button}")
    browser.settle()
    browser.run(f"{button}.click()")


def test_an_admin_connects_by_device_code(
    browser: Browser, company: Company, pages_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = company.sandbox
    monkeypatch.setattr(sandbox.login.devices, "interval_s", 1)
    variables = {
        **sandbox.environment(),
        "TAP_ENTRA_TOKEN_CACHE_PATH": str(tmp_path / "sign-in.json"),
        "TAP_ENTRA_REFRESH_TOKEN": "",
    }
    account = sandbox.login.user["userPrincipalName"]
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca_bundle))
    with served(pages_python, free_port(), variables, tmp_path / "log") as url:
        browser.open(f"{url}/status")
        browser.wait_to_read("no one yet")
        press(browser, "Connect")
        browser.until("document.querySelectorAll('[data-testid=stCode]').length == 2")
        page, code = browser.run(
            "[...document.querySelectorAll('[data-testid=stCode]')].map(one => one.innerText.trim())"
        )
        assert "You have signed in" in browse(page, [{"user_code": code, "account": account}])

        browser.wait_to_read("Signed in.")
        browser.wait_to_read(account)
        browser.wait_to_read("lists can be read")
        press(browser, "Close")
        browser.wait_to_read(account)
        browser.wait_to_read("Disconnect")

        press(browser, "Disconnect")
        browser.wait_to_read("The tap forgets its sign-in")
        browser.run(
            "[...document.querySelectorAll('[role=dialog] button')].find(one => one.innerText == 'Disconnect').click()"
        )
        browser.wait_to_read("no one yet")
    assert not (tmp_path / "sign-in.json").exists()
    assert "ey" not in (tmp_path / "log").read_text().split()
