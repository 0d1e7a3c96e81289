"""One loader of the matrix: how it is started, and how what it has written is read."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from tests.environments import environment
from tests.loaders.comparison import Tables
from tests.loaders.servers import LOCKS, make_bucket, objects, without_proxies

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.postgres import Postgres
    from tests.loaders.recording import Row

_BUCKET = "entra"
#: Run by a loader's own Python: the rows of a file that only its packages can read, as lines of JSON.
_DUCKDB = """
import duckdb, json, sys
base = duckdb.connect(sys.argv[1], read_only=True)
tables = base.execute("select table_name from information_schema.tables where table_schema = 'entra'")
for (table,) in tables.fetchall():
    found = base.execute(f'select * from entra."{table}"')
    names = [column[0] for column in found.description]
    for values in found.fetchall():
        print(json.dumps([table, dict(zip(names, values))], default=str))
"""
_PARQUET = """
import json, sys, pyarrow.parquet
for file in sys.argv[1:]:
    for row in pyarrow.parquet.read_table(file).to_pylist():
        print(json.dumps([file, row], default=str))
"""


@dataclass(frozen=True)
class Place:
    """Where a loader writes: a folder and a database of its own, and S3."""

    folder: Path
    postgres: Postgres
    storage: str = ""

    @property
    def bucket(self) -> str:
        """The bucket of this loader."""
        return f"{_BUCKET}-{self.folder.name}"


@dataclass(frozen=True)
class Loader:
    """One line of the matrix.

    Attributes:
        package: Its name at the registry, and that of its lock file.
        command: What starts it.
        settings: The name of the tap's settings that suit it; see `recording`.
        configure: Returns its own settings.
        read: Returns what it has written.
        to_set: What a user sets in it, in words.
        loses: What it loses by itself, in words.
        form: Which of its formats, where it has several.
        needs: "postgres" or "storage", where it writes to a server.
    """

    package: str
    command: str
    settings: str
    configure: Callable[[Place], Row]
    read: Callable[[Place, Path], Tables]
    to_set: str
    loses: str = ""
    form: str = ""
    needs: str = field(default="")

    @property
    def name(self) -> str:
        """The package and the format."""
        return f"{self.package} ({self.form})" if self.form else self.package

    @property
    def bin(self) -> Path:
        """The `bin` folder of its environment, made from its lock file if there is none."""
        return environment(f"loaders/{self.package}", self.lock) if self.lock.exists() else Path(sys.executable).parent

    @property
    def lock(self) -> Path:
        """The lock file; this project's own loader has none."""
        return LOCKS / f"{self.package}.lock"

    def prepare(self, place: Place) -> None:
        """Write its settings, and make what it writes into."""
        (place.folder / "output").mkdir()
        (place.folder / "config.json").write_text(json.dumps(self.configure(place)), encoding="utf-8")
        if self.needs == "storage":
            make_bucket(place.storage, place.bucket)

    def load(self, place: Place, messages: Path) -> str:
        """Give it the messages of one run.

        Returns:
            The end of its log if it fails.
        """
        with messages.open("rb") as lines:
            done = subprocess.run(
                [self.bin / self.command, "--config", place.folder / "config.json"],
                check=False,
                stdin=lines,
                capture_output=True,
                env=without_proxies(),
                cwd=place.folder / "output",
                timeout=600,
            )
        return "" if done.returncode == 0 else (done.stderr.decode()[-2_000:] or f"exit code {done.returncode}")

    def tables(self, place: Place) -> Tables:
        """Read what it has written."""
        return self.read(place, self.bin / "python")


def postgres(place: Place, _: Path) -> Tables:
    """Read the tables of a database."""
    rows: dict[str, list[Row]] = {}
    with place.postgres.connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
        names = cursor.execute(
            "select table_name from information_schema.tables where table_schema = %s", [place.folder.name]
        ).fetchall()
        for name in (one["table_name"] for one in names):
            query = sql.SQL("select * from {}").format(sql.Identifier(place.folder.name, name))
            rows[name] = cursor.execute(query).fetchall()
    return Tables(rows)


def duckdb(place: Place, python: Path) -> Tables:
    """Read the tables of a DuckDB file."""
    rows: dict[str, list[Row]] = {}
    for table, row in _lines(python, _DUCKDB, place.folder / "output" / "warehouse.duckdb"):
        rows.setdefault(table, []).append(row)
    return Tables(rows)


def json_lines(place: Place, _: Path) -> Tables:
    """Read a folder of files with a line of JSON for each row."""
    files = sorted((place.folder / "output").glob("**/*.jsonl"))
    return Tables({file.stem: _json_lines(file.read_text(encoding="utf-8")) for file in files}, merges=True)


def csv_files(place: Place, _: Path) -> Tables:
    """Read a folder of CSV files."""
    rows: dict[str, list[Row]] = {}
    for file in sorted((place.folder / "output").glob("*.csv"), key=lambda one: one.name.partition("-")):
        rows.setdefault(_stream(file.stem), []).extend(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    return Tables(rows)


def stored_json(place: Place, _: Path) -> Tables:
    """Read objects of a bucket, whose names begin with the stream: one list, or a line of JSON for each row."""
    rows: dict[str, list[Row]] = {}
    for name, content in objects(place.storage, place.bucket):
        text = content.decode().strip()
        found = json.loads(text) if text.startswith("[") else _json_lines(text)
        rows.setdefault(_stream(name), []).extend(found)
    return Tables(rows, merges=True)


def stored_parquet(place: Place, python: Path) -> Tables:
    """Read objects of a bucket, whose names begin with the stream: Parquet."""
    streams: dict[str, str] = {}
    for number, (name, content) in enumerate(objects(place.storage, place.bucket)):
        file = place.folder / f"{number}.parquet"
        file.write_bytes(content)
        streams[str(file)] = _stream(name)
    rows: dict[str, list[Row]] = {}
    for path, row in _lines(python, _PARQUET, *streams):
        rows.setdefault(streams[path], []).append(row)
    return Tables(rows)


def _stream(name: str) -> str:
    return name.removeprefix(f"{_BUCKET}/").partition("/")[0].partition("-")[0]


def _json_lines(text: str) -> list[Row]:
    # A value may hold another kind of line break; a file may be empty.
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _lines(python: Path, program: str, *files: str | Path) -> list[Any]:
    done = subprocess.run([python, "-c", program, *files], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.strip().split("\n")]
