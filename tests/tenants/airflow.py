"""A real Airflow for as long as a `with` lasts: scheduler, DAG processor and API server, on loopback."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

import psycopg

from tests.environments import environment
from tests.ports import free_port
from tests.processes import with_variable
from tests.warehouse import ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from tests.tenants.imitation import Imitation

LOCK = ROOT / "requirements-airflow.lock"


class Airflow:
    """Runs the shipped DAG over an imitation's tenants.

    Args:
        folder: For its logs and settings.
        pool: How many tenants may run at once.
        dead_after_s: Without a sign of life for so long, a task counts as dead. A busy machine needs more.
        variables: More variables for the runs.
    """

    def __init__(self, folder: Path, imitation: Imitation, pool: int, *, dead_after_s: int, **variables: str) -> None:
        self.folder = folder
        self._imitation = imitation
        self._pool = pool
        self._bin = environment("airflow", LOCK)
        port = free_port()
        socket_dir = imitation.environment["PGHOST"]
        self._url = f"//postgres@/airflow?host={socket_dir}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "MELTANO_"))},
            **imitation.environment,
            **_settings(folder, port, self._url),
            "ENTRA_PROJECT": str(imitation.project),
            "ENTRA_PYTHON": str(ROOT / ".venv/bin/python"),
            "ENTRA_COMMAND": "meltano run --no-install tap-entra target-postgres",
            "ENTRA_RETRY_SECONDS": "5",
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": str(dead_after_s),
            **variables,
        }

    def __enter__(self) -> Self:
        """Make the database, and start."""
        self.folder.mkdir(parents=True)
        with psycopg.connect(
            host=self._imitation.environment["PGHOST"], user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute("create database airflow")
        self.command("db", "migrate")
        self.command("pools", "set", "entra", str(self._pool), "Microsoft's limit on logs")
        with ExitStack() as stack:
            # The scheduler would serve logs on all addresses of the machine.
            for program in (["api-server"], ["dag-processor"], ["scheduler", "--skip-serve-logs"]):
                self._start(stack, program)
            self._stop = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop all of it; runs that are still under way have sessions of their own."""
        self._stop.close()
        for pid in with_variable(f"AIRFLOW_HOME={self.folder}"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def command(self, *words: str) -> str:
        """Run a command of Airflow and return what it prints."""
        done = subprocess.run(
            [self._bin / "airflow", *words], env=self._environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask Airflow's database."""
        with psycopg.connect(f"postgresql:{self._url}") as connection:
            return connection.execute(query).fetchall()

    def _start(self, stack: ExitStack, program: list[str]) -> None:
        log = stack.enter_context((self.folder / f"{program[0]}.log").open("w"))
        process = subprocess.Popen(
            [self._bin / "airflow", *program],
            env=self._environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            # A group of its own: its workers and their runs end with it.
            start_new_session=True,
        )
        stack.callback(_end, process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _settings(folder: Path, port: int, database: str) -> dict[str, str]:
    return {
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "orchestrate/airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        # A DAG that is no longer paused begins with its last scheduled run, at any hour.
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "false",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "24",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "true",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2:{database}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        # Seconds: the defaults of 5 and 30 are short where twenty tasks begin at once on two cores.
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "120",
        # What older versions of Airflow, and some of its packages, would report.
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "false",
        "AIRFLOW__METRICS__STATSD_ON": "false",
        "AIRFLOW__METRICS__OTEL_ON": "false",
        "AIRFLOW__TRACES__OTEL_ON": "false",
        "SCARF_ANALYTICS": "false",
        "DO_NOT_TRACK": "1",
    }
