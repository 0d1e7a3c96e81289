"""The state of the data in one of three words, from the states of the streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages import vocabulary, words

if TYPE_CHECKING:
    from pages.warehouse import Row

GETTING_DATA = "Getting data"
ACTIVE = "Active"
ACTION_REQUIRED = "Action required"


@dataclass(frozen=True)
class Health:
    """The state of the data.

    Attributes:
        state: Getting data, Active or Action required.
        sentence: What that means now.
    """

    state: str
    sentence: str


def of(streams: dict[str, Row]) -> Health:
    """Return the state of the data."""
    by_state: dict[str, list[Row]] = {}
    for row in streams.values():
        by_state.setdefault(row["state"], []).append(row)
    if failing := by_state.get("action required"):
        named = words.listed([vocabulary.stream(row["stream"]) for row in failing])
        return Health(ACTION_REQUIRED, f"Not up to date: {named}.")
    if not any(row["last_complete_at"] for row in streams.values()):
        return Health(GETTING_DATA, "No data has arrived yet. The first run brings it.")
    ready = by_state.get("active", [])
    if waiting := by_state.get("getting data"):
        return Health(GETTING_DATA, f"{len(ready)} of {len(ready) + len(waiting)} lists have arrived.")
    absent = by_state.get("not available", [])
    if absent:
        named = words.listed([vocabulary.stream(row["stream"]) for row in absent])
        return Health(ACTIVE, f"Everything that can be read is up to date. Not available: {named}.")
    return Health(ACTIVE, "Everything is up to date.")
