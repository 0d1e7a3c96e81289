"""Values that do not fit their declared type: the right value where it is certain, else null, counted by column.

Loaders reject a whole load for one value of another type. Microsoft writes some: its page on listing users shows an
empty text and the year 1 where a time belongs (https://learn.microsoft.com/graph/api/user-list).
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import MAXYEAR, datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    #: Takes a value and its column, and returns what fits.
    Fit = Callable[[Any, str], Any]

#: A JSON schema.
Schema = dict[str, Any]

#: What a 64-bit column takes.
SMALLEST, LARGEST = -(2**63), 2**63 - 1

_PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:[0-5]\d(\.\d{1,7})?Z", re.ASCII)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*([Zz]|[+-]\d\d?(?::?\d\d)?)?)?", re.ASCII
)
_OFFSET = re.compile(r"([+-])(\d\d?):?(\d\d)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+(\.0*)?", re.ASCII)
_LAST_HOUR, _LAST_SECOND = 24, 60


def json_type(schema: Schema) -> str:
    """Return the one type of a schema, e.g. "string"; null beside it does not count.

    A time is "date-time", and a day is "date".
    """
    types = schema.get("type", "string")
    name = next(name for name in ([types] if isinstance(types, str) else types) if name != "null")
    return str(schema["format"]) if schema.get("format") in {"date-time", "date"} else str(name)


class ValueFitter:
    """Makes the values of rows fit a schema.

    Args:
        properties: The columns, each with its JSON schema.
        keys: Columns whose values stay as they are if nothing certain can be made of them: a row needs its key.

    Attributes:
        misfits: How many values became null, by column; of a declared member of an object "column.member".
        lost_rows: How many rows were left out because they are no objects or have no key.
    """

    def __init__(self, properties: Mapping[str, Schema], keys: frozenset[str] = frozenset()) -> None:
        self.misfits: Counter[str] = Counter()
        self.lost_rows = 0
        self._keys = keys
        self._columns = [(name, *self._fit(schema)) for name, schema in properties.items()]

    def fit(self, row: dict[str, Any]) -> None:
        """Replace the values of a row that do not fit. Other properties of the row stay."""
        for name, plain, fit in self._columns:
            value = row.get(name)
            # Most values are of the right class, which is all that can be wrong with a text.
            if value is None or (fit is None and value.__class__ is plain):
                continue
            row[name] = (fit or _FITS[plain])(value, name, self)

    def usable(self, rows: list[Any]) -> list[dict[str, Any]]:
        """Return the rows that are objects with a key; count the others."""
        objects = [row for row in rows if isinstance(row, dict)]
        found = [row for row in objects if all(is_key(row.get(key)) for key in self._keys)]
        self.lost_rows += len(rows) - len(found)
        return found

    def miss(self, name: str, value: Any) -> Any:
        """Count a value that does not fit its column. Return what stands in its place."""
        if name in self._keys:
            return value
        self.misfits[name] += 1
        return None

    def _fit(self, schema: Schema) -> tuple[type, Any]:
        kind = json_type(schema)
        if kind == "object":
            members = [(name, *self._fit(member)) for name, member in schema.get("properties", {}).items()]
            return dict, partial(_fit_object, members)
        return _PLAIN.get(kind) or _CHECKED[kind]


def is_key(value: Any) -> bool:
    """Return whether a value can be the key of a row."""
    return value != "" and isinstance(value, (str, int, float))


def _fit_object(members: list[Any], value: Any, name: str, fitter: ValueFitter) -> Any:
    if not isinstance(value, dict):
        return fitter.miss(name, value)
    for member, plain, fit in members:
        inner = value.get(member)
        if inner is not None and (fit is not None or inner.__class__ is not plain):
            value[member] = (fit or _FITS[plain])(inner, f"{name}.{member}", fitter)
    return value


def _fit_text(value: Any, name: str, fitter: ValueFitter) -> Any:
    """Return numbers and booleans as JSON spells them."""
    if isinstance(value, (bool, int, float)):
        return msgspec.json.encode(value).decode()
    return fitter.miss(name, value)


def _fit_boolean(value: Any, name: str, fitter: ValueFitter) -> Any:
    text = value.strip().lower() if isinstance(value, str) else value
    for truth, spellings in ((True, ("true", "1", 1)), (False, ("false", "0", 0))):
        if text in spellings:
            return truth
    return fitter.miss(name, value)


def _fit_list(value: Any, name: str, fitter: ValueFitter) -> Any:
    return fitter.miss(name, value)


def _fit_integer(value: Any, name: str, fitter: ValueFitter) -> Any:
    whole: Any = value
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        whole = int(value.strip().partition(".")[0]) if len(value) < len(str(LARGEST)) * 2 else None
    elif isinstance(value, float) and value.is_integer():
        whole = int(value)
    if isinstance(whole, int) and not isinstance(whole, bool) and SMALLEST <= whole <= LARGEST:
        return whole
    return fitter.miss(name, value)


def _fit_number(value: Any, name: str, fitter: ValueFitter) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    try:
        number = msgspec.json.decode(value.strip(), type=float)
    except (AttributeError, ValueError):
        return fitter.miss(name, value)
    return number


def _fit_time(value: Any, name: str, fitter: ValueFitter) -> Any:
    """Return a time as Graph spells it, in UTC. The year 1 means never, so it is null without being a misfit."""
    if not isinstance(value, str):
        return fitter.miss(name, value)
    try:
        moment = read_time(value)
    except (ValueError, OverflowError):
        return fitter.miss(name, value)
    if moment.year == 1:
        return None
    # Seven digits of a second, rounded to six, may lie beyond the last year there is.
    is_plain = moment.year < MAXYEAR and _PLAIN_TIME.fullmatch(value)
    return value if is_plain else moment.isoformat().replace("+00:00", "Z")


def _fit_day(value: Any, name: str, fitter: ValueFitter) -> Any:
    """Return a day as Graph spells it; of a time, its day in UTC. The year 1 means never."""
    time = _fit_time(value, name, fitter)
    return time and time.partition("T")[0]


def read_time(text: str) -> datetime:
    """Read a time in any spelling that means one moment: lower case, any offset, 24:00, a leap second, a date alone.

    Without an offset it is UTC, as Graph documents.

    Raises:
        ValueError: It is not a time.
        OverflowError: It is before year 1 or after year 9999.
    """
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise ValueError("no time")
    date, hour, minute, second, fraction, offset = found.groups()
    hours, seconds = int(hour or 0), int(second or 0)
    whole_day = hours == _LAST_HOUR and not int(minute) and not seconds and not int(fraction or 0)
    leap = seconds == _LAST_SECOND
    moment = datetime.fromisoformat(date).replace(
        hour=0 if whole_day else hours,
        minute=int(minute or 0),
        second=seconds - leap,
        microsecond=int((fraction or "0")[:6].ljust(6, "0")),
        tzinfo=timezone.utc,
    )
    moment += timedelta(days=whole_day, seconds=leap)
    if moment.year == 1:
        return moment
    return moment - _offset(offset)


def _offset(text: str | None) -> timedelta:
    found = _OFFSET.fullmatch(text or "")
    if not found:
        return timedelta()
    hours, minutes = int(found[2]), int(found[3] or 0)
    if hours >= _LAST_HOUR or minutes >= _LAST_SECOND:
        raise ValueError("no offset")
    size = timedelta(hours=hours, minutes=minutes)
    return -size if found[1] == "-" else size


#: The class of a value by its type, and what makes values fit: for these only those of another class.
_PLAIN: dict[str, tuple[type, Any]] = {"string": (str, None), "boolean": (bool, None), "array": (list, None)}
_CHECKED: dict[str, tuple[type, Any]] = {
    "date-time": (str, _fit_time),
    "date": (str, _fit_day),
    "integer": (int, _fit_integer),
    "number": (float, _fit_number),
}
_FITS: dict[type, Any] = {str: _fit_text, bool: _fit_boolean, list: _fit_list}
