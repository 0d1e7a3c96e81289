"""One tenant of the list, as environment variables for Meltano, the tap, the loader and dbt."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CERTIFICATE, FEDERATION, PERSON = "certificate", "federation", "person"
_FLOWS = {CERTIFICATE: "client_credentials", FEDERATION: "workload_identity", PERSON: "delegated"}

#: Schemas beside that of the raw tables, as transform/ names them.
SCHEMA_SUFFIXES = ("", "_staging", "_views", "_history")


@dataclass(frozen=True)
class Tenant:
    """An entry of the list, with the defaults filled in.

    Attributes:
        id: Short name; the suffix of the state.
        tenant_id: Directory id or domain.
        permissions: The permission model and what it needs.
        schema: Schema of the raw tables.
        schedule: Five fields of cron, UTC.
        select: What to read; None for the list in meltano.yml.
        settings: Other settings of the tap.
    """

    id: str
    tenant_id: str
    permissions: Mapping[str, str]
    schema: str
    schedule: str
    select: tuple[str, ...] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def environment(self, folder: Path) -> dict[str, str]:
        """Return the variables that make a run this tenant's. None is a secret.

        Args:
            folder: Where the tenant's sign-in and files of dbt outlive a run.
        """
        model = self.permissions["model"]
        settings = {
            **self.settings,
            **{name: value for name, value in self.permissions.items() if name != "model"},
            "tenant_id": self.tenant_id,
            "auth_flow": _FLOWS[model],
        }
        if model == PERSON:
            settings["token_cache_path"] = str(folder / "token-cache.json")
        selection = {} if self.select is None else {"TAP_ENTRA__SELECT": json.dumps(self.select)}
        return {
            **{f"TAP_ENTRA_{name.upper()}": _text(value) for name, value in settings.items()},
            **selection,
            "MELTANO_RUN_STATE_ID_SUFFIX": self.id,
            # The extractor's, which the loader of meltano.yml follows; and the loader's own, for a run without Meltano.
            "TAP_ENTRA__LOAD_SCHEMA": self.schema,
            "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": self.schema,
            "ENTRA_RAW_SCHEMA": self.schema,
            # Two builds at once must not write the same files.
            "DBT_TARGET_PATH": str(folder / "dbt"),
            "DBT_LOG_PATH": str(folder / "dbt"),
        }


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
