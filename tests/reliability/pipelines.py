"""Three ways to run the tap as a process, from the cheapest to the whole: into memory, by hand, by Meltano."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg import errors, sql
from typing_extensions import override

from tests.databases import BY_NAME
from tests.loader import Warehouse
from tests.meltano_project import project_with
from tests.pipeline import loader_settings
from tests.reliability.processes import Kill, ProcessEnd, run
from tests.warehouse import selection

if TYPE_CHECKING:
    import psycopg

    from sandbox import Sandbox
    from tests.loader import Row

BIN = Path(sys.executable).parent
#: Without most of those that a limit on reports would make wait.
STREAMS = (
    "organization", "domains", "subscribed_skus", "users", "user_managers", "profile_photos", "groups", "group_members",
    "administrative_units", "administrative_unit_members", "role_assignments", "devices", "applications",
    "service_principals", "app_role_assignments", "oauth2_permission_grants", "sign_ins", "directory_audits",
)  # fmt: skip


class Line:
    """From the tap to a warehouse.

    Attributes:
        tables: What the warehouse holds, by `live`, `deleted` and `doubled`.
    """

    name: str
    tables: Any
    #: Who can be killed in it, and by what.
    deaths: tuple[tuple[str, signal.Signals], ...]

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "catalog.json").write_text(json.dumps(selection(*STREAMS)))
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("MELTANO_", "TAP_ENTRA_"))}
        self.environment = {**outside, **sandbox.environment(), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}

    def begin_anew(self) -> None:
        """An empty warehouse, and no state."""
        raise NotImplementedError

    def run(self, kill: Kill | None = None) -> ProcessEnd:
        """The daily run."""
        raise NotImplementedError


class IntoMemory(Line):
    """The tap's own process, and the imitation of the loader at the other end of the pipe."""

    name = "the tap alone"
    deaths = (
        ("tap", signal.SIGKILL), ("tap", signal.SIGTERM), ("tap", signal.SIGINT), ("loader", signal.SIGKILL),
    )  # fmt: skip

    @override
    def begin_anew(self) -> None:
        self.tables = Warehouse()

    @override
    def run(self, kill: Kill | None = None) -> ProcessEnd:
        self.tables.begin()
        (self.folder / "state.json").write_text(json.dumps(self.tables.state))
        began = time.monotonic()
        command: list[str | Path] = [BIN / "tap-entra", "--config=ENV", "--catalog=catalog.json", "--state=state.json"]
        with (
            (self.folder / "log.txt").open("ab") as log,
            subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=log) as tap,
        ):
            has_struck = self._take(tap, kill)
            code = tap.wait()
        return ProcessEnd(code, has_struck, time.monotonic() - began)

    def _take(self, tap: subprocess.Popen[bytes], kill: Kill | None) -> bool:
        assert tap.stdout
        dead = threading.Event()
        timer = threading.Timer(kill.after_s, _kill, (kill, tap, dead)) if kill else None
        if timer:
            timer.start()
        try:
            for line in tap.stdout:
                if dead.is_set() and kill and kill.who == "loader":
                    break
                self.tables._take(line)
        except ValueError:
            self.tables.die()  # half a line: the loader does not survive that
        if timer:
            timer.cancel()
        if dead.is_set() and kill and kill.who == "loader":
            self.tables.die()
            tap.stdout.close()
        self.tables.end_of_pipe()
        return dead.is_set()


def _kill(kill: Kill, tap: subprocess.Popen[bytes], dead: threading.Event) -> None:
    if tap.poll() is None:
        dead.set()
        if kill.who == "tap":
            tap.send_signal(kill.signal)


