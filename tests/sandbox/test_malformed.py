"""Answers that are JSON and mislead: links, rows, texts and batches that are not as they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.faults.malformed import INVENTED

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client

USERS = "/v1.0/users?$select=id,displayName"


@pytest.fixture(autouse=True)
def _no_empty_pages(sandbox: Sandbox) -> None:
    # A fault of rows waits for a page that has some.
    sandbox.faults.empty_pages = 0


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("unknown_sync_state", 404, "syncStateNotFound"),
        ("gone_sync_state", 410, "syncStateNotFound"),
        ("resync_required", 400, "resyncRequired"),
        ("gone_without_a_code", 410, ""),
        ("gone_to_another_host", 410, "resyncRequired"),
    ],
)
def test_a_delta_link_is_forgotten_in_many_words(
    sandbox: Sandbox, graph: Client, fault: str, status: int, code: str
) -> None:
    link = graph.get("/v1.0/groups/delta?$deltatoken=latest&$select=id").json()["@odata.deltaLink"]
    sandbox.faults.next(fault)

    refused = graph.get(link)

    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert ("elsewhere" in refused.headers.get("Location", "")) == (fault == "gone_to_another_host")


def test_a_redirect_leads_back_or_elsewhere(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("redirect")
    assert graph.get(USERS).json()["value"]

    sandbox.faults.next("foreign_redirect")
    response = graph.http.get(f"{sandbox.graph_url}{USERS}", allow_redirects=False, timeout=9)
    assert response.headers["Location"].startswith("https://graph.elsewhere.example/v1.0/users?")


def test_a_next_link_leads_to_its_own_page_or_elsewhere(sandbox: Sandbox, graph: Client) -> None:
    first = graph.get(f"{USERS}&$top=5").json()["@odata.nextLink"]
    sandbox.faults.next("own_next_link")
    assert graph.get(first).json()["@odata.nextLink"] == first

    sandbox.faults.next("foreign_next_link")
    link = graph.get(first).json()["@odata.nextLink"]
    assert link.startswith("https://graph.elsewhere.example/v1.0/users?")


def test_rows_may_be_twice_on_a_page_or_again_on_the_next(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("row_twice")
    ids = [row["id"] for row in graph.get(f"{USERS}&$top=5").json()["value"]]
    assert (len(ids), len({*ids})) == (6, 5)

    sandbox.faults.overlaps = 1
    ids = [row["id"] for row in graph.rows(f"{USERS}&$top=20")]
    assert (len(ids), len({*ids})) == (52, 50)


def test_pages_may_be_smaller_than_asked_for(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.page_limit = 7

    sizes = [len(page["value"]) for page in graph.pages(f"{USERS}&$top=20")]

    assert {*sizes[:-1]} == {7}
    assert sum(sizes) == 50
    assert len(graph.get("/v1.0/auditLogs/signIns?$top=20").json()["value"]) == 7


def test_a_row_may_be_of_an_unknown_kind(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("unknown_kind", times=2)

    row = graph.get(f"{USERS}&$top=5").json()["value"][-1]
    groups = graph.get("/v1.0/groups/delta?$select=members").json()["value"]

    members = [member for group in groups for member in group.get("members@delta", [])]
    assert row["id"].startswith(INVENTED)
    assert [one["@odata.type"] for one in members if one["id"].startswith(INVENTED)] == ["#microsoft.graph.novelty"]


@pytest.mark.parametrize("fault", ["unknown_properties", "unknown_members", "twenty_megabytes"])
def test_rows_may_hold_unexpected_values(sandbox: Sandbox, graph: Client, fault: str) -> None:
    path = "/v1.0/auditLogs/signIns?$top=5"
    usual = graph.get(path).json()["value"]
    sandbox.faults.next(fault)

    response = graph.get(path)

    assert response.json()["value"] != usual
    assert (len(response.content) > 20_000_000) == (fault == "twenty_megabytes")


def test_rows_may_lack_their_key_or_be_absent_or_cut_off_by_an_error(sandbox: Sandbox, graph: Client) -> None:
    for fault in ("row_without_key", "no_rows_at_all", "error_beside_rows"):
        sandbox.faults.next(fault)

    keyless, absent, cut = (graph.get(f"{USERS}&$top=5").json() for _ in range(3))

    assert [*sorted("id" in row for row in keyless["value"])] == [False, True, True, True, True]
    assert "value" not in absent
    assert cut["error"]["code"]
    assert len(cut["value"]) < 5


def test_texts_may_hold_what_is_no_text(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("unprintable")
    assert "\x00\ud83d" in graph.get(USERS).json()["value"][0]["displayName"]

    sandbox.faults.next("not_utf8")
    with pytest.raises(UnicodeDecodeError):
        graph.get(USERS).content.decode()


@pytest.mark.parametrize("fault", ["batch_incomplete", "batch_doubled", "batch_out_of_order"])
def test_a_batch_may_answer_some_paths_not_at_all_or_twice(sandbox: Sandbox, graph: Client, fault: str) -> None:
    steps = [{"id": str(number), "method": "GET", "url": "/domains"} for number in range(6)]
    sandbox.faults.next(fault)

    answer = graph.http.post(f"{sandbox.graph_url}/v1.0/$batch", json={"requests": steps}, timeout=9).json()

    ids = [one["id"] for one in answer["responses"]]
    assert {"batch_incomplete": len(ids) < 6, "batch_doubled": len(ids) == 9, "batch_out_of_order": len(ids) == 6}[
        fault
    ]


@pytest.mark.parametrize("fault", ["error_in_200", "html", "empty_body"])
def test_a_single_answer_of_a_batch_may_be_none(sandbox: Sandbox, graph: Client, fault: str) -> None:
    sandbox.faults.next(fault, path="/organization")

    answers = graph.batch("/domains", "/organization")

    assert {answer["status"] for answer in answers.values()} == {200}
    assert answers["/domains"]["body"]["value"]
    body = answers["/organization"]["body"]
    assert not isinstance(body, dict) or "error" in body
