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

#: What a row of a delta round says of itself, beside the columns.
_REMOVED = "@removed"


class Row(msgspec.Struct, gc=False):
    """A row, with an attribute for each column; columns that Graph left out are UNSET, and are not encoded."""

    def get(self, name: str, default: Any = None) -> Any:
        """As of a dict; only meaningful for the columns named as texts, since all others are raw JSON."""
        value = getattr(self, "removed" if name == _REMOVED else name, UNSET)
        return default if value is UNSET else value


class Rows(msgspec.Struct, rename={"next_link": "@odata.nextLink", "delta_link": "@odata.deltaLink"}):
    """The body of a page. A subclass says what `value` holds."""

    value: Any = UNSET
    next_link: str | None = None
    delta_link: str | None = None
    error: Raw | UnsetType = UNSET


def row_decoder(columns: Iterable[str], texts: Iterable[str]) -> Callable[[bytes], Rows]:
    """A decoder of pages into rows that have these columns and no others.

    Args:
        columns: In the order in which they are to be encoded.
        texts: The columns that are read as strings, such as keys and times; a row without one is not valid.

    Returns:
        A function that raises ValueError for what is no JSON, or not of this shape.
    """
    wanted = set(texts)
    fields: list[tuple[str, Any, Any]] = [
        (name, str | UnsetType if name in wanted else Raw | UnsetType, UNSET) for name in columns
    ]
    removal = ("removed", dict[str, Any] | None | UnsetType, UNSET)
    row = msgspec.defstruct("ReadRow", [*fields, removal], bases=(Row,), rename={"removed": _REMOVED}, gc=False)
    page = msgspec.defstruct("ReadRows", [("value", list[row] | UnsetType, UNSET)], bases=(Rows,))  # type: ignore[valid-type]
    decoder = msgspec.json.Decoder(page)

    def decode(content: bytes) -> Rows:
        return cast("Rows", decoder.decode(odata.printable(content)))

    return decode