class Tables:
    """What PostgreSQL holds."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def live(self, stream: str) -> list[Row]:
        """The rows that are not marked as deleted."""
        return self._rows(stream, "is null")

    def deleted(self, stream: str) -> list[Row]:
        """The rows that are."""
        return self._rows(stream, "is not null")

    def doubled(self, stream: str) -> int:
        """How many rows there are beyond one a key."""
        keys = sql.SQL(", ").join(map(sql.Identifier, BY_NAME[stream].primary_keys))
        counted = self._fetch(
            sql.SQL("select count(*) - count(distinct ({})) as doubled from entra.{}").format(
                keys, sql.Identifier(stream)
            )
        )
        return int(counted[0]["doubled"]) if counted else 0

    def _rows(self, stream: str, condition: str) -> list[Row]:
        text = f"select * from entra.{{}} where _sdc_deleted_at {condition}"
        return self._fetch(sql.SQL(text).format(sql.Identifier(stream)))

    def _fetch(self, statement: sql.Composed) -> list[Row]:
        with self._sandbox.postgres.connect() as connection, suppress(errors.UndefinedTable):
            cursor = connection.execute(statement)
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
        return []


class ByHand(Line):
    """`tap | loader` in a shell, with the state that the loader wrote last, as the README has it."""

    name = "tap and loader"
    deaths = (
        ("tap", signal.SIGKILL), ("tap", signal.SIGTERM), ("tap", signal.SIGINT),
        ("loader", signal.SIGKILL), ("loader", signal.SIGTERM), ("loader", signal.SIGINT),
        ("everyone", signal.SIGINT), ("everyone", signal.SIGKILL),
    )  # fmt: skip

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        super().__init__(sandbox, folder)
        self.tables = Tables(sandbox)
        settings = {**loader_settings(), "sqlalchemy_url": sandbox.postgres.url}
        (folder / "loader.json").write_text(json.dumps(settings))
        (folder / "run.sh").write_text(
            f"{BIN}/tap-entra --config=ENV --catalog catalog.json --state state.json"
            f"| {BIN}/target-postgres --config loader.json > states.jsonl\n"
            'status=$?\n[ -s states.jsonl ] && tail -n 1 states.jsonl > state.json\nexit "$status"\n'
        )

    @override
    def begin_anew(self) -> None:
        (self.folder / "state.json").write_text("{}")
        _drop_tables(self.sandbox)

    @override
    def run(self, kill: Kill | None = None) -> ProcessEnd:
        ended = run(["bash", "-o", "pipefail", "run.sh"], kill, self.folder, self.environment)
        states = self.folder / "states.jsonl"
        if states.exists() and states.stat().st_size:
            # The shell may be dead.
            (self.folder / "state.json").write_bytes(states.read_bytes().splitlines()[-1])
        return ended


class ByMeltano(Line):
    """`meltano run tap-entra target-postgres`."""

    name = "Meltano"
    deaths = (
        ("Meltano", signal.SIGKILL), ("Meltano", signal.SIGTERM), ("everyone", signal.SIGINT), ("tap", signal.SIGKILL),
        ("tap", signal.SIGTERM), ("loader", signal.SIGKILL),
    )  # fmt: skip

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        super().__init__(sandbox, folder)
        self.tables = Tables(sandbox)
        project = project_with(
            {
                "-e .": BIN / "tap-entra",
                "meltanolabs-target-postgres==0.8.1": BIN / "target-postgres",
            }
        )
        (folder / "meltano.yml").write_text(project)
        chosen = [f"{stream}.*" for stream in (*STREAMS, "stream_runs")]
        self.environment |= {
            "TAP_ENTRA__SELECT": json.dumps(chosen),
            "MELTANO_DATABASE_URI": f"sqlite:///{folder}/meltano.db",
        }

    @override
    def begin_anew(self) -> None:
        (self.folder / "meltano.db").unlink(missing_ok=True)
        _drop_tables(self.sandbox)

    @override
    def run(self, kill: Kill | None = None) -> ProcessEnd:
        # A run that was killed hard looks as if it went on, for five minutes.
        return run(
            [BIN / "meltano", "run", "--force", "tap-entra", "target-postgres"], kill, self.folder, self.environment
        )


def _drop_tables(sandbox: Sandbox) -> None:
    connection: psycopg.Connection
    with sandbox.postgres.connect() as connection:
        connection.execute("drop schema if exists entra cascade")
        connection.execute("create schema entra")


LINES: tuple[type[Line], ...] = (IntoMemory, ByHand, ByMeltano)
