"""The lists of the directory, one entry each. A new collection is a new entry here and rows in the tenant.

Permissions: https://learn.microsoft.com/graph/permissions-reference. Costs in resource units and page sizes:
https://learn.microsoft.com/graph/throttling-limits and each list's own page.
"""

from __future__ import annotations

from dataclasses import dataclass

QUERYABLE = frozenset({"$count", "$filter", "$orderby", "$select", "$top"})
BOTH_VERSIONS = frozenset({"v1.0", "beta"})


@dataclass(frozen=True)
class Collection:
    """What Graph says about one list.

    Attributes:
        path: Below the version, without a leading slash.
        entity: The type of its rows in `$metadata`; see `PROPERTIES`.
        scopes: Any one of them may read it.
        store: The key in `tenant.directory`, for lists with delta and recycle bin; "" for plain lists.
        options: System query options that the list takes.
        page_default: Rows a page when the client does not say; None: never pages.
        page_max: Rows a page at most; more is refused.
        relations: Links that its delta reports when `$select` names them.
        default_relations: Links that its delta reports without `$select` too.
        report: Whether it is a report: AuditLog.Read.All, a directory role, the report limit.
        premium: Whether it needs Entra ID P1 or P2.
        cost: Resource units of one GET.
    """

    path: str
    entity: str
    scopes: frozenset[str]
    store: str = ""
    options: frozenset[str] = QUERYABLE
    page_default: int | None = 100
    page_max: int = 999
    relations: tuple[str, ...] = ()
    default_relations: tuple[str, ...] = ()
    versions: frozenset[str] = BOTH_VERSIONS
    report: bool = False
    premium: bool = False
    cost: int = 1

    @property
    def delta(self) -> bool:
        """Whether the list has a delta function."""
        return bool(self.store)


DIRECTORY = "Directory.Read.All"
LOGS = "AuditLog.Read.All"


def _scopes(*names: str) -> frozenset[str]:
    return frozenset(names)


_ALL = (
    Collection(
        "users",
        "user",
        _scopes("User.ReadBasic.All", "User.Read.All", DIRECTORY),
        store="users",
        relations=("manager",),
        cost=2,
    ),
    Collection(
        "groups",
        "group",
        _scopes("GroupMember.Read.All", "Group.Read.All", DIRECTORY),
        store="groups",
        relations=("members", "owners"),
        default_relations=("members",),
    ),
    Collection(
        "applications",
        "application",
        _scopes("Application.Read.All", DIRECTORY),
        store="applications",
        cost=2,
    ),
    Collection(
        "servicePrincipals",
        "servicePrincipal",
        _scopes("Application.Read.All", DIRECTORY),
        store="servicePrincipals",
    ),
    Collection("devices", "device", _scopes("Device.Read.All", DIRECTORY), store="devices"),
    Collection(
        "directory/administrativeUnits",
        "administrativeUnit",
        _scopes("AdministrativeUnit.Read.All", DIRECTORY),
        store="administrativeUnits",
        relations=("members",),
        default_relations=("members",),
    ),
    Collection(
        "organization",
        "organization",
        _scopes("Organization.Read.All", DIRECTORY),
        options=frozenset({"$select"}),
        page_default=None,
    ),
    Collection(
        "domains",
        "domain",
        _scopes("Domain.Read.All", DIRECTORY),
        options=frozenset({"$select", "$filter"}),
        page_default=None,
    ),
    Collection(
        "subscribedSkus",
        "subscribedSku",
        _scopes("LicenseAssignment.Read.All", "Organization.Read.All", DIRECTORY),
        options=frozenset(),
        page_default=None,
        cost=3,
    ),
    Collection(
        "roleManagement/directory/roleDefinitions",
        "unifiedRoleDefinition",
        _scopes("RoleManagement.Read.Directory", DIRECTORY),
        options=frozenset({"$select", "$filter", "$top"}),
    ),
    Collection(
        "roleManagement/directory/roleAssignments",
        "unifiedRoleAssignment",
        _scopes("RoleManagement.Read.Directory", DIRECTORY),
        options=frozenset({"$select", "$filter", "$top"}),
    ),
    Collection(
        "oauth2PermissionGrants",
        "oAuth2PermissionGrant",
        _scopes(DIRECTORY),
        options=frozenset({"$filter", "$top"}),
        cost=2,
    ),
    Collection(
        "reports/authenticationMethods/userRegistrationDetails",
        "userRegistrationDetails",
        _scopes(LOGS),
        options=frozenset({"$filter", "$orderby", "$top"}),
        page_default=1_000,
        page_max=1_000,
        report=True,
        premium=True,
    ),
    Collection(
        "reports/servicePrincipalSignInActivities",
        "servicePrincipalSignInActivity",
        _scopes(LOGS),
        options=frozenset({"$filter", "$orderby", "$top"}),
        versions=frozenset({"beta"}),
        report=True,
    ),
)

COLLECTIONS: dict[str, Collection] = {collection.path: collection for collection in _ALL}
BY_SHELF: dict[str, Collection] = {collection.store: collection for collection in _ALL if collection.store}
BY_ENTITY: dict[str, Collection] = {collection.entity: collection for collection in _ALL}
