"""An export at the speed of a socket: recorded rows as blobs of any number, from a process of its own.

`python -m tests.benchmarks.export_replay FOLDER ROWS` prints the URL of the account and serves. Each blob has the same
lines, and more of them than the tap remembers ids.
"""

from __future__ import annotations

import re
import sys
import threading
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import msgspec

from sandbox.export.records import CATEGORIES, record

TENANT = "00000000-0000-4000-8000-000000000000"
CONTAINER = CATEGORIES["signIns"].container
#: Rows of one blob.
ROWS = 30_000
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


class ExportReplay(ThreadingHTTPServer):
    """Answers the two requests of the tap: a list, and a range."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path, rows: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = memoryview(_lines(folder / "sign_ins", min(rows, ROWS)))
        now = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
        self.hours = [now - timedelta(hours=hour) for hour in range(-(-rows // ROWS))]
        self.listed = _listed(self.hours, len(self.content)).encode()


def _lines(file: Path, count: int) -> bytes:
    rows = msgspec.json.decode(file.read_bytes())
    received = datetime.now(timezone.utc)
    lines = []
    for number in range(count):
        row = {**rows[number % len(rows)], "id": f"{number:08x}-0000-4000-8000-000000000000"}
        lines.append(msgspec.json.encode(record(CATEGORIES["signIns"], row, TENANT, received)) + b"\n")
    return b"".join(lines)


def _listed(hours: list[datetime], size: int) -> str:
    blobs = "".join(
        f"<Blob><Name>{name_of(hour)}</Name><Properties><Creation-Time>{_date(hour)}</Creation-Time>"
        f'<Last-Modified>{_date(hour)}</Last-Modified><Etag>"0x1"</Etag><Content-Length>{size}</Content-Length>'
        "<BlobType>AppendBlob</BlobType></Properties></Blob>"
        for hour in hours
    )
    head = '<?xml version="1.0" encoding="utf-8"?><EnumerationResults>'
    return f"{head}<Blobs>{blobs}</Blobs><NextMarker/></EnumerationResults>"


def name_of(hour: datetime) -> str:
    """The name of the blob of an hour."""
    return f"tenantId={TENANT}/{hour:y=%Y/m=%m/d=%d/h=%H/m=00}/PT1H.json"


def _date(hour: datetime) -> str:
    return format_datetime(hour, usegmt=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: ExportReplay

    def do_GET(self) -> None:
        lines = [f"Date: {formatdate(usegmt=True)}", "x-ms-version: 2021-12-02"]
        if "comp=list" in self.path:
            body, status = self.server.listed, "200 OK"
            lines.append("Content-Type: application/xml")
        else:
            found = _RANGE.fullmatch(self.headers.get("x-ms-range") or self.headers["Range"])
            assert found
            first, last = map(int, found.groups())
            body, status = bytes(self.server.content[first : last + 1]), "206 Partial Content"
            _, _, hours = unquote(self.path).partition("/y=")
            hour = datetime.strptime(hours[:19], "%Y/m=%m/d=%d/h=%H").replace(tzinfo=timezone.utc)
            lines += [
                "Content-Type: application/octet-stream",
                f"Content-Range: bytes {first}-{last}/{len(self.server.content)}",
                'ETag: "0x1"',
                f"Last-Modified: {_date(hour)}",
                f"x-ms-creation-time: {_date(hour)}",
                "x-ms-blob-type: AppendBlob",
            ]
        lines.append(f"Content-Length: {len(body)}")
        self.wfile.write("\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode())
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = ExportReplay(Path(sys.argv[1]), int(sys.argv[2]))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/account", flush=True)  # noqa: T201 - how it is found
    sys.stdin.read()  # until the process that started it ends
