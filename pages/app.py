"""The ASGI app: pages, photos and headers in one process."""

from __future__ import annotations

import gc
import logging
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import altair as alt
import pandas as pd
import PIL.Image  # noqa: F401 - like `frame` and `list_view`, else imported while the first reader waits
import pyarrow as pa
import streamlit as st
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import Response

from pages import apps, downloads, findings, frame, list_view, news, people, photos  # noqa: F401
from pages.photos import BROWSER_COOKIE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from pages.settings import Settings
    from pages.state import State

HOME = Path(__file__).parent / "home.py"
LISTINGS = {listing.name: listing for listing in (
    people.LISTING, apps.LISTING, apps.APPS_OF_PERSON, apps.PEOPLE_OF_APP, findings.LISTING, findings.RESOLVED,
    news.LISTING,
)}  # fmt: skip
#: Otherwise Streamlit listens everywhere, shows stack traces, reports usage, and logs addresses with their query.
CONFIG: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "client.showSidebarNavigation": False,
    "global.developmentMode": False,
    "logger.level": "warning",
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 1,
    "server.showEmailPrompt": False,
    "theme.baseRadius": "medium",
    "theme.light.primaryColor": "#1f4fbf",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f4f6f9",
    "theme.light.textColor": "#1b2430",
    "theme.dark.primaryColor": "#8ab4ff",
    "theme.dark.backgroundColor": "#11161d",
    "theme.dark.secondaryBackgroundColor": "#1b222c",
    "theme.dark.textColor": "#e8ecf1",
}
#: Streamlit's own doors that pages do not need.
_CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/upload_file")
#: No other host, whatever a page or the data names; inline styles and scripts are Streamlit's own way.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'; "
    "base-uri 'self'; object-src 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)


class Guard:
    """Middleware: checks the host, closes doors, sets headers, and gives each browser a cookie of its own.

    Addresses of photos and files are bound to that cookie.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = settings.hosts
        self._is_https = settings.sign_in is not None and settings.sign_in.url.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # Otherwise a foreign page could reach pages without a sign-in, by a name that points to 127.0.0.1.
        if (urlsplit(f"//{headers.get('host', '')}").hostname or "") not in self._hosts:
            await Response("This name is not one of the pages'.", status_code=421)(scope, receive, send)
            return
        if scope["path"].startswith(_CLOSED):
            await Response(status_code=404)(scope, receive, send)
            return
        # With the document alone: the many files that follow it would each bring another cookie.
        is_new = "text/html" in headers.get("accept", "") and f"{BROWSER_COOKIE}=" not in headers.get("cookie", "")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._guarded(message["headers"], is_new=is_new)}
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _guarded(self, headers: list[tuple[bytes, bytes]], *, is_new: bool) -> list[tuple[bytes, bytes]]:
        kept = [(name.lower(), value) for name, value in headers if name.lower() not in dict(_HEADERS)]
        if is_new:
            own = f"{BROWSER_COOKIE}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Lax"
            kept.append((b"set-cookie", own.encode()))
        # Streamlit's own cookie is not marked so.
        secure = b"; Secure" if self._is_https else b""
        return [(name, value + secure if name == b"set-cookie" else value) for name, value in kept] + list(_HEADERS)


class _WithoutClaims(logging.Filter):
    """Keeps what Microsoft says of a person out of the log: its descriptions of errors name accounts."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut a record down to what failed, with the OAuth error code."""
        arguments = record.args if isinstance(record.args, tuple) else ()
        record.msg, record.args = f"A sign-in to the pages failed: {record.msg.partition(':')[0]}", ()
        if arguments and re.fullmatch(r"[a-z_]+", str(arguments[0])):
            record.msg += f" ({arguments[0]})"
        record.exc_info = record.exc_text = None
        return True


def make(state: State) -> st.App:
    """Return the app."""
    routes = [
        photos.route(state.warehouse, state.signer),
        downloads.route(state.warehouse, state.sealer, LISTINGS),
    ]
    middleware = [Middleware(Guard, settings=state.settings)]
    sign_in = state.settings.sign_in
    logging.getLogger("streamlit.web.server.starlette.starlette_auth_routes").addFilter(_WithoutClaims())
    _warm_up()
    return st.App(HOME, routes=routes, middleware=middleware, secrets=sign_in.secrets() if sign_in else None)


def _warm_up() -> None:
    """Do once what the first reader would wait for: the libraries import much when a table or a chart is made."""
    table = pd.DataFrame({"x": ["a"]})
    pa.Table.from_pandas(table)
    alt.Chart(table).mark_bar().encode(x="x").to_dict()
    # After each page, Streamlit looks for garbage in all objects: what stays for good needs no look.
    gc.collect()
    gc.freeze()


def config(settings: Settings) -> dict[str, Any]:
    """Return Streamlit's settings."""
    return {
        **CONFIG,
        "server.address": settings.address,
        "server.port": settings.port,
        "server.allowedHosts": sorted(settings.hosts),
    }
