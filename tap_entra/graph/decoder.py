"""Pages decoded into just the columns that are wanted: names are looked at once, values stay as Graph wrote them.

Decoding a page into dicts and encoding each row again costs ten times what it needs. Here a value that nobody looks
into remains the bytes it came as.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec import UNSET, Raw, UnsetType

from tap_entra.graph import odata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: What a row says of itself, beside the columns: in a delta round that it is gone; of what kind it is, where the others
#: of its list are of another.
_REMOVED, _TYPE = "@removed", "@odata.type"


class Row(msgspec.Struct, gc=False):
    """A row, with an attribute for each column; columns that Graph left out are UNSET, and are not encoded."""

    def get(self, name: str, default: Any = None) -> Any:
        """As of a dict; only meaningful for keys and times, since all other columns are raw JSON."""
        value = getattr(self, "removed" if name == _REMOVED else name, UNSET)
        return default if value is UNSET else value


class PageBody(msgspec.Struct, rename={"next_link": "@odata.nextLink", "delta_link": "@odata.deltaLink"}):
    """The body of a page. A subclass says what `value` holds."""

    value: Any = UNSET
    next_link: str | None = None
    delta_link: str | None = None
    error: Raw | UnsetType = UNSET


def row_decoder(
    columns: Iterable[str], *, keys: Iterable[str], times: Iterable[str] = (), kind: str | None = None
) -> Callable[[bytes], PageBody]:
    """A decoder of pages into rows that have these columns and no others.

    Args:
        columns: In the order in which they are to be encoded.
        keys: Those that every row must have, as strings.
        times: Those that are looked into, and may be absent or null.
        kind: The one that tells of what kind a row is, if that is asked for.

    Returns:
        A function that raises ValueError for what is no JSON, or not of this shape.
    """
    known: dict[str, tuple[Any, ...]] = dict.fromkeys(keys, (str,))
    known |= dict.fromkeys(times, (str | None | UnsetType, UNSET))
    fields = [(name, *known.get(name, (Raw | UnsetType, UNSET))) for name in columns]
    fields.append(("removed", dict[str, Any] | None | UnsetType, UNSET))
    if kind:
        fields.append(("odata_type", str | None | UnsetType, UNSET))
    names = {"removed": _REMOVED, "odata_type": _TYPE}
    row = msgspec.defstruct("ReadRow", fields, bases=(Row,), rename=names, gc=False, kw_only=True)
    page = msgspec.defstruct("ReadRows", [("value", list[row] | UnsetType, UNSET)], bases=(PageBody,))  # type: ignore[valid-type]
    decoder = msgspec.json.Decoder(page)

    def decode(content: bytes) -> PageBody:
        read = cast("PageBody", decoder.decode(odata.printable(content)))
        if kind and read.value is not UNSET:
            _tell_kinds(read.value, kind)
        return read

    return decode


def _tell_kinds(rows: Iterable[Any], column: str) -> None:
    for row in rows:
        if row.odata_type is not UNSET:
            setattr(row, column, Raw(msgspec.json.encode(odata.kind(row.odata_type))))
            row.odata_type = UNSET
