"""A company whose logs are exported, and rows of both sources side by side."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.export import Export
    from tests.loader import Row
    from tests.warehouse import Project, Run

#: A Friday, half an hour after a full hour.
STARTS = datetime(2026, 11, 20, 12, 30, tzinfo=timezone.utc)
#: The tenant's logs, by stream.
LOGS = {
    "sign_ins": "signIns",
    "non_interactive_sign_ins": "nonInteractiveUser",
    "service_principal_sign_ins": "servicePrincipal",
    "managed_identity_sign_ins": "managedIdentity",
    "directory_audits": "directoryAudits",
    "provisioning_logs": "provisioning",
}
SIGN_INS = "insights-logs-signinlogs"


class ExportedProject:
    """A project that reads logs from the export, beside the same project on Graph."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @property
    def export(self) -> Export:
        return self.project.sandbox.export

    @property
    def now(self) -> datetime:
        return self.project.tenant.now()

    def run(self, *streams: str, **settings: Any) -> Run:
        return self.project.run(*(streams or ("sign_ins",)), **{**self.export.settings(), **settings})

    def bytes_read(self) -> int:
        """How many bytes of blobs the last run asked for."""
        ranges = [request.headers["x-ms-range"] for request in self.requests() if "x-ms-range" in request.headers]
        bounds = (one.removeprefix("bytes=").split("-") for one in ranges)
        return sum(int(last) - int(first) + 1 for first, last in bounds)

    def requests(self) -> list[Any]:
        """What the storage account was asked for in the last run."""
        return [request for request in self.project.sandbox.requests if "/insights-logs-" in request.path]

    def differences(self, stream: str) -> list[str]:
        """Where the warehouse differs from what Graph has, beside members that the export leaves out as null."""
        tenant = {row["id"]: row for row in self.project.tenant.truth(stream)}
        assert tenant, "there is nothing to compare"
        there = {row["id"]: row for row in self.project.warehouse.live(stream)}
        found = [f"{id_} lacks" for id_ in tenant.keys() - there.keys()]
        found += [f"{id_} is too many" for id_ in there.keys() - tenant.keys()]
        for id_ in there.keys() & tenant.keys():
            columns = self.project.warehouse.columns[stream]
            found += [
                f"{id_}.{name}: {there[id_].get(name)!r}, not {tenant[id_].get(name)!r}"
                for name in columns
                if plain(there[id_].get(name)) != plain(tenant[id_].get(name))
            ]
        return found

    def doubled(self, stream: str, *runs: Run) -> list[str]:
        """Ids that the runs have sent more than once."""
        ids = [row["id"] for run in runs for row in run.records(stream)]
        return sorted({id_ for id_ in ids if ids.count(id_) > 1})


def plain(value: Any) -> Any:
    """A value without what the two sources are known to spell differently: nulls, and units of audited objects."""
    if isinstance(value, dict):
        return {
            name: plain(member)
            for name, member in value.items()
            if member is not None and name != "administrativeUnits"
        }
    return [plain(member) for member in value] if isinstance(value, list) else value


def columns_of(rows: list[Row], name: str) -> set[Any]:
    """The values of a column."""
    return {row.get(name) for row in rows}
