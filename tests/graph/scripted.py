"""Graph as a scripted server on 127.0.0.1: it gives the scripted answers, good or bad, and records the requests."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from email.message import Message


@dataclass
class Received:
    """A request as it came in; `target` to the letter, `port` tells connections apart."""

    method: str
    target: str
    headers: Message
    body: bytes
    port: int

    @property
    def token(self) -> str:
        return str(self.headers["Authorization"]).removeprefix("Bearer ")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    how: str = "whole"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one piece
    server: ScriptedGraph

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        target = self.requestline.split(" ")[1]
        received = Received(self.command, target, self.headers, self.rfile.read(length), self.client_address[1])
        answer = self.server.answer(received)
        if callable(answer.body):
            made = answer.body(received)
            answer = made if isinstance(made, Answer) else Answer(made)
        getattr(self, f"send_{answer.how}")(answer, content(answer.body))

    do_POST = do_GET  # noqa: N815 - the name HTTP gives it

    def send_whole(self, answer: Answer, body: bytes) -> None:
        self.send_cut(answer, body, missing=0)

    def send_cut(self, answer: Answer, body: bytes, missing: int = 1) -> None:
        self.head(answer, {"Content-Length": str(len(body) + missing)})
        self.wfile.write(body)
        self.close_connection |= missing > 0

    def send_cut_chunks(self, answer: Answer, body: bytes) -> None:
        self.head(answer, {"Transfer-Encoding": "chunked"})
        self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))  # the last, empty chunk is missing
        self.close_connection = True

    def send_cut_gzip(self, _answer: Answer, body: bytes) -> None:
        self.send_whole(Answer(None, 200, {"Content-Encoding": "gzip"}), gzip.compress(body)[:-12])

    def send_reset(self, _answer: Answer, _body: bytes) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def send_stall(self, answer: Answer, body: bytes) -> None:
        self.server.stalled.set()
        self.server.go_on.wait()
        self.send_whole(answer, body)

    def head(self, answer: Answer, more: dict[str, str]) -> None:
        self.send_response_only(answer.status)
        headers = {"Content-Type": "application/json", "Date": formatdate(usegmt=True), **answer.headers, **more}
        for name, values in headers.items():
            for value in values if isinstance(values, list) else [values]:
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def content(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""


class ScriptedGraph(ThreadingHTTPServer):
    """Answers by a script a path; the last answer of a script is given from then on."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_port}"
        self.requests: list[Received] = []
        self.stalled, self.go_on = threading.Event(), threading.Event()
        self._scripts: dict[str, list[Answer]] = defaultdict(list)
        self._lock = threading.Lock()
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    def says(  # noqa: PLR0913 - what an answer consists of
        self,
        path: str,
        body: Any = None,
        *,
        status: int = 200,
        headers: dict[str, Any] | None = None,
        how: str = "whole",
        times: int = 1,
    ) -> None:
        """Add to the script of a path, or of a path with its query.

        Args:
            body: Bytes, JSON, or a function of the request that gives one or an `answer`.
            headers: A list as value sends the header several times.
            how: One of the send_… ways of the handler above.
        """
        self._scripts[path] += [Answer(body, status, headers or {}, how)] * times

    def answer(self, received: Received) -> Answer:
        with self._lock:
            self.requests.append(received)
            path = received.target.partition("?")[0]
            script = self._scripts.get(received.target) or self._scripts.get(path)
            if not script:
                return Answer({"error": {"code": "notInTheScript", "message": path}}, 404)
            return script.pop(0) if len(script) > 1 else script[0]

    @property
    def targets(self) -> list[str]:
        return [request.target for request in self.requests]

    def handle_error(self, *_: object) -> None:
        """A client that went away is no trouble here."""
