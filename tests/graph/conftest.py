"""A client of a scripted Graph. Waits are recorded and move a clock; the test does not sleep."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import GraphClient
from tap_entra.graph.pacing import Pacing
from tests.graph.scripted import Answer, ScriptedGraph

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    Connect = Callable[..., GraphClient]
    Serve = Callable[..., ScriptedGraph]
    Part = dict[str, Any]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers = []

    def start(tls: ssl.SSLContext | None = None) -> ScriptedGraph:
        server = ScriptedGraph(tls)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.go_on.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def graph(serve: Serve) -> ScriptedGraph:
    return serve()


@pytest.fixture
def elsewhere(serve: Serve) -> ScriptedGraph:
    """Another host: to be asked nothing, and above all not to see the token."""
    return serve()


@pytest.fixture
def answer() -> type[Answer]:
    return Answer


class Clock:
    """Seconds, moved by naps alone."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, wait_s: float) -> None:
        self.naps.append(wait_s)
        self.now += wait_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def naps(clock: Clock) -> list[float]:
    return clock.naps


class Credential:
    """Token-1, and the next one each time the current one is rejected."""

    def __init__(self) -> None:
        self.renewals: list[tuple[str | None, str | None]] = []
        self.failure: Exception | None = None
        self._number = 1
        self._lock = threading.Lock()

    def token(self) -> str:
        if self.failure:
            raise self.failure
        return f"token-{self._number}"

    def renew(self, claims: str | None = None, rejected: str | None = None) -> str:
        with self._lock:
            if rejected == self.token():
                self.renewals.append((claims, rejected))
                self._number += 1
        return self.token()


@pytest.fixture
def credential() -> Credential:
    return Credential()


@pytest.fixture
def connect(
    graph: ScriptedGraph, credential: Credential, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connect]:
    """Clients of the scripted Graph, or of another root; options as the client's own."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    clients = []

    def start(root: str = graph.url, **options: Any) -> GraphClient:
        options = {"pacing": Pacing(clock=clock), "sleep": clock.sleep, **options}
        clients.append(GraphClient(root, credential=credential, **options))
        return clients[-1]

    yield start
    for client in clients:
        client.close()


@pytest.fixture
def client(connect: Connect) -> GraphClient:
    return connect()


class Batch:
    """What is answered to $batch."""

    def __init__(self, graph: ScriptedGraph) -> None:
        self._graph = graph

    def says(self, answers: Callable[[list[Part]], list[Part]] | None = None, version: str = "v1.0") -> None:
        """Add a function from the parts asked to the parts answered; without one, everything is found."""
        made = answers or (lambda parts: [self.found(part) for part in parts])
        self._graph.says(f"/{version}/$batch", lambda request: {"responses": made(request.json["requests"])})

    @staticmethod
    def found(part: Part) -> Part:
        """An answer that repeats what it was asked."""
        return {"id": part["id"], "status": 200, "headers": {"Content-Type": "application/json"}, "body": part["url"]}

    @staticmethod
    def busy(part: Part, told: str | None = None) -> Part:
        return {"id": part["id"], "status": 429, "headers": {"Retry-After": told} if told else {}, "body": None}

    @property
    def asked(self) -> list[list[str]]:
        """The paths of each batch, in the order they came."""
        return [[part["url"] for part in request.json["requests"]] for request in self._graph.requests]


@pytest.fixture
def batch(graph: ScriptedGraph) -> Batch:
    return Batch(graph)
