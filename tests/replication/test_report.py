"""The run's last words, to a person and to a scheduler."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.logging import StructuredFormatter

from tap_entra.reporting import Outcome, RunSummary, StreamResult
from tests.warehouse import stop_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.loader import Message
    from tests.warehouse import Project

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
OTHERS = ("domains", "users", "sign_ins")


@pytest.fixture
def project(new_project: Callable[..., Project], caplog: pytest.LogCaptureFixture) -> Project:
    caplog.set_level("INFO")
    return new_project(users=20, sign_ins=60)


def account(stream: str, outcome: Outcome = Outcome.COMPLETE, action: str | None = None, **facts: Any) -> StreamResult:
    return StreamResult(stream, NOON, NOON + timedelta(seconds=90), outcome, action=action, **facts)


def lines(*accounts: StreamResult, exit_code: int = 0) -> list[str]:
    return RunSummary("run", list(accounts), exit_code, 95.0, 12, 3.0).lines()


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the tap itself wrote into the log."""
    return [record.getMessage() for record in caplog.records if record.name == "tap-entra"]


def measured(caplog: pytest.LogCaptureFixture, metric: str, job_type: str = "stream") -> dict[str, dict[str, Any]]:
    """The points of one metric, by stream."""
    points = [json.loads(text) for text in re.findall(r"METRIC: (\{.*\})", caplog.text)]
    ours = [point for point in points if point["tags"].get("job_type") == job_type and point["metric"] == metric]
    return {point["tags"].get("stream", "run"): point for point in ours}


# For a person


def test_a_run_that_went_well_ends_with_its_table_and_nothing_to_do() -> None:
    table = lines(account("users", rows=1_234, deleted=2, requests=5, waited_s=61.4), account("domains", rows=5))

    assert [re.split(r"\s{2,}", line) for line in table] == [
        ["stream", "outcome", "rows", "removed", "requests", "throttled"],
        ["users", "complete", "1,234", "2", "5", "61 s"],
        ["domains", "complete", "5", "0", "0", "-"],
        ["all", "exit 0", "1,239", "2", "12", "3 s"],
    ]


def test_the_last_line_is_the_one_thing_to_do_next_the_most_urgent() -> None:
    last = lines(
        account("domains", Outcome.FAILED, "Run again.", graph_code="UnknownError"),
        account("users", Outcome.PARTIAL, "The next run heals it."),
        account("sign_ins", Outcome.SKIPPED, "Buy P1.", graph_code="NoPlan"),
        exit_code=1,
    )[-3:]

    assert last == [
        "sign_ins: NoPlan: Buy P1.",
        "users: The next run heals it.",
        "To do next: domains: UnknownError: Run again.",
    ]


def test_what_is_the_same_for_many_streams_is_said_once() -> None:
    many = [account(name, Outcome.FAILED, "Sign in again.", graph_code="AADSTS50173") for name in "abcde"]

    assert lines(*many)[-1] == "To do next: a, b, c and 2 more: AADSTS50173: Sign in again."
    assert "".join(lines(*many)).count("Sign in again.") == 1


def test_a_gap_is_reported_even_if_all_is_well_now() -> None:
    assert lines(account("sign_ins", gap=(NOON, NOON + timedelta(days=1))))[-1] == (
        "sign_ins: never read from 2026-01-01T12:00:00Z to 2026-01-02T12:00:00Z"
    )


