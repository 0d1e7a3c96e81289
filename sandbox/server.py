"""HTTPS on 127.0.0.1: sockets, TLS, keep-alive and compression. Knows nothing of Graph."""

from __future__ import annotations

import gzip
import http
import socket
import struct
import threading
from contextlib import suppress
from datetime import timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sandbox.messages import Delivery, Request, Response

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from datetime import datetime

COMPRESS_FROM_BYTES = 1_400  # about one network packet: below it, gzip saves nothing
POLL_S = 0.02  # how long a stop may wait; a process with hundreds of servers sets more
LINGER_ZERO = struct.pack("ii", 1, 0)  # closing such a socket sends a TCP reset


class HttpsServer(ThreadingHTTPServer):
    """Listens from the moment it is made and answers from `start` on, one thread a connection.

    Attributes:
        url: "https://localhost:PORT".
        closing: Set when the server stops, so that a stalled answer does not hold it up.
    """

    daemon_threads = True
    request_queue_size = 128
    # Answering threads sit in `recv` of kept-alive connections; they are daemons, and no thread waits for them.
    block_on_close = False

    answer: Callable[[Request], Response]

    def __init__(self, context: ssl.SSLContext, now: Callable[[], datetime], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.now = now
        self.closing = threading.Event()
        self._context = context
        self._connections: set[socket.socket] = set()
        self._is_refusing = threading.Lock()
        self._thread = self._new_thread()

    @property
    def url(self) -> str:
        """Where clients reach it. The certificate names localhost."""
        return f"https://localhost:{self.server_address[1]}"

    def start(self, answer: Callable[[Request], Response]) -> None:
        """Answer every request with `answer`, in the background."""
        self.answer = answer
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and drop all open connections."""
        self.closing.set()
        with self._is_refusing:
            self._close()

    def refuse(self, seconds: float) -> None:
        """Drop all open connections and do not listen for that long: the machine refuses new ones."""
        if not self._is_refusing.acquire(blocking=False):
            return
        try:
            if self.closing.is_set():
                return
            self._close()
            self.closing.wait(seconds)
            self.socket = socket.socket(self.address_family, self.socket_type)
            self.server_bind()
            self.server_activate()
            self._thread = self._new_thread()
            self._thread.start()
        finally:
            self._is_refusing.release()

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self.serve_forever, args=(POLL_S,), daemon=True)

    def _close(self) -> None:
        # On Linux this ends the wait for a client at once. Elsewhere it may fail: then the wait is POLL_S at most.
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.shutdown()
        self._thread.join()
        self.server_close()
        for connection in list(self._connections):
            # To close it would not wake the thread that reads from it, and so not tell the client either.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    @override
    def finish_request(self, request: Any, client_address: Any) -> None:
        # TLS begins here, in the connection's own thread: a slow handshake must not block other clients.
        connection: socket.socket = request
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            tls = self._context.wrap_socket(connection, server_side=True)
        except OSError:  # the client went away or does not trust the certificate: its own error says so
            return
        self._connections.add(tls)
        try:
            super().finish_request(tls, client_address)
        finally:
            self._connections.discard(tls)
            tls.close()

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        # Clients hang up often; a fault in the sandbox itself answers 500 with its traceback.
        pass


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: HttpsServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # answers leave in one piece, not header by header
    disable_nagle_algorithm = False  # set on the socket before TLS

    @override
    def log_message(self, format: str, *args: Any) -> None:
        pass  # `Sandbox.requests` is the log

    def answer(self) -> None:
        """Read one request, answer it."""
        request = Request(
            method=self.command,
            host=self.headers.get("Host", ""),
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        self._send(request, self.server.answer(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - names that http.server asks for

    def _send(self, request: Request, response: Response) -> None:
        if response.delivery in {Delivery.RESET, Delivery.REFUSED}:
            self._reset()
            if response.delivery is Delivery.REFUSED:
                self.server.refuse(response.stall_s)
            return
        lines, body = _packed(response, takes_gzip="gzip" in request.headers.get("accept-encoding", ""))
        # Python 3.10 takes no other object for UTC, and under it the SDK reads times with one of its own.
        now = self.server.now().astimezone(timezone.utc)
        if response.is_dated:
            lines.append(f"Date: {format_datetime(now, usegmt=True)}")
        head = "\r\n".join([f"HTTP/1.1 {response.status} {_phrase(response.status)}", *lines, "", ""]).encode("latin-1")
        self.close_connection |= response.delivery is not Delivery.WHOLE
        self.wfile.write(head + body)
        self.wfile.flush()
        if response.delivery is Delivery.STALLED:
            self.server.closing.wait(response.stall_s)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
        self.connection.close()


def _packed(response: Response, *, takes_gzip: bool) -> tuple[list[str], bytes]:
    """Header lines and body, as far as the body is to be delivered."""
    body, delivery = response.body, response.delivery
    lines = [f"{name}: {value}" for name, value in response.headers.items()]
    if (len(body) >= COMPRESS_FROM_BYTES or delivery is Delivery.CUT_GZIP) and "json" in response.content_type:
        lines.append("Vary: Accept-Encoding")
        if takes_gzip:
            body = gzip.compress(body, compresslevel=1)
            lines.append("Content-Encoding: gzip")
    half = body[: len(body) // 2]
    if delivery is Delivery.CUT_CHUNKED:
        # The chunk is announced whole, and so is neither it nor the end of the body ever there.
        return [*lines, "Transfer-Encoding: chunked"], b"%x\r\n%b" % (len(body), half)
    announced = half if delivery is Delivery.CUT_GZIP else body
    return [*lines, f"Content-Length: {len(announced)}"], body if delivery is Delivery.WHOLE else half


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:  # 509 has no name in the standard
        return "Error"
