"""Consents: an app may act on behalf of one user, or of all users.

https://learn.microsoft.com/graph/api/oauth2permissiongrant-list
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lists.expected import listed
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.makers.grants import SCOPES, graph_principal_id, permission_grant
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    """An admin consented to an app for all users, or one user after the other did."""
    rng = seeded(tenant.options.seed, "consent")
    graph = graph_principal_id(tenant.apps)
    grants = []
    for app in tenant.apps:
        if app.principal_id is None or app.kind not in {"third_party", "internal"}:
            continue
        scope = rng.choice(SCOPES)
        if app.kind == "internal" or rng.random() < 0.5:
            grants.append(permission_grant(app, graph, scope, None))
            continue
        rows = tenant.lists["appRoleAssignedTo"][app.principal_id]
        grants += [permission_grant(app, graph, scope, row["principalId"]) for row in rows]
    return grants


OAUTH2_PERMISSION_GRANTS = GraphList(
    path="oauth2PermissionGrants",
    entity="oAuth2PermissionGrant",
    scopes=scopes(),
    properties=properties(default="id clientId consentType principalId resourceId scope"),
    first_rows=_first_rows,
    needs=("servicePrincipals/{id}/appRoleAssignedTo",),
    expected={"oauth2_permission_grants": listed("oauth2PermissionGrants")},
    options=frozenset({"$filter", "$top"}),
    cost=2,
)
