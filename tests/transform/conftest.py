"""Companies whose directories were loaded by the real tap and the real loader, and what dbt made of them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Sandbox
from tests.transform.answers.world import World
from tests.transform.company import MARTS, Company, Row, recent_tuesday
from tests.transform.hand_made import PROJECT, HandMadeWarehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sandbox.tenant.planted import Expected

    SnapshotOf = Callable[[str], "Snapshot"]
    SeededWith = Callable[..., HandMadeWarehouse]

MOMENTS = ("first", "next_day", "obscure", "stranger")

#: A build without its own tests, which takes half the time.
UNTESTED = ("build", "--exclude-resource-type", "test", "unit_test")

#: So few that the month of logs which Microsoft keeps proves something.
SHORT: dict[str, Any] = {
    "unused_days": 20, "quiet_guest_days": 20, "stale_admin_days": 20, "department_accounts": 3,
}  # fmt: skip

#: The seed of prices as the owner of a warehouse fills it in.
PRICES = """sku_part_number,product,monthly_price,currency
SPE_E3,,36.50,EUR
spe_e5,,54.00,EUR
,slack,7.25,EUR
"""


@dataclass(frozen=True)
class Snapshot:
    """The views as they were after one build, and what was true in the tenant then."""

    company: Company
    world: World
    tables: dict[str, list[Row]]

    @classmethod
    def of(cls, company: Company, **thresholds: Any) -> Snapshot:
        world = World.of(company.tenant, company.loaded_at).having(**thresholds)
        return cls(company, world, {table: company.rows(table) for table in MARTS})

    @property
    def planted(self) -> Expected:
        """What was hidden in the tenant."""
        planted: Expected = self.company.tenant.planted
        return planted

    def by(self, table: str, *keys: str) -> dict[Any, Row]:
        """Rows by one column, or by several."""
        return {row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys): row for row in self.tables[table]}


@dataclass(frozen=True)
class History:
    """A company from its first load to the next day.

    Attributes:
        first: After the first load, as shipped.
        next_day: After the next day's load, with short thresholds, built upon what was there.
        refreshed: The same, built from nothing.
    """

    company: Company
    first: Snapshot
    next_day: Snapshot
    refreshed: Snapshot


def company_of(folder: Path, *, obscure: bool = False, seed: int = 3) -> Iterator[Company]:
    with Sandbox(40, 300, seed, postgres=True, starts=recent_tuesday(), planted=True, obscure=obscure) as sandbox:
        yield Company(sandbox, folder)


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """A company that uses what everybody knows."""
    for company in company_of(tmp_path_factory.mktemp("known")):
        company.load()
        company.build("build")
        first = Snapshot.of(company)
        company.tenant.pass_days(1)
        company.load()
        company.build("run", **SHORT)
        next_day = Snapshot.of(company, **SHORT)
        company.build("run", "--full-refresh", **SHORT)
        yield History(company, first, next_day, Snapshot.of(company, **SHORT))


@pytest.fixture(scope="session")
def obscure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """A company that uses unknown software, with short thresholds."""
    for company in company_of(tmp_path_factory.mktemp("obscure"), obscure=True):
        company.load()
        company.build(*UNTESTED, **SHORT)
        yield Snapshot.of(company, **SHORT)


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """A company at which no one looked while the views were made."""
    for company in company_of(tmp_path_factory.mktemp("stranger"), seed=1009):
        company.load()
        company.build(*UNTESTED, **SHORT)
        yield Snapshot.of(company, **SHORT)


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> SnapshotOf:
    """A moment by its name: "first" or "next_day" of the one company, or "obscure" or "stranger", the others."""

    def at(moment: str) -> Snapshot:
        is_other = moment in {"obscure", "stranger"}
        found: Any = request.getfixturevalue(moment if is_other else "history")
        taken: Snapshot = found if is_other else getattr(found, moment)
        return taken

    return at


@pytest.fixture(scope="session")
def dbt_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt remembers what it has parsed."""
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture
def warehouse(standing_sandbox: Sandbox, dbt_folder: Path) -> HandMadeWarehouse:
    """One without raw tables and views, not even their schemas."""
    hand_made = HandMadeWarehouse(standing_sandbox.postgres, dbt_folder, "hand_made", keeps_seeds=True)
    hand_made.clear()
    return hand_made


@pytest.fixture(scope="session")
def seeded(session_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> SeededWith:
    """A function from the content of seeds, by name, to a warehouse whose owner has filled them in so."""

    def fill_in(**seeds: str) -> HandMadeWarehouse:
        folder = tmp_path_factory.mktemp("seeded")
        project = folder / "transform"
        shutil.copytree(PROJECT, project, symlinks=True, ignore=shutil.ignore_patterns("target", "logs"))
        for name, content in seeds.items():
            (project / f"entra/seeds/entra__{name}.csv").write_text(content, encoding="utf-8")
        hand_made = HandMadeWarehouse(session_sandbox.postgres, folder, "seeded", project)
        hand_made.clear()
        return hand_made

    return fill_in


@pytest.fixture
def priced(seeded: SeededWith) -> HandMadeWarehouse:
    """A warehouse whose owner has filled in what some of it costs."""
    return seeded(licence_prices=PRICES)
