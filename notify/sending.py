"""Send a message to one address, and ping a dead man's switch. No address reaches an output.

Apprise knows a hundred services and is kept up; here it only stays silent: it logs an address that it cannot read.
"""

from __future__ import annotations

import logging

import apprise
import requests

_PING_TIMEOUT_S = 10
_LOGGERS = ("apprise", "requests", "urllib3", "requests_oauthlib")


def silence() -> None:
    """Switch off the loggers that name addresses."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate, logger.disabled = [logging.NullHandler()], False, True


def is_known(address: str) -> bool:
    """Return whether Apprise can read an address."""
    return apprise.Apprise.instantiate(address) is not None


def send(address: str, title: str, body: str) -> bool:
    """Send plain text; return whether the service has accepted it."""
    target = apprise.Apprise()
    return target.add(address) and bool(
        target.notify(body, title=title, body_format=apprise.NotifyFormat.TEXT, interpret_escapes=False)
    )


def ping(url: str | None, path: str = "") -> str | None:
    """GET the dead man's switch; return what went wrong, without the address."""
    if not url:
        return None
    try:
        status = requests.get(f"{url}{path}", timeout=_PING_TIMEOUT_S).status_code
    except requests.RequestException as error:
        return type(error).__name__
    return None if status < 400 else f"HTTP {status}"  # noqa: PLR2004
