"""The views have the same rows on the raw tables of every loader: those that real loaders make, side by side."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.loaders.loader import Loader, Place
from tests.loaders.loaders import LOADERS
from tests.transform.duckdb_file import text_of
from tests.transform.duckdb_warehouse import Contents, DuckDbWarehouse
from tests.transform.hand_made import MODELS, HandMadeWarehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sandbox import Sandbox
    from tests.loaders.recording import Recording

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("loaders")]

#: Tables about the tap's runs, which differ by its settings.
OF_RUNS = ("runs", "sync_status")
BY_NAME = {loader.name: loader for loader in LOADERS}
#: The released target-duckdb takes the first row of some batches for a header. The fix is in no release yet:
#: https://github.com/jwills/target-duckdb/pull/58
MENDED = """#!{python}
import target_duckdb

connect = target_duckdb.duckdb_connect


class Connection:
    def __init__(self, base):
        self.base = base

    def execute(self, query, *arguments):
        return self.base.execute(query.replace("WITH (new_line", "WITH (header false, new_line"), *arguments)

    def __getattr__(self, name):
        return getattr(self.base, name)


target_duckdb.duckdb_connect = lambda config: Connection(connect(config))
target_duckdb.main()
"""


class Warehouse:
    """What a loader writes into, and the views on it.

    Args:
        now: What the views call now.
    """

    def __init__(self, loader: Loader, place: Place, recording: Recording, now: str) -> None:
        self.loader = loader
        self.place = place
        self.recording = recording
        self.now = now
        place.folder.mkdir()
        loader.prepare(place)

    def load(self, *days: int) -> None:
        """Give the loader these days, the first of which is 0."""
        for day in days:
            assert self.loader.load(self.place, self.recording.days[self.loader.settings][day]) == ""

    def views(self) -> Contents:
        """Build the views, and return their rows."""
        raise NotImplementedError


class OnPostgres(Warehouse):
    """A schema of PostgreSQL."""

    def views(self) -> Contents:
        warehouse = HandMadeWarehouse(self.place.postgres, self.place.folder, self.place.folder.name)
        warehouse.dbt(*MODELS, as_of=self.now)
        return comparable(
            (table, text_of(row))
            for table in warehouse._relations(f"{warehouse.schema}_views")
            for row in warehouse.rows(table)
        )


class OnDuckDb(Warehouse):
    """A file of DuckDB that the loader writes."""

    def views(self) -> Contents:
        warehouse = DuckDbWarehouse(self.place.folder / "output")
        self.fill(warehouse)
        warehouse.dbt(*MODELS, as_of=self.now)
        found = warehouse.contents()
        return comparable((table, row) for table, rows in found.items() for row in rows.elements())

    def fill(self, warehouse: DuckDbWarehouse) -> None:
        """Bring the raw tables into the file, where the loader does not."""


class FromFiles(OnDuckDb):
    """A file of DuckDB that takes the newest row of each key out of the files of a loader."""

    def fill(self, warehouse: DuckDbWarehouse) -> None:
        made = ["create schema if not exists entra"]
        for stream, keys in self.recording.keys.items():
            files = sorted(warehouse.folder.glob(f"{stream}[-.]*"))
            if files:
                key = ", ".join(f'"{name}"' for name in keys)
                made.append(f"""
                    create or replace table entra.{stream} as
                    select * exclude (place)
                    from (select *, row_number() over () as place from {self.files(files)})
                    qualify row_number() over (partition by {key} order by place desc) = 1
                """)
        warehouse.ask(*made)

    def files(self, paths: list[Path]) -> str:
        """SQL that reads files in this order."""
        reader = "read_json" if paths[0].suffix == ".jsonl" else "read_csv"
        options = "sample_size=-1" if reader == "read_json" else "header=true, all_varchar=true, union_by_name=true"
        return f"{reader}({[*map(str, paths)]}, {options})"


def comparable(rows: Iterable[tuple[str, str]]) -> Contents:
    """Rows by table, without what each run has of its own, times of batches, and digits beyond those of a second."""
    found: Contents = {}
    for table, row in rows:
        if table in OF_RUNS:
            continue
        said = {name: value for name, value in json.loads(row).items() if name != "loaded_at"}
        text = re.sub(r"(T\d\d:\d\d:\d\d)\.\d+", r"\1", json.dumps(said, sort_keys=True))
        found.setdefault(table, Counter())[text] += 1
    return found


def apart(expected: Contents, found: Contents) -> list[str]:
    """Rows that lack, and rows that are too many."""
    return [
        f"{table}: {sign} {row}"
        for table in sorted(expected.keys() | found.keys())
        for sign, one, other in (("lacks", expected, found), ("has", found, expected))
        for row in (one.get(table, Counter()) - other.get(table, Counter())).elements()
    ]


@pytest.fixture(scope="module")
def begin(company: Sandbox, recording: Recording) -> Callable[..., Warehouse]:
    """Makes a warehouse of a kind for a loader, which gets whole rows of what is removed."""
    now = company.tenant.now().strftime("%Y-%m-%dT%H:%M:%S")

    def make(kind: type[Warehouse], name: str, folder: Path, **changes: Any) -> Warehouse:
        loader = BY_NAME[name]
        settings = loader.settings if loader.settings != "default" else "rows"
        return kind(replace(loader, settings=settings, **changes), Place(folder, company.postgres), recording, now)

    return make


@pytest.fixture(scope="module")
def expected(begin: Callable[..., Warehouse], tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """The views on target-postgres after the first day."""
    warehouse = begin(OnPostgres, "meltanolabs-target-postgres", tmp_path_factory.mktemp("expected") / "expected")
    warehouse.load(0)
    return warehouse.views()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("pipelinewise-target-postgres", OnPostgres),
        ("target-entra-duckdb", OnDuckDb),
        ("target-duckdb", OnDuckDb),
        ("target-jsonl", FromFiles),
        ("meltanolabs-target-csv", FromFiles),
    ],
)
def test_the_views_are_the_same_on_the_tables_of_another_loader(
    name: str, kind: type[Warehouse], begin: Callable[..., Warehouse], expected: Contents, tmp_path: Path
) -> None:
    changes = {}
    if name == "target-duckdb":
        (tmp_path / name).write_text(MENDED.format(python=BY_NAME[name].bin / "python"), encoding="utf-8")
        (tmp_path / name).chmod(0o700)
        changes["command"] = str(tmp_path / name)
    warehouse = begin(kind, name, tmp_path / "other", **changes)

    warehouse.load(0)
    found = warehouse.views()

    differences = apart(expected, found)
    assert differences == [], "\n".join(differences[:20])
    assert expected["employees"].total() > 0
