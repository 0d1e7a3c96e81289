"""A warehouse of hand-made views, receivers on loopback, and the command in the environment that users give it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import uuid
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MailHandler
from psycopg import sql

from sandbox.certificates import make_certificates
from sandbox.messages import Delivery, Request, Response, json_response
from sandbox.server import HttpsServer
from tests.environments import ROOT, environment
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from pathlib import Path

    from sandbox import Sandbox

VIEWS = """
    create schema entra_views;
    create table entra_views.sync_status (stream text, state text, reason text, action text);
    create table entra_views.company (display_name text, observed_since timestamp);
    create table entra_views.employees (account_state text);
    create table entra_views.applications (
        app_id text, display_name text, kind text, first_use_at timestamp, removed_at timestamp
    );
    create table entra_views.insights (
        kind text, parent_id text, is_open boolean, saving_with_children numeric, currency text
    );
    create table entra_views.news (event text);
"""


class Views:
    """The views that notify reads, in a database of a test's own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            done = connection.execute(query, values or None)
            return done.fetchall() if done.description else []

    def stream(self, name: str, state: str, reason: str = "up to date", action: str | None = None) -> None:
        self.run("delete from entra_views.sync_status where stream = %s", name)
        self.run("insert into entra_views.sync_status values (%s, %s, %s, %s)", name, state, reason, action)

    def days_pass(self, days: int) -> None:
        """What was sent was sent that many days earlier."""
        self.run("update entra_notify.told set told_at = told_at - make_interval(days => %s)", days)


@pytest.fixture
def empty_database(session_sandbox: Sandbox) -> Iterator[Views]:
    assert session_sandbox.postgres
    name = f"notify_{uuid.uuid4().hex[:12]}"
    server = session_sandbox.postgres.url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield Views(server.replace("/warehouse?", f"/{name}?"))
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def views(empty_database: Views) -> Views:
    """A company whose first load is complete."""
    empty_database.run(VIEWS)
    empty_database.run("insert into entra_views.company values ('Larkspur', '2026-10-25')")
    empty_database.run("insert into entra_views.employees values ('active'), ('active'), ('left')")
    empty_database.run("insert into entra_views.applications values ('a', 'Zoom', 'third_party', '2026-10-25', null)")
    for name in ("users", "sign_ins"):
        empty_database.stream(name, "active")
    return empty_database


class WebReceiver:
    """A webhook over HTTPS.

    Attributes:
        requests: What it was sent.
        status: The status that it answers with.
        delivery: How the answer arrives.
    """

    def __init__(self, server: HttpsServer) -> None:
        self.port = int(server.url.rpartition(":")[2])
        self.requests: list[Request] = []
        self.status = 200
        self.delivery = Delivery.WHOLE
        server.start(self._answer)

    @property
    def texts(self) -> list[str]:
        return [request.body.decode() for request in self.requests if request.method == "POST"]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts]

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        response = json_response({}, self.status)
        response.delivery = self.delivery
        return response


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return make_certificates(tmp_path_factory.mktemp("receiver"))


@pytest.fixture
def web(certificates: Any) -> Iterator[WebReceiver]:
    server = HttpsServer(certificates[0], lambda: datetime.now(timezone.utc))
    yield WebReceiver(server)
    server.stop()


class Inbox(MailHandler):
    """Mails that a real SMTP server has accepted."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    box = Inbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


class Notify:
    """`python -m notify`, as Meltano starts it."""

    def __init__(self, python: Path, variables: dict[str, str]) -> None:
        self._python = python
        self.variables = variables

    def __call__(
        self, command: str = "send", *arguments: str, stdin: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._python, "-m", "notify", command, *arguments],
            input=stdin,
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**_plain_environment(), **self.variables, **variables},
            timeout=100,
        )


def _plain_environment() -> dict[str, str]:
    ours = ("ENTRA_", "TARGET_POSTGRES_", "TAP_ENTRA_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture
def notify(views: Views, certificates: Any) -> Notify:
    python = environment("notify", ROOT / "requirements-notify.lock") / "python"
    variables = {
        "ENTRA_NOTIFY_DATABASE_URL": views.url,
        "REQUESTS_CA_BUNDLE": str(certificates[1]),
        "ENTRA_PAGES_AUTH": "true",  # a tap without a problem
    }
    return Notify(python, variables)


@contextmanager
def held_lock(url: str) -> Iterator[None]:
    """Another process is sending."""
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute("select pg_advisory_lock(%s)", [0x656E7472])
        yield


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield listener.getsockname()[1]
