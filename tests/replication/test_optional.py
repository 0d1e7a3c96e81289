"""Streams that need more than the default streams do: read in full once consented to, else skipped with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.consent import CONNECT_SCOPES
from tests.readable import OPTIONAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.warehouse import Project


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    return new_project(users=20, sign_ins=20)


def test_they_are_off_by_default_and_need_one_permission_more() -> None:
    for stream in OPTIONAL.values():
        assert not stream.selected_by_default
        assert len({*stream.permissions} - {*CONNECT_SCOPES}) == 1


def test_they_are_what_the_tenant_has_on_all_of_five_days(project: Project) -> None:
    for _ in range(5):
        run = project.run(*OPTIONAL)

        assert {name: run.reports[name]["outcome"] for name in OPTIONAL} == dict.fromkeys(OPTIONAL, "complete")
        assert [wrong for name in OPTIONAL for wrong in project.mistakes(name)] == []
        assert all(project.warehouse.live(name) for name in OPTIONAL)
        project.tenant.pass_days(1)


@pytest.mark.parametrize("name", OPTIONAL)
def test_without_its_permission_one_is_skipped_and_says_which(project: Project, name: str) -> None:
    project.sandbox.consent.scopes -= {*OPTIONAL[name].permissions, "Directory.Read.All"}

    run = project.run(name)

    assert run.exit_code == 0
    assert run.reports[name]["outcome"] == "skipped"
    assert run.reports[name]["action"].startswith(f"{name} needs {OPTIONAL[name].permissions[0]}")


def test_nothing_secret_of_a_provider_leaves_the_tap(project: Project) -> None:
    run = project.run("identity_providers")

    assert "*" not in str(run.messages)
    assert {row["objectType"] for row in run.records("identity_providers")} == {
        "builtInIdentityProvider",
        "oidcIdentityProvider",
        "socialIdentityProvider",
    }


def test_the_policy_on_consent_has_the_last_word_of_its_path_as_id_and_costs_a_request(project: Project) -> None:
    run = project.run("admin_consent_policy")

    (row,) = run.records("admin_consent_policy")
    assert row["id"] == "adminConsentRequestPolicy"
    (asked,) = (request for request in project.requests() if request.path.startswith("/v1.0"))
    assert "id" not in asked.query["$select"].split(",")


def test_an_answer_without_a_property_overwrites_no_policy(project: Project) -> None:
    project.run("admin_consent_policy")
    before = project.warehouse.live("admin_consent_policy")
    project.faults.next("empty_object", times=20, path="/policies/adminConsentRequestPolicy*")

    run = project.run("admin_consent_policy")

    assert run.exit_code == 1
    report = run.reports["admin_consent_policy"]
    assert (report["outcome"], report["graphCode"]) == ("failed", "noValue")
    assert project.warehouse.live("admin_consent_policy") == before


def test_without_the_plan_eligible_roles_are_skipped_although_graph_calls_it_a_bad_request(project: Project) -> None:
    project.sandbox.consent.p2 = False

    run = project.run("role_eligibility_schedules", "role_assignment_schedules", "conditional_access_policies")

    assert run.exit_code == 0
    report = run.reports["role_eligibility_schedules"]
    assert (report["outcome"], report["graphCode"]) == ("skipped", "AadPremiumLicenseRequired")
    assert "only to tenants with Entra ID P2" in report["action"]
    # The tap does not search for a column that was refused: the list itself is.
    assert all("$top" not in request.query for request in project.requests())
    assert run.reports["conditional_access_policies"]["outcome"] == "complete"
