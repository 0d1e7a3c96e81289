"""The views have the same rows on the raw tables of every loader: those that real loaders make, side by side."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.loaders.loader import Loader, Place
from tests.loaders.loaders import LOADERS
from tests.transform.duckdb_file import text_of
from tests.transform.duckdb_warehouse import Contents, DuckDbWarehouse
from tests.transform.hand_made import MODELS, PROJECT, HandMadeWarehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox import Sandbox
    from tests.loaders.recording import Key, Recording

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


#: Tables that the package reads, beside that of the tap's runs.
SOURCES = PROJECT / "entra" / "models" / "staging" / "sources.yml"
TABLES = {*re.findall(r"- name: (\w+)", SOURCES.read_text(encoding="utf-8"))} - {"entra", "stream_runs"}
COMPILE = ("--quiet", "compile", "--profile", "entra_views", "--inline")


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

    def ask(self, jinja: str, package: Path) -> list[list[Any]]:
        """The rows of a query that may call macros of the package."""
        raise NotImplementedError

    def live(self, package: Path) -> dict[str, set[Key]]:
        """The keys of the rows of each stream that staging takes for live."""
        streams = sorted(TABLES & self.recording.keys.keys())
        found: dict[str, set[Key]] = {stream: set() for stream in streams}
        query = " union all ".join(live_rows(stream, self.recording.keys[stream]) for stream in streams)
        for stream, key in self.ask(query, package):
            found[stream].add(tuple(key.split("|")))
        return found


class OnPostgres(Warehouse):
    """A schema of PostgreSQL."""

    def views(self) -> Contents:
        warehouse = self._warehouse()
        warehouse.dbt(*MODELS, as_of=self.now)
        return comparable(
            (table, text_of(row))
            for table in warehouse._relations(f"{warehouse.schema}_views")
            for row in warehouse.rows(table)
        )

    def ask(self, jinja: str, package: Path) -> list[list[Any]]:
        query = self._warehouse(package).dbt(*COMPILE, jinja)
        with self.place.postgres.connect() as connection:
            return [*map(list, connection.execute(query).fetchall())]

    def _warehouse(self, project: Path = PROJECT) -> HandMadeWarehouse:
        return HandMadeWarehouse(self.place.postgres, self.place.folder, self.place.folder.name, project)


class OnDuckDb(Warehouse):
    """A file of DuckDB that the loader writes."""

    def views(self) -> Contents:
        warehouse = DuckDbWarehouse(self.place.folder / "output")
        self.fill(warehouse)
        warehouse.dbt(*MODELS, as_of=self.now)
        found = warehouse.contents()
        return comparable((table, row) for table, rows in found.items() for row in rows.elements())

    def ask(self, jinja: str, package: Path) -> list[list[Any]]:
        warehouse = DuckDbWarehouse(self.place.folder / "output", package)
        (found,) = warehouse.ask(warehouse.dbt(*COMPILE, jinja))
        return found

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


def live_rows(stream: str, keys: list[str]) -> str:
    """A query for the live rows of a stream, as staging sees them: its name, and the key as one text."""
    columns = {**dict.fromkeys(keys, "text"), "_sdc_deleted_at": "log time"}
    key = " || '|' || ".join(f'"{name}"' for name in keys)
    raw = f"{{{{ raw('{stream}', {columns}) }}}}"
    return f"select '{stream}' as stream, {key} as key from ({raw}) as found where \"_sdc_deleted_at\" is null"


def package_alone(folder: Path) -> Path:
    """The package as a project of its own, whose macros a query can call."""
    shutil.copytree(PROJECT / "entra", folder, ignore=shutil.ignore_patterns("target", "logs"))
    return Path(shutil.copy(PROJECT / "profiles.yml", folder)).parent


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


def to_the_hour(contents: Contents) -> Contents:
    """Rows without minutes: with other settings, the tap found seconds later that somebody had left."""
    found: Contents = {}
    for table, rows in contents.items():
        for row, number in rows.items():
            found.setdefault(table, Counter())[re.sub(r"(T\d\d):\d\d:\d\d", r"\1", row)] += number
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
def expected(begin: Callable[..., Warehouse], tmp_path_factory: pytest.TempPathFactory) -> list[Contents]:
    """The views on target-postgres after the first day, and after the third."""
    warehouse = begin(OnPostgres, "meltanolabs-target-postgres", tmp_path_factory.mktemp("expected") / "expected")
    found = []
    for days in ((0,), (1, 2)):
        warehouse.load(*days)
        found.append(warehouse.views())
    return found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("pipelinewise-target-postgres", OnPostgres),
        ("target-entra-duckdb", OnDuckDb),
        ("target-duckdb", OnDuckDb),
        ("meltanolabs-target-csv", FromFiles),
    ],
)
def test_the_views_are_the_same_on_the_tables_of_another_loader(
    name: str, kind: type[Warehouse], begin: Callable[..., Warehouse], expected: list[Contents], tmp_path: Path
) -> None:
    changes = {}
    if name == "target-duckdb":
        (tmp_path / name).write_text(MENDED.format(python=BY_NAME[name].bin / "python"), encoding="utf-8")
        (tmp_path / name).chmod(0o700)
        changes["command"] = str(tmp_path / name)
    warehouse = begin(kind, name, tmp_path / "other", **changes)

    differences = []
    for days, then in zip(((0,), (1, 2)), expected, strict=True):
        warehouse.load(*days)
        found = warehouse.views()
        is_same_run = warehouse.loader.settings == "rows"
        differences.append(apart(then, found) if is_same_run else apart(to_the_hour(then), to_the_hour(found)))

    first, third = differences
    assert first == [], "\n".join(first[:20])
    assert third == [], "\n".join(third[:20])
    live, recording = warehouse.live(package_alone(tmp_path / "package")), warehouse.recording
    kept = recording.kept[warehouse.loader.settings]
    assert {stream: keys ^ kept[stream] for stream, keys in live.items()} == {stream: set() for stream in live}
    assert sum(len(recording.gone(stream)) for stream in live) > 100


def test_files_without_times_of_writing_have_the_same_views_too(
    begin: Callable[..., Warehouse], expected: list[Contents], tmp_path: Path
) -> None:
    """Until a list loses a row: nothing in them says so."""
    warehouse = begin(FromFiles, "target-jsonl", tmp_path / "other")
    warehouse.load(0)

    differences = apart(expected[0], warehouse.views())

    assert differences == [], "\n".join(differences[:20])
