"""Graph at the speed of a socket: pages recorded from the sandbox, replayed in any number from a process of its own.

The sandbox needs longer to make up a row than the tap to read it. Here only what must fit together is made anew: next
links, the times of log rows, ids. `python -m tests.benchmarks.replay FOLDER OPTIONS` prints its URL and serves.
"""

from __future__ import annotations

import gzip
import re
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

_RETENTION = timedelta(days=30)
_LOG_PAGE, _USER_PAGE, _DELTA_PAGE = 1000, 999, 200
#: Links of a group in one entry of a delta round, and entries in one page of it.
_CHUNK, _CHUNKS = 50, 20
_MOMENT = re.compile(rb'"createdDateTime":"[^"]*"')
#: The first two groups of digits of a GUID.
_ID = re.compile(rb'"id":"[^"-]{8}-[^"-]{4}')
#: Stands for the number of a page in ids.
_MARK = b"@number@"
#: What Graph sends for no photo, in base64.
_PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


class Sizes(msgspec.Struct, forbid_unknown_fields=True):
    """How much there is to read, and after how many seconds each answer comes."""

    sign_ins: int = 0
    users: int = 0
    members: int = 0
    latency_s: float = 0.0


def save(folder: Path, pages: dict[str, list[bytes]]) -> None:
    """Keep recorded rows, by kind: "sign_ins" and "users"."""
    for kind, rows in pages.items():
        (folder / kind).write_bytes(msgspec.json.encode([msgspec.Raw(row) for row in rows]))


class Recorded:
    """Recorded rows as pages of any number. No id comes twice, since the tap notices pages that do."""

    def __init__(self, file: Path, page: int) -> None:
        rows = [bytes(row) for row in msgspec.json.decode(file.read_bytes(), type=list[msgspec.Raw])]
        self._rows = [_ID.sub(b'"id":"%s-%04x' % (_MARK, place), rows[place % len(rows)], 1) for place in range(page)]
        self._middles: dict[tuple[int, int], bytes] = {}

    def page(
        self, number: int, count: int, newest: datetime | None = None, oldest: datetime | None = None
    ) -> list[bytes]:
        """The rows of a page; the first and the last of a log with the times they stand for.

        Args:
            number: The number of the page. A page with another number has other ids.
        """
        if count < 3:
            return [_zipped(_numbered(b",".join(self._rows[:count]), number))]
        # Compressed members may be joined. Each is kept for the next run.
        if (number, count) not in self._middles:
            self._middles[number, count] = _zipped(_numbered(b",".join(self._rows[1 : count - 1]), number))
        first, last = (
            _zipped(_numbered(row, number))
            for row in (_at(self._rows[0], newest) + b",", b"," + _at(self._rows[count - 1], oldest))
        )
        return [first, self._middles[number, count], last]


def _numbered(rows: bytes, number: int) -> bytes:
    return rows.replace(_MARK, b"%08x" % number)


def _zipped(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=1)


def _at(row: bytes, moment: datetime | None) -> bytes:
    if moment is None:
        return row
    return _MOMENT.sub(b'"createdDateTime":"%s"' % moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), row, count=1)


@dataclass
class Asked:
    """A request, as far as it matters here."""

    path: str
    query: dict[str, str]
    body: bytes
    target: str


