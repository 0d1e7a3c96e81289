"""Settings of the notification, read from the environment. Addresses are secrets: no message and no log holds one."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pages.settings import DUCKDB, SettingsError, database_url, views_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Settings:
    """Checked settings.

    Attributes:
        database: Connection URL for libpq. The role reads the views and owns the schema entra_notify.
        schema: Schema of the views.
        addresses: Apprise URLs, secret.
        pages_url: Where people reach the pages; None without pages.
        ping_url: A dead man's switch, secret; None for none.
        weekday: Day of the weekly message, 0 for Monday, UTC.
        shows_names: Whether messages may name people and apps.
    """

    database: str = field(repr=False)
    schema: str
    addresses: tuple[str, ...] = field(repr=False)
    pages_url: str | None = None
    ping_url: str | None = field(default=None, repr=False)
    weekday: int = 0
    shows_names: bool = False

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the environment.

        Raises:
            SettingsError: A variable is missing or malformed. The message holds no value of a secret.
        """
        addresses = tuple(environment.get("ENTRA_NOTIFY_URLS", "").split())
        if not addresses:
            raise SettingsError(
                "There is no address to send to. Set ENTRA_NOTIFY_URLS to one or more Apprise URLs, separated by "
                "spaces; docs/notify.md has examples."
            )
        return cls(
            database=_postgres(database_url(environment, "ENTRA_NOTIFY_DATABASE_URL")),
            schema=views_schema(environment),
            addresses=addresses,
            pages_url=environment.get("ENTRA_PAGES_URL", "").rstrip("/") or None,
            ping_url=_ping_url(environment.get("ENTRA_PING_URL", "")),
            weekday=_weekday(environment.get("ENTRA_NOTIFY_WEEKDAY") or "monday"),
            shows_names=environment.get("ENTRA_NOTIFY_NAMES", "").lower() == "true",
        )


def _postgres(url: str) -> str:
    if url.startswith(DUCKDB):
        raise SettingsError(
            "Messages need a PostgreSQL, to remember what they sent: one program at a time can write to a DuckDB file. "
            "Set ENTRA_NOTIFY_DATABASE_URL, or the loader's TARGET_POSTGRES_... settings."
        )
    return url


def _weekday(text: str) -> int:
    if text.lower() not in _WEEKDAYS:
        raise SettingsError(f"ENTRA_NOTIFY_WEEKDAY: {text!r} is not a day of the week, such as monday.")
    return _WEEKDAYS.index(text.lower())


def _ping_url(text: str) -> str | None:
    if text and not text.startswith(("https://", "http://")):
        raise SettingsError("ENTRA_PING_URL: the value does not start with https:// or http://.")
    return text.rstrip("/") or None
