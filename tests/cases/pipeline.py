"""The real tap and the real loader in this process: a case costs half a second instead of seven."""

from __future__ import annotations

import io
import json
import logging
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row
from target_postgres.target import TargetPostgres

from tests.cases.scripted_case import Case, ScriptedRun
from tests.pipeline import loader_settings
from tests.warehouse import TapWithoutWaits, exit_code_of, selection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Sandbox

Row = dict[str, Any]


@dataclass
class CaseRun:
    """One run of a case.

    Attributes:
        exit_code: The tap's; the loader has taken all messages without an error.
        asked: Method and target of every request, those inside a batch too.
        log: Lines that the tap logged, from INFO on.
        reports: Rows of `stream_runs`, by stream.
        state: As the loader passed it on.
    """

    exit_code: int
    messages: list[bytes]
    asked: list[str]
    log: list[str]
    state: dict[str, Any]
    reports: dict[str, Row] = field(init=False)

    def __post_init__(self) -> None:
        read = [json.loads(line) for line in self.messages]
        rows = [one["record"] for one in read if one["type"] == "RECORD" and one["stream"] == "stream_runs"]
        self.reports = {row["stream"]: row for row in rows}

    def outcome(self, stream: str) -> str:
        """Return the outcome of a stream in `stream_runs`."""
        return str(self.reports[stream]["outcome"])

    def warnings(self, *words: str) -> list[str]:
        """The log lines of level WARNING or worse that have all of some words."""
        lines = [line for line in self.log if line.startswith(("WARNING", "ERROR", "CRITICAL"))]
        return [line for line in lines if all(word in line for word in words)]


class _Loader(TargetPostgres):
    """The loader, except that it can let its connections go: its process usually ends instead."""

    def get_sink(self, *arguments: Any, **options: Any) -> Any:
        sink = super().get_sink(*arguments, **options)
        self.__dict__.setdefault("engines", set()).add(sink.connector._engine)
        return sink

    def disconnect(self) -> None:
        for engine in self.__dict__.get("engines", ()):
            engine.dispose()


class LoadedCase:
    """A case that went through tap and loader, into a schema of its own or into a shared one.

    Args:
        schema: A schema that several cases share: each one's ids then begin with its number.

    Attributes:
        runs: What each run did, in order.
    """

    def __init__(self, sandbox: Sandbox, name: str, *, schema: str | None = None, **settings: Any) -> None:
        self.sandbox = sandbox
        self.schema = schema or f"case_{name.replace('-', '_')}"
        self._id_prefix = f"{name.partition('-')[0]}-" if schema else ""
        self.case = Case.of(name, sandbox.graph_url, sandbox.tenant.now(), id_prefix=self._id_prefix)
        self.runs: list[CaseRun] = []
        state: dict[str, Any] = {}
        for answers in self.case.runs:
            self.runs.append(self._run(ScriptedRun(answers, sandbox.graph_url), state, settings))
            state = self.runs[-1].state

    def _run(self, script: ScriptedRun, state: dict[str, Any], settings: dict[str, Any]) -> CaseRun:
        self.sandbox._graph.answer = script.answer
        with standard_output() as sent, log_lines() as log:
            tap = TapWithoutWaits(
                config={**self.sandbox.settings, **settings},
                state=json.loads(json.dumps(state)),
                catalog=selection(*self.case.streams),
            )
            exit_code = exit_code_of(tap)
        state = load_messages(sent.getvalue(), self.sandbox, self.schema) or state
        return CaseRun(exit_code, sent.getvalue().splitlines(), script.asked, log, state)

    def id(self, id_: str) -> str:
        """The id that an object of the case has in the warehouse."""
        return self._id_prefix + id_

    def rows(self, table: str, schema: str | None = None) -> list[Row]:
        """All rows of a table of the case's schema, deleted ones too, by id where there is one."""
        with self.sandbox.postgres.connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
            query = sql.SQL("select * from {}").format(sql.Identifier(schema or self.schema, table))
            return sorted(cursor.execute(query).fetchall(), key=lambda row: str(row.get("id")))

    def row(self, table: str, id_: str) -> Row:
        """One row of a table by its id."""
        (found,) = (row for row in self.rows(table) if row["id"] == id_)
        return found

    def live(self, table: str) -> list[str]:
        """The ids of the rows that are not marked as deleted."""
        return [row["id"] for row in self.rows(table) if row["_sdc_deleted_at"] is None]

    def mart(self, name: str) -> list[Row]:
        """All rows of a mart."""
        return self.rows(name, f"{self.schema}_views")


def load_messages(messages: bytes, sandbox: Sandbox, schema: str) -> dict[str, Any]:
    """Load what a tap wrote into a schema of its own. Return the last state that the loader passed on, {} without."""
    settings = {"default_target_schema": schema, "sqlalchemy_url": sandbox.postgres.url}
    with standard_output() as passed_on:
        loader = _Loader(config={**loader_settings(), **settings})
        try:
            loader.listen(io.TextIOWrapper(io.BytesIO(messages), encoding="utf-8"))
        finally:
            loader.disconnect()
    states = passed_on.getvalue().splitlines()
    return dict(json.loads(states[-1])) if states else {}


@contextmanager
def standard_output() -> Iterator[io.BytesIO]:
    """Catch what is written to standard output."""
    written = io.BytesIO()
    with redirect_stdout(io.TextIOWrapper(written, encoding="utf-8", write_through=True)) as text:
        yield written
        text.flush()
        text.detach()


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.getMessage()}")


@contextmanager
def log_lines() -> Iterator[list[str]]:
    """Collect what is logged from INFO on, each line after its level."""
    handler = _Lines()
    logging.getLogger().addHandler(handler)
    try:
        yield handler.lines
    finally:
        logging.getLogger().removeHandler(handler)
