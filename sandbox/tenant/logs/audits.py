"""The audit log: a row for each change of the directory."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.tenant.logs.row import LogRow, arrival, written
from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from random import Random

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.people import Person


class Deed(NamedTuple):
    """A kind of change: how the log calls it, files it and what it does."""

    name: str
    category: str
    operation: str


class Target(NamedTuple):
    """What a deed was done to. `kind` is User, Group, ServicePrincipal, Application, Device, Role or N/A."""

    kind: str
    id: str
    display_name: str | None
    upn: str | None = None


class AuditLog:
    """Collects the deeds of a day and hands them over in order of time.

    Attributes:
        null_targets_every: n gives every n-th row null in place of a list of targets; 0 gives all rows a list.
    """

    def __init__(self, rng: Random, tenant_id: str, tenant_name: str, seed: int) -> None:
        self._rng = rng
        self._tenant = (tenant_id, tenant_name)
        self._purpose = f"audit {seed}".encode()
        self.null_targets_every = 0
        self._count = 0
        self._rows: list[tuple[datetime, JsonObject]] = []
        self._apart_count = 0
        self._apart: list[LogRow] = []

    def note(
        self, at: datetime, deed: Deed, *targets: Target, by: Person | str | None = None, **changed: tuple[Any, Any]
    ) -> None:
        """Note a deed.

        Args:
            by: Who did it; an app's name; or None, for what Microsoft does by itself.
            changed: The properties of the first target that changed, with the old and the new value.
        """
        self._count += 1
        throw = Draw(self._purpose, self._count)
        self._rows.append((at, self._row(at, throw, self._count, deed, targets, by, changed)))

    def note_apart(self, at: datetime, deed: Deed, *targets: Target, by: Person | str | None = None) -> None:
        """Note a deed with an id of its own kind, so that all other rows stay as they would be without it."""
        self._apart_count += 1
        throw = Draw(self._purpose + b" apart", self._apart_count)
        row = self._row(at, throw, self._apart_count, deed, targets, by, {})
        self._apart.append(LogRow(at, at + timedelta(minutes=2), _as_noted, (row,)))

    def _row(  # noqa: PLR0913, PLR0917 - the parts of a row
        self,
        at: datetime,
        throw: Draw,
        count: int,
        deed: Deed,
        targets: Sequence[Target],
        by: Person | str | None,
        changed: dict[str, tuple[Any, Any]],
    ) -> JsonObject:
        return {
            "id": f"Directory_{throw.id}_{throw.below(36**5):05X}_{count}",
            "category": deed.category,
            "correlationId": throw.other_id,
            "result": "success",
            "resultReason": "",
            "activityDisplayName": deed.name,
            "activityDateTime": written(at, throw.below(10)),
            "loggedByService": "Core Directory",
            "operationType": deed.operation,
            "initiatedBy": self._initiator(by),
            "targetResources": self._targets(targets, changed),
            "additionalDetails": [{"key": "User-Agent", "value": "EvoSTS"}] if isinstance(by, str) else [],
        }  # fmt: skip

    def take(self, ends: datetime) -> list[LogRow]:
        """The rows noted since the last call, for the log."""
        noted, self._rows = sorted(self._rows, key=lambda entry: entry[0]), []
        apart, self._apart = self._apart, []
        rows = [LogRow(at, arrival(self._rng, at, ends), _as_noted, (row,)) for at, row in noted]
        return sorted([*rows, *apart], key=lambda row: row.at) if apart else rows

    def _targets(self, targets: Sequence[Target], changed: dict[str, tuple[Any, Any]]) -> list[JsonObject] | None:
        if self.null_targets_every and self._count % self.null_targets_every == 0:
            return None
        return [_target(target, changed if target is targets[0] else {}) for target in targets]

    def _initiator(self, by: Person | str | None) -> JsonObject:
        """Exactly one of app and user is set, or none. Graph adds undeclared fields to the user."""
        if by is None:
            return {"app": None, "user": None}
        if isinstance(by, str):
            app = {"appId": None, "displayName": by, "servicePrincipalId": None, "servicePrincipalName": None}
            return {"app": app, "user": None}
        user = {
            "id": by.id,
            "displayName": by.display_name,
            "userPrincipalName": by.upn,
            "ipAddress": by.office.ip.format(1),
            "userType": "Member",
            "homeTenantId": self._tenant[0],
            "homeTenantName": self._tenant[1],
        }
        return {"app": None, "user": user}


def _target(target: Target, changed: dict[str, tuple[Any, Any]]) -> JsonObject:
    """Old and new values are JSON written as text, as Graph has them."""
    return {
        "id": target.id,
        "displayName": target.display_name,
        "type": target.kind,
        "userPrincipalName": target.upn,
        "groupType": "azureAD" if target.kind == "Group" else None,
        "modifiedProperties": [
            {"displayName": name, "oldValue": json.dumps([old]), "newValue": json.dumps([new])}
            for name, (old, new) in changed.items()
        ],
    }


def _as_noted(_: datetime, row: JsonObject) -> JsonObject:
    return row
