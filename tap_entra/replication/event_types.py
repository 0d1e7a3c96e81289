"""Logs that Graph keeps together, told apart by `signInEventTypes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from typing_extensions import override

from tap_entra.graph import GraphError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLUMN = "signInEventTypes"


class OtherEventsError(GraphError):
    """Graph ignored the filter: its rows belong to another log."""

    def __init__(self, what: str, event_type: str) -> None:
        super().__init__(what, 0, ("otherEvents",), f"it gave sign-ins of other kinds than {event_type}")

    @property
    @override
    def is_transient(self) -> bool:
        """Never: the same rows would come again."""
        return False


def event_filter(event_type: str) -> str:
    """Return the OData condition for one type of event; empty for none."""
    return f"{_COLUMN}/any(t: t eq '{event_type}')" if event_type else ""


def check_event_type(rows: Sequence[Any], event_type: str, what: str) -> None:
    """See to it that a page holds what was asked for, by its first and its last row.

    Raises:
        OtherEventsError: It does not.
    """
    for row in (*rows[:1], *rows[-1:]) if event_type else ():
        types = row.get(_COLUMN)
        if isinstance(types, msgspec.Raw):
            types = msgspec.json.decode(types)
        if isinstance(types, list) and types and event_type not in types:
            raise OtherEventsError(what, event_type)
