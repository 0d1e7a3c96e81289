"""CSV files of exactly what a list shows, made on request and in chunks.

The address of a file holds the whole question, sealed: the typed search is in it too, and addresses reach the logs of
proxies. The seal ends with the hour, and holds for one browser.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pages import words
from pages.data import Reader
from pages.listing import Listing, Reading
from pages.photos import browser_of
from pages.warehouse import Question, Sort, WarehouseError, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.requests import Request

    from pages.warehouse import Row, Warehouse

PATH = "/csv"
_GOOD_FOR_S = 3600
#: Spreadsheets run a cell that begins like this.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Sealer:
    """Turns questions into addresses, and back.

    Args:
        key: A Fernet key; several processes of the same pages share it.
    """

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    def address(self, listing: Listing, question: Question, reader: Reader, browser: str, reading: Reading) -> str:
        """Return the address of a file."""
        asked = {
            "listing": listing.name,
            "where": [asdict(where) for where in question.where],
            "sort": [asdict(sort) for sort in question.sort],
            "only": reader.only,
            "browser": browser,
            "now": reading.now.isoformat(),
            "zone": str(reading.zone),
        }
        return f"{PATH}/{self._fernet.encrypt(json.dumps(asked).encode()).decode()}"

    def open(self, sealed: str, browser: str) -> dict[str, Any] | None:
        """Return what was asked; None if the address is forged, old, or another browser's."""
        try:
            asked: dict[str, Any] = json.loads(self._fernet.decrypt(sealed, ttl=_GOOD_FOR_S))
        except InvalidToken:
            return None
        return asked if asked["browser"] == browser else None


def route(warehouse: Warehouse, sealer: Sealer, listings: Mapping[str, Listing]) -> Route:
    """Return the route that serves CSV files."""

    def answer(request: Request) -> Response:
        asked = sealer.open(request.path_params["sealed"], browser_of(request.cookies))
        if asked is None:
            return Response("This link has expired. Go back to the page and load it again.", status_code=404)
        try:
            return _file(warehouse, listings[asked["listing"]], asked)
        except WarehouseError as error:
            return Response(str(error), status_code=503)

    return Route(f"{PATH}/{{sealed}}", answer)


def written(listing: Listing, chunks: Iterator[list[Row]], reading: Reading) -> Iterator[bytes]:
    """Yield a CSV file, some rows at a time, as Excel reads it: UTF-8 with a byte order mark."""
    yield "\ufeff".encode() + _lines([[shown.label for shown in listing.all_columns]])
    for rows in chunks:
        yield _lines([[harmless(shown.written(row, reading)) for shown in listing.all_columns] for row in rows])


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _file(warehouse: Warehouse, listing: Listing, asked: Mapping[str, Any]) -> Response:
    reader = Reader(warehouse, asked["only"])
    question = Question(
        listing.mart,
        tuple(Where(tuple(one["columns"]), one["test"], one["value"]) for one in asked["where"]),
        tuple(Sort(one["column"], one["is_descending"], tuple(one["ranks"])) for one in asked["sort"]),
    )
    unknown = reader.unknown(listing.mart, reader.streams())
    reading = Reading(datetime.fromisoformat(asked["now"]), words.zone(asked["zone"]), unknown)
    lines = iterate_in_threadpool(written(listing, reader.chunks(question), reading))
    headers = {
        "Content-Disposition": f'attachment; filename="{listing.name}.csv"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _lines(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()
