"""Which photos a run checks: all, or a share of them, so that all are checked within some days."""

from __future__ import annotations

import zlib
from contextlib import suppress
from datetime import date, timedelta


class CheckedShares:
    """The buckets of users in shares, one for each day, and when each share was last checked.

    A share whose day was missed is due in the next run. Written as dates with semicolons; a text that does not fit the
    number of days counts as if nothing was checked.

    Args:
        text: What an earlier run kept.
        days: The number of shares; 1 checks all in each run.
    """

    def __init__(self, text: str | None, days: int, today: date) -> None:
        self._today = today
        self._last: list[date | None] = [None] * days
        dates = (text or "").split(";")
        with suppress(ValueError):
            if len(dates) == days:
                self._last = [date.fromisoformat(one) if one else None for one in dates]

    def is_due(self, bucket: str) -> bool:
        """Return whether a run of today checks the users of a bucket."""
        return self._is_share_due(zlib.crc32(bucket.encode()) % len(self._last))

    def _is_share_due(self, share: int) -> bool:
        last, days = self._last[share], len(self._last)
        if last is None or last > self._today or self._today - last > timedelta(days):
            return True
        return days == 1 or (last != self._today and self._today.toordinal() % days == share)

    def finish(self, *, is_accepted: bool) -> None:
        """Note that the shares of today were checked; those of an unconfirmed answer are due again."""
        due = list(map(self._is_share_due, range(len(self._last))))
        now = self._today if is_accepted else None
        self._last = [now if is_due else last for is_due, last in zip(due, self._last, strict=True)]

    @property
    def oldest(self) -> date | None:
        """The day on which the share that waits longest was checked; None if one never was."""
        known = [last for last in self._last if last is not None]
        return min(known) if len(known) == len(self._last) else None

    def __str__(self) -> str:
        return ";".join(last.isoformat() if last else "" for last in self._last)
