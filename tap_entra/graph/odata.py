"""How Graph spells things: $select, instants, filters, headers, JSON."""

from __future__ import annotations

import codecs
import json
import math
import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    #: Makes an answer out of a body; ValueError if it cannot.
    Decode = Callable[[bytes], Any]

#: Without it, enum members newer than the documentation come back as "unknownFutureValue".
#: https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations
PREFER_UNKNOWN_ENUM_MEMBERS = "include-unknown-enum-members"


def prefer(page_rows: int | None = None) -> str:
    """The Prefer header; for lists without $top, with the number of rows per page."""
    return PREFER_UNKNOWN_ENUM_MEMBERS + (f", odata.maxpagesize={page_rows}" if page_rows else "")


_FRACTION = re.compile(r"\.(\d+)")
_SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def query(path: str, **options: str | int | None) -> str:
    """Put OData options on a path: select="id,mail", top=999 make "/users" into "/users?$select=id,mail&$top=999".

    Values are percent-encoded but for what OData itself uses; options that are None or empty are left out.
    """
    pairs = [
        f"${name}={quote(str(value), safe=',$()/*:')}" for name, value in options.items() if value not in {None, ""}
    ]
    if not pairs:
        return path
    return f"{path}{'&' if '?' in path else '?'}{'&'.join(pairs)}"


def without_top(url: str) -> str:
    """Take the $top off a URL of ours, so that Graph chooses the page size."""
    path, _, options = url.partition("?")
    kept = "&".join(option for option in options.split("&") if not option.startswith("$top="))
    return f"{path}?{kept}" if kept else path


def select(names: Iterable[str]) -> str:
    """The $select of some property names: sorted, so that the same selection always asks the same."""
    return ",".join(sorted(names))


def instant(moment: datetime) -> str:
    """Spell a moment as filters want it: unquoted, UTC, whole seconds, ending in Z."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def between(field: str, start: datetime, end: datetime) -> str:
    """A closed window. Only ge and le are documented for log times, so neighbours share their boundary instant."""
    return f"{field} ge {instant(start)} and {field} le {instant(end)}"


def kind(odata_type: Any) -> str | None:
    """What an "@odata.type" such as "#microsoft.graph.servicePrincipal" says: "servicePrincipal"; None if nothing."""
    return (odata_type.rpartition(".")[2] or None) if isinstance(odata_type, str) else None


def parse_instant(text: str) -> datetime:
    """Read a moment as Graph writes it: 0 to 7 fraction digits, Z or an offset, once seen as "-8:00".

    Raises:
        ValueError: It is not a time.
    """
    text = _FRACTION.sub(lambda digits: "." + digits[1][:6].ljust(6, "0"), text.strip(), count=1)
    text = re.sub(r"([+-])(\d):", r"\g<1>0\2:", text)
    moment = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1:] in {"Z", "z"} else text)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def decode(content: bytes) -> Any:
    """Decode JSON. NUL characters and lone surrogates, which no database takes, are dropped from strings.

    Numbers beyond all that a computer counts with are null.

    Raises:
        ValueError: The content is not JSON.
    """
    content = content.removeprefix(codecs.BOM_UTF8)
    if _is_suspicious(content):
        return _lenient(content)
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:
        return _lenient(content)


def printable(content: bytes) -> bytes:
    """The same JSON without NUL characters and lone surrogates, to be decoded by other means.

    Raises:
        ValueError: The content was suspicious, and then not JSON.
    """
    content = content.removeprefix(codecs.BOM_UTF8)
    return msgspec.json.encode(_lenient(content)) if _is_suspicious(content) else content


def is_printable(content: bytes) -> bool:
    """Return whether no string can hold a NUL character or a lone surrogate, and no byte order mark stands before."""
    return not (_is_suspicious(content) or content.startswith(codecs.BOM_UTF8))


def one_line(content: bytes) -> bytes:
    """Return the same JSON without line breaks between its values: a Singer message is one line.

    Raises:
        ValueError: The content had some and is not JSON.
    """
    return msgspec.json.format(content, indent=-1) if b"\n" in content or b"\r" in content else content


def _is_suspicious(content: bytes) -> bool:
    """Return whether there may be a NUL or half of a surrogate pair; a whole pair looks the same at first sight."""
    # A single byte is found twenty times as fast as the pattern, and most pages have no backslash.
    return b"\\" in content and _SUSPICIOUS.search(content) is not None


def _lenient(content: bytes) -> Any:
    """Decode what the fast decoder does not take: numbers out of range are infinite, and NaN is null."""
    return _clean(json.loads(content, parse_constant=lambda _: None))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value