class Replay(ThreadingHTTPServer):
    """Answers what the tap asks for sign-ins, users, members of one big group, and the users' pictures."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.sizes = sizes
        self._sign_ins = Recorded(folder / "sign_ins", _LOG_PAGE)
        self._users = Recorded(folder / "users", _USER_PAGE)
        self._now = datetime.now(timezone.utc)

    def answer(self, asked: Asked) -> list[bytes]:
        """The members of the compressed body."""
        path = asked.path.split("/", 2)[-1]
        known = {
            ("auditLogs/signIns", None): self._log,
            ("users", "id"): self._ids,
            ("users/delta", "manager"): self._managers,
            ("groups/delta", "members"): self._members,
            ("$batch", None): self._batch,
        }
        if found := known.get((path, asked.query.get("$select"))):
            return found(asked)
        if path == "users":
            return self._people(asked)
        if path.endswith("/delta"):
            return _body({"value": [], "@odata.deltaLink": f"{self.url}{asked.path}?$deltatoken=1"})
        return _body({"value": [{"id": str(uuid.uuid4())}] if path in {"groups", "organization"} else []})

    def _log(self, asked: Asked) -> list[bytes]:
        """Rows evenly over the retention; a window's newest first."""
        bounds = re.findall(r"[gl]e (\S+)Z", asked.query["$filter"])
        start, end = (datetime.fromisoformat(bound + "+00:00") for bound in bounds)
        a_row = _RETENTION / max(self.sizes.sign_ins, 1)
        begin = self._now - _RETENTION
        first, last = (max(0, (moment - begin) // a_row) for moment in (start, min(end, self._now)))
        place = int(asked.query.get("$skiptoken", 0))
        count = min(_LOG_PAGE, max(0, last - first - place))
        newest = begin + a_row * (last - place)
        more = place + count if first + place + count < last else None
        return self._page(asked, more, self._sign_ins.page(last - place, count, newest, newest - a_row * count))

    def _people(self, asked: Asked) -> list[bytes]:
        place = int(asked.query.get("$skiptoken", 0))
        count = min(_USER_PAGE, self.sizes.users - place)
        more = place + count if place + count < self.sizes.users else None
        return self._page(asked, more, self._users.page(place, count))

    def _ids(self, asked: Asked) -> list[bytes]:
        total = self.sizes.users
        place = int(asked.query.get("$skiptoken", 0))
        end = min(place + _USER_PAGE, total)
        rows = b",".join(b'{"id":"%s"}' % _guid(number) for number in range(place, end))
        return self._page(asked, end if end < total else None, [_zipped(rows)])

    def _members(self, asked: Asked) -> list[bytes]:
        place = int(asked.query.get("$skiptoken", 0))
        rows = []
        for begin in range(place, min(place + _CHUNK * _CHUNKS, self.sizes.members), _CHUNK):
            links = b",".join(
                b'{"@odata.type":"#microsoft.graph.user","id":"%s"}' % _guid(number)
                for number in range(begin, min(begin + _CHUNK, self.sizes.members))
            )
            rows.append(b'{"id":"%s","members@delta":[%s]}' % (_guid(-1), links))
        end = place + _CHUNK * _CHUNKS
        return self._page(asked, end if end < self.sizes.members else None, [_zipped(b",".join(rows))])

    def _managers(self, asked: Asked) -> list[bytes]:
        place = int(asked.query.get("$skiptoken", 0))
        end = min(place + _DELTA_PAGE, self.sizes.users)
        rows = b",".join(
            b'{"id":"%s","manager@delta":[{"@odata.type":"#microsoft.graph.user","id":"%s"}]}'
            % (_guid(number), _guid(number // 10))
            for number in range(place, end)
        )
        return self._page(asked, end if end < self.sizes.users else None, [_zipped(rows)])

    def _page(self, asked: Asked, more: int | None, rows: list[bytes]) -> list[bytes]:
        url = f"{self.url}{re.sub(r'&[$]skiptoken=[0-9]+', '', asked.target)}"
        link = f"{url}&$skiptoken={more}" if more is not None else f"{self.url}{asked.path}?$deltatoken=1"
        name = "nextLink" if more is not None else "deltaLink"
        head = b'{"@odata.context":"replayed","@odata.%s":"%s","value":[' % (name.encode(), link.encode())
        return [_zipped(head), *rows, _zipped(b"]}")]

    def _batch(self, asked: Asked) -> list[bytes]:
        parts = msgspec.json.decode(asked.body)["requests"]
        return _body({"responses": [{"id": part["id"], "status": 200, **_part(part["url"])} for part in parts]})


def _part(url: str) -> dict[str, Any]:
    """Headers and body for a path of a batch: no user has a photo, and no list has rows."""
    if url.endswith("/$value"):
        return {"headers": {"Content-Type": "image/gif"}, "body": _PIXEL}
    photo = {"@odata.mediaEtag": "", "id": "1x1", "width": 1, "height": 1}
    return {"headers": {"Content-Type": "application/json"}, "body": photo if "photo" in url else {"value": []}}


def _guid(number: int) -> bytes:
    return b"%08x-0000-4000-8000-%012x" % ((number * 2654435761) & 0xFFFFFFFF, number & 0xFFFFFFFFFFFF)


def _body(content: Any) -> list[bytes]:
    return [_zipped(msgspec.json.encode(content))]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Replay

    def do_GET(self) -> None:
        if self.server.sizes.latency_s:
            time.sleep(self.server.sizes.latency_s)
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        members = self.server.answer(Asked(parts.path, dict(parse_qsl(parts.query)), body, self.path))
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
            f"Content-Length: {sum(map(len, members))}\r\nDate: {formatdate(usegmt=True)}\r\n\r\n"
        )
        self.wfile.write(head.encode() + b"".join(members))
        self.wfile.flush()

    do_POST = do_GET  # noqa: N815 - the name HTTP gives it

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = Replay(Path(sys.argv[1]), msgspec.json.decode(sys.argv[2], type=Sizes))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.url, flush=True)  # noqa: T201 - how it is found
    sys.stdin.read()  # until the process that started it ends
