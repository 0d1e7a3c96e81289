"""Read the list of tenants, and find what is wrong with it before anything runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import yaml

from tenants.tenant import SCHEMA_SUFFIXES, Tenant

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = Path(__file__).with_name("tenants.schema.json")
_DEFINITIONS = json.loads(SCHEMA.read_text(encoding="utf-8"))
AT_ONCE: int = _DEFINITIONS["properties"]["at_once"]["default"]
SCHEDULE: str = _DEFINITIONS["$defs"]["schedule"]["default"]


class FileError(Exception):
    """The list cannot be used. The message says which entry is wrong, and why."""


@dataclass(frozen=True)
class Tenants:
    """The whole list.

    Attributes:
        all: In the order of the file.
        at_once: How many runs may be in flight.
    """

    all: tuple[Tenant, ...]
    at_once: int

    def one(self, id_: str) -> Tenant:
        """Return a tenant by its id.

        Raises:
            FileError: There is none.
        """
        for tenant in self.all:
            if tenant.id == id_:
                return tenant
        raise FileError(f"There is no tenant {id_!r}. See `python -m tenants list`.")

    def due(self, schedule: str) -> tuple[Tenant, ...]:
        """Return the tenants with a schedule, in the order of the file."""
        return tuple(tenant for tenant in self.all if tenant.schedule == schedule)

    @property
    def schedules(self) -> tuple[str, ...]:
        """All schedules, each once."""
        return tuple(dict.fromkeys(tenant.schedule for tenant in self.all))


def read(path: Path) -> Tenants:
    """Read and check a list.

    Raises:
        FileError: It does not fit the schema, or two tenants would share what each needs alone.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}. Start from tenants/tenants.example.yml.") from None
    except yaml.YAMLError as error:
        raise FileError(f"{path} is no YAML: {error}") from None
    problems = [*_misfits(content)]
    if not problems:
        tenants = tuple(_tenant(entry, content.get("defaults", {})) for entry in content["tenants"])
        problems = [*_shared(tenants)]
    if problems:
        raise FileError("\n".join(f"{path}: {problem}" for problem in problems))
    return Tenants(tenants, content.get("at_once", AT_ONCE))


def _misfits(content: Any) -> Iterator[str]:
    validator = jsonschema.Draft202012Validator(_DEFINITIONS)
    for error in sorted(validator.iter_errors(content), key=lambda error: list(map(str, error.absolute_path))):
        yield f"{error.json_path.removeprefix('$').removeprefix('.') or 'the file'}: {error.message}"
    if isinstance(content, dict) and "permissions" not in (content.get("defaults") or {}):
        for entry in content.get("tenants") or []:
            if isinstance(entry, dict) and "permissions" not in entry:
                yield f"tenant {entry.get('id')!r} has no permissions, nor have the defaults"


def _tenant(entry: dict[str, Any], defaults: dict[str, Any]) -> Tenant:
    select = entry.get("select", defaults.get("select"))
    return Tenant(
        id=entry["id"],
        tenant_id=entry["tenant_id"],
        permissions=entry.get("permissions") or defaults["permissions"],
        schema=entry.get("schema") or f"entra_{entry['id'].replace('-', '_')}",
        schedule=entry.get("schedule") or defaults.get("schedule", SCHEDULE),
        select=None if select is None else tuple(select),
        settings={**defaults.get("settings", {}), **entry.get("settings", {})},
    )


def _shared(tenants: tuple[Tenant, ...]) -> Iterator[str]:
    """Names that two tenants have, and schemas that one would write into another's."""
    takers: dict[str, str] = {}
    for tenant in tenants:
        names = {"id": tenant.id, "tenant_id": tenant.tenant_id.lower()}
        names |= {f"schema{suffix}": tenant.schema + suffix for suffix in SCHEMA_SUFFIXES}
        for what, name in names.items():
            kind = "schema" if what.startswith("schema") else what
            if taker := takers.get(f"{kind} {name}"):
                yield f"{taker} and {tenant.id} share the {kind} {name}"
            takers[f"{kind} {name}"] = tenant.id
