"""What the sandbox knows about one list of Graph: a list of objects, a list below one object, or a log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sandbox.tenant.state import TenantState

    Row = dict[str, Any]
    Rows = Callable[[TenantState], Iterable[Row]]

QUERYABLE = frozenset({"$count", "$filter", "$orderby", "$select", "$top"})
BOTH_VERSIONS = frozenset({"v1.0", "beta"})


def scopes(*names: str) -> frozenset[str]:
    """Permissions, any one of which is enough. `Directory.Read.All` is always one of them."""
    return frozenset({*names, "Directory.Read.All"})


@dataclass(frozen=True)
class Properties:
    """The properties of an entity type in v1.0.

    Source: the property tables of https://learn.microsoft.com/graph/api/resources/user#properties and its siblings.

    Attributes:
        default: Returned when `$select` is absent, in this order.
        on_request: Returned only when `$select` names them.
        alone: Returned only by a GET of a single object; a list answers 501.
    """

    default: tuple[str, ...]
    on_request: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()

    @property
    def listed(self) -> frozenset[str]:
        """All properties that a list can return."""
        return frozenset(self.default) | self.on_request


def properties(default: str, on_request: str = "", alone: str = "") -> Properties:
    """Properties from names between spaces."""
    return Properties(tuple(default.split()), frozenset(on_request.split()), frozenset(alone.split()))


@dataclass(frozen=True)
class GraphList:
    """One list of objects.

    Permissions: https://learn.microsoft.com/graph/permissions-reference. Page sizes: the list's own page.

    Attributes:
        path: Below the version, without a leading slash.
        entity: The type of its rows in `$metadata`, e.g. "user".
        scopes: Any one of them may read it; None: any valid token.
        properties: Properties of its type; None returns whole rows and accepts no `$select`.
        store: The key in `TenantState.directory`, for lists with delta function and recycle bin; "" for others.
        links: Relations of its objects to other objects. Each is a list below an object.
        delta_links: Relations that its delta function reports when `$select` names them.
        default_delta_links: Relations that its delta function reports without `$select` too.
        first_rows: Makes its rows when the tenant begins.
        needs: Paths of lists that must have their rows first.
        rows_of_day: Makes its rows anew after each day, for reports.
        rows_now: Makes its rows when a client asks for them, for what takes long or changes by the minute.
        key: The property that tells its rows apart.
        licensed: Properties that come only by name, and only with a licence for Internet Access.
        expected: The rows that a warehouse must hold, by the name of the stream in the tap.
        options: System query options that the list accepts.
        page_default: Rows per page when the client names no size; None: never pages.
        page_max: Most rows per page; the list refuses more.
        preferred_page_max: Most rows per page that `Prefer: odata.maxpagesize` gets, without a query option and with
            one; None: the list ignores the header.
        report: Whether it is a report: AuditLog.Read.All, a directory role, the limit of reports.
        premium: Whether it needs Entra ID P1 or P2.
        p2: Whether it needs Entra ID P2.
        roles: Directory roles of the signed-in user, any one of which may read it; empty: any user may.
        service: The service that answers, which refuses in words of its own: a key of `graph_errors.SERVICES`.
        is_single: Whether its path is one object and not a list. Its row has a key that Graph does not show.
        cost: Resource units of one GET: https://learn.microsoft.com/graph/throttling-limits#pattern.
    """

    path: str
    entity: str
    scopes: frozenset[str] | None
    properties: Properties | None = None
    store: str = ""
    links: tuple[str, ...] = ()
    delta_links: tuple[str, ...] = ()
    default_delta_links: tuple[str, ...] = ()
    first_rows: Rows | None = None
    needs: tuple[str, ...] = ()
    rows_of_day: Rows | None = None
    rows_now: Rows | None = None
    key: str = "id"
    licensed: frozenset[str] = frozenset()
    expected: Mapping[str, Rows] = field(default_factory=dict)
    options: frozenset[str] = QUERYABLE
    page_default: int | None = 100
    page_max: int = 999
    preferred_page_max: tuple[int, int] | None = None
    versions: frozenset[str] = BOTH_VERSIONS
    report: bool = False
    premium: bool = False
    p2: bool = False
    roles: frozenset[str] = frozenset()
    service: str = ""
    is_single: bool = False
    cost: int = 1

    @property
    def delta(self) -> bool:
        """Whether the list has a delta function."""
        return bool(self.store)


@dataclass(frozen=True)
class ChildList:
    """A list below each object of another list, with rows of its own (not links).

    Attributes:
        parent: Path of the list that has the parents.
        name: The last segment of its path, and its key in `TenantState.lists`.
        entity: The type of its rows.
        scopes: Any one of them may read it.
        first_rows: Makes its rows when the tenant begins, by parent id.
        needs: Paths of lists that must have their rows first.
        expected: The rows that a warehouse must hold, by the name of the stream in the tap.
    """

    parent: str
    name: str
    entity: str
    scopes: frozenset[str]
    properties: Properties
    first_rows: Callable[[TenantState], Mapping[str, list[Row]]]
    needs: tuple[str, ...] = ()
    expected: Mapping[str, Rows] = field(default_factory=dict)
    options: frozenset[str] = frozenset({"$filter", "$select", "$top"})

    @property
    def path(self) -> str:
        """The path, with `{id}` in the place of the parent."""
        return f"{self.parent}/{{id}}/{self.name}"


@dataclass(frozen=True)
class GraphLog:
    """One log.

    Attributes:
        path: Below the version, without a leading slash.
        entity: The type of its rows.
        moment: The property with the time of the event; the only one that sorts.
        sources: The logs of the tenant that it shows, by the event type that a filter names. The first is the default.
        premium: Whether it needs Entra ID P1 or P2.
        expected: The rows that a warehouse must hold, by the name of the stream in the tap.
    """

    path: str
    entity: str
    moment: str
    sources: Mapping[str, str]
    premium: bool
    expected: Mapping[str, Rows]
