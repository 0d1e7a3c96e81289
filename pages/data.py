"""Queries of the pages, limited to the rows that the signed-in person may see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pages import vocabulary
from pages.marts import MARTS
from pages.warehouse import Question, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from pages.warehouse import Row, Warehouse

NOT_BUILT = "the views do not have it yet; the next dbt build may add it"


@dataclass(frozen=True)
class Reader:
    """The warehouse as one person may see it.

    Attributes:
        only: Object id of a person who sees only their own rows; None for people who see everything.
    """

    warehouse: Warehouse
    only: str | None = None

    def rows(self, question: Question, *, limit: int | None = None, offset: int = 0) -> list[Row]:
        """Return rows with every column of the mart, null where the warehouse has none."""
        return self.warehouse.rows(self._allowed(question), limit=limit, offset=offset)

    def row(self, mart: str, key: str) -> Row | None:
        """Return the row with this key; None if there is none, or the person may not see it."""
        (column,) = MARTS[mart].key
        found = self.rows(Question(mart, (Where((column,), "is", key),)), limit=1)
        return found[0] if found else None

    def count(self, question: Question) -> int:
        """Return how many rows there are."""
        return self.warehouse.count(self._allowed(question))

    def counts(self, question: Question, column: str) -> dict[Any, int]:
        """Return how many rows have each value of a column; of an array column, each of its values."""
        return self.warehouse.counts(self._allowed(question), column)

    def sums(self, question: Question, column: str, by: tuple[str, str]) -> dict[tuple[Any, Any], Decimal]:
        """Return the sums of a column by the values of two others; what is null has no sum."""
        return self.warehouse.sums(self._allowed(question), column, by)

    def chunks(self, question: Question) -> Iterator[list[Row]]:
        """Yield all rows, some at a time."""
        return self.warehouse.chunks(self._allowed(question))

    def company(self) -> Row:
        """Return the company's row; without one, a row of nulls."""
        found = self.warehouse.rows(Question("company"), limit=1)
        return found[0] if found else dict.fromkeys(MARTS["company"].columns)

    def streams(self) -> dict[str, Row]:
        """Return the state of each stream that the warehouse knows of, by name. It holds no person's data."""
        return {row["stream"]: row for row in self.warehouse.rows(Question("sync_status"))}

    def unknown(self, mart: str, streams: dict[str, Row]) -> dict[str, str]:
        """Return the columns of a mart that are not known as a whole, each with the reason.

        A column is not known if the views do not have it, or if a stream that it needs was never read completely.

        Args:
            mart: Name of the mart.
            streams: What `streams` returned.
        """
        found = self.warehouse.columns(mart)
        reasons = {}
        for column in MARTS[mart].columns:
            if column not in found:
                reasons[column] = NOT_BUILT
            elif reason := why_not_known(_rests_on(mart, column), streams):
                reasons[column] = reason
        return reasons

    def _allowed(self, question: Question) -> Question:
        if self.only is None:
            return question
        owner = MARTS[question.mart].owner
        # Every row has a key, so this finds nothing: without an owner, a person who sees only themselves sees no row.
        own = Where((owner,), "is", self.only) if owner else Where(MARTS[question.mart].key, "null")
        return replace(question, where=(*question.where, own))


def why_not_known(needed: Iterable[str], streams: dict[str, Row]) -> str:
    """Return why a figure is not known that needs these streams; empty if all were read."""
    missing = next((name for name in needed if not _was_read(streams.get(name))), None)
    return _why(missing, streams.get(missing)) if missing else ""


def _rests_on(mart: str, column: str) -> tuple[str, ...]:
    return (*MARTS[mart].rests_on, *MARTS[mart].streams.get(column, ()))


def _was_read(stream: Row | None) -> bool:
    return stream is not None and stream["last_complete_at"] is not None


def _why(name: str, stream: Row | None) -> str:
    if stream is None:
        return f"the list '{vocabulary.stream(name)}' was never read"
    return f"the list '{vocabulary.stream(name)}' is {stream['state']}: {stream['reason']}"
