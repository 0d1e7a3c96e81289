"""The list of what came and went in the last days, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.data import why_not_known
from pages.findings import EVIDENCE
from pages.listing import Filter, Listing, Shown
from pages.vocabulary import EVENTS
from pages.warehouse import Question, Sort

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pages.frame import View
    from pages.vocabulary import Event

NAMES = {name: event.one for name, event in EVENTS.items()}

LISTING = Listing(
    name="news",
    mart="news",
    opens=Shown("subject_name", "About", missing="no name", width=240),
    id_column="subject_id",
    page="views/person.py",
    page_by=("subject_type", {"application": "views/app.py"}),
    noun=("event", "events"),
    columns=(
        Shown("event", "What", names=NAMES, width=150),
        Shown("happened_at", "When", width=130),
        Shown("by_name", "By", "not recorded", width=240),
        Shown("evidence", "Rests on", names=EVIDENCE, width=160),
    ),
    filters=(Filter("event", "What", "event", NAMES),),
    searched=("subject_name", "by_name"),
    first=("Newest", (Sort("happened_at", is_descending=True),)),
)


@dataclass(frozen=True)
class Figure:
    """How many events of one kind there were.

    Attributes:
        number: None if that is not known.
        reason: Why it is not known.
    """

    event: Event
    number: int | None
    reason: str = ""


def figures(view: View) -> list[Figure]:
    """Return how many events of each kind there were, or why that is not known."""
    unbuilt = view.reader.unknown("news", view.streams).get("event", "")
    numbers = view.reader.counts(Question("news"), "event")
    found = []
    for name, event in EVENTS.items():
        reason = unbuilt or why_not_known(event.streams, view.streams)
        found.append(Figure(event, None if reason else numbers.get(name, 0), reason))
    return found


def not_known(found: Iterable[Figure]) -> list[str]:
    """Return a sentence for each reason why some of it is not known."""
    reasons: dict[str, list[str]] = {}
    for figure in found:
        if figure.number is None:
            reasons.setdefault(figure.reason, []).append(figure.event.many)
    return [f"Not known: {', '.join(names)} ({reason})." for reason, names in reasons.items()]
