"""What every part of the surface sees: the tenant, the faults, and the call that is being answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.graph_api.chains import Chains
from sandbox.graph_api.snapshots import Snapshots
from sandbox.graph_api.timelines import Timelines
from sandbox.tokens import Seal

if TYPE_CHECKING:
    from sandbox.consent import Consent
    from sandbox.faults import Faults
    from sandbox.graph_api.options import Options
    from sandbox.login.access import AccessToken
    from sandbox.messages import Request
    from sandbox.tenant.state import TenantState


@dataclass
class Context:
    """One tenant as Graph shows it.

    Attributes:
        url: The host that links lead to, e.g. "https://localhost:4430".
        seal: Signs delta links; the same tenant knows them again after a restart.
    """

    tenant: TenantState
    faults: Faults
    consent: Consent
    url: str
    chains: Chains = field(init=False)
    seal: Seal = field(init=False)
    snapshots: Snapshots = field(init=False)
    timelines: Timelines = field(init=False)

    def __post_init__(self) -> None:
        self.chains = Chains(self.tenant.now)
        self.seal = Seal("delta links", self.tenant.id)
        self.snapshots = Snapshots(self.tenant)
        self.timelines = Timelines(self.tenant)

    def lives(self, object_id: str) -> bool:
        """Whether an object of any kind exists and is not in the recycle bin."""
        return any(object_id in store.live for store in self.tenant.directory.values())

    def kind_of(self, object_id: str) -> str:
        """The "@odata.type" of an object, deleted ones too."""
        for store in self.tenant.directory.values():
            if object_id in store.live or object_id in store.recycle_bin or object_id in store.gone:
                return store.entity
        return "#microsoft.graph.directoryObject"


@dataclass
class Call:
    """One request to Graph, taken apart and authorised.

    Attributes:
        version: "v1.0" or "beta".
        path: Below the version, without a leading slash, e.g. "users/delta".
    """

    request: Request
    version: str
    path: str
    options: Options
    token: AccessToken

    @property
    def advanced(self) -> bool:
        """Whether the client asked for advanced queries, https://learn.microsoft.com/graph/aad-advanced-queries."""
        return self.request.headers.get("consistencylevel", "").lower() == "eventual" and self.options.count
