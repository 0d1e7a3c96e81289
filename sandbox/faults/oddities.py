"""Odd answers that were seen, each switched by itself. All are off until a switch is set."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections import Counter
    from datetime import datetime

    from sandbox.tenant.logs.row import LogRow

#: Properties that Graph never leaves unset, by type.
ALWAYS_SET = {
    "user": ("accountEnabled", "createdDateTime", "displayName", "userPrincipalName", "userType"),
    "group": ("createdDateTime", "displayName"),
    "application": ("appId", "displayName"),
    "servicePrincipal": ("appId", "displayName"),
    "device": ("displayName",),
    "administrativeUnit": ("displayName",),
}

#: The part of a log that may be incomplete. Clients go back by a day, so that the next one finds the rest.
NEWEST = timedelta(hours=23)


@dataclass
class Oddities:
    """Switches for odd answers. Rates are shares of 1, drawn from a seed.

    Attributes:
        partial_rows: Share of changed objects that a later delta round sends without some properties that are always
            set: https://github.com/microsoftgraph/microsoft-graph-docs/issues/2255.
        bare_rows: Share of changed objects that a later delta round sends with id and name alone:
            https://github.com/microsoftgraph/microsoft-graph-explorer-v4/issues/3584.
        unmarked_removals: Share of deleted objects that a later delta round sends as an id without @removed:
            https://github.com/microsoftgraph/microsoft-graph-docs/issues/4498.
        wrongly_removed: Path of a list -> share of its live objects that later delta rounds report as removed.
        omits_empty_lists: Whether delta rounds leave out lists that are empty:
            https://github.com/microsoftgraph/microsoft-graph-docs/issues/4946.
        repeated_pages: Share of further pages that repeat the rows of the page before in place of their own.
        doubled_ids: Share of successful sign-ins beside which the interrupted attempt before them is listed with the
            same id, in any order: https://github.com/Azure/Azure-Sentinel/issues/9463.
        short_newest_day: Share of the log rows of the newest 23 hours that are left out, without an error.
        poison: Ids of rows; a page that contains one is an error object under 200:
            https://github.com/hashicorp/terraform-provider-azuread/issues/1910.
        poisoned: Share of all ids that are poison too, always the same ones.
        poison_breaks_batches: Whether such a page inside a batch cuts the answer of the whole batch.
        refused_properties: Property -> the status (400 or 501) that answers a `$select` which names it.
        happened: How often each switch has made a difference, by its name.
    """

    seed: int
    happened: Counter[str]
    partial_rows: float = 0.0
    bare_rows: float = 0.0
    unmarked_removals: float = 0.0
    wrongly_removed: dict[str, float] = field(default_factory=dict)
    omits_empty_lists: bool = False
    repeated_pages: float = 0.0
    doubled_ids: float = 0.0
    short_newest_day: float = 0.0
    poison: set[str] = field(default_factory=set)
    poisoned: float = 0.0
    poison_breaks_batches: bool = False
    refused_properties: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rng = Random(f"oddities {self.seed}")

    def clear(self) -> None:
        """Switch all oddities off."""
        self.partial_rows = self.bare_rows = self.unmarked_removals = 0.0
        self.repeated_pages = self.doubled_ids = self.poisoned = self.short_newest_day = 0.0
        self.omits_empty_lists = self.poison_breaks_batches = False
        self.wrongly_removed.clear()
        self.poison.clear()
        self.refused_properties.clear()

    def happens(self, name: str) -> bool:
        """Return whether a switch with a share makes a difference this time, and count it if so."""
        share = float(getattr(self, name))
        happens = share > 0 and self._rng.random() < share
        self.happened[name] += happens
        return happens

    def changed_row(self, entity: str, row: dict[str, Any]) -> dict[str, Any]:
        """Return a changed object as a later delta round sends it, which may be a part of it."""
        if self.happens("bare_rows"):
            return {name: row[name] for name in ("id", "displayName") if name in row}
        known = [name for name in ALWAYS_SET.get(entity, ()) if name in row]
        if known and self.happens("partial_rows"):
            missing = self._rng.sample(known, self._rng.randint(1, len(known)))
            return {name: value for name, value in row.items() if name not in missing}
        return row

    def without_empty_lists(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row of a delta round as it is, or without its empty lists."""
        if not self.omits_empty_lists:
            return row
        shown = {name: value for name, value in row.items() if value != []}
        self.happened["omits_empty_lists"] += len(shown) < len(row)
        return shown

    def removed_by_mistake(self, path: str, ids: list[str]) -> list[str]:
        """Return the ids of live objects that a later delta round reports as removed."""
        removed = ids[: round(len(ids) * self.wrongly_removed.get(path, 0.0))]
        self.happened["wrongly_removed"] += bool(removed)
        return removed

    def without_newest(self, rows: list[LogRow], now: datetime) -> list[LogRow]:
        """Return the rows of a log, without some of the newest."""
        if not self.short_newest_day:
            return rows
        newest = now - NEWEST
        shown = [row for row in rows if row.at < newest or self._rng.random() >= self.short_newest_day]
        self.happened["short_newest_day"] += len(shown) < len(rows)
        return shown

    def poisons(self, rows: list[Any]) -> bool:
        """Return whether a page with these rows cannot be written."""
        if not self.poison and not self.poisoned:
            return False
        ids = [str(row.get("id")) for row in rows]
        poisons = any(one in self.poison or zlib.crc32(one.encode()) < self.poisoned * 2**32 for one in ids)
        self.happened["poison"] += poisons
        return poisons

    def refusal_of(self, name: str) -> int | None:
        """Return the status that answers a `$select` with this property; None if it is accepted."""
        status = self.refused_properties.get(name)
        self.happened["refused_properties"] += status is not None
        return status

    def first(self) -> bool:
        """Return whether the first of two rows comes first."""
        return self._rng.random() < 0.5