def test_the_tap_ends_with_it(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    project.sandbox.consent.premium = False
    project.faults.often("unavailable", 1.0, path="/domains")

    run = project.run(*OTHERS, retry_budget_minutes=1)

    assert run.exit_code == 1
    table = {line.split()[0]: line.split()[1:4] for line in said(caplog)[-6:-2]}
    assert table == {
        "domains": ["failed", "0", "0"],
        "users": ["complete", "20", str(len(run.removals("users")))],
        "sign_ins": ["skipped", "0", "0"],
        "all": ["exit", "1", "20"],
    }
    assert "Entra ID P1" in said(caplog)[-2]
    assert said(caplog)[-1].startswith("To do next: domains: ServiceNotAvailable: Microsoft gave no usable answer")


def test_a_run_that_was_stopped_ends_with_it_too(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    run = project.run(*OTHERS, on_message=stop_after("users", 5))

    assert run.exit_code == 143
    assert any(re.match(r"all +exit 143 ", line) for line in said(caplog))
    assert "the next" in said(caplog)[-1]


# For a scheduler


def test_every_stream_and_the_run_end_with_a_metric_of_how(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    project.sandbox.consent.premium = False
    project.faults.often("unavailable", 1.0, path="/domains")

    run = project.run(*OTHERS, retry_budget_minutes=1)

    durations = measured(caplog, "job_duration")
    facts = {name: (point["tags"]["status"], point["tags"]["outcome"]) for name, point in durations.items()}
    assert facts == {
        "domains": ("failed", "failed"),
        "users": ("succeeded", "complete"),
        "sign_ins": ("succeeded", "skipped"),
    }
    assert durations["domains"]["tags"]["graph_code"] == "ServiceNotAvailable"
    assert all(point["value"] >= 0 for point in durations.values())
    (whole,) = measured(caplog, "job_duration", "run").values()
    assert (whole["tags"]["status"], whole["tags"]["exit_code"]) == ("failed", "1")
    assert whole["tags"]["run_id"] == run.records("stream_runs")[0]["runId"]


def test_a_run_that_went_well_says_so(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    project.run(*OTHERS)

    (whole,) = measured(caplog, "job_duration", "run").values()
    assert (whole["tags"]["status"], whole["tags"]["exit_code"]) == ("succeeded", "0")


def test_requests_waits_and_removals_are_counted(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    project.faults.next("throttled", path="/domains", retry_after="7")

    run = project.run(*OTHERS)

    requests, waits = (measured(caplog, name) for name in ("http_request_count", "throttled_seconds"))
    assert {name: requests[name]["value"] for name in ("domains", "sign_ins")} == {"domains": 2, "sign_ins": 2}
    assert {name: point["value"] for name, point in waits.items()} == {"domains": 7.0}
    (total,) = measured(caplog, "http_request_count", "run").values()
    assert total["value"] == len([one for one in project.sandbox.requests if one.path.startswith(("/v1.0", "/beta"))])
    removed = measured(caplog, "removed_count")
    assert removed["users"]["value"] == len(run.removals("users")) > 0


def test_rows_are_counted_by_the_sdk(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    run = project.run("users")

    points = [json.loads(text) for text in re.findall(r"METRIC: (\{.*\})", caplog.text)]
    counts = {one["tags"]["stream"]: one["value"] for one in points if one["metric"] == "record_count"}
    assert counts["users"] == len(run.records("users"))


def test_a_dead_token_is_one_thing_to_do(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    project.run(*OTHERS)
    project.sandbox.login.refresh_tokens.revoke_all()
    caplog.clear()

    project.run(*OTHERS)

    assert said(caplog)[-1].startswith("To do next: domains, users, sign_ins: AADSTS50173: ")
    assert {point["tags"]["status"] for point in measured(caplog, "job_duration").values()} == {"failed"}


def test_a_token_that_expires_on_the_way_is_reported_for_each(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    project.faults.page_limit = 4  # of ten pages, no more than two are under way

    def die(message: Message) -> None:
        if (message["type"], message.get("stream")) == ("RECORD", "users"):
            project.sandbox.login.refresh_tokens.revoke_all()
            project.sandbox.login.access_tokens.revoke_all()

    run = project.run(*OTHERS, on_message=die)

    outcomes = {name: point["tags"]["outcome"] for name, point in measured(caplog, "job_duration").items()}
    assert outcomes == {name: report["outcome"] for name, report in run.reports.items()}
    assert {*outcomes} == {*OTHERS}
    assert "failed" in outcomes.values()


def test_each_metric_has_its_tags_in_the_structured_log_too(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    project.run(*OTHERS)

    lines = [json.loads(StructuredFormatter().format(record)) for record in caplog.records]
    points = [json.loads(line["message"].removeprefix("METRIC: ")) for line in lines if "METRIC" in line["message"]]
    assert {point["metric"] for point in points} >= {"record_count", "sync_duration", "job_duration"}
    assert all(point["tags"].get("stream") or point["tags"]["job_type"] == "run" for point in points)
    assert [line["extra"]["metric_info"] for line in lines if "METRIC" in line["message"]] == points
