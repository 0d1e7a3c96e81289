"""Pages decoded into just the columns that are wanted, typed as declared.

Decoding a page into dicts and encoding each row again costs ten times what it needs. Here the decoder itself compares
each value with its declared type; only a page with a value that does not fit is decoded into dicts.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec import UNSET, UnsetType

from tap_entra.graph import odata
from tap_entra.graph.columns import PageCheck, field_type

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tap_entra.graph.values import Schema

#: A decoded JSON object.
Json = dict[str, Any]

#: Annotations of a row, beside its columns: in a delta round that it is gone; of what kind it is, where the others
#: of its list are of another.
_REMOVED, _TYPE = "@removed", "@odata.type"


class Row(msgspec.Struct, gc=False):
    """A row, with an attribute for each column; columns that Graph left out are UNSET, and are not encoded."""

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value as a dict would; lists and objects are raw JSON."""
        value = getattr(self, "removed" if name == _REMOVED else name, UNSET)
        return default if value is UNSET else value


class PageBody(msgspec.Struct, rename={"next_link": "@odata.nextLink", "delta_link": "@odata.deltaLink"}):
    """The body of a page. A subclass says what `value` holds. Links are unchecked: the reader of pages does that."""

    value: Any = UNSET
    next_link: Any = None
    delta_link: Any = None
    error: Any = None


def row_decoder(  # noqa: PLR0913 - one name a choice
    columns: Mapping[str, Schema],
    *,
    keys: Collection[str],
    fit: Callable[[Json], None],
    kind: str | None = None,
    lowers_keys: bool = False,
    usable: Callable[[list[Any]], list[Json]] = list,
) -> Callable[[bytes], PageBody]:
    """Make a decoder of pages into rows that have these columns and no others.

    Args:
        columns: The JSON schema of each, in the order in which they are to be encoded.
        keys: Those that every row must have, as text.
        fit: Replaces the values of a row that do not fit. It is called for the rows of a page that has such a value.
        kind: The one that tells of what kind a row is, if that is asked for.
        lowers_keys: Whether keys leave in lower case.
        usable: Leaves out what is no row, so that it does not cost the page. It is called where `fit` is.

    Returns:
        A function that raises ValueError for what is no JSON, or not of this shape.
    """
    check = PageCheck({name: schema for name, schema in columns.items() if name not in keys})
    decoder = msgspec.json.Decoder(_page_type(columns, keys, kind))

    def read_rows(content: bytes) -> PageBody | None:
        try:
            read = cast("PageBody", decoder.decode(content))
        except msgspec.DecodeError:
            return None
        return read if read.value is UNSET or (_have_keys(read.value, keys) and check.fits(read.value)) else None

    def read_fitted(content: bytes) -> PageBody:
        line = odata.one_line(content)
        if line is not content and (read := read_rows(line)):
            return read
        read = cast("PageBody", decoder.decode(_fitted(line, fit, usable)))
        if read.value is not UNSET and not _have_keys(read.value, keys):
            raise ValueError("a row without a key")
        return read

    def decode(content: bytes) -> PageBody:
        content = odata.printable(content)
        read = read_rows(content) or read_fitted(content)
        if read.value is UNSET:
            return read
        if kind:
            _tell_kinds(read.value, kind)
        if lowers_keys:
            _lower(read.value, keys)
        _keep_true_removals(read.value)
        return read

    return decode


def lines_decoder(
    columns: Mapping[str, Schema], *, keys: Collection[str], member: str, respell: Callable[[list[Any]], None]
) -> Callable[[bytes], list[Any] | None]:
    """Make a decoder of lines, each a JSON object with a row in one member, into rows that have these columns.

    Args:
        columns: The JSON schema of each, in the order in which they are to be encoded.
        keys: Those that every row must have, as text.
        member: The member of a line that holds the row.
        respell: Puts values into Graph's spelling, before they are compared with their types.

    Returns:
        A function that returns None if a line is no row or a value does not fit: rows are then to be read one by one.
    """
    check = PageCheck({name: schema for name, schema in columns.items() if name not in keys})
    line = msgspec.defstruct("Line", [("row", _row_type(columns, keys, None))], rename={"row": member}, gc=False)
    decoder = msgspec.json.Decoder(line)
    row_of = attrgetter("row")

    def decode(content: bytes) -> list[Any] | None:
        if not odata.is_printable(content):
            return None
        try:
            rows = list(map(row_of, decoder.decode_lines(content)))
            respell(rows)
            return rows if _have_keys(rows, keys) and check.fits(rows) else None
        except ValueError:
            return None

    return decode


def _page_type(columns: Mapping[str, Schema], keys: Collection[str], kind: str | None) -> Any:
    row = _row_type(columns, keys, kind)
    return msgspec.defstruct("ReadRows", [("value", list[row] | UnsetType, UNSET)], bases=(PageBody,))  # type: ignore[valid-type]


def _row_type(columns: Mapping[str, Schema], keys: Collection[str], kind: str | None) -> Any:
    fields: list[tuple[Any, ...]] = [
        (name, str) if name in keys else (name, field_type(schema), UNSET) for name, schema in columns.items()
    ]
    fields.append(("removed", Any, UNSET))
    if kind:
        fields.append(("odata_type", Any, UNSET))
    names = {"removed": _REMOVED, "odata_type": _TYPE}
    return msgspec.defstruct("ReadRow", fields, bases=(Row,), rename=names, gc=False, kw_only=True)


def _have_keys(rows: list[Any], keys: Collection[str]) -> bool:
    return all(all(map(attrgetter(key), rows)) for key in keys)


def _fitted(content: bytes, fit: Callable[[Json], None], usable: Callable[[list[Any]], list[Json]]) -> bytes:
    """Return a page whose rows fit, as far as they are rows at all."""
    page = odata.decode(content)
    rows = page.get("value") if isinstance(page, dict) else None
    if isinstance(rows, list):
        page["value"] = usable(rows)
        for row in page["value"]:
            if isinstance(row, dict):
                fit(row)
    return msgspec.json.encode(page)


def lower(key: Any) -> Any:
    """Return a key in lower case."""
    return key.lower() if isinstance(key, str) else key


def lower_keys(page: Any, keys: Collection[str]) -> Any:
    """Return a page of dicts whose keys are in lower case."""
    rows = page.get("value") if isinstance(page, dict) else None
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            row.update({key: lower(row[key]) for key in keys if key in row})
    return page


def _lower(rows: Iterable[Any], keys: Collection[str]) -> None:
    for key in keys:
        # To look into one long text is cheaper than into each key.
        text = "".join(map(attrgetter(key), rows))
        if text != text.lower():
            for row in rows:
                setattr(row, key, lower(getattr(row, key)))


def has_removals(rows: list[Any]) -> bool:
    """Return whether a row of a page has the annotation that it is gone."""
    if rows and isinstance(rows[0], Row):
        marks = list(map(attrgetter("removed"), rows))
        return marks.count(UNSET) < len(marks)
    return any(_REMOVED in row for row in rows)


def _keep_true_removals(rows: list[Any]) -> None:
    """Take the annotation off rows that it does not say to be gone: they leave as they are."""
    for row in rows if has_removals(rows) else ():
        if row.removed is None or row.removed is False:
            row.removed = UNSET


def _tell_kinds(rows: Iterable[Any], column: str) -> None:
    for row in rows:
        if row.odata_type is not UNSET:
            setattr(row, column, odata.kind(row.odata_type))
            row.odata_type = UNSET
