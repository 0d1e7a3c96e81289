"""Microsoft's rate limits: the client keeps to them before Graph refuses a request."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.graph import GraphError
from tap_entra.graph.pacing import Pacing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_entra.graph import GraphClient
    from tests.graph.conftest import Clock
    from tests.graph.scripted import ScriptedGraph

    Starts = Callable[[str, int], list[float]]

LOGS = "https://graph.example/v1.0/auditLogs/signIns?$top=1000"
REPORTS = "https://graph.example/beta/reports/servicePrincipalSignInActivities"
ACTIVITY = "https://graph.example/v1.0/users?$select=id,signInActivity&$top=500"
CERTIFICATES = "https://graph.example/v1.0/servicePrincipals?$select=id,keyCredentials&$top=999"
RISKS = "https://graph.example/v1.0/identityProtection/riskyUsers?$top=500"
POLICIES = "https://graph.example/v1.0/identity/conditionalAccess/policies"
USERS = "https://graph.example/v1.0/users?$top=999"


@pytest.fixture
def pacing(clock: Clock) -> Pacing:
    return Pacing(clock=clock)


@pytest.fixture
def starts(pacing: Pacing, clock: Clock) -> Starts:
    """Return when each of `count` requests starts, if each starts as soon as possible."""

    def ask(url: str, count: int) -> list[float]:
        moments = []
        for _ in range(count):
            pacing.wait(url, clock.sleep)
            moments.append(clock.now)
        return moments

    return ask


def most_within(moments: list[float], span_s: float) -> int:
    return max(sum(start <= moment < start + span_s for moment in moments) for start in moments)


def test_lets_five_report_requests_start_at_once_and_five_in_any_ten_seconds(starts: Starts) -> None:
    moments = starts(LOGS, 23)

    assert moments[0] == moments[4]
    assert most_within(moments, 10) == 5


def test_spends_no_more_time_than_the_limit_costs(starts: Starts) -> None:
    moments = starts(LOGS, 23)

    assert moments[-1] - moments[0] < 4 * 10 + 1


def test_logs_and_reports_share_a_limit(starts: Starts) -> None:
    moments = starts(LOGS, 4) + starts(REPORTS, 4)

    assert most_within(moments, 10) == 5


def test_lets_ten_sign_in_activity_requests_start_a_minute(starts: Starts) -> None:
    moments = starts(ACTIVITY, 32)

    assert most_within(moments, 60) == 10
    assert most_within(moments, 10) == 5


def test_lets_150_requests_with_certificates_start_a_minute_and_others_beside_them(starts: Starts) -> None:
    moments = starts(CERTIFICATES, 310)

    assert most_within(moments, 60) == 150
    assert len(set(starts(USERS, 50))) == 1


def test_lets_one_request_for_risks_or_policies_start_a_second(starts: Starts) -> None:
    moments = starts(RISKS, 5) + starts(POLICIES, 5)

    assert most_within(moments, 1) == 1
    assert len(set(starts(USERS, 50))) == 1


def test_sign_in_activity_counts_as_a_report_at_the_moment_it_starts(pacing: Pacing, clock: Clock) -> None:
    moments = []

    def start(url: str) -> None:
        at = clock.now
        pacing.wait(url, lambda wait_s: moments.append(at + wait_s))

    for _ in range(10):
        start(ACTIVITY)
    clock.now += 10
    for url in [ACTIVITY] * 4 + [LOGS] * 5:
        start(url)

    assert most_within(moments, 10) == 5


@pytest.mark.parametrize("path", ["/beta/users?$select=id,signInActivity", "/v1.0/users?%24select=id%2CsignInActivity"])
def test_knows_sign_in_activity_wherever_it_stands(pacing: Pacing, path: str) -> None:
    assert pacing.of(f"https://graph.example{path}") == (pacing.reports, pacing.sign_in_activity)


@pytest.mark.parametrize("path", ["/v1.0/users", "/v1.0/$batch", "/v1.0/roleManagement/directory/roleAssignments"])
def test_the_directory_has_no_published_limit_to_keep_to(starts: Starts, path: str, naps: list[float]) -> None:
    starts(f"https://graph.example{path}", 1000)

    assert sum(naps) == 0


def test_a_limit_of_one_family_is_none_of_anothers(starts: Starts) -> None:
    moments = starts(LOGS, 5) + starts(USERS, 5)

    assert len(set(moments)) == 1


def test_after_a_429_nothing_of_its_family_starts_for_as_long_as_graph_asks(
    pacing: Pacing, starts: Starts, clock: Clock
) -> None:
    pacing.hold(LOGS, 60)

    assert starts(USERS, 1) == [clock.now]
    assert starts(REPORTS, 1) == [1060]


def test_the_longest_of_several_holds_counts(pacing: Pacing, starts: Starts) -> None:
    pacing.hold(LOGS, 60)
    pacing.hold(LOGS, 7)

    assert starts(LOGS, 1) == [1060]


def test_a_429_also_holds_requests_that_wait_already(pacing: Pacing, starts: Starts, clock: Clock) -> None:
    starts(LOGS, 5)

    def nap(wait_s: float) -> None:
        if clock.now < 1001:
            clock.now = 1001
            pacing.hold(LOGS, 60)
        else:
            clock.sleep(wait_s)

    pacing.wait(LOGS, nap)

    assert clock.now == 1061


def test_after_a_hold_the_limit_holds_still(pacing: Pacing, starts: Starts) -> None:
    starts(LOGS, 5)
    pacing.hold(LOGS, 60)

    assert most_within(starts(LOGS, 12), 10) == 5


def test_slows_down_as_graph_says_that_a_limit_is_used_up(pacing: Pacing, starts: Starts) -> None:
    for _ in range(3):
        pacing.observe(USERS, {"x-ms-throttle-limit-percentage": "1.2"})

    first, second = starts(USERS, 2)

    assert second - first == pytest.approx(0.4)


def test_slows_down_a_little_when_a_limit_comes_near(pacing: Pacing, starts: Starts) -> None:
    pacing.observe(USERS, {"x-ms-throttle-limit-percentage": "0.8"})

    first, second = starts(USERS, 2)

    assert second - first == pytest.approx(0.05)


def test_never_slows_down_to_a_standstill(pacing: Pacing, starts: Starts) -> None:
    for _ in range(100):
        pacing.observe(USERS, {"x-ms-throttle-limit-percentage": "1.8"})

    first, second = starts(USERS, 2)

    assert second - first == 2


def test_speeds_up_again_when_graph_says_no_more(pacing: Pacing, starts: Starts) -> None:
    pacing.observe(USERS, {"x-ms-throttle-limit-percentage": "1.8"})
    for _ in range(10):
        pacing.observe(USERS, {})

    first, second = starts(USERS, 2)

    assert second == first


def test_an_unreadable_percentage_changes_nothing(pacing: Pacing, starts: Starts) -> None:
    pacing.observe(USERS, {"x-ms-throttle-limit-percentage": "much"})

    first, second = starts(USERS, 2)

    assert second == first


def test_keeps_to_the_limit_from_several_threads(pacing: Pacing) -> None:
    moments, lock = [], threading.Lock()

    def record(wait_s: float) -> None:
        with lock:
            moments.append(wait_s)

    threads = [threading.Thread(target=pacing.wait, args=(LOGS, record)) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most_within(moments, 10) == 5


def test_the_client_keeps_to_the_report_limit(graph: ScriptedGraph, client: GraphClient, clock: Clock) -> None:
    moments: list[float] = []

    def note(_: object) -> dict[str, Any]:
        moments.append(clock.now)
        return {"value": []}

    graph.says("/v1.0/auditLogs/signIns", note)

    for _ in range(12):
        client.get("/v1.0/auditLogs/signIns")

    assert most_within(moments, 10) == 5


def test_the_client_holds_a_family_back_after_a_429(
    graph: ScriptedGraph, client: GraphClient, clock: Clock, naps: list[float]
) -> None:
    graph.says("/v1.0/auditLogs/signIns", status=429, headers={"Retry-After": "60"})
    graph.says("/v1.0/auditLogs/signIns", {"value": []})
    graph.says("/v1.0/auditLogs/directoryAudits", {"value": []})
    client.get("/v1.0/auditLogs/signIns")
    clock.now -= 40

    client.get("/v1.0/auditLogs/directoryAudits")

    assert naps == [60, 40]


def test_the_client_holds_a_family_back_even_when_it_gives_up(
    graph: ScriptedGraph, client: GraphClient, naps: list[float]
) -> None:
    graph.says("/v1.0/auditLogs/signIns", status=429, headers={"Retry-After": "60"})
    graph.says("/v1.0/auditLogs/signIns", {"value": []})
    with pytest.raises(GraphError):
        client.get("/v1.0/auditLogs/signIns", tries=1)

    client.get("/v1.0/auditLogs/signIns")

    assert naps == [60]


def test_the_client_slows_down_when_graph_says_that_a_limit_is_used_up(
    graph: ScriptedGraph, client: GraphClient, naps: list[float]
) -> None:
    graph.says("/v1.0/users", {"value": []}, headers={"x-ms-throttle-limit-percentage": "1.0"})

    client.get("/v1.0/users")
    client.get("/v1.0/users")
    client.get("/v1.0/users")

    assert naps == pytest.approx([0.1, 0.2])
