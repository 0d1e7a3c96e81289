"""Draw docs/screenshots/*.png from the last demo's warehouse: `make screenshots`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from tests.environments import ROOT
from tests.pages.browser import Browser
from tests.pages.conftest import served
from tests.ports import free_port

FOLDER = ROOT / "docs" / "screenshots"
PYTHON = ROOT / ".venv" / "pages" / "bin" / "python"
WIDTH, HEIGHT = 1360, 900
#: A person with something to look into and a photo, and the app that most people use.
PERSON = """
    select user_id from entra_views.employees
    where account_state = 'active' and photo_sha256 is not null and findings between 1 and 6 and apps_used_30d > 3
    order by apps_used_30d desc, user_id limit 1
"""
APP = """
    select app_id from entra_views.applications
    where kind = 'third_party' and permission_risk in ('medium', 'high') order by people_30d desc, app_id limit 1
"""
FINDING = """
    select insight_id from entra_views.insights where kind = 'risky_grant'
    order by severity, people desc nulls last, insight_id limit 1
"""


def main() -> int:
    """Draw all pictures; the environment names the warehouse, as `sandbox run` sets it."""
    FOLDER.mkdir(exist_ok=True)
    with psycopg.connect() as connection:
        person, app, finding = (
            str((connection.execute(query.encode()).fetchone() or [""])[0]) for query in (PERSON, APP, FINDING)
        )
    pictures = {
        "employees": "employees",
        "applications": "applications",
        "insights": "insights",
        "status": "status",
        "person": f"person?id={person}",
        "app": f"app?id={app}",
        "finding": f"finding?id={finding}",
    }
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        served(PYTHON, free_port(), os.environ, Path(folder) / "log") as url,
        Browser(Path(folder) / "profile") as browser,
    ):
        browser.size(WIDTH, HEIGHT)
        browser.zone("Europe/Berlin")
        for name, address in pictures.items():
            _draw(browser, f"{url}/{address}", FOLDER / f"{name}.png")
        browser.dark()
        _draw(browser, f"{url}/employees", FOLDER / "employees-dark.png")
    sys.stdout.write(f"Written to {FOLDER}.\n")
    return 0


def _draw(browser: Browser, address: str, file: Path) -> None:
    browser.open(address)
    browser.until("!!document.querySelector('h1')")
    browser.settle()
    # Photos and charts arrive after the page.
    time.sleep(3)
    browser.picture(file)


if __name__ == "__main__":
    sys.exit(main())
