"""The ASGI app: pages, photos and headers in one process."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.middleware import Middleware

from pages import apps, downloads, findings, people, photos

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from pages.settings import Settings
    from pages.state import State

HOME = Path(__file__).parent / "home.py"
LISTINGS = {listing.name: listing for listing in (
    people.LISTING, apps.LISTING, apps.APPS_OF_PERSON, apps.PEOPLE_OF_APP, findings.LISTING,
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
_HEADERS = (
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)


class Guard:
    """Middleware: closes doors, sets headers, and gives each browser a cookie that addresses of photos are bound to."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith(_CLOSED):
            await send({"type": "http.response.start", "status": 404, "headers": list(_HEADERS)})
            await send({"type": "http.response.body", "body": b""})
            return
        headers = dict(scope["headers"])
        # With the document alone: the many files that follow it would each bring another cookie.
        is_new = b"text/html" in headers.get(b"accept", b"")
        is_new &= f"{photos.BROWSER_COOKIE}=".encode() not in headers.get(b"cookie", b"")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0].lower() not in dict(_HEADERS)]
                cookie = [(b"set-cookie", _new_cookie(scope))] if is_new else []
                message = {**message, "headers": [*kept, *_HEADERS, *cookie]}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def make(state: State) -> st.App:
    """Return the app."""
    routes = [
        photos.route(state.warehouse, state.signer),
        downloads.route(state.warehouse, state.sealer, LISTINGS),
    ]
    return st.App(HOME, routes=routes, middleware=[Middleware(Guard)])


def config(settings: Settings) -> dict[str, Any]:
    """Return Streamlit's settings."""
    return {**CONFIG, "server.address": settings.address, "server.port": settings.port}


def _new_cookie(scope: Scope) -> bytes:
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    cookie = f"{photos.BROWSER_COOKIE}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Lax{secure}"
    return cookie.encode()
