"""Odd rows, links, marks and ids: a part of an answer is no row, or a row comes in another form.

That Graph compares ids without regard to case, and where it leaves out or mistakes a part of a delta row:
https://learn.microsoft.com/graph/delta-query-overview,
https://github.com/microsoftgraph/microsoft-graph-docs/issues/4498. The rest can happen with any service.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.faults.fault import Fault, Strike, has_rows, is_round, retold
from sandbox.faults.transport import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.messages import Request, Response

    Json = dict[str, Any]

_DELTA_LINK = "@odata.deltaLink"
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NO_ROWS: tuple[Any, ...] = (None, "a row", 17, [], {}, {"id": None}, {"id": ""}, {"displayName": "Nobody"})
_NO_LINKS: tuple[Any, ...] = (None, "a link", 17, [], {}, {"id": None})
#: Lists of links that stand in the rows of their parents.
_LISTS_OF_LINKS = re.compile(r"(members|owners|manager)@delta|registered(Owners|Users)")
_HAS_LINKS = re.compile(rb'"(?:%s)":\[' % _LISTS_OF_LINKS.pattern.encode())


def _no_row(body: Json, how: Strike) -> None:
    place = how.rng.randrange(len(body["value"]))
    # In place of a row, or between two.
    body["value"][place : place + how.rng.randrange(2)] = [how.rng.choice(_NO_ROWS)]


def _lists_of_links(body: Json) -> Iterator[tuple[Json, str]]:
    for row in body["value"]:
        for name, value in row.items() if isinstance(row, dict) else ():
            if _LISTS_OF_LINKS.fullmatch(name) and isinstance(value, list):
                yield row, name


def _no_link(body: Json, how: Strike) -> None:
    row, name = how.rng.choice(list(_lists_of_links(body)))
    links = row[name]
    place = how.rng.randrange(len(links) + 1)
    in_parts = [*links[:place], how.rng.choice(_NO_LINKS), *links[place + how.rng.randrange(2) :]]
    row[name] = how.rng.choice((in_parts, in_parts, in_parts, links[0] if links else {}, "links", 17))


def _has_links(response: Response) -> bool:
    return has_rows(response) and _HAS_LINKS.search(response.body) is not None


def _odd_marks(body: Json, how: Strike) -> None:
    for row in body["value"]:
        _mark(row, how)
        for name, links in row.items():
            for link in links if name.endswith("@delta") else ():
                _mark(link, how)


def _mark(row: Json, how: Strike) -> None:
    """Graph marks what is removed; other marks say that a row is not."""
    if removed := row.get("@removed"):
        row["@removed"] = how.rng.choice((removed["reason"], {"reason": 5}, {}, True))
    elif how.rng.random() < 0.3:
        row["@removed"] = how.rng.choice((None, False))


def _in_capitals(body: Json, _: Strike) -> None:
    rows = [row for row in body["value"] if isinstance(row, dict)]
    links = [link for row, name in _lists_of_links(body) for link in row[name]]
    for one in (*rows, *links):
        one.update({name: str(one[name]).upper() for name in ("id",) if _GUID.fullmatch(str(one.get(name)))})


def _has_object_ids(request: Request) -> bool:
    """Return whether the rows are objects of the directory; an id of a log or an assignment may have both cases."""
    return not any(part in request.path for part in ("/auditLogs/", "/impactedResources", "/roleAssignmentSchedules"))


def _marked(response: Response, _: Strike) -> Response:
    response.body = _BYTE_ORDER_MARK + response.body.replace(b"{", b'{"error":null,', 1)
    return response


def _ends_round(response: Response) -> bool:
    return response.status == 200 and b'"@odata.deltaLink":"' in response.body


def _malformed_delta_link(body: Json, how: Strike) -> None:
    body[_DELTA_LINK] = how.rng.choice(("https://[", "", "next", 17, {"href": "https://graph.example/v1.0/users"}))


def _foreign_delta_link(body: Json, _: Strike) -> None:
    body[_DELTA_LINK] = f"{ELSEWHERE}/{body[_DELTA_LINK].split('/', 3)[3]}"


def is_about_photos(request: Request) -> bool:
    """Whether a photo, its size or its bytes are asked for."""
    return "/photo" in request.path


def _odd_photo(response: Response, how: Strike) -> Response:
    """Sizes as text or not at all, in capitals, and JSON in place of a picture."""
    if not response.content_type.endswith("/json"):
        response.body = b'{"no":"picture"}'
        response.headers = {**response.headers, "Content-Type": "application/json"}
        return response
    body = msgspec.json.decode(response.body)
    for one in body.get("value", [body]):
        one["id"] = str(one.get("id")).upper()
        for side in ("width", "height"):
            one[side] = how.rng.choice((str(one.get(side)), f"{one.get(side)}.0"))
    response.body = msgspec.json.encode(body)
    return response


def _is_photo(response: Response) -> bool:
    return response.status == 200 and bool(response.body)


ODD_ROWS: Mapping[str, Fault] = {
    "no_row": retold(_no_row, has_rows, in_batches=True),
    "no_link": retold(_no_link, _has_links),
    "odd_marks_of_removal": retold(_odd_marks, has_rows, applies=is_round),
    "ids_in_capitals": retold(_in_capitals, has_rows, applies=_has_object_ids, in_batches=True),
    "byte_order_mark": Fault(spoil=_marked, fits=has_rows),
    "malformed_delta_link": retold(_malformed_delta_link, _ends_round),
    "foreign_delta_link": retold(_foreign_delta_link, _ends_round),
    "odd_photos": Fault(spoil=_odd_photo, fits=_is_photo, applies=is_about_photos, in_batches=True),
}
