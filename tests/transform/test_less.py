"""Where less is loaded, less is known: the views still build, and call nothing unused that they cannot know of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sandbox import Sandbox
from tests.pipeline import SCHEMA
from tests.transform.answers.insights import insights
from tests.transform.answers.world import World
from tests.transform.company import Company
from tests.transform.comparison import differences
from tests.transform.conftest import SHORT, UNTESTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.transform.company import Row
    from tests.transform.conftest import History

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("history")]

LOGS = ("sign_ins", "non_interactive_sign_ins", "service_principal_sign_ins", "managed_identity_sign_ins")
SUMMARIES = "non_interactive_sign_in_summaries"
REPORTS = ("user_sign_in_activity", "service_principal_sign_in_activities")
WITHOUT = {
    "logs": (*LOGS, SUMMARIES, "directory_audits"),
    "clients_and_reports": (*LOGS[1:], SUMMARIES, *REPORTS),
    "evidence_and_roles": (
        *LOGS,
        SUMMARIES,
        *REPORTS,
        "role_definitions",
        "role_assignments",
        "user_registration_details",
    ),
}


def answers(world: World) -> dict[tuple[str, str, str], Row]:
    return {key: {"severity": severity, "evidence": said} for key, (severity, said) in insights(world).items()}


def insights_of(company: Company, schema: str) -> dict[tuple[str, str, str], Row]:
    rows = company.rows("insights", f"{schema}_views")
    return {(row["kind"], row["subject_id"], row["related_id"] or ""): row for row in rows}


@pytest.mark.parametrize("missing", WITHOUT)
def test_insights_without(history: History, missing: str) -> None:
    company, schema = history.company, f"without_{missing}"
    company.copy(schema, without=WITHOUT[missing])

    company.build(*UNTESTED, schema=schema, **SHORT)

    world = history.next_day.world.having(without=WITHOUT[missing])
    assert differences(answers(world), insights_of(company, schema)) == []
    status = {row["stream"]: row["state"] for row in company.rows("sync_status", f"{schema}_views")}
    assert {stream for stream, state in status.items() if state == "not selected"} == {*WITHOUT[missing]}


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company without Entra ID P1, which Microsoft lets read neither logs nor reports of sign-ins."""
    folder: Path = tmp_path_factory.mktemp("poor")
    with Sandbox(users=20, sign_ins=60, seed=5, postgres=True, planted=True) as sandbox:
        sandbox.consent.premium = False
        company = Company(sandbox, folder)
        company.load()
        company.build(*UNTESTED, **SHORT)
        yield company


def test_without_a_plan_each_refused_stream_says_what_to_do(poor: Company) -> None:
    status = {row["stream"]: row for row in poor.rows("sync_status")}

    refused = {stream for stream, row in status.items() if row["last_outcome"] == "skipped"}
    assert {"sign_ins", "non_interactive_sign_ins", "user_sign_in_activity", "user_registration_details"} <= refused
    for stream, row in status.items():
        assert row["state"] == ("not available" if stream in refused else "active")
        assert bool(re.search("Entra ID P[12]", row["action"] or "")) == (stream in refused)


def test_without_a_plan_usage_is_unknown_not_none(poor: Company) -> None:
    for row in poor.rows("employees"):
        assert (row["apps_used_30d"], row["apps_used_90d"], row["evidence"]) == (None, None, None)
        assert row["mfa_registered"] is None
    for row in poor.rows("applications"):
        assert (row["people_30d"], row["people_90d"], row["sign_ins_30d"]) == (None, None, None)


def test_without_a_plan_people_and_apps_are_there_all_the_same(poor: Company) -> None:
    live = {row["user_id"] for row in poor.rows("employees") if row["account_state"] != "left"}

    assert live == poor.tenant.directory["users"].live.keys()
    assert {row["app_id"] for row in poor.rows("applications")} >= poor.tenant.planted.apps.keys()


def test_without_a_plan_insights_are_what_can_be_known(poor: Company) -> None:
    refused = tuple(row["stream"] for row in poor.rows("sync_status") if row["last_outcome"] == "skipped")
    world = World.of(poor.tenant, poor.loaded_at).having(without=refused, **SHORT)

    assert differences(answers(world), insights_of(poor, SCHEMA)) == []
    kinds = {row["kind"] for row in poor.rows("insights")}
    assert {"leaver_access", "unassigned_licences", "risky_grant"} <= kinds
    assert not kinds & {
        "unused_account",
        "unused_licence",
        "quiet_guest",
        "stale_admin",
        "failing_sign_ins",
        "admin_without_mfa",
    }
