"""The loader: its settings, and the order in which rows are written."""

from __future__ import annotations

import glob
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import msgspec
from singer_sdk import Target
from singer_sdk import typing as th
from singer_sdk.sinks import BatchSink
from typing_extensions import override

from target_entra_duckdb.table import NUMBER, ColumnTypeError, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from singer_sdk.helpers._batch import BaseBatchFileEncoding
    from singer_sdk.sinks import Sink

#: How long another program may keep the file: the pages let go of it after a second.
PATIENCE_S = 5
#: How the name of a batch ends; it begins with that of the warehouse.
LINES = ".jsonl"


class WarehouseError(Exception):
    """The file cannot be opened, or does not take a row."""


class DuckDbSink(BatchSink):
    """Keeps a batch in a file beside the warehouse, since pictures would fill the memory; one statement merges it."""

    def __init__(self, target: TargetDuckDb, *arguments: Any, **options: Any) -> None:
        super().__init__(target, *arguments, **options)
        self._target = target
        # The SDK reads numbers with a fraction as decimals.
        self._encode = msgspec.json.Encoder(decimal_format="number").encode

    @override
    def setup(self) -> None:
        connection, schema = self._target.connection, self.config["default_target_schema"]
        with self._explained(f"has no room for the columns of {self.stream_name}"):
            self._table = Table(connection, schema, self.stream_name, self.schema, self.key_properties)

    @override
    def start_batch(self, context: dict[str, Any]) -> None:
        file = self._target.file
        context["lines"] = tempfile.NamedTemporaryFile(prefix=f"{file.name}.", suffix=LINES, dir=file.parent)  # noqa: SIM115

    @override
    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        self._write(context, record, self.current_size)

    @override
    def process_batch_files(self, encoding: BaseBatchFileEncoding, files: Sequence[str]) -> None:
        self._target.drain_one(self)  # rows that came before these
        super().process_batch_files(encoding, files)

    @override
    def process_batch(self, context: dict[str, Any]) -> None:
        if "lines" not in context:
            self._keep(context)
        with (
            context["lines"] as lines,
            self._explained(f"does not take {self.current_size} rows of {self.stream_name}"),
        ):
            lines.flush()
            self._table.take(Path(lines.name))

    def _keep(self, context: dict[str, Any]) -> None:
        """Keep the rows of a batch file, which the SDK reads at once, as it keeps others one by one."""
        self.start_batch(context)
        for number, record in enumerate(context["records"]):
            self._write(context, record, number)

    def _write(self, context: dict[str, Any], record: dict[str, Any], number: int) -> None:
        try:
            line = self._encode({**record, NUMBER: number})
        except UnicodeEncodeError as error:
            raise WarehouseError(f"A text in a row of {self.stream_name} is no Unicode: {error}") from error
        context["lines"].write(line + b"\n")

    @override
    def activate_version(self, new_version: int) -> None:
        self._target.drain_one(self)
        if self.include_sdc_metadata_properties:
            self._table.mark_older(new_version, datetime.now(timezone.utc).replace(tzinfo=None))
        else:
            self.logger.warning("Rows of %s that are gone stay: add_record_metadata is off.", self.stream_name)

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        try:
            yield
        except (duckdb.Error, ColumnTypeError) as error:
            raise WarehouseError(f"The warehouse {what}: {error}") from error


class TargetDuckDb(Target):
    """A Singer loader for one DuckDB file."""

    name = "target-entra-duckdb"
    package_name = "tap-entra"
    default_sink_class = DuckDbSink
    config_jsonschema = th.PropertiesList(
        th.Property(
            "filepath",
            th.StringType(nullable=False),
            default="warehouse.duckdb",
            title="File",
            description="The DuckDB file; made if it is not there",
        ),
        th.Property(
            "default_target_schema",
            th.StringType(nullable=False),
            default="entra",
            title="Schema",
            description="Schema of the tables",
        ),
        th.Property(
            "add_record_metadata",
            th.BooleanType(nullable=False),
            default=True,
            title="Record metadata",
            description="Add the columns that begin with _sdc_; without them no removed row is marked",
        ),
        th.Property(
            "validate_records",
            th.BooleanType(nullable=False),
            default=False,
            title="Validate records",
            description="Check each row by its schema, which takes several times as long",
        ),
    ).to_dict()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.max_parallelism = 1

    @property
    def file(self) -> Path:
        """The warehouse."""
        return Path(self.config["filepath"]).absolute()

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The only connection.

        Raises:
            WarehouseError: The file cannot be opened.
        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            connection = self._opened()
        except (duckdb.Error, OSError) as error:
            raise WarehouseError(
                f"The warehouse {self.file} cannot be opened: {error}. One program at a time can write to a DuckDB "
                "file: end the other one, or set filepath to another file."
            ) from error
        # A time without an offset is UTC, wherever the loader runs.
        connection.execute("set TimeZone = 'UTC'")
        for left in self.file.parent.glob(f"{glob.escape(self.file.name)}.*{LINES}"):  # by a run that was killed
            left.unlink()
        return connection

    def _opened(self) -> duckdb.DuckDBPyConnection:
        """Open the file, and wait a little for a program that reads it."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                # DuckDB would fetch what it lacks from its own host.
                return duckdb.connect(self.file, config={"autoinstall_known_extensions": "false"})
            except duckdb.IOException as error:
                if "lock" not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(0.2)

    @override
    def get_sink(
        self,
        stream_name: str,
        *,
        record: dict[str, Any] | None = None,
        schema: dict[str, Any] | None = None,
        key_properties: Sequence[str] | None = None,
    ) -> Sink:
        before = self._sinks_active.get(stream_name)
        found = super().get_sink(stream_name, record=record, schema=schema, key_properties=key_properties)
        if before and before is not found:
            # The SDK keeps the rows of an earlier schema for later, where they would undo what came after them.
            self.drain_one(before)
        return found
