"""A list as data: which columns a page shows and how, and which filters and orders it offers.

A page and its CSV file are made from the same listing, so they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pages import words
from pages.warehouse import Question, Sort, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pages.warehouse import Row


@dataclass(frozen=True)
class Reading:
    """How the values of a mart are to be read.

    Attributes:
        now: The instant that the views call now, UTC.
        zone: The reader's time zone.
        unknown: Columns that are not known as a whole, each with the reason.
    """

    now: datetime
    zone: tzinfo = timezone.utc
    unknown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """A column as a page shows it.

    Attributes:
        missing: What null means if the streams behind the column were read.
        names: Words for the values; others stay as they are.
        yes: The word for true, if the column holds truths.
        most: How many values of an array are shown.
        is_sentence: Whether values begin with a capital on the page.
        instead: A column of truths with the word that stands for the value where it is true.
        width: Pixels; None for what is left.
    """

    column: str
    label: str
    missing: str = words.NOT_KNOWN
    names: Mapping[Any, str] = field(default_factory=dict)
    yes: str = "yes"
    no: str = "no"
    most: int = 2
    width: int | None = None
    is_number: bool = False
    instead: tuple[str, str] | None = None
    is_sentence: bool = False

    def cell(self, row: Row, reading: Reading) -> str:
        """Return what the page shows."""
        value = row[self.column]
        if self.instead and row[self.instead[0]]:
            return self.instead[1]
        if value is None or value == "":
            return words.NOT_KNOWN if self.column in reading.unknown else self.missing
        if isinstance(value, list):
            return words.listed([self.names.get(one, one) for one in value], self.most)
        if isinstance(value, datetime):
            return words.ago(value, reading.now, reading.zone)
        return self._word(value)

    def written(self, row: Row, reading: Reading) -> str:
        """Return what a CSV file says: all values of an array, times in UTC, numbers as spreadsheets read them."""
        value = row[self.column]
        if self.instead and row[self.instead[0]]:
            return self.instead[1]
        if isinstance(value, list):
            return "; ".join(self.names.get(one, one) for one in value) or words.NONE
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return str(value)
        return self.cell(row, reading)

    def _word(self, value: Any) -> str:
        if value in self.names:
            return self.names[value]
        if isinstance(value, bool):
            return self.yes if value else self.no
        if isinstance(value, (int, float, Decimal)):
            return words.number(value)
        return words.sentence(words.text(value)) if self.is_sentence else words.text(value)


@dataclass(frozen=True)
class Filter:
    """A choice above a list, which the address keeps.

    Attributes:
        key: Its name in the address.
        column: The column that it looks at.
        missing: The word for null; empty if null cannot be chosen.
    """

    key: str
    label: str
    column: str
    names: Mapping[Any, str] = field(default_factory=dict)
    missing: str = ""

    def options(self, counts: Mapping[Any, int]) -> dict[str, Any]:
        """Return the values that can be chosen, by the word for each."""
        found = {self.names.get(value, str(value)): value for value in counts if value not in {None, ""}}
        ordered = dict(sorted(found.items(), key=lambda pair: pair[0].casefold()))
        return {**ordered, self.missing: None} if self.missing else ordered

    def where(self, value: Any, *, is_array: bool) -> Where:
        """Return the condition for a value that was chosen."""
        if value is None:
            return Where((self.column,), "empty" if is_array else "null")
        return Where((self.column,), "has" if is_array else "is", value)


@dataclass(frozen=True)
class Preset:
    """A view of a list that people ask for again and again."""

    label: str
    where: tuple[Where, ...] = ()


@dataclass(frozen=True)
class Listing:
    """A list of one mart.

    Attributes:
        name: Its name in the addresses of CSV files.
        opens: The column whose value names the row, and opens it.
        id_column: The column with the id of what is opened.
        page: The page that shows one row.
        page_by: A column with other pages for some of its values.
        noun: What a row is, one and many.
        searched: The columns that a search looks at.
        first: The order without a choice, with its name.
        pictures: The head of the column with photos or initials; empty for a list without.
    """

    name: str
    mart: str
    opens: Shown
    id_column: str
    page: str
    noun: tuple[str, str]
    columns: tuple[Shown, ...]
    presets: tuple[Preset, ...] = ()
    filters: tuple[Filter, ...] = ()
    searched: tuple[str, ...] = ()
    first: tuple[str, tuple[Sort, ...]] = ("", ())
    ranks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pictures: str = ""
    page_by: tuple[str, Mapping[str, str]] = ("", {})

    @property
    def all_columns(self) -> tuple[Shown, ...]:
        """Every column in the order of the page."""
        return (self.opens, *self.columns)

    def target(self, row: Row) -> tuple[str, str]:
        """Return the page that shows a row, and the id that it asks for."""
        column, pages = self.page_by
        return (pages.get(row[column], self.page) if column else self.page, row[self.id_column])

    def orders(self) -> dict[str, tuple[Sort, ...]]:
        """Return the orders that can be chosen, by name; numbers and times begin with the largest."""
        label, first = self.first
        return {label: first, **{shown.label: (self._sort(shown),) for shown in self.all_columns}}

    def question(self, where: tuple[Where, ...], order: str, *, is_reversed: bool = False) -> Question:
        """Return the question for the rows of a page."""
        sorts = self.orders().get(order, self.first[1])
        if is_reversed:
            sorts = tuple(Sort(sort.column, not sort.is_descending, sort.ranks) for sort in sorts)
        return Question(self.mart, where, sorts)

    def _sort(self, shown: Shown) -> Sort:
        is_largest_first = shown.is_number or shown.column.endswith("_at")
        return Sort(shown.column, is_largest_first, self.ranks.get(shown.column, ()))
