"""Pages over the planted company, with and without a browser."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.chromium import PROGRAM
from tests.environments import ROOT, environment
from tests.pages.browser import Browser
from tests.ports import free_port
from tests.transform.company import PROJECT
from tests.transform.conftest import UNTESTED, company_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.transform.company import Company

Shown = dict[str, Any]

#: The release of Streamlit that the pages use needs Python 3.11. The tap itself does not.
collect_ignore_glob = [] if sys.version_info >= (3, 11) else ["test_*.py"]


@pytest.fixture(scope="session")
def pages_python() -> Path:
    """The Python of the environment that the pages have."""
    return environment("pages", ROOT / "requirements-pages.lock") / "python"


#: The closed finding: a leaver who keeps something.
CLOSED = "leaver_access"
PRICES = """sku_part_number,product,monthly_price,currency
SPE_E3,,36.50,EUR
SPE_E5,,54.00,EUR
,slack,7.25,EUR
"""


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The planted company, loaded and built once, with prices and decisions of its owner."""
    for company in company_of(tmp_path_factory.mktemp("pages")):
        company.load()
        company.project = company.folder / "transform"
        shutil.copytree(PROJECT, company.project, symlinks=True, ignore=shutil.ignore_patterns("target", "logs"))
        leaver = next(one.subject for one in company.tenant.planted.findings if one.kind == CLOSED)
        finding = hashlib.md5(f"{CLOSED}|{leaver}".encode(), usedforsecurity=False).hexdigest()
        service = next(one["id"] for one in company.tenant.truth("users") if not one.get("_deleted"))
        for seed, lines in {
            "licence_prices": PRICES,
            "insight_decisions": "insight_id,decision,reason,until,decided_by,decided_at\n"
            f"{finding},dismissed,known,,,\n",
            "app_decisions": "app_id,product,decision,owner,note,until,decided_by,decided_at\n"
            ",Slack,approved,Ada,the chat,,,\n",
            "people_kinds": f"user_id,kind,note\n{service},service account,\n",
        }.items():
            (company.project / f"entra/seeds/entra__{seed}.csv").write_text(lines, encoding="utf-8")
        company.build(*UNTESTED)
        yield company


class Pages:
    """Pages of one schema, run without a browser."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def show(self, page: str = "employees", **asked: Any) -> Shown:
        """Run a page and return what it shows."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"page": page, **asked}) + "\n")
        self._process.stdin.flush()
        shown: Shown = json.loads(self._process.stdout.readline())
        assert shown["exception"] == []
        return shown


@contextmanager
def pages_of(python: Path, variables: Mapping[str, str]) -> Iterator[Pages]:
    command = [python, ROOT / "tests" / "pages" / "apptest.py"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
    ) as process:  # fmt: skip
        yield Pages(process)
        assert process.stdin
        process.stdin.close()


@pytest.fixture(scope="session")
def pages(company: Company, pages_python: Path) -> Iterator[Pages]:
    """The pages of the planted company."""
    with pages_of(pages_python, company.sandbox.environment()) as found:
        yield found


@contextmanager
def served(python: Path, port: int, variables: Mapping[str, str], log: Path) -> Iterator[str]:
    """Serve the pages and yield their address."""
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as file, subprocess.Popen(
        [python, "-m", "pages"], cwd=ROOT, stdout=file, stderr=subprocess.STDOUT,
        env={**os.environ, **variables, "ENTRA_PAGES_PORT": str(port)},
    ) as process:  # fmt: skip
        try:
            wait_for(f"{url}/_stcore/health", process)
            yield url
        finally:
            process.terminate()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the pages have ended"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, TimeoutError):
            pass
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    pytest.fail(f"{url} does not answer")


@pytest.fixture(scope="session")
def site(company: Company, pages_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the served pages."""
    log = tmp_path_factory.mktemp("served") / "log"
    with served(pages_python, free_port(), company.sandbox.environment(), log) as url:
        yield url


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A window of a real browser."""
    if PROGRAM is None:
        pytest.skip("there is no Chromium here")
    with Browser(tmp_path / "profile") as window:
        yield window
