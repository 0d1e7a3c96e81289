"""How the export spells rows, and how Graph spells the same: the one place that knows the differences.

A line is an envelope; its `properties` are the row of Graph's beta version, with undeclared keys beside:
https://learn.microsoft.com/entra/identity/monitoring-health/reference-azure-monitor-sign-ins-log-schema

Rows stay bytes where they can: the decoder of Graph's pages reads them into typed columns.
"""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import UNSET, Raw, UnsetType

from tap_entra.graph import json_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    #: Changes a decoded row in place.
    Reshape = Callable[[dict[str, Any]], None]

_OFFSET, _UTC = "+00:00", b'+00:00"'
_NOTHING = (None, UNSET)
#: A whole text that is a time without its offset, at the end of a part.
_TIME = re.compile(rb'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?\Z')
_LONGEST_TIME = 31
_OBJECT = ord("{")
#: Bytes that are decoded together: few enough to stay in the processor's cache.
_PART = 256 * 1024
#: A success without words: Graph has some.
_SUCCESS = Raw(b'{"errorCode":0}')
_SUCCESS_IN_WORDS = Raw(b'{"errorCode":0,"failureReason":"Other.","additionalDetails":null}')
#: The lines of an outer array, which Microsoft's national clouds still wrote in 2018:
#: https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs-blob-format
_FRAME = re.compile(rb'\s*(?:\{\s*"records"\s*:\s*\[|\[|\]\s*\}?|\})?\s*,?\s*')


class Rows(NamedTuple):
    """What some lines hold.

    Attributes:
        rows: The rows as JSON, as the export spells them.
        unreadable: How many lines were no rows.
    """

    rows: list[Raw]
    unreadable: int


class _Envelope(msgspec.Struct, gc=False):
    properties: Raw | UnsetType = UNSET
    records: list[_Envelope] | UnsetType = UNSET


_ENVELOPE = msgspec.json.Decoder(_Envelope)


def read_lines(content: bytes) -> Rows:
    """Take rows out of their envelopes.

    Args:
        content: Whole lines.
    """
    try:
        envelopes = _ENVELOPE.decode_lines(content)
    except ValueError:
        return _read_each(content.split(b"\n"))
    rows: list[Raw] = []
    return Rows(rows, sum(_unwrap(envelope, rows) for envelope in envelopes))


def _read_each(lines: Iterable[bytes]) -> Rows:
    rows: list[Raw] = []
    unreadable = 0
    for line in lines:
        if _FRAME.fullmatch(line):
            continue
        try:
            unreadable += _unwrap(_ENVELOPE.decode(line.strip().removesuffix(b",")), rows)
        except ValueError:
            unreadable += 1
    return Rows(rows, unreadable)


def _unwrap(envelope: _Envelope, rows: list[Raw]) -> int:
    """Add the rows of a line. Returns how many are none."""
    if envelope.records is not UNSET:
        return sum(_unwrap(one, rows) for one in envelope.records)
    if envelope.properties is UNSET or memoryview(envelope.properties)[0] != _OBJECT:
        return 1
    rows.append(envelope.properties)
    return 0


def page_of(rows: list[Raw], reshape: Reshape | None = None) -> bytes:
    """Return rows as the body of a page of Graph, with their times in Graph's spelling of UTC."""
    if reshape:
        decoded = [msgspec.json.decode(row) for row in rows]
        for row in decoded:
            reshape(row)
        content = msgspec.json.encode({"value": decoded})
    else:
        content = b'{"value":[%b]}' % b",".join(rows)
    return _in_utc(content)


def _in_utc(content: bytes) -> bytes:
    """Return the same JSON with Z in place of +00:00. Times of other offsets are left to the decoder."""
    if _UTC not in content:
        return content
    *parts, last = content.split(_UTC)
    spelled = (part + (b'Z"' if _TIME.search(part, max(0, len(part) - _LONGEST_TIME)) else _UTC) for part in parts)
    return b"".join([*spelled, last])


class Spelling(NamedTuple):
    """How one category of the export differs from Graph's list, beside the spelling of times.

    Attributes:
        fills: Columns that the export lacks, as JSON.
        lowers: Columns whose values begin with a capital there.
        has_status: Whether the column `status` says nothing of a success.
        reshape: Changes a whole row, which costs more.
    """

    fills: Mapping[str, bytes] = {}
    lowers: tuple[str, ...] = ()
    has_status: bool = False
    reshape: Reshape | None = None


