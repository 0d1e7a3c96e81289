"""How far the blobs of an export were read: the bytes of each, never a time of its rows.

A row is filed by the hour in which it was received. So hours end, whatever the times of their rows, and a blob of which
the hour is over changes no more but for some minutes. The bookmark names the blobs of the last hours one by one; all
before them were read whole. If one of those changes all the same, its own time of change shows it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from tap_entra.graph import odata
from tap_entra.storage.blobs import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

HOUR = timedelta(hours=1)
#: A blob whose hour has been over for this long is not named in the bookmark any more.
_SETTLES = 2 * HOUR
_HOUR_FORMAT = "%Y-%m-%dT%H"
_FIELDS = 2


class ReadBlob(NamedTuple):
    """How far a blob was read.

    Attributes:
        size: Bytes that were read, up to the end of a line.
        created: When it was created, in seconds since 1970: another blob in its place has another time.
    """

    size: int
    created: int


class ExportBookmark:
    """The bookmark of one stream.

    Keys, flat and null when not in use: `export_until`, the hour before which all blobs were read whole;
    `export_listed_at`, when they were listed, so that a later change of one of them is noticed; `export_blobs`, JSON as
    text, the blobs of later hours; `export_shards`, the part of the blobs that this bookmark is about.

    Args:
        state: The state of the stream.
        shards: The part that the run reads, e.g. "1/4". With a bookmark of another part all blobs are read again.
    """

    def __init__(self, state: dict[str, Any], shards: str | None) -> None:
        self._state = state
        self._shards = shards
        is_ours = state.get("export_shards") == shards
        self.is_of_other_shards = not is_ours and bool(state.get("export_listed_at"))
        self.until = _instant(state.get("export_until")) if is_ours else None
        self.listed_at = _instant(state.get("export_listed_at")) if is_ours else None
        self.blobs: dict[Place, ReadBlob] = _blobs(state.get("export_blobs")) if is_ours else {}

    def settle(self, listed_at: datetime, next_hour: datetime) -> None:
        """Forget the blobs of hours that are over: they were read whole.

        Args:
            listed_at: When the blobs were listed.
            next_hour: The first hour of which a blob was not read yet.
        """
        over = hour_of(listed_at - _SETTLES)
        self.until = max(min(over, next_hour), self.until or min(over, next_hour))
        self.blobs = {place: read for place, read in self.blobs.items() if place.hour >= self.until}

    def save(self) -> None:
        """Write it into the state."""
        by_prefix: dict[str, dict[str, ReadBlob]] = {}
        for place, read in self.blobs.items():
            by_prefix.setdefault(place.prefix, {})[place.hour.strftime(_HOUR_FORMAT)] = read
        self._state.update(
            export_until=odata.instant(self.until) if self.until else None,
            export_listed_at=odata.instant(self.listed_at) if self.listed_at else None,
            export_blobs=json.dumps(by_prefix, separators=(",", ":")) if by_prefix else None,
            export_shards=self._shards,
        )


def is_over(hour: datetime, listed_at: datetime) -> bool:
    """Return whether blobs of an hour are expected to change no more."""
    return hour < hour_of(listed_at - _SETTLES)


def hour_of(moment: datetime) -> datetime:
    """Return the hour in which a moment lies."""
    return moment.astimezone(timezone.utc).replace(minute=0, second=0, microsecond=0)


def _instant(text: str | None) -> datetime | None:
    return odata.parse_instant(text) if text else None


def _blobs(text: str | None) -> dict[Place, ReadBlob]:
    """Return what is readable: a blob that is missing is read again, which costs time alone."""
    found: dict[Place, ReadBlob] = {}
    with suppress(ValueError, AttributeError):
        for prefix, hours in json.loads(text or "{}").items():
            for hour, read in _pairs(hours):
                moment = datetime.strptime(hour, _HOUR_FORMAT).replace(tzinfo=timezone.utc)
                found[Place(moment, prefix)] = ReadBlob(*read)
    return found


def _pairs(hours: dict[str, Any]) -> Iterable[tuple[str, list[int]]]:
    return [
        (hour, read)
        for hour, read in hours.items()
        if isinstance(read, list) and len(read) == _FIELDS and all(isinstance(number, int) for number in read)
    ]
