"""A list read page by page."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import GraphError, read_pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_entra.graph import GraphClient
    from tests.graph.scripted import ScriptedGraph

    MakePage = Callable[..., dict[str, Any]]
    ReadPages = Callable[..., list[tuple[list[str], bool]]]

LOST = {"error": {"code": "Directory_ExpiredPageToken", "message": "The specified page token value has expired."}}


@pytest.fixture
def pages(client: GraphClient) -> ReadPages:
    """The pages of /v1.0/users as rows, and whether they begin the read."""

    def read(url: str = "/v1.0/users?$top=2", **options: Any) -> list[tuple[list[str], bool]]:
        return [([row["id"] for row in page.rows], page.first) for page in read_pages(client, url, **options)]

    return read


@pytest.fixture
def page(graph: ScriptedGraph) -> MakePage:
    """The body of a page: its rows' ids and the token of the next page."""

    def make(*ids: str, then: str | None = None) -> dict[str, Any]:
        body: dict[str, Any] = {"value": [{"id": row_id} for row_id in ids]}
        if then:
            body["@odata.nextLink"] = f"{graph.url}/v1.0/users?$skiptoken={then}"
        return body

    return make


def test_reads_a_list_of_one_page(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users", page("u1", "u2"))

    assert pages() == [(["u1", "u2"], True)]


def test_reads_every_page_and_marks_the_first(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users", page("u1", "u2", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", page("u3", then="b"))
    graph.says("/v1.0/users?$skiptoken=b", page("u4"))

    assert pages() == [(["u1", "u2"], True), (["u3"], False), (["u4"], False)]


def test_an_empty_page_with_a_next_link_is_not_the_end(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users", page(then="a"))
    graph.says("/v1.0/users?$skiptoken=a", page(then="b"))
    graph.says("/v1.0/users?$skiptoken=b", page("u1"))

    assert pages() == [([], True), ([], False), (["u1"], False)]


def test_an_empty_list_is_one_empty_page(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users", page())

    assert pages() == [([], True)]


def test_follows_next_links_whole_and_unchanged(graph: ScriptedGraph, client: GraphClient) -> None:
    link = "/v1.0/users?%24skiptoken=m%7EAQ%2BAn%2D%3D&$top=2&$filter=a+eq+'b'"
    graph.says("/v1.0/users?$top=2", {"value": [], "@odata.nextLink": graph.url + link})
    graph.says(link, {"value": []})

    read = list(read_pages(client, "/v1.0/users?$top=2"))

    assert graph.targets == ["/v1.0/users?$top=2", link]
    assert read[0].next_link == graph.url + link


def test_sends_its_headers_with_every_page(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users", page("u1", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", page("u2"))

    pages()

    assert [request.headers["Prefer"] for request in graph.requests] == ["include-unknown-enum-members"] * 2
    assert len({request.headers["client-request-id"] for request in graph.requests}) == 2


def test_waits_on_a_page_as_on_any_request(
    graph: ScriptedGraph, pages: ReadPages, page: MakePage, naps: list[float]
) -> None:
    graph.says("/v1.0/users", page("u1", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", status=429, headers={"Retry-After": "7"})
    graph.says("/v1.0/users?$skiptoken=a", page("u2"))

    assert pages() == [(["u1"], True), (["u2"], False)]
    assert naps == [7]


def test_gives_up_on_a_page_after_as_many_tries_as_the_caller_allows(
    graph: ScriptedGraph, pages: ReadPages, page: MakePage
) -> None:
    graph.says("/v1.0/users", page("u1", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", status=504)

    with pytest.raises(GraphError):
        pages(tries=2)

    assert len(graph.requests) == 3


def test_a_next_link_to_its_own_page_is_an_error(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users", page("u1", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", page("u2", then="a"))

    with pytest.raises(GraphError, match=r'GET /v1\.0/users: "a nextLink to a page already read"'):
        pages()

    assert len(graph.requests) == 2


def test_next_links_in_a_circle_are_an_error(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users", page("u1", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", page("u2", then="b"))
    graph.says("/v1.0/users?$skiptoken=b", page("u3", then="c"))
    graph.says("/v1.0/users?$skiptoken=c", page("u4", then="a"))

    with pytest.raises(GraphError, match="a nextLink to a page already read"):
        pages()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "Directory_ExpiredPageToken"),
        (400, "DirectoryPageTokenNotFoundException"),
        (404, "Request_ResourceNotFound"),
        (410, ""),
    ],
)
def test_a_lost_page_token_starts_the_read_again(
    graph: ScriptedGraph, pages: ReadPages, page: MakePage, status: int, code: str
) -> None:
    graph.says("/v1.0/users?$top=2", page("u1", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", {"error": {"code": code}}, status=status)
    graph.says("/v1.0/users?$top=2", page("u1", then="b"))
    graph.says("/v1.0/users?$skiptoken=b", page("u2"))

    assert pages() == [(["u1"], True), (["u1"], True), (["u2"], False)]


def test_a_read_that_starts_again_may_meet_the_same_links(
    graph: ScriptedGraph, pages: ReadPages, page: MakePage
) -> None:
    graph.says("/v1.0/users?$top=2", page("u1", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", page("u2", then="b"))
    graph.says("/v1.0/users?$skiptoken=b", LOST, status=400)
    graph.says("/v1.0/users?$skiptoken=b", page("u3"))

    assert [rows for rows, _ in pages()] == [["u1"], ["u2"], ["u1"], ["u2"], ["u3"]]


def test_a_read_starts_again_only_so_often(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users?$top=2", page("u1", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", LOST, status=400)

    with pytest.raises(GraphError) as refused:
        pages()

    assert refused.value.is_lost_page
    assert graph.targets.count("/v1.0/users?$top=2") == 3


def test_a_reader_may_bear_no_start_again(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users?$top=2", page("u1", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", LOST, status=400)

    with pytest.raises(GraphError):
        pages(restarts=0)

    assert len(graph.requests) == 2


def test_a_first_page_that_is_refused_is_not_asked_again(graph: ScriptedGraph, pages: ReadPages) -> None:
    graph.says("/v1.0/users", LOST, status=400)

    with pytest.raises(GraphError):
        pages()

    assert len(graph.requests) == 1


@pytest.mark.parametrize("status", [403, 501])
def test_a_later_page_that_is_refused_is_raised_after_the_rows_before_it(
    graph: ScriptedGraph, client: GraphClient, page: MakePage, status: int
) -> None:
    graph.says("/v1.0/users", page("u1", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", {"error": {"code": "x"}}, status=status)
    pages = read_pages(client, "/v1.0/users")

    assert next(pages).rows == [{"id": "u1"}]
    with pytest.raises(GraphError):
        next(pages)


@pytest.mark.parametrize("body", [{}, {"value": None}, {"value": {"id": "u1"}}, {"value": ["u1"]}])
def test_an_object_without_a_list_of_rows_is_an_error(graph: ScriptedGraph, pages: ReadPages, body: Any) -> None:
    graph.says("/v1.0/users", body)

    with pytest.raises(GraphError, match="an object without a list of rows"):
        pages()


def test_the_next_page_is_on_its_way_while_this_one_is_worked_on(
    graph: ScriptedGraph, client: GraphClient, page: MakePage
) -> None:
    graph.says("/v1.0/users", page("u1", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", page("u2"), how="stall")
    pages = read_pages(client, "/v1.0/users")

    next(pages)

    assert graph.stalled.wait(60)


def test_no_more_than_two_pages_wait_to_be_worked_on(graph: ScriptedGraph, client: GraphClient, page: MakePage) -> None:
    graph.says("/v1.0/users", page("u0", then="1"))
    for number in range(1, 9):
        graph.says(f"/v1.0/users?$skiptoken={number}", page(f"u{number}", then=str(number + 1)))
    graph.says("/v1.0/users?$skiptoken=9", page("u9"))
    pages = read_pages(client, "/v1.0/users")

    for taken in range(1, 11):
        next(pages)
        # Time enough for all of them, if they were asked for.
        threading.Event().wait(0.05)
        assert len(graph.requests) <= taken + 2

    assert next(pages, None) is None


def test_a_first_page_may_have_been_asked_for_before(graph: ScriptedGraph, client: GraphClient, page: MakePage) -> None:
    graph.says("/v1.0/users", page("u1"))
    begun = client.ahead("/v1.0/users")

    rows = [page.rows for page in read_pages(client, "/v1.0/users", begun=begun)]

    assert rows == [[{"id": "u1"}]]
    assert len(graph.requests) == 1


def test_a_page_that_came_before_is_asked_for_again(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users", page("u1", "u2", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", page("u1", "u2", then="b"))
    graph.says("/v1.0/users?$skiptoken=a", page("u3", "u4", then="b"))
    graph.says("/v1.0/users?$skiptoken=b", page("u5"))

    assert [rows for rows, _ in pages()] == [["u1", "u2"], ["u3", "u4"], ["u5"]]


def test_a_page_that_comes_again_each_time_is_an_error(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users", page("u1", "u2", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", page("u1", "u2", then="b"), times=3)

    with pytest.raises(GraphError, match="a page that came before") as failure:
        pages()

    assert failure.value.is_transient


def test_a_list_that_is_counted_takes_such_a_page(graph: ScriptedGraph, pages: ReadPages, page: MakePage) -> None:
    graph.says("/v1.0/users", page("u1", "u2", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", page("u1", "u2", then="b"), times=3)
    graph.says("/v1.0/users?$skiptoken=b", page("u5"))

    assert [rows for rows, _ in pages(allows_repeats=True)] == [["u1", "u2"], ["u1", "u2"], ["u5"]]


def test_empty_pages_and_pages_that_differ_within_are_no_repetition(
    graph: ScriptedGraph, pages: ReadPages, page: MakePage
) -> None:
    graph.says("/v1.0/users", page("u1", "u2", then="a"))
    graph.says("/v1.0/users?$skiptoken=a", page(then="b"))
    graph.says("/v1.0/users?$skiptoken=b", page(then="c"))
    graph.says("/v1.0/users?$skiptoken=c", page("u1", "u3"))

    assert [rows for rows, _ in pages()] == [["u1", "u2"], [], [], ["u1", "u3"]]
    assert len(graph.requests) == 4
