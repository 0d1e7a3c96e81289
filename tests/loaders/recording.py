"""Three days of the tap, recorded once for each combination of its settings, and what a loader must make of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.warehouse import Project, selection

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox
    from tests.loader import Warehouse

Row = dict[str, Any]
Key = tuple[str, ...]

#: The combinations of settings that a loader may need, by name.
SETTINGS: dict[str, dict[str, Any]] = {
    "default": {},
    "rows": {"soft_deletes": "rows"},
    "text": {"json_as_text": True},
    "rows and text": {"soft_deletes": "rows", "json_as_text": True},
}
DAYS = 3
_LEAVERS = 3


@dataclass
class Recording:
    """The messages of each day, and a plain merge of them.

    Attributes:
        days: The files of messages, by the name of the settings.
        schemas: The schema of each stream, as it is by default.
        keys: The key columns of each stream.
        rows: All rows of each stream by key, removed ones too, with `_sdc_deleted_at`.
        kept: The keys of the rows that the messages of each of the settings leave; a link to a person who was deleted
            may stay or go.
    """

    days: dict[str, list[Path]] = field(default_factory=dict)
    schemas: dict[str, Row] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, dict[Key, Row]] = field(default_factory=dict)
    kept: dict[str, dict[str, set[Key]]] = field(default_factory=dict)

    def live(self, stream: str) -> set[Key]:
        """The keys of the rows that Microsoft has."""
        return {key for key, row in self.rows[stream].items() if row["_sdc_deleted_at"] is None}

    def gone(self, stream: str) -> set[Key]:
        """The keys of the rows that Microsoft no longer has."""
        return self.rows[stream].keys() - self.live(stream)


def record(sandbox: Sandbox, folder: Path, names: tuple[str, ...] = tuple(SETTINGS)) -> Recording:
    """Let days pass, on each of which people join, change and leave, and run the tap with each of these settings."""
    projects = {name: Project(sandbox) for name in dict.fromkeys(("default", *names))}
    recording = Recording(days={name: [] for name in projects})
    for day in range(1, DAYS + 1):
        for name, project in projects.items():
            run = project.run(catalog=selection(), **SETTINGS[name])
            if run.exit_code:
                raise RuntimeError(f"The tap ended with {run.exit_code} on day {day} with the settings {name}.")
            path = folder / f"{name.replace(' ', '_')}-{day}.jsonl"
            path.write_text("".join(f"{json.dumps(message)}\n" for message in run.messages), encoding="utf-8")
            recording.days[name].append(path)
            if name == "default":
                for message in run.messages:
                    if message["type"] == "SCHEMA":
                        recording.schemas.setdefault(message["stream"], message["schema"]["properties"])
        if day < DAYS:
            _pass_a_day(sandbox)
    recording.kept = {name: _kept(project.warehouse) for name, project in projects.items()}
    warehouse = projects["default"].warehouse
    recording.keys = warehouse.keys
    recording.rows = {
        stream: {tuple(map(str, key)): row for key, row in table.items()} for stream, table in warehouse.tables.items()
    }
    return recording


def _kept(warehouse: Warehouse) -> dict[str, set[Key]]:
    return {
        stream: {tuple(map(str, key)) for key, row in table.items() if row["_sdc_deleted_at"] is None}
        for stream, table in warehouse.tables.items()
    }


def _pass_a_day(sandbox: Sandbox) -> None:
    tenant = sandbox.tenant
    known = [*tenant.directory["users"].live]
    tenant.pass_days(1)
    for user_id in [one for one in known if one in tenant.directory["users"].live][-_LEAVERS:]:
        tenant.directory["users"].soft_delete(user_id, tenant.now())
        tenant.people.pop(user_id, None)
