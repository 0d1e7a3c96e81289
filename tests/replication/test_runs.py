"""What a run does about trouble, and how it tells."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.tenant.logs.row import LogRow
from tap_entra.graph import odata
from tap_entra.streams import STREAMS, Users
from tests.warehouse import selection, stop_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.loader import Message
    from tests.warehouse import Project, Run

OTHERS = ("organization", "domains", "users", "profile_photos", "sign_ins")
LOG = "/v1.0/auditLogs/signIns"


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    return new_project(users=20, sign_ins=60)


def assert_only_whole_ones_are_complete(project: Project, run: Run, *, otherwise: str) -> None:
    """Streams are read side by side: which ones an end in the middle meets is chance, but not what is said of them."""
    told = outcomes(run)
    assert [*told] == [*OTHERS]
    assert {*told.values()} <= {"complete", otherwise}
    assert otherwise in told.values()
    for stream, outcome in told.items():
        if outcome == "complete":
            assert project.mistakes(stream) == []


def outcomes(run: Run) -> dict[str, str]:
    return {name: report["outcome"] for name, report in run.reports.items()}


def withdraw_plan(project: Project) -> None:
    project.sandbox.consent.premium = False


def withdraw_role(project: Project) -> None:
    project.sandbox.consent.roles.clear()


def withdraw_scope(project: Project) -> None:
    project.sandbox.consent.scopes.discard("AuditLog.Read.All")


REFUSALS = pytest.mark.parametrize(
    ("withdraw", "code", "action"),
    [
        (withdraw_plan, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Entra ID P1"),
        (withdraw_role, "Authentication_RequestFromUnsupportedUserRole", "Reports Reader"),
        (withdraw_scope, "Authentication_MSGraphPermissionMissing", "AuditLog.Read.All"),
    ],
)


# One stream's trouble is not another's


@REFUSALS
def test_what_was_never_readable_is_skipped_with_the_action_and_is_no_failure(
    project: Project, withdraw: Callable[[Project], None], code: str, action: str, caplog: pytest.LogCaptureFixture
) -> None:
    withdraw(project)

    run = project.run(*OTHERS)

    report = run.reports["sign_ins"]
    assert run.exit_code == 0
    assert (report["outcome"], report["graphCode"]) == ("skipped", code)
    assert action in report["action"]
    assert "deselect sign_ins" in report["action"]
    assert uuid.UUID(report["requestId"])
    assert report["action"] in caplog.text
    assert run.bookmark("sign_ins") == {}
    assert {name for name, outcome in outcomes(run).items() if outcome == "complete"} == set(OTHERS) - {"sign_ins"}


@REFUSALS
def test_what_was_read_before_fails_when_it_is_refused_and_keeps_its_bookmark(
    project: Project, withdraw: Callable[[Project], None], code: str, action: str
) -> None:
    before = project.run(*OTHERS)
    withdraw(project)

    run = project.run(*OTHERS)

    report = run.reports["sign_ins"]
    assert run.exit_code == 1
    assert (report["outcome"], report["graphCode"]) == ("failed", code)
    assert action in report["action"]
    assert run.bookmark("sign_ins") == before.bookmark("sign_ins")
    assert {name for name, outcome in outcomes(run).items() if outcome == "complete"} == set(OTHERS) - {"sign_ins"}


def test_a_skipped_stream_is_skipped_again_and_read_once_it_may_be(project: Project) -> None:
    withdraw_plan(project)
    project.run("sign_ins")

    again = project.run("sign_ins")
    project.sandbox.consent.premium = True
    allowed = project.run("sign_ins")

    assert (again.exit_code, outcomes(again)) == (0, {"sign_ins": "skipped"})
    assert (allowed.exit_code, outcomes(allowed)) == (0, {"sign_ins": "complete"})
    assert project.mistakes("sign_ins") == []


def test_a_plan_that_graph_denies_by_mistake_is_asked_for_again(project: Project) -> None:
    project.faults.next("plan_doubted", times=3, path="/auditLogs/signIns")

    run = project.run("sign_ins")

    assert outcomes(run) == {"sign_ins": "complete"}
    assert project.mistakes("sign_ins") == []


def test_pictures_that_may_not_be_read_are_skipped_or_fail_alike(project: Project) -> None:
    everything = {*project.sandbox.consent.scopes}
    project.sandbox.consent.scopes.discard("ProfilePhoto.Read.All")
    never = project.run("users", "profile_photos")
    project.sandbox.consent.scopes = everything
    project.run("users", "profile_photos")
    project.sandbox.consent.scopes = everything - {"ProfilePhoto.Read.All"}

    withdrawn = project.run("users", "profile_photos")

    assert (never.exit_code, outcomes(never)) == (0, {"users": "complete", "profile_photos": "skipped"})
    assert "ProfilePhoto.Read.All" in never.reports["profile_photos"]["action"]
    assert (withdrawn.exit_code, outcomes(withdrawn)) == (1, {"users": "complete", "profile_photos": "failed"})


@pytest.mark.parametrize("path", ["/domains", "/users", "/users/*/photo", "/auditLogs/signIns"])
def test_a_stream_that_gets_no_answer_takes_no_other_with_it(project: Project, path: str) -> None:
    project.faults.often("unavailable", 1.0, path=path)

    run = project.run(*OTHERS, retry_budget_minutes=1)

    assert run.exit_code == 1
    assert [*run.reports] == [*OTHERS]
    assert "complete" in outcomes(run).values()
    assert {"failed", "partial"} & {*outcomes(run).values()}


def test_a_defect_in_one_stream_takes_no_other_with_it(
    project: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def read(*_: Any) -> Any:
        raise LookupError("a defect")

    monkeypatch.setattr(Users, "read", read)

    run = project.run(*OTHERS)

    assert run.exit_code == 1
    assert outcomes(run) == {**dict.fromkeys(OTHERS, "complete"), "users": "failed"}
    assert "a defect" in caplog.text


# The results of the run


def test_every_stream_has_one_row_in_stream_runs_written_last(project: Project) -> None:
    run = project.run()

    rows = run.records("stream_runs")
    selected = [stream.name for stream in STREAMS if stream.name != "stream_runs"]
    assert [row["stream"] for row in rows] == selected
    assert {row["runId"] for row in rows} == {rows[0]["runId"]}
    last = [message for message in run.messages if message["type"] == "RECORD"][-len(rows) :]
    assert {message["stream"] for message in last} == {"stream_runs"}
    for row in rows:
        started, finished = (odata.parse_instant(row[name]) for name in ("startedAt", "finishedAt"))
        assert started <= finished
        assert row["rows"] == len(run.records(row["stream"]))
        assert row["deleted"] == len(run.removals(row["stream"]))


def test_runs_are_only_ever_appended(project: Project) -> None:
    project.run("domains")
    project.run("domains")

    assert len(project.warehouse.live("stream_runs")) == 2


@pytest.mark.parametrize("way", ["deselected", "its columns deselected", "not in the catalog"])
def test_stream_runs_is_written_whatever_was_selected(project: Project, way: str) -> None:
    catalog = selection("domains")
    (entry,) = (entry for entry in catalog["streams"] if entry["tap_stream_id"] == "stream_runs")
    for known in entry["metadata"]:
        known["metadata"]["selected"] = way != "deselected" and not known["breadcrumb"]
    if way == "not in the catalog":
        catalog["streams"].remove(entry)

    run = project.run(catalog=catalog)

    assert outcomes(run) == {"domains": "complete"}
    assert run.records("stream_runs")[0]["action"] is None


def test_a_dead_refresh_token_ends_the_run_at_once_and_says_so_for_every_stream(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    state = project.run(*OTHERS).state
    project.sandbox.login.refresh_tokens.revoke_all()

    run = project.run(*OTHERS)

    assert run.exit_code == 1
    assert outcomes(run) == dict.fromkeys(OTHERS, "failed")
    assert {report["graphCode"] for report in run.reports.values()} == {"AADSTS50173"}
    assert all("ign in again" in report["action"] or "connect" in report["action"] for report in run.reports.values())
    assert {message.get("stream") for message in run.messages if message["type"] != "STATE"} == {"stream_runs"}
    assert run.state["bookmarks"].items() >= state["bookmarks"].items()
    assert "AADSTS50173" in caplog.text
    assert not any("/v1.0/" in path for path in run.asked)


def test_a_token_that_dies_on_the_way_fails_what_was_not_read_yet(project: Project) -> None:
    def die(message: Message) -> None:
        if (message["type"], message.get("stream")) == ("ACTIVATE_VERSION", "domains"):
            project.sandbox.login.refresh_tokens.revoke_all()
            project.sandbox.login.access_tokens.revoke_all()

    run = project.run(*OTHERS, on_message=die)

    assert run.exit_code == 1
    assert_only_whole_ones_are_complete(project, run, otherwise="failed")
    assert outcomes(run)["domains"] == "complete"


def test_properties_that_are_not_extracted_are_named_once(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    at = project.tenant.now() - timedelta(hours=1)
    for number in range(3):
        row = {"id": str(number), "createdDateTime": odata.instant(at), "brandNew": 1}
        project.tenant.logs["signIns"].append(LogRow(at, at, lambda _, row=row: row, ()))
    caplog.set_level("INFO", logger="tap-entra")

    run = project.run("sign_ins")

    assert run.exit_code == 0
    assert caplog.text.count("brandNew") == 1
    assert not any("brandNew" in row for row in run.records("sign_ins"))


# Stopped


def test_a_sigterm_ends_with_state_a_row_for_every_stream_and_143(project: Project) -> None:
    run = project.run(*OTHERS, on_message=stop_after("users", 5))

    assert run.exit_code == 143
    assert run.messages[-1]["type"] in {"STATE", "RECORD"}
    assert_only_whole_ones_are_complete(project, run, otherwise="partial")
    assert outcomes(run)["users"] == "partial"
    assert all(report["finishedAt"] for report in run.reports.values())


def test_the_run_after_a_sigterm_loses_nothing(project: Project) -> None:
    project.run(*OTHERS, on_message=stop_after("users", 5))

    run = project.run(*OTHERS)

    assert run.exit_code == 0
    for stream in OTHERS:
        assert project.mistakes(stream) == []


@pytest.mark.parametrize(("stream", "path"), [("users", "/users"), ("sign_ins", "/auditLogs/*")])
def test_a_refusal_in_the_middle_of_a_first_load_is_no_choice(project: Project, stream: str, path: str) -> None:
    project.faults.page_limit = 4

    def refuse(message: Message) -> None:
        if (message["type"], message.get("stream")) == ("RECORD", stream):
            project.faults.often("denied", 1.0, path=path)

    run = project.run(stream, on_message=refuse)
    project.faults.clear()

    assert (run.exit_code, run.reports[stream]["outcome"]) == (1, "failed")
    assert run.reports[stream]["rows"] > 0
    assert project.run(stream).exit_code == 0
    assert project.mistakes(stream) == []
