"""What a loader has made of the recorded days, beside what it should have made."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any

from tap_entra.graph.odata import parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.loaders.recording import Key, Recording, Row

_MARK = "_sdc_deleted_at"


@dataclass
class Tables:
    """What a loader has written: its rows in the order of writing, later ones above earlier ones.

    Attributes:
        rows: Rows by stream.
        merges: Whether a removed row leaves the columns alone that it lacks, as an appended line of JSON does.
    """

    rows: Mapping[str, list[Row]]
    merges: bool = False

    def merged(self, stream: str, keys: Iterable[str]) -> dict[Key, Row]:
        """The rows of a stream by key, with columns as `folded` spells them."""
        found: dict[Key, Row] = {}
        for row in self.rows.get(stream, []):
            plain = {folded(name): value for name, value in row.items()}
            key = tuple(str(plain.get(folded(name))) for name in keys)
            # A row of key and mark leaves the other columns as they are.
            found[key] = {**found.get(key, {}), **plain} if self.merges and plain.get(folded(_MARK)) else plain
        return found

    def size(self) -> int:
        """How many rows there are."""
        return sum(map(len, self.rows.values()))


@dataclass
class Findings:
    """What was compared.

    Attributes:
        live, kept: Rows that Microsoft has, and those of them that are there and not marked.
        gone, shown: Rows that it no longer has, and those of them that are marked or not there.
        leavers, named: Removed users, and those of them who keep their name.
        values, wrong: Values of live rows, and those of them that differ.
        texts: The kinds of columns that arrived as text.
        columns: The columns with most wrong values.
    """

    live: int = 0
    kept: int = 0
    gone: int = 0
    shown: int = 0
    leavers: int = 0
    named: int = 0
    values: int = 0
    wrong: int = 0
    texts: list[str] = field(default_factory=list)
    columns: Counter[str] = field(default_factory=Counter)


def folded(name: str) -> str:
    """A column's name without case and underscores, which loaders change."""
    return name.lower().replace("_", "")


def compare(recording: Recording, tables: Tables) -> Findings:
    """Compare the tables of a loader with the plain merge."""
    findings = Findings()
    natives: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    for stream, keys in recording.keys.items():
        if stream == "stream_runs":
            continue  # each combination of settings has runs of its own
        found = tables.merged(stream, keys)
        for key in recording.live(stream):
            findings.live += 1
            row = found.get(key)
            if row is not None and not row.get(folded(_MARK)):
                findings.kept += 1
                _compare_values(recording.schemas[stream], recording.rows[stream][key], row, findings, (natives, texts))
        for key in recording.gone(stream):
            findings.gone += 1
            row = found.get(key)
            findings.shown += row is None or bool(row.get(folded(_MARK)))
            if stream == "users":
                findings.leavers += 1
                name = recording.rows[stream][key].get("displayName")
                findings.named += bool(row and name and row.get("displayname") == name)
    findings.texts = [kind for kind in texts if texts[kind] > natives[kind]]
    return findings


def _compare_values(
    schema: Row, expected: Row, row: Row, findings: Findings, kinds: tuple[Counter[str], Counter[str]]
) -> None:
    for name, declared in schema.items():
        if name.startswith("_sdc_"):
            continue
        kind, value = kind_of(declared), row.get(folded(name))
        findings.values += 1
        if _plain(value, kind) != _plain(expected.get(name), kind):
            findings.wrong += 1
            findings.columns[name] += 1
        if value not in (None, "") and kind != "text":
            kinds[isinstance(value, str) and kind != "time"][kind] += 1


def kind_of(declared: Row) -> str:
    """The kind of a column, in a word."""
    if declared.get("format") in {"date-time", "date"}:
        return "time"
    types = {*declared["type"]} - {"null"}
    return {"boolean": "boolean", "integer": "number", "number": "number", "object": "JSON", "array": "JSON"}.get(
        types.pop(), "text"
    )


def _plain(value: Any, kind: str) -> Any:
    """A value in a form in which all loaders spell it alike; None also for an empty text."""
    if value is None or value == "":
        return None
    try:
        return _READ[kind](value)
    except (TypeError, ValueError):
        return value


def _time(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or timezone.utc).replace(microsecond=value.microsecond // 1000 * 1000)
    if isinstance(value, date):
        return _time(datetime(value.year, value.month, value.day, tzinfo=timezone.utc))
    text = str(value).strip().replace(" ", "T", 1)
    text = text if re.search(r"(Z|[+-]\d\d:?\d\d)$", text) or "T" not in text else f"{text}Z"
    return _time(
        parse_instant(re.sub(r"([+-]\d\d)(\d\d)?$", r"\1:00", text) if re.search(r"T.*[+-]\d\d$", text) else text)
    )


def _json(value: Any) -> Any:
    return json.dumps(json.loads(value) if isinstance(value, str) else value, sort_keys=True)


#: Readers of each kind.
_READ: dict[str, Callable[[Any], Any]] = {
    "time": _time,
    "JSON": _json,
    "boolean": lambda value: str(value).lower() in {"true", "1", "t"},
    "number": float,
    "text": str,
}
