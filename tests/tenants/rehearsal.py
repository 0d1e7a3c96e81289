"""All tenants of an imitation by Airflow: some fail, some fail once, and of some the worker is killed."""

from __future__ import annotations

import http.server
import json
import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tenants.file import read
from tenants.sync_status import statements
from tests.environments import environment
from tests.processes import parent, with_variable
from tests.tenants.airflow import Airflow
from tests.tenants.imitation import STREAMS, Imitation
from tests.warehouse import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: AADSTS700016: the app is not found in the directory.
_NOT_FOUND = 700016


class Failures(NamedTuple):
    """How many tenants get which: no consent at any try, a refusal at the first, a worker that is killed."""

    bad: int
    refused_once: int
    killed: int


@dataclass
class Figures:
    """What became of a rehearsal.

    Attributes:
        tries: Tries by tenant.
        failed: Tenants whose last try failed.
        peak: Most runs that were in flight, by Airflow's clock.
        compared: Rows of tenants and warehouse.
        wrong: What differs.
        states: Tenants by the worst state in sync_status.
        messages: What `notify` has sent.
    """

    tenants: int
    bad: list[str]
    refused_once: list[str]
    killed: list[str]
    wall_s: float = 0
    tries: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    peak: int = 0
    compared: int = 0
    wrong: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    messages: list[dict[str, Any]] = field(default_factory=list)


def rehearse(folder: Path, count: int, pool: int, failures: Failures, *, dead_after_s: int) -> Figures:
    """Run it and return the figures."""
    with Imitation(folder, count) as imitation, _receiver() as (url, messages):
        figures = _inject(imitation, failures)
        notify = environment("notify", ROOT / "requirements-notify.lock") / "python"
        variables = {"ENTRA_NOTIFY": f"{notify} -m notify say", "ENTRA_NOTIFY_URLS": url}
        with Airflow(folder / "airflow", imitation, pool, dead_after_s=dead_after_s, **variables) as airflow:
            began = time.monotonic()
            _until_the_end(airflow, [*figures.killed])
            figures.wall_s = time.monotonic() - began
            _read_airflow(airflow, [*imitation.tenants], figures)
        _read_warehouse(imitation, figures)
        figures.messages = messages
    return figures


def _inject(imitation: Imitation, failures: Failures) -> Figures:
    names = [*imitation.tenants]
    # Spread over the list, so that they meet the others in flight.
    chosen = names[:: len(names) // sum(failures)]
    bad, refused_once, killed = failures
    figures = Figures(
        len(names),
        bad=chosen[:bad],
        refused_once=chosen[bad : bad + refused_once],
        killed=chosen[bad + refused_once :][:killed],
    )
    for name in figures.bad:
        imitation.tenants[name].login.registration.certificates.clear()
    for name in figures.refused_once:
        imitation.tenants[name].login.refuse_next.append(_NOT_FOUND)
    return figures


def _until_the_end(airflow: Airflow, to_kill: list[str]) -> None:
    while not airflow.rows("select 1 from dag_run where state in ('success', 'failed')"):
        for name in [*to_kill]:
            if _kill(name):
                to_kill.remove(name)
        time.sleep(1)


def _kill(tenant: str) -> bool:
    """Kill a tenant's run as a machine that is gone would: the worker, its task, and what the task runs.

    Only when the tap or the loader runs: Meltano has said by then that a run is under way.
    """
    own = with_variable(f"MELTANO_RUN_STATE_ID_SUFFIX={tenant}")
    tasks = {parent(pid) for pid in own} - {*own}
    # One that has just ended has no parent any more, and what it leaves behind has process 1: look again.
    if len(own) < 2 or len(tasks) != 1 or min(tasks) <= 1:
        return False
    (task,) = tasks
    worker = parent(task)
    if worker <= 1:
        return False
    for pid in (worker, task, *own):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return True


def _read_airflow(airflow: Airflow, names: Sequence[str], figures: Figures) -> None:
    now = airflow.rows(
        "select map_index, try_number, state from task_instance where task_id = 'run' and map_index >= 0"
    )
    figures.tries = {names[number]: tries for number, tries, _ in now}
    figures.failed = sorted(names[number] for number, _, state in now if state != "success")
    spans = airflow.rows(
        "select start_date, end_date from task_instance where task_id = 'run' and map_index >= 0"
        " union all select start_date, end_date from task_instance_history where task_id = 'run' and map_index >= 0"
    )
    # At one instant, ends come before beginnings.
    steps = sorted([(begin, 1) for begin, _ in spans if begin] + [(end, -1) for begin, end in spans if begin and end])
    level = 0
    for _, step in steps:
        level += step
        figures.peak = max(figures.peak, level)


def _read_warehouse(imitation: Imitation, figures: Figures) -> None:
    good = [name for name in imitation.tenants if name not in figures.bad]
    for name in good:
        rows, wrong = imitation.differences(name)
        figures.compared += rows
        figures.wrong += wrong
    with imitation.postgres.connect() as connection:
        connection.execute(statements(read(imitation.project / "tenants.yml").all))
        found = connection.execute(
            "select tenant, case when bool_and(state = 'active') then 'active' else 'action required' end,"
            " count(stream) from entra_tenants.sync_status group by tenant"
        ).fetchall()
        tables = connection.execute("select schemaname from pg_tables where tablename = 'users'").fetchall()
    figures.states = Counter(state for _, state, _ in found)
    for tenant, state, streams in found:
        if tenant in good and (state, streams) != ("active", len(STREAMS)):
            figures.wrong.append(f"{tenant} is {state}, with {streams} streams")
    for name in good:
        with closing(sqlite3.connect(imitation.state / "tenants" / name / "meltano.db")) as database:
            states = database.execute("select state_id from state").fetchall()
        if states != [(f"dev:tap-entra-to-target-postgres:{name}",)]:
            figures.wrong.append(f"{name} has the states {states}")
    schemas = {imitation.schema(name) for name in good}
    figures.wrong += [f"rows in {schema}" for (schema,) in tables if schema not in schemas]


@contextmanager
def _receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A webhook on loopback: its address for Apprise, and what it gets."""
    messages: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"json://127.0.0.1:{server.server_port}", messages
        server.shutdown()
        thread.join()
