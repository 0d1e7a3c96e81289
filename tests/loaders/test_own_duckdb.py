"""The loader for DuckDB, by its command: what reaches the file, and what it says when something cannot."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.environments import ROOT

pytestmark = pytest.mark.e2e

COMMAND = Path(sys.executable).with_name("target-entra-duckdb")
TIME = {"type": ["string", "null"], "format": "date-time"}
TEXT, NUMBER, TRUTH = ({"type": [kind, "null"]} for kind in ("string", "number", "boolean"))
PLAIN = {"id": {"type": ["string"]}, "name": TEXT}


@dataclass
class Loader:
    """The loader with one file."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def load(self, *messages: dict[str, Any], zone: str = "UTC", **settings: Any) -> subprocess.CompletedProcess[str]:
        config = self.folder / "config.json"
        config.write_text(json.dumps({"filepath": str(self.file), **settings}))
        return subprocess.run(
            [COMMAND, "--config", config],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={"TZ": zone},
            input="".join(json.dumps(message) + "\n" for message in messages),
        )

    def rows(self, columns: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.file, read_only=True) as connection:
            return connection.execute(f"select {columns} from entra.people order by id").fetchall()


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    return Loader(tmp_path)


def schema(*keys: str, **properties: Any) -> dict[str, Any]:
    declared = {"properties": properties}
    return {"type": "SCHEMA", "stream": "people", "schema": declared, "key_properties": keys}


def row(version: int = 1, **columns: Any) -> dict[str, Any]:
    return {"type": "RECORD", "stream": "people", "record": columns, "version": version}


def test_values_arrive_as_what_they_are(loader: Loader) -> None:
    columns = {
        "at": TIME,
        "f": NUMBER,
        "b": TRUTH,
        "n": {"type": ["integer", "null"]},
        "o": {"type": ["object", "null"]},
    }
    rows = (
        row(id="1", at="2026-01-02T03:04:05.1234567Z", f=1.25, b=True, n=2**63 - 1, o={"a": [1.5, None, "x"]}),
        row(id="2", at="2026-01-02T03:04:05+02:00", o={}),
        row(id="3", at="9999-12-31T23:59:59"),
        row(id="4 '\"\0\u2028😀"),
    )

    done = loader.load(schema("id", **PLAIN, **columns), *rows, {"type": "STATE", "value": {"x": 1}}, zone="Asia/Tokyo")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"x": 1}
    assert loader.rows('id, "at", f, b, n, cast(o as varchar)') == [
        ("1", datetime(2026, 1, 2, 3, 4, 5, 123456), 1.25, True, 2**63 - 1, '{"a":[1.5,null,"x"]}'),  # noqa: DTZ001
        ("2", datetime(2026, 1, 2, 1, 4, 5), None, None, None, "{}"),  # noqa: DTZ001
        ("3", datetime(9999, 12, 31, 23, 59, 59), None, None, None, None),  # noqa: DTZ001
        ("4 '\"\0\u2028😀", None, None, None, None, None),
    ]


def test_the_later_of_two_rows_counts_in_a_batch_and_in_the_next(loader: Loader) -> None:
    loader.load(schema("id", **PLAIN), row(id="1", name="first"), row(id="1", name="second"), row(id="2", name="two"))
    loader.load(schema("id", **PLAIN), row(id="1", name="third"))

    assert loader.rows("id, name") == [("1", "third"), ("2", "two")]


def test_a_narrow_schema_leaves_the_other_columns_alone(loader: Loader) -> None:
    narrow = schema("id", id=PLAIN["id"], _sdc_deleted_at=TIME)
    gone_at = "2026-02-03T00:00:00Z"

    loader.load(
        schema("id", **PLAIN), row(id="1", name="one"), row(id="2", name="two"),
        narrow, row(id="1", _sdc_deleted_at=gone_at),
        schema("id", **PLAIN), row(id="3", name="three"),
        narrow, row(id="2", _sdc_deleted_at=gone_at),
        schema("id", **PLAIN), row(id="2", name="back"),
    )  # fmt: skip

    assert loader.rows("id, name, _sdc_deleted_at is not null") == [
        ("1", "one", True), ("2", "back", False), ("3", "three", False),
    ]  # fmt: skip


def test_a_new_version_marks_what_it_lacks(loader: Loader) -> None:
    loader.load(schema("id", **PLAIN), row(1, id="1"), row(1, id="2"))

    done = loader.load(
        schema("id", **PLAIN), row(2, id="2"), {"type": "ACTIVATE_VERSION", "stream": "people", "version": 2}
    )

    assert done.returncode == 0, done.stderr
    assert loader.rows("id, _sdc_deleted_at is not null") == [("1", True), ("2", False)]


