"""Microsoft's limits, and what answers tell of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client

DOMAINS = "/v1.0/domains"


def test_limits_are_off_at_first(graph: Client) -> None:
    assert {graph.get("/v1.0/auditLogs/signIns?$top=1").status_code for _ in range(12)} == {200}


def test_five_reports_in_ten_seconds_are_the_limit(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.limits.enabled = True

    answers = [graph.get("/v1.0/auditLogs/directoryAudits?$top=1") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 10
    assert answers[-1].headers["x-ms-throttle-information"]
    assert graph.get(DOMAINS).status_code == 200


def test_a_client_that_waits_as_asked_gets_through(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.limits.enabled = True
    sandbox.faults.limits.time_scale = 10  # a faster window would pass before a slow machine has sent six requests
    answer = None
    while answer is None or answer.status_code == 200:
        answer = graph.get("/v1.0/auditLogs/signIns?$top=1")

    time.sleep(float(answer.headers["Retry-After"]))

    assert graph.get("/v1.0/auditLogs/signIns?$top=1").status_code == 200


def test_sign_in_activity_is_limited_to_ten_a_minute(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.limits.enabled = True
    sandbox.faults.limits.time_scale = 20

    statuses = []
    while 429 not in statuses:
        statuses.append(graph.get("/v1.0/users?$select=id,signInActivity&$top=1").status_code)
        time.sleep(0.12)  # within the report limit

    assert statuses == [200] * 10 + [429]


def test_one_request_for_policies_a_second_is_the_limit_and_nothing_says_how_long_to_wait(
    sandbox: Sandbox, graph: Client
) -> None:
    sandbox.faults.limits.enabled = True
    policies = "/v1.0/identity/conditionalAccess/policies"

    answers = [graph.get(path) for path in (policies, "/v1.0/identity/conditionalAccess/namedLocations")]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert "Retry-After" not in answers[1].headers
    time.sleep(1.0)
    assert graph.get(policies).status_code == 200


def test_a_warning_comes_before_the_limit(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.limits.enabled = True

    shares = [
        graph.get("/v1.0/auditLogs/signIns?$top=1").headers.get("x-ms-throttle-limit-percentage") for _ in range(5)
    ]

    assert shares == [None, None, None, "0.80", "1.00"]


@pytest.mark.parametrize(
    ("path", "units"),
    [
        ("/v1.0/users", 2),
        ("/v1.0/users?$select=id", 1),
        ("/v1.0/users?$top=5", 1),
        ("/v1.0/users?$top=100", 2),
        ("/v1.0/subscribedSkus", 3),
        ("/v1.0/domains", 1),
    ],
)
def test_answers_tell_their_cost_in_resource_units(graph: Client, path: str, units: int) -> None:
    assert graph.get(path).headers["x-ms-resource-unit"] == str(units)


def test_each_step_of_a_batch_counts(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.limits.enabled = True

    answers = graph.batch(*[f"/auditLogs/signIns?$top={number}" for number in range(1, 9)])

    assert sorted(answer["status"] for answer in answers.values()) == [200] * 5 + [429] * 3
