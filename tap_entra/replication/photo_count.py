"""How many photos there are, where a run checks only a share of the users."""

from __future__ import annotations

import math

#: This many photos may disappear in a day.
_FEW = 10
#: By chance, a share has fewer photos than expected; by more standard deviations than this, once in 30,000 days.
_DEVIATIONS = 4


class PhotoCount:
    """Counts photos of the checked users, and estimates those of all.

    Args:
        last: The number of photos before this run; None if not known.

    Attributes:
        checked: The number of checked users.
    """

    def __init__(self, last: int | None) -> None:
        self.checked = 0
        self._last = last or 0
        self._known = self._pictures = self._new_pictures = 0

    def add(self, *, has_picture: bool, is_new: bool = False) -> None:
        """Count a user. Newcomers have a photo less often than others, and cannot have lost one."""
        self.checked += 1
        if is_new:
            self._new_pictures += has_picture
        else:
            self._known += 1
            self._pictures += has_picture

    def _others(self, users: int) -> int:
        """Return how many users are no newcomers."""
        return max(1, users - (self.checked - self._known))

    def estimate(self, users: int) -> int:
        """Return how many photos all but newcomers have, if as many of them have one as of those checked."""
        return round(self._pictures * self._others(users) / self._known) if self._known else self._last

    def slack(self, users: int) -> int:
        """Return by how much an estimate may fall below the last count, since few disappeared, or by chance."""
        others = self._others(users)
        if not self._known or self._known >= others:
            return _FEW
        share = min(1.0, self._last / others)
        by_chance = _DEVIATIONS * math.sqrt(self._known * share * (1 - share))
        return math.ceil(max(_FEW, by_chance) * others / self._known)

    def total(self, users: int) -> int:
        """Return the number of photos, if users who were not checked have as many as before."""
        others = self._others(users)
        unchecked = max(0, others - self._known)
        return self._pictures + self._new_pictures + round(self._last * unchecked / others)
