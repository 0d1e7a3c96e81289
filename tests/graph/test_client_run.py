"""The run's clock, its end, and requests from several threads."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import GraphClient, GraphError, StoppedError, read_batch, read_pages

if TYPE_CHECKING:
    from tests.graph.conftest import Connect, Credential
    from tests.graph.scripted import Received, ScriptedGraph

DOMAINS = {"value": [{"id": "contoso.example"}]}
LONG_AGO = datetime(2015, 10, 21, 7, 28, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def test_the_clock_is_graphs(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/domains", DOMAINS, headers={"Date": "Wed, 21 Oct 2015 07:28:00 GMT"})

    client.get("/v1.0/domains")

    assert LONG_AGO <= client.now() < LONG_AGO + HOUR
    assert len(graph.requests) == 1


def test_the_clock_is_asked_for_when_nothing_has_been_answered_yet(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/organization", {"value": []}, headers={"Date": "Wed, 21 Oct 2015 07:28:00 GMT"})

    assert LONG_AGO <= client.now() <= client.now() < LONG_AGO + HOUR
    assert graph.targets == ["/v1.0/organization?$select=id"]


def test_a_refusal_tells_the_time_too(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/organization", status=403, headers={"Date": "Wed, 21 Oct 2015 07:28:00 GMT"})

    assert LONG_AGO <= client.now() < LONG_AGO + HOUR


@pytest.mark.parametrize("spelling", ["innerError", "innererror"])
def test_an_error_tells_the_time_in_its_body(graph: ScriptedGraph, client: GraphClient, spelling: str) -> None:
    error = {"code": "BadRequest", spelling: {"date": "2015-10-21T07:28:00", "request-id": "1"}}
    graph.says("/v1.0/organization", {"value": []}, headers={"Date": ""})
    graph.says("/v1.0/organization", {"error": error}, status=400, headers={"Date": ""})

    assert LONG_AGO <= client.now() <= client.now() < LONG_AGO + HOUR
    assert graph.targets == ["/v1.0/organization?$select=id", "/v1.0/organization?$select=time"]


def test_answers_without_a_time_are_reported_once(
    graph: ScriptedGraph, client: GraphClient, caplog: pytest.LogCaptureFixture
) -> None:
    graph.says("/v1.0/organization", {"error": {"innerError": {"date": 5}}}, status=400, headers={"Date": ""}, times=9)

    assert abs(client.now() - client.now()) < HOUR

    assert caplog.text.count("Set the clock right") == 1


@pytest.mark.parametrize("date", ["", "yesterday", "Wed, 99 Oct 2015 07:28:00 GMT"])
def test_an_unreadable_date_leaves_this_machines_clock(graph: ScriptedGraph, client: GraphClient, date: str) -> None:
    graph.says("/v1.0/organization", {"value": []}, headers={"Date": date})

    assert abs(client.now() - datetime.now(timezone.utc)) < HOUR


def test_a_graph_that_cannot_be_reached_leaves_this_machines_clock(graph: ScriptedGraph, connect: Connect) -> None:
    graph.says("/v1.0/organization", how="reset")

    assert abs(connect(retry_budget_s=0).now() - datetime.now(timezone.utc)) < HOUR


@pytest.fixture
def sleepy(connect: Connect) -> GraphClient:
    """A client that really sleeps."""
    return connect(sleep=None, pacing=None)


@pytest.mark.parametrize("answer", [{"how": "stall"}, {"status": 429, "headers": {"Retry-After": "300"}}])
def test_stop_ends_a_wait_at_once(graph: ScriptedGraph, sleepy: GraphClient, answer: dict[str, Any]) -> None:
    graph.says("/v1.0/domains", DOMAINS, **answer)
    future = sleepy.ahead("/v1.0/domains")
    threading.Timer(0.1, sleepy.stop).start()

    with pytest.raises(StoppedError):
        sleepy.wait(future)


def test_stop_ends_a_pause_inside_a_batch(graph: ScriptedGraph, sleepy: GraphClient) -> None:
    part = {"id": "0", "status": 429, "headers": {"Retry-After": "300"}}
    graph.says("/v1.0/$batch", {"responses": [part]})
    threading.Timer(0.1, sleepy.stop).start()

    with pytest.raises(StoppedError):
        list(read_batch(sleepy, ["/users/u1/photo"]))


def test_stop_ends_a_read_between_its_pages(graph: ScriptedGraph, client: GraphClient) -> None:
    graph.says("/v1.0/users", {"value": [{"id": "u1"}], "@odata.nextLink": f"{graph.url}/v1.0/users?$skiptoken=a"})
    graph.says("/v1.0/users?$skiptoken=a", {"value": []}, how="stall")
    pages = read_pages(client, "/v1.0/users")
    next(pages)

    client.stop()

    with pytest.raises(StoppedError):
        list(pages)


def test_nothing_is_asked_after_stop(graph: ScriptedGraph, client: GraphClient) -> None:
    client.stop()

    with pytest.raises(StoppedError):
        client.get("/v1.0/domains")
    with pytest.raises(StoppedError):
        client.raise_if_stopped()

    assert graph.requests == []


def test_close_leaves_no_thread_waiting(graph: ScriptedGraph, connect: Connect) -> None:
    client = connect(max_in_flight=1)
    graph.says("/v1.0/domains", DOMAINS, how="stall")
    under_way, waiting = client.ahead("/v1.0/domains"), client.ahead("/v1.0/domains")
    graph.stalled.wait(60)

    client.close()
    late = client.ahead("/v1.0/domains")

    for future in (waiting, late, under_way):
        with pytest.raises(StoppedError):
            client.wait(future)


def test_an_answer_under_way_does_not_hold_up_the_end_of_the_program(graph: ScriptedGraph) -> None:
    graph.says("/v1.0/domains", DOMAINS, how="stall")
    script = (
        "import sys\n"
        "from tap_entra.graph import GraphClient\n"
        "class Credential:\n"
        "    def token(self): return 'token'\n"
        "client = GraphClient(sys.argv[1], credential=Credential())\n"
        "client.ahead('/v1.0/domains')\n"
        "input()\n"
        "client.close()\n"
        "sys.exit(143)\n"
    )
    program = subprocess.Popen([sys.executable, "-c", script, graph.url], stdin=subprocess.PIPE)
    graph.stalled.wait(60)

    program.communicate(b"\n", timeout=60)

    assert program.returncode == 143
    assert not graph.go_on.is_set()


def test_is_safe_to_use_from_several_threads(graph: ScriptedGraph, connect: Connect) -> None:
    graph.says("/v1.0/users/5", status=503)
    for number in range(40):
        graph.says(f"/v1.0/users/{number}", {"id": number})

    client = connect()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(client.get, [f"/v1.0/users/{number}" for number in range(40)]))

    assert answers == [{"id": number} for number in range(40)]
    assert client.traffic.requests == len(graph.requests) == 41
    assert len({request.headers["client-request-id"] for request in graph.requests}) == 41


def test_has_only_a_few_requests_on_their_way(graph: ScriptedGraph, connect: Connect) -> None:
    gate, busy, most = threading.Semaphore(0), [], []

    def domains(request: Received) -> dict[str, Any]:
        busy.append(request)
        most.append(len(busy))
        gate.acquire(timeout=60)
        busy.remove(request)
        return DOMAINS

    graph.says("/v1.0/domains", domains)
    client = connect(max_in_flight=3)
    futures = [client.ahead("/v1.0/domains") for _ in range(12)]
    gate.release(12)

    assert [client.wait(future) for future in futures] == [DOMAINS] * 12
    assert max(most) <= 3


def test_a_slash_after_the_host_makes_no_difference(graph: ScriptedGraph, credential: Credential) -> None:
    graph.says("/v1.0/domains", DOMAINS)

    assert GraphClient(f"{graph.url}/", credential=credential).get("/v1.0/domains") == DOMAINS


def test_an_error_in_another_thread_comes_out_where_it_is_waited_for(client: GraphClient) -> None:
    with pytest.raises(GraphError, match="notInTheScript"):
        client.wait(client.ahead("/v1.0/nothing"))
