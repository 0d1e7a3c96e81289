"""The database: the views to read, and the one table to write, entra_notify.told."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from notify.facts import Facts, Kind, Stream
from notify.messages import Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from notify.messages import Message

_CONNECT_TIMEOUT_S = 10
#: Any number that no other program takes for a lock in this database.
_LOCK = 0x656E7472
_TABLE = """
    create table if not exists entra_notify.told (
        address text not null,
        what text not null,
        state text not null,
        told_at timestamp not null,
        primary key (address, what)
    );
    comment on table entra_notify.told is 'What notify has sent to each address, which stands here as a hash'
"""


class WarehouseError(Exception):
    """The database gave no answer. The message holds neither its address nor a password."""


class Memory:
    """One connection: the views, and what each address has been sent."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]], schema: str) -> None:
        self._connection = connection
        self._schema = schema

    def facts(self, sign_in: tuple[str, str] | None) -> Facts | None:
        """Read the views; None if they were never built."""
        streams = self._rows("sync_status", "stream, state, reason, action")
        if not streams:
            return None
        (clock,) = self._connection.execute("select now() at time zone 'utc' as now").fetchall()
        company = next(iter(self._rows("company", "display_name, observed_since") or ()), {})
        return Facts(
            now=clock["now"],
            streams=tuple(Stream(*(row[name] for name in ("stream", "state", "reason", "action"))) for row in streams),
            company=company.get("display_name"),
            observed_since=company.get("observed_since"),
            people=self._count("employees", "account_state = 'active'"),
            apps=self._count("applications", "removed_at is null"),
            new_apps=self._new_apps(company.get("observed_since")),
            kinds=self._kinds(),
            events=self._events(),
            sign_in=sign_in,
        )

    def told(self, address: str) -> dict[str, Told]:
        """Return what an address was sent, by key."""
        query = "select what, state, told_at from entra_notify.told where address = %s"
        rows = self._connection.execute(query, [_digest(address)]).fetchall()
        return {row["what"]: Told(row["state"], row["told_at"]) for row in rows}

    def remember(self, address: str, message: Message) -> None:
        """Keep that the service has accepted a message."""
        with self._connection.transaction():
            for what, state in message.remembers.items():
                self._connection.execute(
                    "insert into entra_notify.told values (%s, %s, %s, now() at time zone 'utc')"
                    " on conflict (address, what) do update set state = excluded.state, told_at = excluded.told_at",
                    [_digest(address), what, state],
                )
            self.forget(address, message.forgets)

    def forget(self, address: str, keys: frozenset[str]) -> None:
        """Drop what no longer counts."""
        self._connection.execute(
            "delete from entra_notify.told where address = %s and what = any(%s)", [_digest(address), sorted(keys)]
        )

    def _kinds(self) -> tuple[Kind, ...] | None:
        # Only findings on their own, as the pages list them: each has the saving of its details.
        rows = self._rows(
            "insights",
            "kind, count(*)::int as open, sum(saving_with_children) as saving,"
            " case when count(distinct currency) = 1 then max(currency) end as currency",
            "is_open and parent_id is null group by kind order by kind",
        )
        if rows is None:
            return None
        return tuple(Kind(*(row[name] for name in ("kind", "open", "saving", "currency"))) for row in rows)

    def _events(self) -> dict[str, int] | None:
        rows = self._rows("news", "event, count(*)::int as rows", "true group by event")
        return None if rows is None else {row["event"]: row["rows"] for row in rows}

    def _new_apps(self, observed_since: Any) -> tuple[str, ...] | None:
        # An app is new if the log is older than its first use: on the first day every app would be.
        rows = self._rows(
            "applications",
            "display_name",
            "kind = 'third_party' and first_use_at >= now() at time zone 'utc' - interval '7 days'"
            " and first_use_at >= %s + interval '7 days' order by first_use_at desc, app_id",
            [observed_since],
        )
        return None if rows is None or observed_since is None else tuple(row["display_name"] or "?" for row in rows)

    def _count(self, view: str, where: str) -> int | None:
        rows = self._rows(view, "count(*)::int as rows", where)
        return rows[0]["rows"] if rows else None

    def _rows(
        self, view: str, columns: str, where: str = "true", values: list[Any] | None = None
    ) -> list[dict[str, Any]] | None:
        """Rows of a view; None if it is not there, or an older one without a column."""
        query = sql.SQL("select {} from {} where {}").format(
            sql.SQL(columns), sql.Identifier(self._schema, view), sql.SQL(where)
        )
        try:
            with self._connection.transaction():
                return self._connection.execute(query, values).fetchall()
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
            return None


@contextmanager
def opened(url: str, schema: str) -> Iterator[Memory | None]:
    """Yield the memory; None if another process is sending.

    Raises:
        WarehouseError: The database does not answer or refuses.
    """
    try:
        with psycopg.connect(
            url, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S, row_factory=dict_row, options="-c timezone=UTC"
        ) as connection:
            (lock,) = connection.execute("select pg_try_advisory_lock(%s) as mine", [_LOCK]).fetchall()
            if not lock["mine"]:
                yield None
                return
            # "if not exists" would want the right to make schemas where there is one, too.
            if connection.execute("select 1 where to_regnamespace('entra_notify') is null").fetchall():
                connection.execute("create schema entra_notify")
            connection.execute(_TABLE)
            yield Memory(connection, schema)
    except psycopg.Error as error:
        raise WarehouseError(
            f"The warehouse does not answer, or refuses ({error.sqlstate or type(error).__name__})."
            " Check the loader's settings or ENTRA_NOTIFY_DATABASE_URL; docs/notify.md has the grants."
        ) from None


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:32]