class Respelling:
    """Spells values of rows as Graph does: of rows of the decoder, or dicts.

    Args:
        spelling: The differences of the category.
        columns: The JSON schema of each selected column.
    """

    def __init__(self, spelling: Spelling, columns: Mapping[str, Any]) -> None:
        kinds = {name: json_type(schema) for name, schema in columns.items()}
        self._times = [name for name, kind in kinds.items() if kind == "date-time"]
        self._raws = [name for name, kind in kinds.items() if kind in {"array", "object"}]
        self._lowers = [name for name in spelling.lowers if name in kinds]
        self._has_status = spelling.has_status and "status" in kinds
        self._fills = [
            (name, value, Raw(raw) if isinstance(value, (dict, list)) else value)
            for name, raw in spelling.fills.items()
            if name in kinds
            for value in [msgspec.json.decode(raw)]
        ]

    def of_dicts(self, rows: list[dict[str, Any]]) -> None:
        """Spell values of dicts; their times are in UTC already."""
        for row in rows:
            for name, value, _ in self._fills:
                if row.get(name) is None:
                    row[name] = value
            for name in self._lowers:
                if name in row:
                    row[name] = _lowered(row[name])
            if self._has_status and row.get("status") == {"errorCode": 0}:
                row["status"] = msgspec.json.decode(_SUCCESS_IN_WORDS)

    def of_rows(self, rows: list[Any]) -> None:
        """Spell values of rows of the decoder, column by column."""
        for name in self._times:
            _put_times(rows, name)
        for name in self._raws:
            _put_inner_times(rows, name)
        for name, _, value in self._fills:
            for row in rows:
                if getattr(row, name) in _NOTHING:
                    setattr(row, name, value)
        for name in self._lowers:
            _lower(rows, name)
        if self._has_status:
            _put_success_in_words(rows)


def _put_times(rows: list[Any], name: str) -> None:
    for row in rows:
        value = getattr(row, name)
        if value and value.endswith(_OFFSET):
            setattr(row, name, value.removesuffix(_OFFSET) + "Z")


def _put_inner_times(rows: list[Any], name: str) -> None:
    # To look into all of a column at once is cheaper than into each value, and few columns have times.
    if _UTC in b"".join(filter(None, map(attrgetter(name), rows))):
        for row in rows:
            value = getattr(row, name)
            if value:
                setattr(row, name, Raw(_in_utc(bytes(value))))


def _lower(rows: list[Any], name: str) -> None:
    for row in rows:
        value = getattr(row, name)
        if value and value[:1].isupper():
            setattr(row, name, _lowered(value))


def _put_success_in_words(rows: list[Any]) -> None:
    for row in rows:
        if row.status == _SUCCESS:
            row.status = _SUCCESS_IN_WORDS


def _lowered(value: Any) -> Any:
    return value[:1].lower() + value[1:] if isinstance(value, str) else value


# Provisioning: its objects have other names for their members.

_NAMES = {"Id": "id", "Name": "displayName", "name": "displayName", "Type": "initiatorType", "Status": "status"}
_OBJECTS = (
    "initiatedBy", "provisioningStatusInfo", "servicePrincipal", "sourceIdentity", "sourceSystem", "targetIdentity",
    "targetSystem",
)  # fmt: skip
_ENUMS = (("initiatedBy", "initiatorType"), ("provisioningStatusInfo", "status"))


def _reshape_provisioning(row: dict[str, Any]) -> None:
    for column in _OBJECTS:
        value = row.get(column)
        if isinstance(value, list) and len(value) == 1:
            (value,) = value
        if isinstance(value, dict):
            row[column] = {_NAMES.get(name, name): member for name, member in value.items()}
    for column, member in _ENUMS:
        if isinstance(row.get(column), dict) and member in row[column]:
            row[column][member] = _lowered(row[column][member])


def _sign_ins(kind: str, **fills: bytes) -> Spelling:
    fills["signInEventTypes"] = msgspec.json.encode([kind])
    return Spelling(fills=fills, lowers=("userType",), has_status=True)


#: By container: Azure Monitor names it after the category.
SPELLINGS: Mapping[str, Spelling] = {
    "insights-logs-signinlogs": _sign_ins("interactiveUser"),
    "insights-logs-noninteractiveusersigninlogs": _sign_ins("nonInteractiveUser"),
    "insights-logs-serviceprincipalsigninlogs": _sign_ins("servicePrincipal", userId=b'""'),
    "insights-logs-managedidentitysigninlogs": _sign_ins("managedIdentity", userId=b'""'),
    "insights-logs-auditlogs": Spelling(),
    "insights-logs-provisioninglogs": Spelling(lowers=("provisioningAction",), reshape=_reshape_provisioning),
}


def lines_of(content: bytes) -> tuple[list[bytes], bytes]:
    """Return the whole lines in parts of some hundred, and the rest, which is not complete yet."""
    parts = []
    start, end = 0, content.rfind(b"\n") + 1
    while start < end:
        stop = content.find(b"\n", start + _PART, end) + 1 or end
        parts.append(content[start:stop])
        start = stop
    return parts, content[end:]
