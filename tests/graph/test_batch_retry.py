"""Parts of a batch, and whole batches, that are throttled, broken, left out or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import GraphError, read_batch

if TYPE_CHECKING:
    from tap_entra.graph import GraphClient
    from tests.graph.conftest import Batch, Connect
    from tests.graph.scripted import Answer, Received, ScriptedGraph

PATHS = [f"/users/u{number}/photo" for number in range(25)]


def test_only_what_was_throttled_is_asked_again_after_the_longest_wait(
    client: GraphClient, batch: Batch, naps: list[float]
) -> None:
    batch.says(lambda parts: [batch.found(parts[0]), batch.busy(parts[1], "2.128"), batch.busy(parts[2], "0.249")])
    batch.says()

    answers = list(read_batch(client, PATHS[:3]))

    assert batch.asked == [PATHS[:3], PATHS[1:3]]
    assert [answer.body for answer in answers] == PATHS[:3]
    assert naps == [2.128]
    assert client.traffic.throttled == 1
    assert client.traffic.waited_s == 2.128


@pytest.mark.parametrize("name", ["Retry-After", "retry-after", "RETRY-AFTER"])
def test_header_names_of_a_part_come_in_any_case(
    client: GraphClient, batch: Batch, naps: list[float], name: str
) -> None:
    batch.says(lambda _: [{"id": "0", "status": 429, "headers": {name: "7"}, "body": None}])
    batch.says()

    list(read_batch(client, PATHS[:1]))

    assert naps == [7]


@pytest.mark.parametrize("status", [408, 424, 429, 500, 502, 503, 504, 509])
def test_a_part_that_is_busy_or_broken_is_asked_again(client: GraphClient, batch: Batch, status: int) -> None:
    batch.says(lambda _: [{"id": "0", "status": status, "headers": {}, "body": None}])
    batch.says()

    assert [answer.status for answer in read_batch(client, PATHS[:1])] == [200]


@pytest.mark.parametrize("told", [None, "0", "soon"])
def test_backs_off_when_a_part_does_not_say_how_long(
    client: GraphClient, batch: Batch, naps: list[float], told: str | None
) -> None:
    for _ in range(3):
        batch.says(lambda parts: [batch.busy(parts[0], told)])
    batch.says()

    list(read_batch(client, PATHS[:1]))

    assert naps == [1, 2, 4]


def test_a_path_that_stays_throttled_is_yielded_as_it_last_was(
    graph: ScriptedGraph, client: GraphClient, batch: Batch
) -> None:
    batch.says(
        lambda parts: [batch.found(part) if part["url"] != PATHS[1] else batch.busy(part, "1") for part in parts]
    )

    first, second = read_batch(client, PATHS[:2])

    assert first.is_final
    assert not second.is_final
    assert second.status == 429
    assert second.error().is_transient
    assert len(graph.requests) == 6


@pytest.mark.parametrize("told", ["901", "86400", "inf"])
def test_does_not_wait_longer_than_the_budget_for_a_path(
    connect: Connect, batch: Batch, naps: list[float], told: str
) -> None:
    batch.says(lambda parts: [batch.busy(parts[0], told), batch.found(parts[1])])

    first, second = read_batch(connect(retry_budget_s=900), PATHS[:2])

    assert not first.is_final
    assert second.is_final
    assert naps == []


def test_a_path_that_was_left_out_is_asked_again(client: GraphClient, batch: Batch) -> None:
    batch.says(lambda parts: [batch.found(parts[0]), batch.found(parts[2])])
    batch.says()

    answers = list(read_batch(client, PATHS[:3]))

    assert [answer.body for answer in answers] == PATHS[:3]
    assert batch.asked[1] == [PATHS[1]]


def test_a_path_that_is_always_left_out_has_status_0(client: GraphClient, batch: Batch) -> None:
    batch.says(lambda parts: [batch.found(part) for part in parts if part["url"] != PATHS[1]])

    first, second = read_batch(client, PATHS[:2])

    assert first.status == 200
    assert second.status == 0
    assert not second.is_final


@pytest.mark.parametrize("body", [{}, {"responses": None}, {"responses": "none"}, {"responses": [None, 1, "x"]}])
def test_a_batch_without_answers_is_asked_again(
    graph: ScriptedGraph, client: GraphClient, batch: Batch, body: Any
) -> None:
    graph.says("/v1.0/$batch", body)
    batch.says()

    assert [answer.body for answer in read_batch(client, PATHS[:2])] == PATHS[:2]


@pytest.mark.parametrize("status", [429, 503])
def test_a_whole_batch_that_is_throttled_is_asked_again(
    graph: ScriptedGraph, client: GraphClient, batch: Batch, naps: list[float], status: int
) -> None:
    graph.says("/v1.0/$batch", None, status=status, headers={"Retry-After": "7"})
    batch.says()

    assert [answer.body for answer in read_batch(client, PATHS[:2])] == PATHS[:2]
    assert naps == [7]
    assert batch.asked == [PATHS[:2], PATHS[:2]]


def test_a_whole_batch_is_asked_again_with_a_new_token(graph: ScriptedGraph, client: GraphClient, batch: Batch) -> None:
    graph.says("/v1.0/$batch", {"error": {"code": "InvalidAuthenticationToken"}}, status=401)
    batch.says()

    assert [answer.status for answer in read_batch(client, PATHS[:1])] == [200]
    assert [request.token for request in graph.requests] == ["token-1", "token-2"]


def test_a_whole_batch_that_is_refused_is_raised_after_those_before_it(
    graph: ScriptedGraph, connect: Connect, batch: Batch, answer: type[Answer]
) -> None:
    def only_20(request: Received) -> Any:
        parts = request.json["requests"]
        return {"responses": [*map(batch.found, parts)]} if len(parts) == 20 else answer({"error": {"code": "x"}}, 400)

    graph.says("/v1.0/$batch", only_20)
    answers = read_batch(connect(), PATHS[:25])

    assert [next(answers).path for _ in range(20)] == PATHS[:20]
    with pytest.raises(GraphError) as refused:
        next(answers)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/json"}, {"error": {"code": "UnknownError", "message": ""}}),
        ({"Content-Type": "application/json"}, {"value": [], "error": {"code": "UnknownError"}}),
        ({"Content-Type": "application/json"}, None),
        ({}, None),
        ({"content-type": "text/html; charset=utf-8"}, "PGh0bWw+"),
    ],
)
def test_a_part_whose_200_is_no_answer_is_asked_again(
    client: GraphClient, batch: Batch, headers: dict[str, str], body: Any
) -> None:
    batch.says(lambda _: [{"id": "0", "status": 200, "headers": headers, "body": body}])
    batch.says()

    (answer,) = read_batch(client, PATHS[:1])

    assert len(batch.asked) == 2
    assert (answer.status, answer.body) == (200, PATHS[0])


def test_a_part_that_never_is_an_answer_is_none(client: GraphClient, batch: Batch) -> None:
    error = {"error": {"code": "UnknownError", "message": "It broke."}}
    batch.says(lambda _: [{"id": "0", "status": 200, "headers": {}, "body": error}])

    (answer,) = read_batch(client, PATHS[:1])

    assert not answer.is_final
    assert answer.error().is_transient
    assert answer.error().code == "UnknownError"
