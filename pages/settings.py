"""What the environment says about the pages.

The warehouse is named by the loader's own settings, TARGET_POSTGRES_..., so that one .env file serves everything.
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK = "127.0.0.1"
PORT = 8501
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")


class SettingsError(Exception):
    """The environment does not say what the pages need. The message names the variables."""


@dataclass(frozen=True)
class Settings:
    """Checked settings.

    Attributes:
        database: Connection URL for libpq.
        schema: Where the views are.
        address: The address to listen on.
        port: The port to listen on.
    """

    database: str
    schema: str
    address: str = LOOPBACK
    port: int = PORT

    @property
    def is_loopback(self) -> bool:
        """Return whether only this machine can reach the pages."""
        return is_loopback(self.address)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the environment.

        Raises:
            SettingsError: A variable is missing or malformed.
        """
        return cls(
            database=database_url(environment),
            schema=_schema(environment),
            address=environment.get("ENTRA_PAGES_ADDRESS") or LOOPBACK,
            port=_port(environment.get("ENTRA_PAGES_PORT") or str(PORT)),
        )


def is_loopback(address: str) -> bool:
    """Return whether an address can be reached from its own machine alone."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def database_url(environment: Mapping[str, str]) -> str:
    """Return the loader's database as a libpq URL.

    Raises:
        SettingsError: No database is named.
    """
    if url := environment.get("TARGET_POSTGRES_SQLALCHEMY_URL"):
        # SQLAlchemy writes the driver into the scheme: postgresql+psycopg://
        return re.sub(r"^postgres(ql)?\+\w+://", "postgresql://", url)
    names = ("HOST", "PORT", "USER", "PASSWORD", "DATABASE")
    parts = {name: quote(environment.get(f"TARGET_POSTGRES_{name}", ""), safe="") for name in names}
    if not parts["DATABASE"]:
        raise SettingsError(
            "The pages do not know the warehouse. Set the loader's settings: TARGET_POSTGRES_SQLALCHEMY_URL, or "
            "TARGET_POSTGRES_HOST, _PORT, _USER, _PASSWORD and _DATABASE."
        )
    who = parts["USER"] + (f":{parts['PASSWORD']}" if parts["PASSWORD"] else "")
    where = parts["HOST"] or "localhost"
    mode = environment.get("TARGET_POSTGRES_SSL_MODE") or "verify-full"
    is_encrypted = environment.get("TARGET_POSTGRES_SSL_ENABLE", "").lower() == "true"
    tls = f"?sslmode={quote(mode)}" if is_encrypted else ""
    return f"postgresql://{who}@{where}:{parts['PORT'] or '5432'}/{parts['DATABASE']}{tls}"


def _schema(environment: Mapping[str, str]) -> str:
    raw = environment.get("ENTRA_RAW_SCHEMA") or "entra"
    schema = environment.get("ENTRA_VIEWS_SCHEMA") or f"{raw}_views"
    if not _IDENTIFIER.fullmatch(schema):
        raise SettingsError(f"ENTRA_VIEWS_SCHEMA: {schema!r} is not the name of a schema.")
    return schema


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) < 1 << 16:
        raise SettingsError(f"ENTRA_PAGES_PORT: {text!r} is not a port.")
    return int(text)
