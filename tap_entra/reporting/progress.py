"""Progress lines in the log while a stream takes long: how far it is, how fast, and what it waits for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

#: Seconds between two lines; a shorter stream has none.
_EVERY_S = 10.0
#: Shorter waits are usual and not reported.
_WORTH_TELLING_S = 1.0
#: Share that must be done before an estimate of the rest.
_TELLING_SHARE = 0.02
_MINUTE_S = 60


class Extent(NamedTuple):
    """How much is done, in rows, days or users; `total` is None where it is not known.

    Attributes:
        is_guess: Whether `total` is that of the last run.
    """

    done: float
    total: float | None
    unit: str = "rows"
    is_guess: bool = False

    def __str__(self) -> str:
        if self.total is None:
            return f"{self.done:,.0f} {self.unit}"
        digits = 0 if isinstance(self.total, int) else 1
        of = "of about" if self.is_guess else "of"
        return f"{self.done:,.{digits}f} {of} {self.total:,.{digits}f} {self.unit}"


class Progress:
    """Progress lines of one stream. `tell` may be called often."""

    def __init__(self, logger: logging.Logger, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._logger = logger
        self._clock = clock
        self._began = self._told = clock()
        self._rows_told = 0
        self._from: Extent | None = None

    def tell(self, extent: Extent, rows: int, wait: tuple[float, str] | None = None) -> None:
        """Write a line if the last one is ten seconds old.

        Args:
            rows: The number of rows written.
            wait: The seconds left of the longest wait, and its reason.
        """
        now = self._clock()
        self._from = self._from or extent
        if now - self._told < _EVERY_S:
            return
        words = [f"{self._logger.name.rpartition('.')[2]}: {extent}"]
        if extent.unit != "rows":
            words.append(f"{rows:,} rows")
        words.append(f"{(rows - self._rows_told) / (now - self._told):,.0f} rows/s")
        if wait and wait[0] >= _WORTH_TELLING_S:
            words.append(f"waiting {wait[0]:,.0f} s for {wait[1]}")
        left_s = self._left_s(extent, now)
        if left_s is not None:
            words.append(f"about {_spelled(left_s)} left")
        self._logger.info("%s", ", ".join(words))
        self._told, self._rows_told = now, rows

    def _left_s(self, extent: Extent, now: float) -> float | None:
        """Return the seconds left at the speed so far; None if they cannot be estimated."""
        if extent.total is None or self._from is None:
            return None
        done = extent.done - self._from.done
        if not extent.done < extent.total or done < _TELLING_SHARE * (extent.total - self._from.done):
            return None
        return (now - self._began) * (extent.total - extent.done) / done


def _spelled(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < _MINUTE_S else f"{seconds / _MINUTE_S:.0f} min"
