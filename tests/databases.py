"""A table of the warehouse and the tenant's truth, brought into one form in which they can be compared."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any

from tap_entra.graph.odata import parse_instant
from tap_entra.singer import DELETED_AT
from tap_entra.streams import STREAMS

if TYPE_CHECKING:
    import psycopg

    from sandbox import Sandbox

Row = dict[str, Any]
Rows = dict[tuple[str, ...], Row]

BY_NAME = {stream.name: stream for stream in STREAMS}


def tenant_rows(sandbox: Sandbox, stream: str) -> Rows:
    """What a warehouse must hold, by key; a removed row has a true `_sdc_deleted_at`."""
    rows = {}
    for row in sandbox.tenant.truth(stream):
        plain = {name: comparable(stream, name, row.get(name)) for name in _columns(stream)}
        rows[_key(stream, plain)] = {**plain, DELETED_AT: bool(row.get("_deleted"))}
    return rows


def warehouse_rows(connection: psycopg.Connection, stream: str, schema: str = "entra") -> Rows:
    """What the warehouse holds, in the same form."""
    columns = _columns(stream)
    names = ", ".join(f'"{name}"' for name in [*columns, DELETED_AT])
    rows = {}
    for values in connection.execute(f'select {names} from {schema}."{stream}"').fetchall():
        row = dict(zip([*columns, DELETED_AT], values, strict=True))
        plain = {name: _plain(row[name], kind) for name, kind in columns.items()}
        rows[_key(stream, plain)] = {**plain, DELETED_AT: row[DELETED_AT] is not None}
    return rows


def differences(expected: Rows, found: Rows) -> list[str]:
    """What a person would want to know first: rows missing, rows too many, columns that differ."""
    missing = [f"missing: {key}" for key in expected.keys() - found.keys()]
    extra = [f"too many: {key}" for key in found.keys() - expected.keys()]
    changed = [
        f"{key} {name}: expected {expected[key][name]!r}, found {found[key][name]!r}"
        for key in expected.keys() & found.keys()
        for name in expected[key]
        if expected[key][name] != found[key][name]
    ]
    return sorted(missing + extra + changed)[:20]


def comparable(stream: str, column: str, value: Any) -> Any:
    """A value of either side in a form in which both are equal."""
    return _plain(without_secrets(value), _columns(stream)[column])


def _columns(stream: str) -> dict[str, Any]:
    return dict(BY_NAME[stream].schema["properties"])


def _key(stream: str, row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in BY_NAME[stream].primary_keys)


def without_secrets(value: Any) -> Any:
    """Not even the first three letters of a password may reach the warehouse, nor a certificate."""
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    if isinstance(value, dict) and "keyId" in value:
        return {name: item for name, item in value.items() if name not in {"secretText", "hint", "key"}}
    return value


def _plain(value: Any, kind: dict[str, Any]) -> Any:
    if kind.get("format") == "date-time" and value is not None:
        moment = value if isinstance(value, datetime) else parse_instant(value)
        return moment.replace(tzinfo=moment.tzinfo or timezone.utc).isoformat()
    return value.isoformat() if isinstance(value, date) else value
