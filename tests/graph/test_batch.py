"""Many small requests, 20 per batch."""

from __future__ import annotations

import itertools
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import GraphError, read_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_entra.graph import GraphClient
    from tests.graph.conftest import Batch, Connect
    from tests.graph.scripted import Answer, Received, ScriptedGraph

PATHS = [f"/users/u{number}/photo" for number in range(45)]
PHOTO = "/9j/4AAQSkZJRg=="


def test_asks_20_at_a_time_and_answers_in_the_order_asked(client: GraphClient, batch: Batch) -> None:
    batch.says()

    answers = list(read_batch(client, PATHS[:45]))

    assert [answer.path for answer in answers] == PATHS[:45]
    assert [answer.body for answer in answers] == PATHS[:45]
    assert sorted(len(urls) for urls in batch.asked) == [5, 20, 20]


def test_asks_as_graph_wants_to_be_asked(graph: ScriptedGraph, client: GraphClient, batch: Batch) -> None:
    batch.says()

    list(read_batch(client, PATHS[:2]))

    (request,) = graph.requests
    assert (request.method, request.headers["Content-Type"]) == ("POST", "application/json")
    assert request.json == {
        "requests": [
            {"id": "0", "method": "GET", "url": "/users/u0/photo"},
            {"id": "1", "method": "GET", "url": "/users/u1/photo"},
        ]
    }


def test_asks_the_version_it_is_given(client: GraphClient, batch: Batch) -> None:
    batch.says(version="beta")

    assert [answer.status for answer in read_batch(client, PATHS[:1], version="beta")] == [200]


def test_gives_each_part_its_headers(graph: ScriptedGraph, client: GraphClient, batch: Batch) -> None:
    batch.says()

    list(read_batch(client, PATHS[:2], headers={"ConsistencyLevel": "eventual"}))

    assert [part["headers"] for part in graph.requests[0].json["requests"]] == [{"ConsistencyLevel": "eventual"}] * 2


def test_no_path_is_no_request(graph: ScriptedGraph, client: GraphClient) -> None:
    assert list(read_batch(client, [])) == []
    assert graph.requests == []


def test_reads_its_source_only_a_few_batches_ahead(connect: Connect, batch: Batch) -> None:
    batch.says()
    taken: list[str] = []

    def source() -> Iterator[str]:
        for path in map("/users/u{}/photo".format, itertools.count()):
            taken.append(path)
            yield path

    answers = read_batch(connect(max_in_flight=2), source())

    next(answers)
    assert len(taken) == 80

    list(itertools.islice(answers, 20))
    assert len(taken) == 100


def test_puts_answers_that_come_in_any_order_back_in_order(client: GraphClient, batch: Batch) -> None:
    batch.says(lambda parts: [batch.found(part) for part in reversed(parts)])

    assert [answer.body for answer in read_batch(client, PATHS[:20])] == PATHS[:20]


def test_a_refusal_of_one_path_is_an_answer(client: GraphClient, batch: Batch) -> None:
    missing = {"status": 404, "headers": {}, "body": {"error": {"code": "ImageNotFound", "message": "None."}}}
    batch.says(lambda parts: [batch.found(parts[0]), {"id": "1", **missing}])

    first, second = read_batch(client, PATHS[:2])

    assert first.is_final
    assert second.is_final
    assert second.status == 404
    assert str(second.error()) == 'Graph answered 404 ImageNotFound to GET /users/u1/photo: "None."'


def test_a_refused_batch_waits_for_those_before_it_without_asking_all_the_time(
    graph: ScriptedGraph, client: GraphClient, batch: Batch, answer: type[Answer]
) -> None:
    def refuse_the_second(request: Received) -> object:
        parts = request.json["requests"]
        if len(parts) == 20:
            time.sleep(0.3)
            return {"responses": list(map(batch.found, parts))}
        return answer({"error": {"code": "Forbidden", "message": "No."}}, status=403)

    graph.says("/v1.0/$batch", refuse_the_second)
    graph.says("/v1.0/$batch", refuse_the_second)
    looks: list[None] = []
    client.context.while_waiting = lambda: looks.append(None)

    with pytest.raises(GraphError, match="Forbidden"):
        list(read_batch(client, PATHS[:25]))

    assert len(looks) < 20


def test_an_error_of_a_part_names_its_path_without_the_query_and_its_request_id(
    client: GraphClient, batch: Batch
) -> None:
    refused = {"id": "0", "status": 403, "headers": {"Request-Id": "4a1c"}, "body": {"error": {"code": "Forbidden"}}}
    batch.says(lambda _: [refused])

    (answer,) = read_batch(client, ["/users/u0/photo?$select=id"])

    assert str(answer.error()) == "Graph answered 403 Forbidden to GET /users/u0/photo (request-id 4a1c)"


