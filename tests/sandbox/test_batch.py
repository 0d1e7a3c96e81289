"""$batch."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client


def post(graph: Client, body: dict[str, Any]) -> tuple[int, str]:
    response = graph.http.post(f"{graph.sandbox.graph_url}/v1.0/$batch", json=body, timeout=9)
    return response.status_code, response.json().get("error", {}).get("message", "")


def test_each_answer_has_its_own_status(sandbox: Sandbox, graph: Client) -> None:
    user = next(iter(sandbox.tenant.photos))

    answers = graph.batch("/users?$top=2&$select=id", f"/users/{user}/photo", "/users/missing/photo")

    statuses = {url: answer["status"] for url, answer in answers.items()}
    assert list(statuses.values()).count(200) == 2
    assert answers["/users/missing/photo"]["status"] == 404
    assert answers["/users/missing/photo"]["body"]["error"]["code"] == "Request_ResourceNotFound"
    assert len(answers["/users?$top=2&$select=id"]["body"]["value"]) <= 2


def test_bytes_come_as_base64_text(sandbox: Sandbox, graph: Client) -> None:
    user, photo = next(iter(sandbox.tenant.photos.items()))
    url = f"/users/{user}/photo/$value"

    answer = graph.batch(url)[url]

    headers = {name.lower(): value for name, value in answer["headers"].items()}
    assert base64.b64decode(answer["body"]) == photo.sizes[-1].content
    assert (headers["content-type"], headers["etag"]) == (photo.content_type, photo.etag)


def test_answers_come_in_any_order_and_spell_headers_in_any_case(graph: Client) -> None:
    urls = [f"/users/{number}" for number in range(20)]
    steps = [{"id": url, "method": "GET", "url": url} for url in urls]

    body = graph.http.post(f"{graph.sandbox.graph_url}/v1.0/$batch", json={"requests": steps}, timeout=9).json()

    ids = [answer["id"] for answer in body["responses"]]
    assert sorted(ids) == sorted(urls)
    assert ids != urls
    assert {name for answer in body["responses"] for name in answer["headers"]} >= {"Content-Type", "content-type"}


def test_a_throttled_step_says_how_long_in_decimals(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("throttled_decimal", path="/users/a/photo")

    answers = graph.batch("/users/a/photo", "/domains")

    headers = {name.lower(): value for name, value in answers["/users/a/photo"]["headers"].items()}
    assert (answers["/users/a/photo"]["status"], headers["retry-after"]) == (429, "0.249")
    assert answers["/domains"]["status"] == 200


def test_inner_requests_are_recorded_within_the_outer_one(sandbox: Sandbox, graph: Client) -> None:
    graph.batch("/domains", "/users/missing")

    (outer,) = sandbox.requests
    assert {(one.path, one.status) for one in outer.inner} == {("/v1.0/domains", 200), ("/v1.0/users/missing", 404)}


def test_twenty_one_steps_are_too_many(graph: Client) -> None:
    steps = [{"id": str(number), "method": "GET", "url": "/domains"} for number in range(21)]

    assert post(graph, {"requests": steps}) == (400, "Number of batch request steps exceeds the maximum value of 20.")


@pytest.mark.parametrize(
    "steps",
    [
        [{"id": "a", "method": "GET", "url": "/domains"}, {"id": "A", "method": "GET", "url": "/users"}],
        [{"method": "GET", "url": "/domains"}],
        [{"id": "1", "method": "GET"}],
        [],
        "nonsense",
    ],
)
def test_a_malformed_batch_is_refused_whole(graph: Client, steps: Any) -> None:
    assert post(graph, {"requests": steps})[0] == 400


def test_the_outer_version_holds_for_all(graph: Client) -> None:
    assert graph.batch("/v1.0/domains")["/v1.0/domains"]["status"] == 400


def test_a_batch_needs_a_token(graph: Client) -> None:
    del graph.http.headers["Authorization"]

    assert post(graph, {"requests": [{"id": "1", "method": "GET", "url": "/domains"}]})[0] == 401
