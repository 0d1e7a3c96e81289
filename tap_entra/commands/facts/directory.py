"""Facts about the lists of the directory: page sizes, counts, and how values are spelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_entra.commands.facts.fact import (
    ADVANCED,
    Fact,
    Known,
    Question,
    Reply,
    accepted,
    all_rows,
    first_rows,
    found,
    judge,
    not_seen,
    other,
)
from tap_entra.commands.facts.shapes import TIME, UNSET, column, listed, shapes
from tap_entra.graph import odata
from tap_entra.replication import SlicedStream
from tap_entra.replication.list_guard import tolerated
from tap_entra.streams import STREAMS, UserSignInActivity

if TYPE_CHECKING:
    from collections.abc import Generator

    from tap_entra.commands.facts.fact import Inquiry

_ACTIVITY = f"/v1.0/users?$select=id,signInActivity&$top={UserSignInActivity.page_size}"
_UNSET_COLUMNS = ("businessPhones", "department", "employeeHireDate", "employeeType")
_USERS = f"/v1.0/users?$select=id,createdDateTime,{','.join(_UNSET_COLUMNS)}&$top=100"
_PAGES = 3
_GRANTS = "/v1.0/oauth2PermissionGrants"
#: Grants on one page of the list, and on smaller ones.
_LARGE, _MIDDLE, _SMALL = 999, 100, 10


def _lists() -> dict[str, type[Any]]:
    """The plain lists of the directory that the tap pages through by default, and a stream of each."""
    default = [one for one in STREAMS if one.selected_by_default]
    streams = [
        one for one in default if getattr(one, "path", "") and one.page_size and not issubclass(one, SlicedStream)
    ]
    return {one.path: one for one in reversed(streams) if "{id}" not in one.path and one is not UserSignInActivity}


def _page_sizes(_: Known) -> Inquiry:
    refused = []
    for path, stream in _lists().items():
        select = "id" if stream.supports_select else None
        reply = yield Question(odata.query(f"/{stream.graph_version}{path}", select=select, top=stream.page_size))
        reply.raise_unless_told()
        if reply.error is not None:
            refused.append(f"{path} ({reply.code})")
    return judge(not refused, f"refused by {', '.join(refused)}" if refused else f"accepted by {len(_lists())} lists")


def _counted() -> list[str]:
    return sorted({one.path for one in STREAMS if getattr(one, "can_be_counted", False)})


def _count(path: str) -> Question:
    return Question(f"/v1.0{path}?$count=true&$top=1&$select=id", ADVANCED)


def _counts(_: Known) -> Inquiry:
    uncounted = []
    for path in _counted():
        reply = yield _count(path)
        reply.raise_unless_told()
        if reply.error is not None or not isinstance(reply.body.get("@odata.count"), int):
            uncounted.append(f"{path} ({reply.code})")
    return judge(not uncounted, f"no count of {', '.join(uncounted)}" if uncounted else f"{len(_counted())} lists")


def _counts_match(_: Known) -> Inquiry:
    counts = {}
    for path in _counted():
        reply = yield _count(path)
        if reply.error is None and isinstance(count := reply.body.get("@odata.count"), int) and count:
            counts[path] = count
    path, count = found(sorted(counts.items(), key=lambda item: item[1]), "no list has a count")
    ids = {row.get("id") for row in (yield from all_rows(f"/v1.0{path}?$select=id&$top=999", _PAGES))}
    return judge(abs(count - len(ids)) <= tolerated(count), f"{path}: {count:,} counted, {len(ids):,} listed")


def _activity_page(_: Known) -> Inquiry:
    return accepted((yield Question(_ACTIVITY)))


def _never(_: Known) -> Inquiry:
    rows = (yield from first_rows(_ACTIVITY)).rows
    known = [row["signInActivity"] for row in rows if isinstance(row.get("signInActivity"), dict)]
    times = shapes(value for one in known for name, value in one.items() if name.endswith("DateTime"))
    if not times:
        return not_seen("no user has a sign-in activity")
    return judge(times.keys() <= {"null", TIME}, f"{listed(times)}; {len(rows) - len(known):,} users without")


def _users() -> Generator[Question, Reply, list[dict[str, Any]]]:
    return (yield from first_rows(_USERS)).rows


def _unset(_: Known) -> Inquiry:
    rows = yield from _users()
    kinds = {name: column(rows, name) for name in _UNSET_COLUMNS}
    odd = {name: kind for name, kind in kinds.items() if kind.keys() & {"absent", "empty text", "year 1"}}
    if odd:
        return other("; ".join(f"{name}: {listed(kind)}" for name, kind in odd.items()))
    if not any(kind.keys() & UNSET for kind in kinds.values()):
        return not_seen("all these properties of all users are set")
    return judge(holds=True, observed="null, and [] for lists")


def _times(_: Known) -> Inquiry:
    kinds = column((yield from _users()), "createdDateTime")
    if kinds.keys() <= {"null", "absent"}:
        return not_seen("no user has a date of creation")
    return judge(kinds.keys() <= {TIME, "null"}, listed(kinds))


def _grants(_: Known) -> Inquiry:
    large = yield from all_rows(f"{_GRANTS}?$top={_LARGE}", 1)
    size = _MIDDLE if len(large) > _MIDDLE else _SMALL
    if len(large) <= size:
        return not_seen(f"{len(large)} grants fit on a small page")
    small = yield from all_rows(f"{_GRANTS}?$top={size}", _LARGE // size // 9)
    return judge(len(small) < len(large), f"{len(large):,} rows on one page, {len(small):,} on pages of {size}")


def _is_selectable(url: str) -> Inquiry:
    return accepted((yield Question(url)))


def _undeclared(_: Known) -> Inquiry:
    rows = (yield from first_rows("/v1.0/servicePrincipals?$top=1")).rows
    return judge("createdDateTime" not in rows[0], f"{column(rows, 'createdDateTime').most_common(1)[0][0]}")


def _registrations(_: Known) -> Inquiry:
    reply = yield from first_rows("/v1.0/reports/authenticationMethods/userRegistrationDetails")
    is_whole = reply.next_link is None or len(reply.rows) >= 1000  # noqa: PLR2004 - as assumed
    return judge(is_whole, f"{len(reply.rows):,} rows, {'more pages follow' if reply.next_link else 'one page'}")


def _bin(_: Known) -> Inquiry:
    rows = (
        yield from first_rows("/v1.0/directory/deletedItems/microsoft.graph.user?$select=id,displayName,mail&$top=999")
    ).rows
    kinds = column(rows, "displayName")
    return judge(not kinds.keys() & {"null", "absent"}, f"names: {listed(kinds)}")


FACTS = (
    Fact(
        "page_sizes",
        assumed="Lists of the directory accept pages of 999 rows",
        ask=_page_sizes,
        then="Graph chooses the page size, and more requests are needed",
        streams=("users", "groups", "devices"),
    ),
    Fact(
        "counts",
        assumed="Graph counts its large lists",
        ask=_counts,
        then="A list is compared with its last size instead",
        streams=("users", "groups"),
    ),
    Fact(
        "counts_match",
        assumed="A count is close to the rows of its list",
        ask=_counts_match,
        then="The stream ends partial once; the next run accepts the difference",
        streams=("users", "groups"),
    ),
    Fact(
        "sign_in_activity_page",
        assumed="Pages with signInActivity take 500 users",
        ask=_activity_page,
        then="The tap asks for 120 users, then for 100",
        streams=("user_sign_in_activity",),
    ),
    Fact(
        "never_signed_in",
        assumed="A sign-in that never was is null or absent",
        ask=_never,
        then="Empty text and year 1 become null",
        streams=("user_sign_in_activity",),
    ),
    Fact(
        "unset",
        assumed="What was never set is null, and [] for a list",
        ask=_unset,
        then="An absent property becomes null",
        streams=("users",),
    ),
    Fact(
        "times",
        assumed="Times of the directory end in Z",
        ask=_times,
        then="An offset is converted to UTC",
        streams=("users",),
    ),
    Fact(
        "small_grant_pages",
        assumed="Small pages of grants lose rows",
        ask=_grants,
        then="Nothing: the tap asks for 999 rows in any case",
        streams=("oauth2_permission_grants",),
    ),
    Fact(
        "group_organization",
        assumed="The list of groups has organizationId",
        ask=lambda _: _is_selectable("/v1.0/groups?$select=id,organizationId&$top=1"),
        then="The column stays empty, with a warning",
        streams=("groups",),
    ),
    Fact(
        "service_principal_created",
        assumed="Service principals have no createdDateTime",
        ask=_undeclared,
        then="Nothing: the property is not extracted. Please report it",
        streams=("service_principals",),
    ),
    Fact(
        "registration_pages",
        assumed="Registration details come 1,000 to a page",
        ask=_registrations,
        then="Nothing but more requests: all pages are read",
        streams=("user_registration_details",),
    ),
    Fact(
        "recycle_bin_names",
        assumed="The recycle bin tells the names of users",
        ask=_bin,
        then="People who left before the first run have no name",
        streams=("users",),
    ),
)
