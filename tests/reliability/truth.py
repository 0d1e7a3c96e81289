"""What the warehouse should hold, and where it differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.faults.malformed import INVENTED, UNKNOWN_MEMBER
from sandbox.faults.oddities import NEWEST
from tap_entra.graph.odata import parse_instant
from tap_entra.replication import DeltaStream, LinkStream, SlicedStream
from tests.databases import BY_NAME, Row, comparable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox import Sandbox
    from tests.loader import Warehouse

Key = tuple[str, ...]
Rows = dict[Key, Row]

LOGS = {name: str(stream.replication_key) for name, stream in BY_NAME.items() if issubclass(stream, SlicedStream)}
LINKS = {name for name, stream in BY_NAME.items() if issubclass(stream, LinkStream)}
#: A value of these that came in a form that fits no column stays null: not each run reads each row again.
_LASTING = {
    name
    for name, stream in BY_NAME.items()
    if issubclass(stream, (DeltaStream, SlicedStream)) or getattr(stream, "every_days", None)
}
STREAMS = tuple(name for name in BY_NAME if name != "stream_runs")
#: Microsoft keeps logs for 30 days; a first run begins an hour later, so as not to ask for what is just going.
_REACH = timedelta(days=30) - timedelta(hours=1, minutes=5)
_GUID = 36


@dataclass
class Mistakes:
    """Where a table differs from the tenant.

    Attributes:
        lost: Rows that are not there, or are marked as deleted.
        left: Rows that are there, though the tenant has no such row, or has it no more.
        wrong: Values that differ.
    """

    lost: list[Key] = field(default_factory=list)
    left: list[Key] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lost or self.left or self.wrong)

    def __str__(self) -> str:
        return f"lost {self.lost[:3]}, left {self.left[:3]}, wrong {self.wrong[:3]}"


class Truth:
    """What one warehouse must hold. A log's rows stay in it when Microsoft has them no more."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._logs: dict[str, Rows] = {name: {} for name in LOGS}
        self._due: dict[str, Rows] = {}
        self._deleted: dict[str, set[Key]] = {}
        self._spoiled: set[tuple[str, str]] = set()

    def begin_run(self, warehouse: Warehouse) -> None:
        """Note what is there before a run: rows may arrive while it goes on, and are due in the next one."""
        now, faults = self.sandbox.tenant.now(), self.sandbox.faults
        oldest, newest = now - _REACH, now - NEWEST if faults.odd.short_newest_day else now
        for stream, moment in LOGS.items():
            rows = self._now(stream)
            self._due[stream] = {
                key: row for key, row in rows.items() if oldest <= parse_instant(row[moment]) <= newest
            }
        self._spoiled |= faults.spoiled
        faults.spoiled.clear()
        self._deleted = {stream: _keys(stream, warehouse.deleted(stream)) for stream in STREAMS}

    def mistakes(self, warehouse: Warehouse, stream: str, columns: set[str] | None = None) -> Mistakes:
        """Where a table differs after a run that has read all of the stream.

        Args:
            columns: Those that the run has read; all if None.
        """
        expected = known = self._now(stream)
        if stream in LOGS:
            self._logs[stream].update(self._due[stream])
            expected, known = self._logs[stream], known | self._logs[stream]
        found = {key: row for key, row in _by_key(stream, warehouse.live(stream)).items() if self._counts(stream, row)}
        return Mistakes(
            lost=sorted(expected.keys() - found.keys()),
            left=sorted(found.keys() - known.keys()),
            wrong=[
                f"{key} {name}: {found[key].get(name)!r} instead of {row.get(name)!r}"
                for key, row in expected.items()
                if key in found
                for name in BY_NAME[stream].schema["properties"]
                if columns is None or name in columns
                if not _is_same(stream, name, row.get(name), found[key].get(name))
                if not (self._is_spoiled(stream, key, name) and _has_nulls(row.get(name), found[key].get(name)))
            ],
        )

    def has_rows(self, stream: str) -> bool:
        """Return whether the tenant has a row of a stream."""
        return bool(self._now(stream))

    def wrongly_deleted(self, warehouse: Warehouse, stream: str) -> list[Key]:
        """Live rows that were not marked as deleted before the last run, and are now."""
        marked = _keys(stream, warehouse.deleted(stream)) - self._deleted[stream]
        return sorted(marked & self._now(stream).keys()) if marked else []

    def _now(self, stream: str) -> Rows:
        return _by_key(stream, [row for row in self.sandbox.tenant.truth(stream) if not row.get("_deleted")])

    def _is_spoiled(self, stream: str, key: Key, column: str) -> bool:
        """Return whether Graph sent a value in a form that fits no column, and has not been asked again."""
        cell = (key[0], column)
        return cell in self.sandbox.faults.spoiled or (stream in _LASTING and cell in self._spoiled)

    def _counts(self, stream: str, row: Row) -> bool:
        """Return whether to compare a row: not what the faults made up, nor a link of something deleted.

        Microsoft does not tell of the links of what was deleted, so they count when both ends live.
        """
        ids = [value for value in row.values() if isinstance(value, str) and len(value) == _GUID]
        if any(id_.startswith(INVENTED) for id_ in ids):
            return False
        return stream not in LINKS or all(self.sandbox.context.lives(id_) for id_ in ids)


def _is_same(stream: str, column: str, expected: Any, found: Any) -> bool:
    if found in (expected, UNKNOWN_MEMBER):
        return True
    if found is None and expected == []:  # a list that Graph left out is not known
        return True
    return bool(comparable(stream, column, expected) == comparable(stream, column, found)) or _is_alike(expected, found)


def _is_alike(expected: Any, found: Any) -> bool:
    """Return whether two JSON values differ in the spelling of times alone."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(_is_alike(expected.get(name), found.get(name)) for name in {*expected, *found})
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(_is_alike, expected, found))
    if expected == found or not (isinstance(expected, str) and isinstance(found, str)):
        return bool(expected == found)
    try:
        return parse_instant(expected) == parse_instant(found)
    except ValueError:
        return False


def _has_nulls(expected: Any, found: Any) -> bool:
    """Return whether a value is null, or an object whose members are right or null."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(one is None or _is_alike(expected.get(name), one) for name, one in found.items())
    return found is None


def _by_key(stream: str, rows: Iterable[Row]) -> Rows:
    names = BY_NAME[stream].primary_keys
    return {tuple(str(row[name]) for name in names): row for row in rows}


def _keys(stream: str, rows: Iterable[Row]) -> set[Key]:
    return set(_by_key(stream, rows))
