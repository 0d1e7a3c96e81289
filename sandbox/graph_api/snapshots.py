"""What a collection held when a delta link was handed out, so that the next round can tell what changed in it."""

from __future__ import annotations

import bisect
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.tenant.state import TenantState

KEPT = 24  # each holds references only: the tenant replaces objects, it never alters them


class Snapshots:
    """The last few states of each store that a client has a delta link for."""

    def __init__(self, tenant: TenantState) -> None:
        self._tenant = tenant
        self._kept: OrderedDict[tuple[str, int], dict[str, Any]] = OrderedDict()

    def take(self, store: str) -> None:
        """Remember what a store holds now. Free if it has not changed since the last time."""
        key = (store, self._last_change(store, self._tenant.revision))
        if key not in self._kept:
            self._kept[key] = dict(self._tenant.directory[store].live)
        self._kept.move_to_end(key)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def at(self, store: str, revision: int) -> dict[str, Any] | None:
        """What a store held at a revision; None if that was not kept."""
        return self._kept.get((store, self._last_change(store, revision)))

    def _last_change(self, store: str, revision: int) -> int:
        history = self._tenant.directory[store].history
        place = bisect.bisect_right(history, revision, key=lambda change: change.revision)
        return history[place - 1].revision if place else 0
