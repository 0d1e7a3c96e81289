"""Whether a complete pass is to be believed: Microsoft may give a part of a list, or nothing, without an error.

What is believed may be deleted by, so a doubt costs one run that ends with 1 and deletes nothing; the same answer in
the run after it is believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_entra.graph import GraphError, count_of
from tap_entra.reporting import Outcome

if TYPE_CHECKING:
    from tap_entra.replication.base import EntraStream

#: Of a list as short as that, half is one or two.
_SHORT = 3
#: Microsoft counts in an index that is minutes behind, and people come and go while a long list is read: a list may
#: have fewer than the count by these many, or this share.
_TOLERATED, _TOLERATED_SHARE = 5, 0.01
_HEALS = "Nothing was deleted. If that is right, the next run will believe it; if not, it will heal itself."


class ShrinkGuard:
    """What is known of the size of a list, kept in its stream's bookmark.

    Bookmark, for a list of `rows`: `rows` of the last believed pass, `doubted_rows` of one that was not; `rows_gap`, by
    how many fewer than Microsoft counts were believed, and `doubted_rows_gap`.

    Args:
        noun: What is in the list, and the name under which its size is kept.
        slack: So many may be missing without any doubt.
    """

    def __init__(self, stream: EntraStream, noun: str = "rows", *, slack: int = 0) -> None:
        self._stream = stream
        self._noun = noun
        self._slack = slack

    @property
    def _state(self) -> dict[str, Any]:
        return self._stream.stream_state

    @property
    def last(self) -> int | None:
        """How many there were in the last believed pass."""
        last = self._state.get(self._noun)
        return None if last is None else int(last)

    def accepts(self, found: int, counted: str | None = None) -> bool:
        """Whether a pass that found so many is to be believed; if not, that has been told.

        Args:
            counted: Path of the list where Microsoft is to be asked for its own count.
        """
        # Both are judged, each time: the one must not be forgotten because of the other.
        doubts = [self._shrank(found), bool(counted) and self._falls_short(found, str(counted))]
        if any(doubts):
            return False
        self._state.update({self._noun: found, f"doubted_{self._noun}": None})
        return True

    def _shrank(self, found: int) -> bool:
        """None, or no more than half of the last pass, for the first time."""
        last = self.last or 0
        is_most = found > 0 and (found * 2 > last or last <= _SHORT)
        if is_most or self.last == 0 or last - found < self._slack or self._was_doubted(found):
            return False
        self._state[f"doubted_{self._noun}"] = found
        # Of a first pass nothing is known to be lost, and nothing to be deleted: an empty list may simply be empty.
        if self.last is not None:
            self._doubt(f"Microsoft listed {found:,} {self._noun} without an error, where there were {self.last:,}.")
        return True

    def _was_doubted(self, found: int) -> bool:
        """Whether the run before found about as many. Not to a row: the tenant goes on living in between."""
        before = self._state.get(f"doubted_{self._noun}")
        if before is None or not found or not before:
            return found == before
        return abs(found - int(before)) <= int(before) // 5

    def _falls_short(self, found: int, path: str) -> bool:
        """Fewer than Microsoft counts, for the first time; or fewer than last time, and Microsoft cannot count now."""
        try:
            counted = count_of(self._stream.client, path, version=self._stream.graph_version)
        except GraphError as error:
            return self._is_uncountable(found, error)
        if counted is None:
            return False
        gap, doubted = f"{self._noun}_gap", f"doubted_{self._noun}_gap"
        missing, before = counted - found, self._state.get(doubted)
        few = tolerated(counted)
        if missing - (self._state.get(gap) or 0) <= few:
            self._state[doubted] = None
            return False
        if before is not None and abs(missing - before) <= few:
            # Some lists may leave out what the count has: that must not be news every week.
            self._state.update({gap: missing, doubted: None})
            return False
        self._state[doubted] = missing
        self._doubt(f"Microsoft listed {found:,} {self._noun} without an error, but counts {counted:,}.")
        return True

    def _is_uncountable(self, found: int, error: GraphError) -> bool:
        if self.last is None or found >= self.last - tolerated(self.last) or self._was_doubted(found):
            return False
        self._state[f"doubted_{self._noun}"] = found
        what = (
            f"Microsoft listed {found:,} {self._noun} where there were {self.last:,}, and could not be asked to count."
        )
        self._stream.logger.debug("No count: %s", error)
        self._doubt(what)
        return True

    def _doubt(self, what: str) -> None:
        self._stream.result.fall_short(Outcome.PARTIAL, f"{what} {_HEALS}")
        self._stream.logger.warning("%s: %s %s", self._stream.name, what, _HEALS)


def tolerated(counted: int) -> int:
    """So many of a list may be missing without a doubt: people come and go while it is read."""
    few = min(_TOLERATED, max(2, counted // 8))  # of a list of ten, five would be half
    return max(few, int(counted * _TOLERATED_SHARE))
