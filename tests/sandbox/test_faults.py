"""Faults, one switch each: when they strike, refusals, broken connections and bodies that are no JSON."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import msal
import pytest
import requests

from sandbox.faults import FAULTS

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client

DOMAINS = "/v1.0/domains"
USERS = "/v1.0/users?$select=id,displayName"


@pytest.fixture(autouse=True)
def _no_empty_pages(sandbox: Sandbox) -> None:
    # A fault of rows waits for a page that has some.
    sandbox.faults.empty_pages = 0


def test_nothing_goes_wrong_unless_a_switch_is_moved(graph: Client) -> None:
    assert {graph.get(DOMAINS).status_code for _ in range(30)} == {200}


def test_the_next_requests_fail_and_then_no_more(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("unavailable", times=2, path="/domains")

    assert graph.get("/v1.0/organization").status_code == 200
    assert [graph.get(DOMAINS).status_code for _ in range(3)] == [503, 503, 200]


def test_faults_queue_up_in_order(sandbox: Sandbox, graph: Client) -> None:
    for fault in ("throttled", "internal_error", "timeout", "bandwidth"):
        sandbox.faults.next(fault)

    assert [graph.get(DOMAINS).status_code for _ in range(5)] == [429, 500, 504, 509, 200]


def test_a_rate_hits_its_share_of_requests_until_cleared(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.often("internal_error", 0.3)
    failed = [graph.get(DOMAINS).status_code for _ in range(60)].count(500)
    sandbox.faults.clear()

    assert 5 < failed < 35
    assert graph.get(DOMAINS).status_code == 200


@pytest.mark.parametrize(
    ("fault", "how", "header"),
    [
        ("throttled", {}, "2"),
        ("throttled", {"retry_after": "315"}, "315"),
        ("throttled_decimal", {}, "0.249"),
        ("throttled_silently", {}, None),
        ("throttled", {"retry_after": ""}, None),
    ],
)
def test_a_throttled_request_learns_how_long_to_wait_or_not(
    sandbox: Sandbox, graph: Client, fault: str, how: dict[str, Any], header: str | None
) -> None:
    sandbox.faults.next(fault, **how)

    response = graph.get(DOMAINS)

    assert (response.status_code, response.headers.get("Retry-After")) == (429, header)


def test_the_wait_may_be_a_date(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("throttled_date")

    response = graph.get(DOMAINS)

    wait = parsedate_to_datetime(response.headers["Retry-After"]) - parsedate_to_datetime(response.headers["Date"])
    assert 1 <= wait.total_seconds() <= 3


def test_the_code_of_a_429_says_little(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("throttled", times=40)

    codes = {graph.get(DOMAINS).json()["error"]["code"] for _ in range(40)}

    assert codes == {"TooManyRequests", "activityLimitReached", "UnknownError", ""}


@pytest.mark.parametrize("fault", ["reset", "cut_body"])
def test_a_connection_may_break(sandbox: Sandbox, graph: Client, fault: str) -> None:
    sandbox.faults.next(fault)

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        graph.get(DOMAINS)
    assert graph.get(DOMAINS).status_code == 200


def test_a_body_may_stall(sandbox: Sandbox, graph: Client) -> None:
    graph.get(DOMAINS)
    sandbox.faults.next("stalled_body")

    # On the connection that is there: a busy machine may take longer to make one.
    with pytest.raises(requests.ConnectionError, match="timed out"):
        graph.http.get(f"{sandbox.graph_url}{DOMAINS}", timeout=0.5)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("bad_gateway", 502),
        ("html_unavailable", 503),
        ("empty_timeout", 504),
        ("html", 200),
        ("empty_body", 200),
        ("malformed_json", 200),
    ],
)
def test_a_body_may_be_no_json(sandbox: Sandbox, graph: Client, fault: str, status: int) -> None:
    sandbox.faults.next(fault)

    response = graph.get(DOMAINS)

    assert response.status_code == status
    with pytest.raises(requests.JSONDecodeError):
        response.json()


def test_an_error_may_come_with_200(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("error_in_200")

    response = graph.get(DOMAINS)

    assert response.status_code == 200
    assert response.json()["error"]["code"] == "UnknownError"


def test_page_token_faults_hit_page_tokens_only(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("expired_page_token")
    sandbox.faults.next("lost_page_token")

    link = graph.get("/v1.0/users?$top=5").json()["@odata.nextLink"]

    codes = [graph.get(link).json()["error"]["code"] for _ in range(2)]
    assert codes == ["Directory_ExpiredPageToken", "DirectoryPageTokenNotFoundException"]
    assert graph.get(link).status_code == 200


@pytest.mark.parametrize(("fault", "status"), [("forgotten_delta_link", 400), ("gone_delta_link", 410)])
def test_delta_faults_hit_delta_links_only(sandbox: Sandbox, graph: Client, fault: str, status: int) -> None:
    sandbox.faults.next(fault)

    link = graph.get("/v1.0/groups/delta?$deltatoken=latest&$select=id").json()["@odata.deltaLink"]

    refused = graph.get(link)
    assert refused.status_code == status
    if status == 410:
        assert refused.headers["Location"] == f"{sandbox.graph_url}/v1.0/groups/delta?$deltatoken="
    assert graph.get(link).status_code == 200


def test_a_token_may_be_challenged(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("claims_challenge")

    response = graph.get(DOMAINS)

    assert response.status_code == 401
    assert 'error="insufficient_claims", claims="' in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize("share", [0.4, 0])
def test_a_list_may_shrink(sandbox: Sandbox, graph: Client, share: float) -> None:
    sandbox.faults.shrunken["users"] = share

    users = graph.rows("/v1.0/users?$select=id&$top=999")

    assert len(users) == int(share * len(sandbox.tenant.directory["users"].live))


def test_the_sign_in_service_has_faults_too(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("unavailable", path="*/token")
    sandbox.faults.next("throttled", path="*/token")
    app, token = graph.app(), sandbox.settings["refresh_token"]

    with pytest.raises(msal.exceptions.MsalServiceError):
        app.acquire_token_by_refresh_token(token, graph.default_scope)
    assert graph.app().acquire_token_by_refresh_token(token, graph.default_scope)["error"] == "temporarily_unavailable"


def test_a_token_may_be_issued_and_never_arrive(sandbox: Sandbox, graph: Client) -> None:
    sandbox.login.refresh_tokens.strict = True
    sandbox.faults.next("cut_body", path="*/token")
    token = sandbox.settings["refresh_token"]

    with pytest.raises(requests.RequestException):
        graph.app().acquire_token_by_refresh_token(token, graph.default_scope)

    assert graph.app().acquire_token_by_refresh_token(token, graph.default_scope)["error_codes"] == [50173]


def test_answers_take_their_time(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.latency_s = 0.2

    began = time.monotonic()
    graph.get(DOMAINS)

    assert time.monotonic() - began >= 0.2


def test_every_fault_has_a_name_that_can_be_scripted(sandbox: Sandbox) -> None:
    for name in FAULTS:
        sandbox.faults.next(name)
        sandbox.faults.clear()

    with pytest.raises(KeyError):
        sandbox.faults.next("earthquake")


def test_the_sandbox_counts_what_struck(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("unavailable", times=2)

    for _ in range(3):
        graph.get(DOMAINS)

    assert sandbox.faults.strikes == {"unavailable": 2}


# Connections and bodies


@pytest.mark.parametrize("fault", ["cut_chunks", "cut_gzip"])
def test_a_body_may_be_cut_in_every_way(sandbox: Sandbox, graph: Client, fault: str) -> None:
    sandbox.faults.next(fault)

    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.JSONDecodeError)):
        graph.get(USERS).json()
    graph.http.close()  # the sandbox has closed the connection, which the client may not have noticed yet
    assert graph.get(USERS).json()["value"]


def test_for_a_while_no_one_may_listen(sandbox: Sandbox, graph: Client) -> None:
    graph.get(DOMAINS)
    sandbox.faults.next("refused_connection", stall_s=0.2)

    with pytest.raises(requests.ConnectionError):
        graph.get(DOMAINS)
    with pytest.raises(requests.ConnectionError, match="refused"):
        graph.get(DOMAINS)
    time.sleep(0.5)
    assert graph.get(DOMAINS).status_code == 200


def test_json_may_claim_to_be_something_else(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("wrong_content_type")

    response = graph.get(DOMAINS)

    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.json()["value"]
