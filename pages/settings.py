"""Settings of the pages, read from the environment.

The warehouse is named by the loader's own settings, TARGET_POSTGRES_..., so that one .env file serves everything.
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK = "127.0.0.1"
PORT = 8501
COOKIE_SECRET_LENGTH = 32
METADATA_URL = "https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration"
#: How the URL of a DuckDB file begins; the path follows.
DUCKDB = "duckdb://"
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")


class SettingsError(Exception):
    """The environment does not say what the pages need. The message names the variables."""


@dataclass(frozen=True)
class SignIn:
    """How people sign in to the pages, and who may see what.

    Attributes:
        url: Where people reach the pages, e.g. https://people.example.com.
        tenant_id: Id of the directory that they sign in to.
        metadata_url: The OpenID Connect document of that directory.
        client_id: The pages' own app registration.
        client_secret: Its secret.
        cookie_secret: Signs the cookie of a sign-in.
        allowed: Addresses that see everything without a role, in lower case.
        shows_self: Whether people without a role see their own row.
    """

    url: str
    tenant_id: str
    metadata_url: str
    client_id: str
    client_secret: str
    cookie_secret: str
    allowed: frozenset[str] = frozenset()
    shows_self: bool = False

    def secrets(self) -> dict[str, Any]:
        """Return what Streamlit's sign-in wants to know."""
        provider = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "server_metadata_url": self.metadata_url,
        }
        redirect = f"{self.url}/oauth2callback"
        return {"auth": {"redirect_uri": redirect, "cookie_secret": self.cookie_secret, "microsoft": provider}}


@dataclass(frozen=True)
class Settings:
    """Checked settings.

    Attributes:
        database: Connection URL for libpq, or `DUCKDB` and the path of a file.
        schema: Where the views are.
        address: The address to listen on.
        port: The port to listen on.
        sign_in: How people sign in; None for pages that only this machine can reach.
    """

    database: str
    schema: str
    address: str = LOOPBACK
    port: int = PORT
    sign_in: SignIn | None = None

    @property
    def hosts(self) -> frozenset[str]:
        """Names by which browsers may reach the pages: another one may be a foreign page's."""
        local = frozenset({"localhost", "127.0.0.1", "::1"})
        return local | {urlsplit(self.sign_in.url).hostname or ""} if self.sign_in else local

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the environment.

        Raises:
            SettingsError: A variable is missing or malformed.
        """
        address = environment.get("ENTRA_PAGES_ADDRESS") or LOOPBACK
        return cls(
            database=database_url(environment),
            schema=views_schema(environment),
            address=address,
            port=_port(environment.get("ENTRA_PAGES_PORT") or str(PORT)),
            sign_in=_sign_in(environment, address),
        )


def is_loopback(address: str) -> bool:
    """Return whether an address can be reached from its own machine alone."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def database_url(environment: Mapping[str, str], own: str = "ENTRA_PAGES_DATABASE_URL") -> str:
    """Return the database: the one in the variable `own`, else the loader's.

    A URL for libpq, or `DUCKDB` and the path of a file.

    Raises:
        SettingsError: No database is named.
    """
    if url := environment.get(own) or environment.get("TARGET_POSTGRES_SQLALCHEMY_URL"):
        # SQLAlchemy writes the driver into the scheme: postgresql+psycopg://
        return re.sub(r"^postgres(ql)?\+\w+://", "postgresql://", url)
    names = ("HOST", "PORT", "USER", "PASSWORD", "DATABASE")
    parts = {name: quote(environment.get(f"TARGET_POSTGRES_{name}", ""), safe="") for name in names}
    if not parts["DATABASE"]:
        if file := environment.get("TARGET_DUCKDB_FILEPATH"):
            return DUCKDB + file
        raise SettingsError(
            "The warehouse is not named. Set the loader's settings: TARGET_POSTGRES_SQLALCHEMY_URL, or "
            "TARGET_POSTGRES_HOST, _PORT, _USER, _PASSWORD and _DATABASE, or TARGET_DUCKDB_FILEPATH."
        )
    who = parts["USER"] + (f":{parts['PASSWORD']}" if parts["PASSWORD"] else "")
    where = parts["HOST"] or "localhost"
    mode = environment.get("TARGET_POSTGRES_SSL_MODE") or "verify-full"
    is_encrypted = environment.get("TARGET_POSTGRES_SSL_ENABLE", "").lower() == "true"
    tls = f"?sslmode={quote(mode)}" if is_encrypted else ""
    return f"postgresql://{who}@{where}:{parts['PORT'] or '5432'}/{parts['DATABASE']}{tls}"


def _sign_in(environment: Mapping[str, str], address: str) -> SignIn | None:
    names = {
        "url": "ENTRA_PAGES_URL",
        "client_id": "ENTRA_PAGES_CLIENT_ID",
        "client_secret": "ENTRA_PAGES_CLIENT_SECRET",
        "cookie_secret": "ENTRA_PAGES_COOKIE_SECRET",
    }
    found = {name: environment.get(variable, "") for name, variable in names.items()}
    tenant = environment.get("ENTRA_PAGES_TENANT_ID") or environment.get("TAP_ENTRA_TENANT_ID", "")
    if is_loopback(address) and not any(found[name] for name in ("client_id", "client_secret", "cookie_secret")):
        return None
    missing = [variable for name, variable in names.items() if not found[name]]
    if not tenant:
        missing.append("ENTRA_PAGES_TENANT_ID")
    if missing:
        raise SettingsError(
            f"The pages show personal data: on {address} people have to sign in, and the pages do not start without. "
            f"Set {', '.join(missing)}; docs/pages.md says how. Without a sign-in they listen on 127.0.0.1 alone."
        )
    _check_strength(found["url"], found["cookie_secret"])
    return SignIn(
        **{**found, "url": found["url"].rstrip("/")},
        tenant_id=tenant,
        metadata_url=environment.get("ENTRA_PAGES_METADATA_URL") or METADATA_URL.format(tenant=quote(tenant, safe="")),
        allowed=frozenset(environment.get("ENTRA_PAGES_ALLOW", "").casefold().replace(",", " ").split()),
        shows_self=environment.get("ENTRA_PAGES_SELF", "").lower() == "true",
    )


def _check_strength(url: str, cookie_secret: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise SettingsError("ENTRA_PAGES_URL: people have to reach the pages by https://, or the sign-in can be read.")
    if len(cookie_secret) < COOKIE_SECRET_LENGTH:
        raise SettingsError(
            f"ENTRA_PAGES_COOKIE_SECRET: it needs {COOKIE_SECRET_LENGTH} characters or more. Make one with "
            "openssl rand -hex 32."
        )


def views_schema(environment: Mapping[str, str]) -> str:
    """Return the schema of the views.

    Raises:
        SettingsError: The environment holds something that is not the name of a schema.
    """
    raw = environment.get("ENTRA_RAW_SCHEMA") or "entra"
    schema = environment.get("ENTRA_VIEWS_SCHEMA") or f"{raw}_views"
    if not _IDENTIFIER.fullmatch(schema):
        raise SettingsError(
            f"ENTRA_VIEWS_SCHEMA: {schema!r} is not the name of a schema. Use letters, digits and underscores."
        )
    return schema


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) < 1 << 16:
        raise SettingsError(f"ENTRA_PAGES_PORT: {text!r} is not a port. Set a number from 0 to 65535.")
    return int(text)
