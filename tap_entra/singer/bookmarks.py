"""The keys of bookmarks and their types: flat, and null when not in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_entra.graph import odata

if TYPE_CHECKING:
    from collections.abc import Mapping

_INSTANTS = (
    "doubted_day",
    "doubted_newest_row",
    "export_listed_at",
    "export_until",
    "first_round_at",
    "newest_row",
    "read_at",
    "replication_key_value",
    "round_at",
)
_COUNTED = ("containers", "parents", "pictures", "rows")
_NUMBERS = (
    *(f"{prefix}{noun}{gap}" for noun in _COUNTED for prefix in ("", "doubted_") for gap in ("", "_gap")),
    "doubted_removed",
    "round_lost",
    "round_rows",
    "round_version",
    "version",
)
_VERSIONS = ("round_version", "version")
_TEXTS = (
    "checked",
    "checked_form",
    "compared_days",
    "delta_link",
    "digests",
    "export_blobs",
    "export_shards",
    "loaded_hours",
    "refused",
    "refused_columns",
    "replication_key",
    "round_link",
    "round_next",
    "round_selection",
    "selection",
    "unreadable",
)


#: Larger numbers are no counts.
_LARGEST = 2**53
#: Years in which a bookmark can lie, with room for a clock that is wrong.
_YEARS = range(1970, 2500)
#: Versions are milliseconds since 1970. Under a later one, rows could never be marked as removed.
_LATEST_VERSION = (_YEARS.stop - _YEARS.start) * 365 * 24 * 3_600_000


def bookmark_error(bookmark: Mapping[str, Any]) -> str | None:
    """Return why a bookmark is invalid, or None. Unknown keys are ignored."""
    for name, value in bookmark.items():
        if value is None:
            continue
        if name in _NUMBERS and (not isinstance(value, int) or isinstance(value, bool)):
            return f"`{name}` is not a number"
        if name in _NUMBERS and abs(value) > (_LATEST_VERSION if name in _VERSIONS else _LARGEST):
            return f"`{name}` is too large"
        if name in _TEXTS and not isinstance(value, str):
            return f"`{name}` is not text"
        if name in _INSTANTS and not _is_instant(value):
            return f"`{name}` is not a time such as 2026-01-31T00:00:00Z"
    return None


def _is_instant(value: Any) -> bool:
    try:
        return odata.parse_instant(value).year in _YEARS
    except (ValueError, TypeError, AttributeError):
        return False
