"""The check before a list may delete: Graph may send a part of a list, or nothing, without an error.

Rows that an accepted list lacks are deleted. An unconfirmed one costs one run that ends with 1 and deletes nothing; the
next run accepts the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_entra.graph import GraphError, count_of
from tap_entra.reporting import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_entra.replication.base import EntraStream

#: In a list this short, half of it is one or two rows.
_SHORT = 3
#: Microsoft counts in an index that is minutes behind, and people join and leave while a long list is read: a list may
#: have this many rows fewer than the count, or this share.
_TOLERATED, _TOLERATED_SHARE = 5, 0.01
#: A list that Microsoft does not count may lose this share, and a round may remove it, before that needs a second look.
_USUAL_SHARE = 0.1
_USUAL_REMOVALS = 10
#: After a longer pause, a tenth of a list may well have gone.
_STEADY_MS = 8 * 24 * 3_600_000
_RECOVERS = "Nothing was deleted. If this answer is correct, the next run accepts it. If not, the next run recovers."


def is_incomplete(stream: EntraStream, lost: int, what: str) -> bool:
    """Return whether something else came in place of rows, and report it: it is not known then which rows are gone.

    Args:
        lost: How many rows came in no usable form.
        what: Names these rows.
    """
    if lost:
        said = (
            f"{what}: {lost:,}. All others were read, and nothing was marked as removed; the next run reads the same "
            "again."
        )
        stream.result.fall_short(Outcome.PARTIAL, said)
        stream.logger.warning("%s: %s", stream.name, said)
    return lost > 0


class ShrinkGuard:
    """Keeps the size of a list in the bookmark of its stream, and compares.

    Bookmark, for a list of `rows`: `rows` of the last accepted pass, `doubted_rows` of an unconfirmed one; `rows_gap`,
    how many rows fewer than Microsoft counts were accepted, and `doubted_rows_gap`; `doubted_removed`, the number of
    removals in an unconfirmed round.

    Args:
        noun: What is in the list, and the name under which its size is kept.
        slack: This many may be missing in any case.
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
        """The size in the last accepted pass."""
        last = self._state.get(self._noun)
        return None if last is None else int(last)

    def accepts(
        self, found: int, counted: str | None = None, *, repeated_pages: int = 0, is_steady: bool = False
    ) -> bool:
        """Return whether a pass with `found` different rows may delete; otherwise log a warning.

        Args:
            counted: Path of the list, where Microsoft is asked for its own count.
            repeated_pages: Pages that brought nothing new, perhaps in place of others.
            is_steady: Whether the list seldom loses a tenth of its rows; links and photos come and go by the hundred.
        """
        if self._lost_rows():
            return False
        was_doubted = self._was_doubted(found)
        # Both rules decide, each time: one must not be skipped because of the other.
        shrank = not was_doubted and self._shrank(found)
        is_short = self._falls_short(found, counted, repeated_pages) if counted else None
        if is_short is None:
            is_odd = (is_steady and self._lacks_many(found)) or self._repeats(found, repeated_pages)
            is_short = is_odd and not was_doubted and not shrank
            if is_short:
                self._report_loss(found, repeated_pages)
        if shrank or is_short:
            return False
        self._state.update({self._noun: found, f"doubted_{self._noun}": None})
        return True

    def _lost_rows(self) -> bool:
        """Return whether Graph sent something else in place of rows."""
        lost = self._stream.values.lost_rows
        return is_incomplete(self._stream, lost, "Rows that Graph sent without an id, or not as objects")

    def _shrank(self, found: int) -> bool:
        """Return whether there is nothing, or no more than half of the last pass."""
        last = self.last or 0
        is_most = found > 0 and (found * 2 > last or last <= _SHORT)
        if is_most or self.last == 0 or last - found < self._slack:
            return False
        self._state[f"doubted_{self._noun}"] = found
        # In a first pass nothing is known to be lost, and there is nothing to delete: an empty list may be empty.
        if self.last is not None:
            self._doubt(f"Microsoft listed {found:,} {self._noun} without an error, where there were {self.last:,}.")
        return True

    def _lacks_many(self, found: int) -> bool:
        """Return whether a list lacks more than a tenth of its rows, and more than a few, within days."""
        last = self.last or 0
        # The version is the time of the last accepted pass, in milliseconds.
        age_ms = self._stream.client.now().timestamp() * 1000 - float(self._state.get("version") or 0)
        return age_ms < _STEADY_MS and last - found > max(tolerated(last), self._slack, last * _USUAL_SHARE)

    def _repeats(self, found: int, repeated_pages: int) -> bool:
        """Return whether pages came twice, perhaps in place of others."""
        return repeated_pages > 0 and (self.last is None or found < self.last)

    def _report_loss(self, found: int, repeated_pages: int) -> None:
        self._state[f"doubted_{self._noun}"] = found
        were = "" if self.last is None else f", where there were {self.last:,}"
        again = f", and {repeated_pages:,} of the pages came again" if repeated_pages else ""
        self._doubt(f"Microsoft listed {found:,} {self._noun} without an error{were}{again}.")

    def _was_doubted(self, found: int) -> bool:
        """Return whether the run before found about as many. Not to a row: people join and leave in between."""
        return _is_about(found, self._state.get(f"doubted_{self._noun}"))

    def _falls_short(self, found: int, path: str, repeated_pages: int) -> bool | None:
        """Return whether there are fewer rows than Microsoft counts, for the first time; None if it does not count.

        Where Microsoft cannot count now, there are fewer rows than last time.
        """
        try:
            counted = count_of(self._stream.client, path, version=self._stream.graph_version)
        except GraphError as error:
            return self._is_uncountable(found, error)
        if counted is None:
            return None
        gap, doubted = f"{self._noun}_gap", f"doubted_{self._noun}_gap"
        missing, before = counted - found, self._state.get(doubted)
        few = tolerated(counted)
        # A page that came twice may hide another one: then no row may be missing.
        if missing - (self._state.get(gap) or 0) <= (0 if repeated_pages else few):
            self._state[doubted] = None
            return False
        if before is not None and abs(missing - before) <= few and not repeated_pages:
            # Some lists leave out what the count has: that must not be news every week.
            self._state.update({gap: missing, doubted: None})
            return False
        self._state[doubted] = missing
        again = f" {repeated_pages:,} of the pages came again." if repeated_pages else ""
        self._doubt(f"Microsoft listed {found:,} {self._noun} without an error, but counts {counted:,}.{again}")
        return True

    def _is_uncountable(self, found: int, error: GraphError) -> bool:
        if self.last is None or found >= self.last - tolerated(self.last) or self._was_doubted(found):
            return False
        self._state[f"doubted_{self._noun}"] = found
        what = (
            f"Microsoft listed {found:,} {self._noun} where there were {self.last:,}, and could not be asked to count."
        )
        self._stream.logger.debug("%s: no count: %s", self._stream.name, error)
        self._doubt(what)
        return True

    # Removals in a delta round

    def accepts_removals(
        self, removed: int, counted: str | None = None, *, are_gone: Callable[[], bool] = lambda: False
    ) -> bool:
        """Return whether a delta round that removes `removed` rows may delete them; otherwise log a warning.

        Args:
            counted: Path of the list, where Microsoft is asked for its own count.
            are_gone: Asks Graph for some of these rows: a round may also repeat what was removed long ago.
        """
        if self._lost_rows():
            return False
        last = self.last
        if last is None or not _are_many(removed, last, is_countable=bool(counted)):
            self._settle_removals()
            return True
        left = self._count_or_none(counted) if counted else None
        is_confirmed = (left is not None and left <= last - removed / 2) or self._are_gone(are_gone)
        if not is_confirmed and not _is_about(removed, self._state.get("doubted_removed")):
            self._state["doubted_removed"] = removed
            counts = "" if left is None else f", but counts {left:,}"
            self._doubt(f"Microsoft removed {removed:,} of {last:,} {self._noun} at once{counts}.")
            return False
        self._settle_removals()
        self._state[self._noun] = max(0, last - removed) if left is None else left
        return True

    def _settle_removals(self) -> None:
        if "doubted_removed" in self._state:
            self._state["doubted_removed"] = None

    def _count_or_none(self, path: str) -> int | None:
        try:
            return count_of(self._stream.client, path, version=self._stream.graph_version)
        except GraphError as error:
            self._stream.logger.debug("%s: no count: %s", self._stream.name, error)
            return None

    def _are_gone(self, are_gone: Callable[[], bool]) -> bool:
        try:
            return are_gone()
        except GraphError as error:
            self._stream.logger.debug("%s: not asked for removed rows: %s", self._stream.name, error)
            return False

    def _doubt(self, what: str) -> None:
        self._stream.result.fall_short(Outcome.PARTIAL, f"{what} {_RECOVERS}")
        self._stream.logger.warning("%s: %s %s", self._stream.name, what, _RECOVERS)


def tolerated(counted: int) -> int:
    """Return how many rows of a list may be missing: people join and leave while it is read."""
    few = min(_TOLERATED, max(2, counted // 8))  # of ten rows, five would be half
    return max(few, int(counted * _TOLERATED_SHARE))


def _is_about(found: int, before: Any) -> bool:
    if before is None or not found or not before:
        return bool(found == before)
    return abs(found - int(before)) <= int(before) // 5


def _are_many(removed: int, last: int, *, is_countable: bool) -> bool:
    if removed * 2 >= last > _SHORT:
        return True
    # Links come and go by the hundred when a department moves, and nothing counts them.
    return is_countable and removed > max(_USUAL_REMOVALS, last * _USUAL_SHARE)
