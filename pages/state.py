"""What all pages of one process share: the settings, the warehouse and the keys. Nothing about a person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet

from pages.connection import Connection
from pages.downloads import Sealer
from pages.photos import Signer
from pages.settings import DUCKDB, Settings
from pages.warehouse import Warehouse

if TYPE_CHECKING:
    from pages.database import Database


@dataclass(frozen=True)
class State:
    """One process of the pages."""

    settings: Settings
    warehouse: Warehouse
    signer: Signer = field(default_factory=lambda: Signer(secrets.token_bytes(32)))
    sealer: Sealer = field(default_factory=lambda: Sealer(Fernet.generate_key()))
    connection: Connection = field(default_factory=Connection)


_current: State | None = None


def begin(settings: Settings) -> State:
    """Make the state of this process."""
    global _current  # noqa: PLW0603 - Streamlit runs pages as scripts: they find what they share in a module
    _current = State(settings, Warehouse(_database(settings.database), settings.schema))
    return _current


def _database(url: str) -> Database:
    # Each needs packages of its own.
    if url.startswith(DUCKDB):
        from pages.duckdb_file import DuckDbFile  # noqa: PLC0415

        return DuckDbFile(url.removeprefix(DUCKDB))
    from pages.postgres import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(url)


def current() -> State:
    """Return the state of this process; read the environment if a page is run without a server, as tests do."""
    return _current or begin(Settings.read())