def test_pictures_come_as_base64_text(client: GraphClient, batch: Batch) -> None:
    batch.says(lambda _: [{"id": "0", "status": 200, "headers": {"content-TYPE": "image/jpeg"}, "body": PHOTO}])

    (answer,) = read_batch(client, PATHS[:1])

    assert answer.body == PHOTO
    assert answer.headers == {"content-type": "image/jpeg"}


@pytest.mark.parametrize("told", [{}, {"headers": None}, {"headers": {}}, {"headers": {}, "body": None}])
def test_an_answer_may_lack_headers_and_body(client: GraphClient, batch: Batch, told: dict[str, Any]) -> None:
    batch.says(lambda _: [{"id": "0", "status": 204, **told}])

    (answer,) = read_batch(client, PATHS[:1])

    assert (answer.status, answer.headers, answer.body) == (204, {}, None)


def test_of_two_answers_to_a_path_the_final_one_counts(graph: ScriptedGraph, client: GraphClient, batch: Batch) -> None:
    batch.says(
        lambda parts: [
            batch.busy(parts[0]),
            batch.found(parts[0]),
            batch.busy(parts[0]),
            {**batch.found(parts[0]), "body": "later"},
        ]
    )

    (answer,) = read_batch(client, PATHS[:1])

    assert answer.body == PATHS[0]
    assert len(graph.requests) == 1


@pytest.mark.parametrize("stranger", ["20", "2", "-1", "x", "", None, "1.0", "²"])
def test_an_answer_to_an_unknown_id_is_passed_over(
    graph: ScriptedGraph, client: GraphClient, batch: Batch, stranger: str | None
) -> None:
    batch.says(lambda parts: [{"id": stranger, "status": 200, "body": "stray"}, *map(batch.found, parts)])

    assert [answer.body for answer in read_batch(client, PATHS[:2])] == PATHS[:2]
    assert len(graph.requests) == 1


def test_ids_may_come_back_as_numbers(client: GraphClient, batch: Batch) -> None:
    batch.says(lambda parts: [{**batch.found(part), "id": int(part["id"])} for part in parts])

    assert [answer.body for answer in read_batch(client, PATHS[:2])] == PATHS[:2]


def test_a_path_asked_twice_is_answered_twice(client: GraphClient, batch: Batch) -> None:
    batch.says()

    answers = list(read_batch(client, ["/users/u0/photo", "/users/u1/photo", "/users/u0/photo"]))

    assert [answer.body for answer in answers] == ["/users/u0/photo", "/users/u1/photo", "/users/u0/photo"]


def test_paths_are_sent_as_they_are(graph: ScriptedGraph, client: GraphClient, batch: Batch) -> None:
    batch.says()

    (answer,) = read_batch(client, ['/users/u%2B0/photo?$select=id,"ä"'])

    assert (
        json.loads(graph.requests[0].body)["requests"][0]["url"] == answer.path == '/users/u%2B0/photo?$select=id,"ä"'
    )


@pytest.mark.parametrize("bad", [[7], [0, 19], [3, 4, 11]], ids=str)
@pytest.mark.parametrize("body", [b"{", b"<html>", {"error": {"code": "InternalServerError"}}], ids=str)
def test_a_part_that_makes_its_batch_unreadable_costs_itself(
    graph: ScriptedGraph, client: GraphClient, bad: list[int], body: Any
) -> None:
    paths = PATHS[:20]

    def answer(request: Any) -> Any:
        parts = request.json["requests"]
        if any(part["url"] in {paths[number] for number in bad} for part in parts):
            return body
        return {"responses": [{"id": part["id"], "status": 200, "body": part["url"]} for part in parts]}

    graph.says("/v1.0/$batch", answer)

    answers = list(read_batch(client, paths))

    assert [answer.path for answer in answers] == paths
    assert [number for number, answer in enumerate(answers) if not answer.is_final] == bad
    assert [answer.body for answer in answers if answer.is_final] == [
        answer.path for answer in answers if answer.is_final
    ]


def test_a_graph_that_is_down_is_not_asked_in_halves(graph: ScriptedGraph, connect: Connect) -> None:
    graph.says("/v1.0/$batch", {"error": {"code": "ServiceUnavailable"}}, status=503)

    with pytest.raises(GraphError):
        list(read_batch(connect(retry_budget_s=10), PATHS[:20]))

    assert {len(request.json["requests"]) for request in graph.requests} == {20}
