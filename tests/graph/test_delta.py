"""Delta rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import GraphError, latest_delta_link, read_delta, removal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_entra.graph import GraphClient
    from tests.graph.scripted import ScriptedGraph

    MakePart = Callable[..., dict[str, Any]]

USERS = "/v1.0/users/delta?$select=id"
LATEST = "/v1.0/users/delta?$select=id&$deltatoken=latest"


@pytest.fixture
def part(graph: ScriptedGraph) -> MakePart:
    """The body of a part of a round: ids, then the token of the next page, or of the next round."""

    def make(*ids: str, then: str | None = None, next_round: str | None = None) -> dict[str, Any]:
        body: dict[str, Any] = {"value": [{"id": row_id} for row_id in ids]}
        if then:
            body["@odata.nextLink"] = f"{graph.url}/v1.0/users/delta?$skiptoken={then}"
        if next_round:
            body["@odata.deltaLink"] = f"{graph.url}/v1.0/users/delta?$deltatoken={next_round}"
        return body

    return make


def test_a_round_ends_with_the_link_of_the_next_one(graph: ScriptedGraph, client: GraphClient, part: MakePart) -> None:
    graph.says(USERS, part("u1", then="a"))
    graph.says("/v1.0/users/delta?$skiptoken=a", part("u2", next_round="b"))

    pages = list(read_delta(client, USERS))

    assert [[row["id"] for row in page.rows] for page in pages] == [["u1"], ["u2"]]
    assert [page.delta_link for page in pages] == [None, f"{graph.url}/v1.0/users/delta?$deltatoken=b"]


def test_a_round_without_changes_still_gives_a_link(graph: ScriptedGraph, client: GraphClient, part: MakePart) -> None:
    graph.says("/v1.0/users/delta?$deltatoken=b", part(next_round="c"))

    (page,) = read_delta(client, f"{graph.url}/v1.0/users/delta?$deltatoken=b")

    assert page.rows == []
    assert str(page.delta_link).endswith("$deltatoken=c")


def test_a_delta_link_is_followed_to_the_letter(graph: ScriptedGraph, client: GraphClient, part: MakePart) -> None:
    link = "/v1.0/users/delta?%24deltatoken=oEcO%2DySp%5FhWY%3D%3D"
    graph.says(link, part(next_round="c"))

    list(read_delta(client, graph.url + link))

    assert graph.targets == [link]


def test_a_round_that_ends_without_a_link_is_an_error_after_its_rows(
    graph: ScriptedGraph, client: GraphClient, part: MakePart
) -> None:
    graph.says(USERS, part("u1"))
    pages = read_delta(client, USERS)

    assert next(pages).rows == [{"id": "u1"}]
    with pytest.raises(GraphError, match="a round that ends without a deltaLink"):
        next(pages)


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, {"error": {"code": "BadRequest", "innerError": {"code": "syncStateNotFound"}}}, {}),
        (410, {"error": {"code": "resyncRequired"}}, {"Location": "/v1.0/users/delta?$deltatoken="}),
        (410, b"", {"Location": "https://graph.example/v1.0/users/delta?$deltatoken="}),
    ],
)
def test_a_forgotten_link_is_raised_and_its_location_not_followed(
    graph: ScriptedGraph, client: GraphClient, status: int, body: Any, headers: dict[str, str]
) -> None:
    graph.says("/v1.0/users/delta", body, status=status, headers=headers)

    with pytest.raises(GraphError) as refused:
        list(read_delta(client, f"{graph.url}/v1.0/users/delta?$deltatoken=old"))

    assert refused.value.is_forgotten_delta
    assert len(graph.requests) == 1


def test_a_lost_page_starts_the_round_again_at_its_link(
    graph: ScriptedGraph, client: GraphClient, part: MakePart
) -> None:
    graph.says("/v1.0/users/delta?$deltatoken=b", part("u1", then="a"), times=2)
    graph.says("/v1.0/users/delta?$skiptoken=a", {"error": {"code": "x"}}, status=410)
    graph.says("/v1.0/users/delta?$skiptoken=a", part("u2", next_round="c"))

    pages = list(read_delta(client, f"{graph.url}/v1.0/users/delta?$deltatoken=b"))

    assert [page.first for page in pages] == [True, True, False]
    assert str(pages[-1].delta_link).endswith("$deltatoken=c")


def test_the_latest_link_means_from_now_on(graph: ScriptedGraph, client: GraphClient, part: MakePart) -> None:
    graph.says(LATEST, part(next_round="now"))

    assert latest_delta_link(client, USERS) == f"{graph.url}/v1.0/users/delta?$deltatoken=now"


def test_the_latest_link_of_a_path_without_options(graph: ScriptedGraph, client: GraphClient, part: MakePart) -> None:
    graph.says("/v1.0/users/delta?$deltatoken=latest", part(next_round="now"))

    assert str(latest_delta_link(client, "/v1.0/users/delta")).endswith("$deltatoken=now")


def test_the_latest_link_may_be_on_a_second_page(graph: ScriptedGraph, client: GraphClient, part: MakePart) -> None:
    graph.says(LATEST, part(then="a"))
    graph.says("/v1.0/users/delta?$skiptoken=a", part(next_round="now"))

    assert str(latest_delta_link(client, USERS)).endswith("$deltatoken=now")


def test_a_collection_that_ignores_latest_has_no_latest_link(
    graph: ScriptedGraph, client: GraphClient, part: MakePart
) -> None:
    graph.says(LATEST, part("u1", next_round="now"))

    assert latest_delta_link(client, USERS) is None


def test_a_collection_that_ignores_latest_is_not_read_to_its_end(
    graph: ScriptedGraph, client: GraphClient, part: MakePart
) -> None:
    graph.says(LATEST, part("u1", then="0"))
    for number in range(50):
        graph.says(f"/v1.0/users/delta?$skiptoken={number}", part(f"u{number}", then=str(number + 1)))

    assert latest_delta_link(client, USERS) is None
    assert len(graph.requests) <= 2


def test_an_answer_to_latest_without_a_link_gives_none(
    graph: ScriptedGraph, client: GraphClient, part: MakePart
) -> None:
    graph.says(LATEST, part())

    assert latest_delta_link(client, USERS) is None


@pytest.mark.parametrize("status", [400, 404, 501])
def test_a_collection_that_does_not_know_latest_has_no_latest_link(
    graph: ScriptedGraph, client: GraphClient, status: int
) -> None:
    graph.says(LATEST, {"error": {"code": "Request_UnsupportedQuery"}}, status=status)

    assert latest_delta_link(client, USERS) is None


def test_a_refusal_of_the_latest_link_is_raised(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says(LATEST, {"error": {"code": "Authorization_RequestDenied"}}, status=403)

    with pytest.raises(GraphError) as refused:
        latest_delta_link(client, USERS)

    assert refused.value.lacks_scope


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"id": "u1"}, None),
        ({"id": "u1", "@removed": None}, None),
        ({"id": "u1", "@removed": {"reason": "changed"}}, "changed"),
        ({"id": "u1", "@removed": {"reason": "deleted"}}, "deleted"),
        ({"id": "u1", "@removed": {}}, "deleted"),
        ({"id": "u1", "@removed": {"reason": None}}, "deleted"),
        ({"id": "u1", "@removed": {"reason": 5}}, "deleted"),
        ({"id": "u1", "@removed": "changed"}, "changed"),
        ({"id": "u1", "@removed": []}, "deleted"),
        ({"id": "u1", "@removed": True}, "deleted"),
        ({"id": "u1", "@removed": False}, None),
    ],
)
def test_tells_why_a_row_is_gone(row: dict[str, Any], reason: str | None) -> None:
    assert removal(row) == reason
