"""Photos behind signed addresses, and initials for people without one.

A page may show a photo if it may show the person's row. So the page signs the address, and the route checks it. The
signature covers the browser's own cookie too: an address that leaks opens nothing elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from pages.data import Reader
from pages.warehouse import Question, WarehouseError, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from pages.warehouse import Warehouse

PATH = "/photo"
BROWSER_COOKIE = "entra_pages"
MAX_BYTES = 1_000_000
TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_HOUR_S = 3600
_COLOURS = ("#4f5d75", "#35605a", "#6b4e71", "#7a4b3a", "#3d5a80", "#5a6b35", "#7b3f61", "#2f5d50")


def browser_of(cookies: Mapping[str, str]) -> str:
    """Return what is one browser's own: its cookie, and its sign-in, so that addresses end with it.

    Only a digest of them: it stands in the addresses of CSV files.
    """
    own = [str(cookies.get(name) or "") for name in (BROWSER_COOKIE, "_streamlit_user")]
    return sha256("|".join(own).encode()).hexdigest()


class Signer:
    """Signs addresses of photos.

    Args:
        key: Secret; several processes of the same pages share it.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def address(self, digest: str, browser: str, now: float | None = None) -> str:
        """Return the address of a photo, good until the end of the next hour.

        Args:
            digest: SHA-256 of the photo.
            browser: What `browser_of` returned.
            now: Seconds since 1970.
        """
        # Rounded, so that the address stays the same for an hour and browsers can keep the photo.
        until = (int(now if now is not None else time.time()) // _HOUR_S + 2) * _HOUR_S
        return f"{PATH}/{digest}?until={until}&by={self._signature(digest, browser, until)}"

    def is_genuine(self, digest: str, browser: str, until: str, by: str) -> bool:
        """Return whether this process signed the address for this browser, and it is still good."""
        if not until.isdecimal() or int(until) < time.time():
            return False
        return hmac.compare_digest(self._signature(digest, browser, int(until)), by)

    def _signature(self, digest: str, browser: str, until: int) -> str:
        return hmac.new(self._key, f"{digest}|{browser}|{until}".encode(), sha256).hexdigest()


def route(warehouse: Warehouse, signer: Signer) -> Route:
    """Return the route that serves photos."""

    def answer(request: Request) -> Response:
        digest = request.path_params["digest"]
        query = request.query_params
        browser = browser_of(request.cookies)
        if not signer.is_genuine(digest, browser, query.get("until", ""), query.get("by", "")):
            return Response(status_code=404)
        if request.headers.get("if-none-match") == f'"{digest}"':
            return Response(status_code=304, headers=_headers(digest))
        try:
            photo = _read(warehouse, digest)
        except WarehouseError:
            return Response(status_code=503)
        if photo is None:
            return Response(status_code=404)
        content, media_type = photo
        return Response(content, media_type=media_type, headers=_headers(digest))

    return Route(f"{PATH}/{{digest}}", answer)


def initials(name: str | None) -> str:
    """Return a small picture with the initials of a name, as an address that needs no request."""
    letters = "".join(part[0] for part in (name or "?").split() if part[0].isalnum())
    shown = (letters[:1] + letters[1:][-1:]).upper() or "?"
    colour = _COLOURS[sum(map(ord, name or "")) % len(_COLOURS)]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80"><rect width="80" height="80" fill="{colour}"/>'
        '<text x="40" y="52" text-anchor="middle" font-family="sans-serif" font-size="32" fill="#fff">'
        f"{shown}</text></svg>"
    )
    return "data:image/svg+xml;charset=utf-8," + quote(svg)


def _read(warehouse: Warehouse, digest: str) -> tuple[bytes, str] | None:
    found = Reader(warehouse).rows(Question("employee_photos", (Where(("sha256",), "is", digest),)), limit=1)
    if not found or found[0]["content_type"] not in TYPES:
        return None
    try:
        content = base64.b64decode(found[0]["photo"], validate=True)
    except binascii.Error:
        return None
    return (content, found[0]["content_type"]) if len(content) <= MAX_BYTES else None


def _headers(digest: str) -> dict[str, str]:
    return {"ETag": f'"{digest}"', "Cache-Control": "private, max-age=3600"}
