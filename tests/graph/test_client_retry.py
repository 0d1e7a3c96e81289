"""Retries: when Graph is busy, broken, or gives an unusable answer."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import GraphError

if TYPE_CHECKING:
    from tap_entra.graph import GraphClient
    from tests.graph.conftest import Connect
    from tests.graph.scripted import ScriptedGraph

DOMAINS = {"value": [{"id": "contoso.example"}]}
BUSY = {"error": {"code": "TooManyRequests", "message": "Please retry again later."}}


def test_waits_as_long_as_graph_asks_then_carries_on(
    graph: ScriptedGraph, client: GraphClient, naps: list[float]
) -> None:
    graph.says("/v1.0/domains", BUSY, status=429, headers={"Retry-After": "7"}, times=2)
    graph.says("/v1.0/domains", DOMAINS)

    assert client.get("/v1.0/domains") == DOMAINS
    assert naps == [7, 7]


@pytest.mark.parametrize("told", ["2.128", " 2.128"])
def test_waits_decimals_of_a_second(graph: ScriptedGraph, client: GraphClient, naps: list[float], told: str) -> None:
    graph.says("/v1.0/domains", BUSY, status=429, headers={"Retry-After": told})
    graph.says("/v1.0/domains", DOMAINS)

    client.get("/v1.0/domains")

    assert naps == [2.128]


@pytest.mark.parametrize("zone", [" GMT", " -0000", ""])
def test_waits_until_a_date_by_graphs_own_clock(
    graph: ScriptedGraph, client: GraphClient, naps: list[float], zone: str
) -> None:
    dates = {"Date": "Wed, 21 Oct 2015 07:28:00 GMT", "Retry-After": f"Wed, 21 Oct 2015 07:29:30{zone}"}
    graph.says("/v1.0/domains", BUSY, status=503, headers=dates)
    graph.says("/v1.0/domains", DOMAINS)

    client.get("/v1.0/domains")

    assert naps == [90]


@pytest.mark.parametrize("told", [None, "0", "-3", "nan", "soon", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_backs_off_when_graph_does_not_say_how_long(
    graph: ScriptedGraph, client: GraphClient, naps: list[float], told: str | None
) -> None:
    graph.says("/v1.0/domains", BUSY, status=429, headers={"Retry-After": told} if told else {}, times=2)
    graph.says("/v1.0/domains", DOMAINS)

    client.get("/v1.0/domains")

    assert 1 <= naps[0] <= 2
    assert 2 <= naps[1] <= 4


def test_backing_off_grows_to_a_cap_and_is_never_in_step(
    graph: ScriptedGraph, connect: Connect, naps: list[float]
) -> None:
    graph.says("/v1.0/domains", BUSY, status=503, times=20)
    graph.says("/v1.0/domains", DOMAINS)

    connect(retry_budget_s=10_000).get("/v1.0/domains")

    fractions = [nap / min(300, 2 * 2**tried) for tried, nap in enumerate(naps)]
    assert all(0.5 <= fraction <= 1 for fraction in fractions)
    assert len(set(fractions)) == len(fractions) == 20


def test_waits_minutes_when_the_budget_allows_it(graph: ScriptedGraph, connect: Connect, naps: list[float]) -> None:
    graph.says("/v1.0/domains", BUSY, status=429, headers={"Retry-After": "315"})
    graph.says("/v1.0/domains", DOMAINS)

    connect(retry_budget_s=900).get("/v1.0/domains")

    assert naps == [315]


@pytest.mark.parametrize("told", ["901", "86400", "inf", "1e400"])
def test_raises_at_once_when_graph_asks_for_more_than_the_budget(
    graph: ScriptedGraph, connect: Connect, naps: list[float], told: str
) -> None:
    graph.says("/v1.0/domains", BUSY, status=429, headers={"Retry-After": told})

    with pytest.raises(GraphError) as refused:
        connect(retry_budget_s=900).get("/v1.0/domains")

    assert refused.value.status == 429
    assert naps == []


def test_gives_up_when_the_waits_have_spent_the_budget(
    graph: ScriptedGraph, connect: Connect, naps: list[float]
) -> None:
    graph.says("/v1.0/domains", BUSY, status=429, headers={"Retry-After": "100"})

    with pytest.raises(GraphError) as refused:
        connect(retry_budget_s=250).get("/v1.0/domains")

    assert refused.value.is_transient
    assert naps == [100, 100]


def test_gives_up_after_as_many_tries_as_the_caller_allows(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/domains", BUSY, status=504)

    with pytest.raises(GraphError):
        client.get("/v1.0/domains", tries=3)

    assert len(graph.requests) == 3


@pytest.mark.parametrize("status", [408, 424, 429, 500, 502, 503, 504, 509])
@pytest.mark.parametrize("body", [BUSY, {"error": {"code": "", "message": ""}}, b"<html>", b""])
def test_tries_again_by_status_whatever_the_body(
    graph: ScriptedGraph, client: GraphClient, status: int, body: Any
) -> None:
    graph.says("/v1.0/domains", body, status=status)
    graph.says("/v1.0/domains", DOMAINS)

    assert client.get("/v1.0/domains") == DOMAINS


@pytest.mark.parametrize("status", [400, 402, 404, 405, 410, 414, 501])
@pytest.mark.parametrize("body", [BUSY, b"<html>", b""])
def test_never_repeats_a_question_that_was_refused(
    graph: ScriptedGraph, client: GraphClient, naps: list[float], status: int, body: Any
) -> None:
    graph.says("/v1.0/users", body, status=status, headers={"Retry-After": "1"})

    with pytest.raises(GraphError) as refused:
        client.get("/v1.0/users?$select=skills")

    assert refused.value.status == status
    assert len(graph.requests) == 1
    assert naps == []


@pytest.mark.parametrize("how", ["reset", "cut", "cut_chunks", "cut_gzip"])
def test_tries_again_when_the_connection_breaks(graph: ScriptedGraph, client: GraphClient, how: str) -> None:
    graph.says("/v1.0/domains", DOMAINS, how=how)
    graph.says("/v1.0/domains", DOMAINS)

    assert client.get("/v1.0/domains") == DOMAINS
    assert len(graph.requests) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Our services aren't available right now</body></html>",
        b'{"value": [{"id": "a"}, {"i',
        b'{"value": [}',
        b'{"value": ["\xff\xfe"]}',
        b'{"value": [' + b"[" * 5_000 + b"]" * 5_000 + b"]}",
        b"[]",
        b"null",
        BUSY,
        {"value": [{"id": "a"}], "error": {"code": "UnknownError", "message": ""}},
    ],
    ids=["empty", "html", "cut", "malformed", "not UTF-8", "too deep", "list", "null", "error", "error beside rows"],
)
def test_a_200_that_is_no_answer_is_asked_again(graph: ScriptedGraph, client: GraphClient, body: Any) -> None:
    graph.says("/v1.0/domains", body)
    graph.says("/v1.0/domains", DOMAINS)

    assert client.get("/v1.0/domains") == DOMAINS


def test_a_200_that_stays_no_answer_is_an_error_that_says_so(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/domains", b"<html>Hello</html>", headers={"Content-Type": "text/html"})

    with pytest.raises(GraphError, match=r'answered 200 to GET /v1\.0/domains: "not the JSON .* text/html"'):
        client.get("/v1.0/domains", tries=2)


def test_json_is_read_whatever_content_type_it_claims(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/domains", DOMAINS, headers={"Content-Type": "text/plain"})

    assert client.get("/v1.0/domains") == DOMAINS


def test_packed_answers_are_asked_for_and_read(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/domains", gzip.compress(json.dumps(DOMAINS).encode()), headers={"Content-Encoding": "gzip"})

    assert client.get("/v1.0/domains") == DOMAINS
    assert "gzip" in graph.requests[0].headers["Accept-Encoding"]


def test_no_answer_at_all_is_an_error_without_a_status(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/domains", how="reset")

    with pytest.raises(GraphError) as refused:
        client.get("/v1.0/domains", tries=1)

    assert refused.value.status == 0
    assert refused.value.is_transient


def test_keeps_its_connection_but_takes_a_new_one_after_a_503(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/domains", DOMAINS, times=2)
    graph.says("/v1.0/domains", BUSY, status=503)
    graph.says("/v1.0/domains", DOMAINS)

    for _ in range(3):
        client.get("/v1.0/domains")

    first, second, busy, after = [request.port for request in graph.requests]
    assert first == second == busy
    assert after != busy


def test_counts_what_the_requests_have_cost(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/domains", BUSY, status=429, headers={"Retry-After": "7"})
    graph.says("/v1.0/domains", BUSY, status=503, headers={"Retry-After": "3"})
    graph.says("/v1.0/domains", DOMAINS)

    client.get("/v1.0/domains")

    assert (client.traffic.requests, client.traffic.throttled, client.traffic.waited_s) == (3, 1, 10)