def test_a_new_column_joins_the_table(loader: Loader) -> None:
    loader.load(schema("id", **PLAIN), row(id="1", name="one"))
    loader.load(schema("id", **PLAIN, city=TEXT), row(id="2", city="Bern"))

    assert loader.rows("id, name, city") == [("1", "one", None), ("2", None, "Bern")]


def test_a_value_that_does_not_fit_ends_the_run_without_its_state(loader: Loader) -> None:
    loader.load(schema("id", **PLAIN, f=NUMBER), row(id="1", f=1))

    done = loader.load(
        schema("id", **PLAIN, f=NUMBER), row(id="2", f=2), row(id="3", f="many"), {"type": "STATE", "value": {"x": 1}}
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "The warehouse does not take 2 rows of people" in done.stderr
    assert "Traceback" not in done.stderr
    assert loader.rows("id, f") == [("1", 1.0)]


def test_a_file_that_another_program_writes_to_is_an_error_with_a_way_out(loader: Loader) -> None:
    with duckdb.connect(loader.file):
        done = loader.load(schema("id", **PLAIN), row(id="1"))

    assert done.returncode == 1
    assert f"The warehouse {loader.file} cannot be opened" in done.stderr
    assert "set filepath to another file" in done.stderr


@pytest.mark.parametrize(
    ("before", "after"), [(TIME, TEXT), ({"type": "integer"}, NUMBER), (NUMBER, {"type": "integer"})]
)
def test_a_column_whose_type_would_change_values_is_an_error(
    loader: Loader, before: dict[str, Any], after: dict[str, Any]
) -> None:
    loader.load(schema("id", **PLAIN, column=before), row(id="1"))

    done = loader.load(schema("id", **PLAIN, column=after), row(id="2", column=None))

    assert (done.returncode, done.stdout) == (1, "")
    assert "has no room for the columns of people: the column column is" in done.stderr
    assert loader.rows("id") == [("1",)]


def test_a_column_of_text_takes_what_was_declared_otherwise_before(loader: Loader) -> None:
    loader.load(schema("id", **PLAIN, column=TEXT), row(id="1", column="one"))
    loader.load(schema("id", **PLAIN, column=NUMBER), row(id="2", column=1.5))

    assert loader.rows('id, "column"') == [("1", "one"), ("2", "1.5")]


def test_a_short_reader_is_waited_for(loader: Loader) -> None:
    held = duckdb.connect(loader.file)
    timer = threading.Timer(2, held.close)
    timer.start()

    done = loader.load(schema("id", **PLAIN), row(id="1"))

    timer.join()
    assert done.returncode == 0, done.stderr
    assert loader.rows("id") == [("1",)]


def test_what_a_killed_run_left_beside_the_file_goes(loader: Loader) -> None:
    left, other = loader.folder / "warehouse.duckdb.abc.jsonl", loader.folder / "mine.jsonl"
    left.touch()
    other.touch()

    loader.load(schema("id", **PLAIN), row(id="1"))

    assert {path.name for path in loader.folder.iterdir()} == {"config.json", "mine.jsonl", "warehouse.duckdb"}


def test_a_row_counts_once_though_a_part_of_its_key_is_null(loader: Loader) -> None:
    for name in ("first", "second"):
        loader.load(schema("id", "part", **PLAIN, part=TEXT), row(id="1", part=None, name=name))

    assert loader.rows("id, name") == [("1", "second")]


def test_without_metadata_a_new_version_marks_nothing_and_says_so(loader: Loader) -> None:
    version = {"type": "ACTIVATE_VERSION", "stream": "people", "version": 2}

    done = loader.load(schema("id", **PLAIN), row(id="1"), version, add_record_metadata=False)

    assert done.returncode == 0, done.stderr
    assert "Rows of people that are gone stay: add_record_metadata is off." in done.stderr
    assert loader.rows("*") == [("1", None)]


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ((schema("id", **PLAIN, Name=TEXT),), "has no room for the columns of people"),
        ((schema("id", **PLAIN), row(id="\ud800")), "A text in a row of people is no Unicode"),
    ],
)
def test_what_no_table_can_hold_is_an_error_with_the_stream(
    loader: Loader, messages: tuple[dict[str, Any], ...], reason: str
) -> None:
    done = loader.load(*messages)

    assert (done.returncode, done.stdout) == (1, "")
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_rows_without_a_key_are_added(loader: Loader) -> None:
    for _ in range(2):
        loader.load(schema(**PLAIN), row(id="1"))

    assert loader.rows("id") == [("1",), ("1",)]
