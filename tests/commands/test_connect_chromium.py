"""Connecting with a real browser: the form posts itself to the port that the command has opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.chromium import PROGRAM, Chromium

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.conftest import Terminal


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.skipif(PROGRAM is None, reason="no Chromium is installed here (Debian: apt-get install chromium)")
def test_a_real_browser_carries_the_sign_in_back(terminal: Terminal, tmp_path: Path) -> None:
    terminal.sandbox.consent.scopes = {"User.Read"}
    process = terminal.start("connect", browser="there-is-no-such-browser %s")
    url = next(line for line in iter(process.next_line, "") if line.startswith("https://"))

    with Chromium(tmp_path / "chromium") as browser:
        browser.open(url)
        browser.click(terminal.admin)
        browser.click("Accept")
        browser.wait_to_read("Signed in. You can close this page")

    done = process.end()
    assert (done.exit_code, done.errors) == (0, "")
    assert f"Signed in: {terminal.admin}" in done.output
    assert terminal.sign_in()["account"] == terminal.admin
