"""Sign-in logs and directory audits."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox.graph_api.filters import parse_instant
from sandbox.tenant.logs.row import LogRow

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client, NewClient, NewSandbox

SIGN_INS = "/v1.0/auditLogs/signIns"


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def visible(sandbox: Sandbox, log: str = "signIns") -> list[str]:
    tenant = sandbox.tenant
    oldest = tenant.now() - timedelta(days=30)
    return [entry.row["id"] for entry in tenant.logs[log] if entry.arrives <= tenant.now() and entry.at >= oldest]


def test_the_whole_log_comes_newest_first(sandbox: Sandbox, graph: Client) -> None:
    rows = graph.rows(f"{SIGN_INS}?$top=100")

    moments = [parse_instant(row["createdDateTime"]) for row in rows]
    assert moments == sorted(moments, reverse=True)
    assert {row["id"] for row in rows} == set(visible(sandbox))


def test_a_page_has_a_thousand_rows_at_most(new_sandbox: NewSandbox, new_client: NewClient) -> None:
    sandbox = new_sandbox(sign_ins=2500)
    sandbox.faults.empty_pages = 0
    graph = new_client(sandbox)

    assert len(graph.get(SIGN_INS).json()["value"]) == 1000
    assert graph.get(f"{SIGN_INS}?$top=1001").status_code == 400


def test_windows_that_share_their_boundary_hold_everything_between(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.duplicate_rows = 0
    now = sandbox.tenant.now()
    bounds = [now - timedelta(days=days) for days in (29, 20, 10, 5, 0)]

    ids = set()
    for start, end in itertools.pairwise(bounds):
        clause = f"createdDateTime ge {iso(start)} and createdDateTime le {iso(end)}"
        rows = graph.rows(f"{SIGN_INS}?$filter={clause}")
        assert all(iso(start)[:19] <= row["createdDateTime"][:19] <= iso(end)[:19] for row in rows)
        ids |= {row["id"] for row in rows}

    assert ids == {row["id"] for row in graph.rows(f"{SIGN_INS}?$filter=createdDateTime ge {iso(bounds[0])}")}


def test_one_instant_can_be_asked_for(graph: Client) -> None:
    row = next(row for row in graph.rows(SIGN_INS) if len(row["createdDateTime"]) == len("2026-08-01T16:03:24Z"))

    found = graph.rows(f"{SIGN_INS}?$filter=createdDateTime eq {row['createdDateTime']}")

    assert row["id"] in {one["id"] for one in found}


def test_other_properties_filter_too(graph: Client) -> None:
    user = graph.rows(SIGN_INS)[0]["userId"]

    rows = graph.rows(f"{SIGN_INS}?$filter=userId eq '{user}' and status/errorCode eq 0")

    assert {row["userId"] for row in rows} == {user}
    assert {row["status"]["errorCode"] for row in rows} == {0}


@pytest.mark.parametrize(
    "clause",
    [
        "createdDateTime ge '2026-11-01T00:00:00Z'",  # quoted
        "createdDateTime ge 2020-01-01T00:00:00Z",  # before retention
        "createdDateTime after 2026-11-01T00:00:00Z",
        "isInteractive eq true",
        "signInEventTypes/any(t: t eq 'nonInteractiveUser')",  # beta only
    ],
)
def test_a_filter_that_is_not_understood_is_invalid(graph: Client, clause: str) -> None:
    answer = graph.get(f"{SIGN_INS}?$filter={clause}")

    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "BadRequest")
    assert error["message"].startswith("Invalid filter clause")


def test_skip_is_not_allowed(graph: Client) -> None:
    answer = graph.get(f"{SIGN_INS}?$skip=10")

    assert answer.status_code == 400
    assert "Query option 'Skip' is not allowed" in answer.json()["error"]["message"]


def test_the_log_can_be_read_oldest_first(graph: Client) -> None:
    rows = graph.rows(f"{SIGN_INS}?$orderby=createdDateTime asc")

    moments = [parse_instant(row["createdDateTime"]) for row in rows]
    assert moments == sorted(moments)
    assert graph.get(f"{SIGN_INS}?$orderby=userDisplayName").status_code == 400


def test_late_rows_appear_when_they_arrive(sandbox: Sandbox, graph: Client) -> None:
    log, now = sandbox.tenant.logs["signIns"], sandbox.tenant.now()
    late = LogRow(now - timedelta(hours=1), now + timedelta(hours=20), log[0]._write, (10**6, *log[0].facts[1:]))
    log.append(late)

    before = {row["id"] for row in graph.rows(SIGN_INS)}
    sandbox.tenant.pass_days(2)
    graph.sign_in()
    after = {row["id"] for row in graph.rows(SIGN_INS)}

    assert late.row["id"] not in before
    assert late.row["id"] in after


def test_rows_may_come_twice(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.duplicate_rows = 0.2

    ids = [row["id"] for row in graph.rows(SIGN_INS)]

    assert len(ids) > len(set(ids))
    assert set(ids) == set(visible(sandbox))


def test_a_page_token_expires_after_24_minutes(
    sandbox: Sandbox, graph: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = graph.get(f"{SIGN_INS}?$top=10").json()["@odata.nextLink"]
    now = sandbox.tenant.now()
    assert graph.get(link).status_code == 200

    chains = sandbox.context.chains
    monkeypatch.setattr(chains, "_now", lambda: now + timedelta(minutes=25))

    assert graph.get(link).json()["error"]["code"] == "Directory_ExpiredPageToken"


def test_without_a_plan_audits_are_kept_seven_days(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.premium = False
    now = sandbox.tenant.now()
    path = "/v1.0/auditLogs/directoryAudits"

    within = graph.get(f"{path}?$filter=activityDateTime ge {iso(now - timedelta(days=6))}")
    before = graph.get(f"{path}?$filter=activityDateTime ge {iso(now - timedelta(days=8))}")

    assert (within.status_code, before.status_code) == (200, 400)


def test_audits_are_dated_by_their_activity(sandbox: Sandbox, graph: Client) -> None:
    rows = graph.rows("/v1.0/auditLogs/directoryAudits")

    assert {row["id"] for row in rows} == set(visible(sandbox, "directoryAudits")) != set()
    assert all("activityDateTime" in row for row in rows)


@pytest.mark.parametrize("kind", ["nonInteractiveUser", "servicePrincipal", "managedIdentity"])
def test_beta_has_the_other_logs_if_they_are_named(sandbox: Sandbox, graph: Client, kind: str) -> None:
    clause = f"signInEventTypes/any(t: t eq '{kind}')"

    rows = graph.rows(f"/beta/auditLogs/signIns?$filter={clause}")

    assert {row["id"] for row in rows} == set(visible(sandbox, kind)) != set()
    assert {tuple(row["signInEventTypes"]) for row in rows} == {(kind,)}


def test_beta_unfiltered_is_interactive_too(sandbox: Sandbox, graph: Client) -> None:
    rows = graph.rows("/beta/auditLogs/signIns")

    assert {row["id"] for row in rows} == set(visible(sandbox))
    assert {tuple(row["signInEventTypes"]) for row in rows} == {("interactiveUser",)}


def test_policies_are_absent_without_their_permission(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.scopes.remove("Policy.Read.All")
    graph.sign_in()

    assert not any("appliedConditionalAccessPolicies" in row for row in graph.rows(SIGN_INS))
