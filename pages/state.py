"""What all pages of one process share: the settings, the warehouse and the keys. Nothing about a person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from cryptography.fernet import Fernet

from pages.connection import Connection
from pages.downloads import Sealer
from pages.photos import Signer
from pages.settings import Settings
from pages.warehouse import Warehouse


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
    _current = State(settings, Warehouse(settings.database, settings.schema))
    return _current


def current() -> State:
    """Return the state of this process; read the environment if a page is run without a server, as tests do."""
    return _current or begin(Settings.read())
