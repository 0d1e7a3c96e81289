"""Figure 9: what people wait for the pages of a company with 20,000 people and a million sign-ins.

A real browser on loopback, each figure beside the SQL of the same request. Alone: `python -m tests.benchmarks.pages`.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.postgres import Postgres
from tests.benchmarks import views
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import ROOT
from tests.commands.chromium import PROGRAM
from tests.environments import environment
from tests.pages.browser import Browser
from tests.pages.conftest import served
from tests.ports import free_port
from tests.processes import with_variable

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = ("employees", "applications", "insights", "findings", "app?id=app 1", "person?id=user 1")
FIRST_ROWS_S, FILTER_S, SESSION_MB, FILE_S, FILE_MB = 2, 1, 100, 5, 50
SESSIONS = 10
TRIES = 3
# What a real company has besides: departments, people without use, and runs of each list.
_MORE = (
    "alter table entra.users add column department text",
    """
    insert into entra.users
    select 'user ' || n, 'Idle ' || n, true, 'Member', timestamp '2024-01-01', '[]'::jsonb, null
    from generate_series({users} + 1, {users} + 2000) as n
    """,
    "update entra.users set department = 'Department ' || mod(substr(id, 6)::int, 40)",
    """
    insert into entra.stream_runs
    select 'now', stream, timestamp '{last} 02:00', timestamp '{last} 03:00', 'complete', 1, null, null, null
    from unnest(array['organization', 'users', 'user_managers', 'groups', 'group_members', 'app_role_assignments',
        'service_principals']) as stream
    """,
)
_BUSY = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState != 'notRunning'"
_ROWS = f"!({_BUSY}) && !!document.querySelector('h1') && {{}}"
_TILES = "!!document.querySelector('[class*=st-key-card_]')"
#: Whether a table has dark pixels below its head: what screen readers get follows a third of a second later.
_GRID = """[...document.querySelectorAll('[data-testid=stDataFrame] canvas')].some(canvas => {
    const [width, height] = [Math.min(600, canvas.width - 20), Math.floor(canvas.height / 2)];
    if (width < 30 || height < 40) return false;
    const pixels = canvas.getContext('2d').getImageData(20, Math.floor(canvas.height / 5), width, height).data;
    let dark = 0;
    for (let at = 0; at < pixels.length; at += 16)
        dark += pixels[at + 3] > 200 && pixels[at] + pixels[at + 1] + pixels[at + 2] < 300;
    return dark > 20;
})"""
#: Presses a choice and waits until the page has counted and drawn what is left; milliseconds.
_CHOOSE = """
    new Promise(done => {
        const count = () => document.querySelector('.st-key-toolbar [data-testid=stText]')?.innerText;
        const before = count(), began = performance.now();
        [...document.querySelectorAll('button')].find(one => one.innerText == '%s').click();
        const look = () => count() != before && document.querySelector('[data-testid=stApp]').dataset.testScriptState
            == 'notRunning' ? done(performance.now() - began) : setTimeout(look, 10);
        look();
    })
"""
_FILE = """
    (async () => {
        const link = [...document.querySelectorAll('a')].find(one => one.textContent.includes('Download CSV'));
        const began = performance.now();
        const text = await (await fetch(link.href)).text();
        return [performance.now() - began, text.split('\\n').length - 2];
    })()
"""


class Log:
    """The statements that PostgreSQL was asked, with their time."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "log"

    def mark(self) -> int:
        """Return the place in the log from which on to count."""
        return self._file.stat().st_size

    def spent_s(self, mark: int) -> float:
        """Return how long the statements since a mark took, parsing and planning included."""
        with self._file.open("rb") as file:
            file.seek(mark)
            return sum(float(one) for one in re.findall(rb"duration: ([0-9.]+) ms", file.read())) / 1000


def measure(_recorded: Path) -> Iterator[Figure]:
    """The first rows, a filter, the memory of a session, and a file of everybody."""
    if PROGRAM is None:
        raise RuntimeError("these figures need Chromium (Debian: apt-get install chromium)")
    python = environment("pages", ROOT / "requirements-pages.lock") / "python"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        postgres = Postgres(folder / "postgres")
        postgres.start()
        try:
            _company(postgres, folder)
            variables = {**os.environ, **postgres.environment()}
            with (
                served(python, free_port(), variables, folder / "log") as url,
                Browser(folder / "profile") as browser,
            ):
                browser.size(1360, 900)
                yield from _figures(browser, url, Log(folder / "postgres"))
        finally:
            postgres.stop()


def _company(postgres: Postgres, folder: Path) -> None:
    with postgres.connect() as connection:
        connection.execute(views.TABLES.format(users=views.USERS, apps=views.APPS))
        views.add_days(connection, views.LAST - timedelta(days=views.LONG_DAYS - 1), views.LAST)
        for statement in _MORE:
            connection.execute(statement.format(last=views.LAST + timedelta(days=1), users=views.USERS).encode())
    views.build(postgres, folder, "--exclude-resource-type", "test", "unit_test")
    with postgres.connect() as connection:
        connection.execute(f"alter database {postgres.database} set log_min_duration_statement = 0".encode())


