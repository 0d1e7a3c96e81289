"""Odd values in the cells of rows: another spelling of the same, or one that fits no column.

Microsoft's page on listing users has an empty text and the year 1 for a time
(https://learn.microsoft.com/graph/api/user-list), and its page on the activity of apps an offset of one digit
(https://learn.microsoft.com/graph/api/reportroot-list-serviceprincipalsigninactivities). The others were seen in test
data of tools that read Graph, or can happen with any service.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.faults.fault import Fault, Strike, has_rows, retold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.messages import Request, Response

    Json = dict[str, Any]

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_OFFSETS = {"+02:00": 2, "-08:00": -8, "-8:00": -8, "+00:00": 0, "+0200": 2}
#: Stand in the JSON until it is written, since JSON has no such numbers.
_WRITTEN_AS = {b'"(not a number)"': b"NaN", b'"(infinite)"': b"1e400"}
_NO_NUMBERS = ("(not a number)", "(infinite)")
_NO_TIMES: tuple[Any, ...] = (
    "",
    "soon",
    "2026-13-45T00:00:00Z",
    "10000-01-01T00:00:00Z",
    "2026-01-31T25:00:00Z",
    5,
    True,
    ["x"],
    {},
)
_NO_INTEGERS: tuple[Any, ...] = ("", "many", 1.5, 2**63, -(2**63) - 1, True, [], {}, *_NO_NUMBERS)
_NO_BOOLEANS: tuple[Any, ...] = ("", "maybe", 2, [], {"is": True})
_NO_TEXTS = (["x"], {"text": "x"})
_NO_LISTS = ("x", "[]", 5, {"first": "x"}, False)
_NO_OBJECTS = ("x", "{}", 5, [1], True)
#: What falsifies a row if it is taken for a column of the loader's own.
_RESERVED = {"_sdc_deleted_at": "2026-01-01T00:00:00Z", "_sdc_table_version": 1, "_sdc_extracted_at": "never"}


def _cells(row: Any) -> Iterator[str]:
    """Yield the properties of a row that are cells of a table."""
    if isinstance(row, dict) and "@removed" not in row:
        yield from (name for name, value in row.items() if name != "id" and "@" not in name and value is not None)


# Other spellings


def _respell(body: Json, how: Strike) -> None:
    for row in body["value"]:
        for name in _cells(row):
            if how.rng.random() < how.share:
                row[name] = _respelled(name, row[name], how)


def _respelled(name: str, value: Any, how: Strike) -> Any:
    if isinstance(value, dict) and name.lower().endswith("signinactivity"):
        return {inner: _respelled(inner, one, how) for inner, one in value.items()}
    if isinstance(value, bool):
        return how.rng.choice((str(value), str(value).lower(), f" {value}", int(value), str(int(value))))
    if isinstance(value, int):
        return how.rng.choice((float(value), str(value), f"{value}.0", f" {value}"))
    time = _TIME.fullmatch(value) if isinstance(value, str) else None
    if time:
        return how.rng.choice(list(_spellings(time[1], time[2] or "")))
    return f"{value}T00:00:00Z" if isinstance(value, str) and _DAY.fullmatch(value) else value


def _spellings(text: str, fraction: str) -> Iterator[str]:
    moment = datetime.fromisoformat(text)
    yield f"{text}{fraction}Z".lower()
    yield f"{text}{fraction}"
    for offset, hours in _OFFSETS.items():
        yield f"{(moment + timedelta(hours=hours)).isoformat()}{fraction}{offset}"
    if not fraction:
        yield f"{text}.0000000Z"
        if moment.second == 0:
            yield f"{(moment - timedelta(minutes=1)).isoformat()[:-2]}60Z"
        if text.endswith("T00:00:00"):
            yield f"{(moment - timedelta(days=1)).date().isoformat()}T24:00:00Z"


# Values that fit no column


def _misfit(response: Response, how: Strike) -> Response:
    body = msgspec.json.decode(response.body)
    for row in body["value"]:
        for name in _cells(row):
            if how.rng.random() < how.share:
                row[name] = _fitting_nothing(name, row[name], how)
                how.spoiled.add((str(row.get("id")), name))
    response.body = msgspec.json.encode(body)
    for text, number in _WRITTEN_AS.items():
        response.body = response.body.replace(text, number)
    return response


def _fitting_nothing(name: str, value: Any, how: Strike) -> Any:
    if isinstance(value, dict) and name.lower().endswith("signinactivity") and how.rng.random() < 0.5:
        return {inner: _fitting_nothing(inner, one, how) if one else one for inner, one in value.items()}
    is_time = isinstance(value, str) and (_TIME.fullmatch(value) or _DAY.fullmatch(value))
    return how.rng.choice(_NO_TIMES if is_time else _MISFITS.get(type(value), _NO_TEXTS))


_MISFITS: Mapping[type, tuple[Any, ...]] = {
    bool: _NO_BOOLEANS,
    int: _NO_INTEGERS,
    float: ("", "many", [], *_NO_NUMBERS),
    list: _NO_LISTS,
    dict: _NO_OBJECTS,
}


# Cells that are no cells


def _reserve(body: Json, _: Strike) -> None:
    for row in body["value"]:
        row.update(_RESERVED)


def _null_lists(body: Json, how: Strike) -> None:
    for row in body["value"]:
        row.update(dict.fromkeys((name for name in _cells(row) if row[name] == []), None))
        how.spoiled.update((str(row.get("id")), name) for name, value in row.items() if value is None)


def _has_empty_list(response: Response) -> bool:
    return has_rows(response) and re.search(rb'"\w+":\[\]', response.body) is not None


def is_recycle_bin(request: Request) -> bool:
    """Whether deleted objects are asked for."""
    return "/directory/deletedItems/" in request.path


ODD_VALUES: Mapping[str, Fault] = {
    "respelled_values": retold(_respell, has_rows, in_batches=True),
    "misfit_values": Fault(spoil=_misfit, fits=has_rows, in_batches=True),
    "misfit_values_in_recycle_bin": Fault(spoil=_misfit, fits=has_rows, applies=is_recycle_bin),
    "reserved_properties": retold(_reserve, has_rows, in_batches=True),
    "null_for_empty_list": retold(_null_lists, _has_empty_list, in_batches=True),
}