def _figures(browser: Browser, url: str, log: Log) -> Iterator[Figure]:
    cold, sql = {}, {}
    for page in PAGES:
        mark = log.mark()
        cold[page] = _open(browser, f"{url}/{page}")
        sql[page] = log.spent_s(mark)
    warm = {page: min(_open(browser, f"{url}/{page}") for _ in range(TRIES)) for page in PAGES}
    slowest = max(cold, key=lambda page: cold[page])
    yield Figure(
        "The first rows of the slowest page, 20,000 people and 1,000,000 sign-ins",
        f"{cold[slowest]:.2f} s",
        f"{sql[slowest]:.2f} s, the SQL alone",
        f"{cold[slowest] / sql[slowest]:.1f}",
        f"at most {FIRST_ROWS_S} s",
        cold[slowest] <= FIRST_ROWS_S,
        "In a real browser on loopback, from the address to the rows on the screen, each page for the first time since "
        "the start of the pages and of the browser. "
        + ", ".join(f"{page.split('?')[0]} {cold[page]:.2f} s, later {warm[page]:.2f} s" for page in PAGES)
        + ".",
    )
    yield _filter(browser, url, log)
    yield _memory(browser, url)
    yield _file(browser, url, log)


def _open(browser: Browser, address: str) -> float:
    browser.open("about:blank")
    browser.until("location.href == 'about:blank'")
    began = time.monotonic()
    browser.open(address)
    browser.until(_ROWS.replace("{}", _TILES if address.endswith("/insights") else _GRID))
    return time.monotonic() - began


def _filter(browser: Browser, url: str, log: Log) -> Figure:
    took = []
    for _ in range(TRIES):
        _open(browser, f"{url}/employees?department=Department 7")
        mark = log.mark()
        took.append((browser.run(_CHOOSE % "No sign-in known") / 1000, log.spent_s(mark)))
    page_s, sql_s = min(took)
    return Figure(
        "A filter of 20,000 people",
        f"{page_s:.2f} s",
        f"{sql_s:.2f} s, the SQL alone",
        f"{page_s / sql_s:.1f}",
        f"at most {FILTER_S} s",
        page_s <= FILTER_S,
        f"From the click to the rows that are left, the best of {TRIES}.",
    )


def _memory(browser: Browser, url: str) -> Figure:
    process = _server(url)
    before = _memory_mb(process, "VmRSS")
    for _ in range(SESSIONS):
        _open(browser, f"{url}/employees")
    after = _memory_mb(process, "VmRSS")
    each = (after - before) / SESSIONS
    return Figure(
        "Memory of a session of the pages",
        f"{each:.1f} MB",
        f"{before:.0f} MB, the server before them",
        f"{each / before:.2f}",
        f"under {SESSION_MB} MB",
        each < SESSION_MB,
        f"What {SESSIONS} sessions add to the server, which keeps them for a while after the window has gone on.",
    )


def _file(browser: Browser, url: str, log: Log) -> Figure:
    _open(browser, f"{url}/employees")
    process = _server(url)
    # From here on the peak counts anew.
    Path(f"/proc/{process}/clear_refs").write_text("5", encoding="utf-8")
    before, mark = _memory_mb(process, "VmRSS"), log.mark()
    took_ms, rows = browser.run(_FILE)
    more, sql_s = _memory_mb(process, "VmHWM") - before, log.spent_s(mark)
    if rows < views.USERS:
        raise RuntimeError(f"the file has {rows} rows of {views.USERS}")
    return Figure(
        f"A CSV file of {rows:,} people",
        f"{took_ms / 1000:.1f} s",
        f"{sql_s:.2f} s, the SQL alone",
        f"{took_ms / 1000 / sql_s:.1f}",
        f"at most {FILE_S} s, and {FILE_MB} MB of memory",
        took_ms <= FILE_S * 1000 and more <= FILE_MB,
        f"{max(more, 0):.0f} MB more than before at the peak.",
    )


def _server(url: str) -> int:
    """The process that listens: its command line has no port, its environment does."""
    for process in with_variable(f"ENTRA_PAGES_PORT={url.rpartition(':')[2]}"):
        if b"-m\0pages" in Path(f"/proc/{process}/cmdline").read_bytes():
            return process
    raise RuntimeError("the process of the pages is gone")


def _memory_mb(process: int, name: str) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1000 if found else 0.0


if __name__ == "__main__":
    for figure in measure(ROOT):
        sys.stdout.write("\n".join(f"{name}: {value}" for name, value in vars(figure).items()) + "\n")
