"""Refusals for lack of scope, role or plan: each has its own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client

NO_PLAN = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
NO_ROLE = "Authentication_RequestFromUnsupportedUserRole"
NO_REPORT_SCOPE = "Authentication_MSGraphPermissionMissing"
NO_SCOPE = "Authorization_RequestDenied"
REPORTS = [
    "/v1.0/auditLogs/signIns",
    "/v1.0/auditLogs/directoryAudits",
    "/v1.0/reports/authenticationMethods/userRegistrationDetails",
    "/beta/reports/servicePrincipalSignInActivities",
    "/v1.0/users?$select=id,signInActivity",
]


def code(graph: Client, path: str) -> str | None:
    answer = graph.get(path)
    assert answer.status_code in (200, 403), answer.text
    return None if answer.status_code == 200 else answer.json()["error"]["code"]


def consent(graph: Client, *scopes: str) -> None:
    graph.sandbox.consent.scopes = set(scopes)
    graph.sign_in()


@pytest.mark.parametrize("path", REPORTS)
def test_reports_need_audit_log_read_all(graph: Client, path: str) -> None:
    consent(graph, "Directory.Read.All", "User.Read.All")

    assert code(graph, path) == NO_REPORT_SCOPE


@pytest.mark.parametrize("path", REPORTS)
def test_reports_need_a_directory_role(sandbox: Sandbox, graph: Client, path: str) -> None:
    sandbox.consent.roles = {"User Administrator"}
    assert code(graph, path) == NO_ROLE

    sandbox.consent.roles = {"Reports Reader"}
    assert code(graph, path) is None


def test_some_reports_need_a_plan(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.premium = False

    assert [code(graph, path) for path in REPORTS] == [NO_PLAN, None, NO_PLAN, None, NO_PLAN]


def test_one_property_without_plan_costs_the_whole_list(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.premium = False

    assert code(graph, "/v1.0/users?$select=id,mail") is None
    assert code(graph, "/v1.0/users?$select=id,mail,signInActivity") == NO_PLAN


def test_a_licensed_tenant_is_sometimes_denied_its_plan(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.doubted_plans = (0.5, 1.0)

    assert {code(graph, "/v1.0/auditLogs/signIns?$top=1") for _ in range(20)} == {None, NO_PLAN}


def test_without_directory_read_all_the_plan_is_often_denied(graph: Client) -> None:
    consent(graph, "AuditLog.Read.All")

    assert {code(graph, "/v1.0/auditLogs/signIns?$top=1") for _ in range(20)} == {None, NO_PLAN}


@pytest.mark.parametrize(
    "path", ["/v1.0/users", "/v1.0/groups/delta", "/v1.0/organization", "/v1.0/oauth2PermissionGrants"]
)
def test_the_directory_needs_a_scope_of_its_own(graph: Client, path: str) -> None:
    consent(graph, "AuditLog.Read.All", "User.Read")

    assert code(graph, path) == NO_SCOPE


def test_a_basic_scope_shows_basic_profiles_only(graph: Client) -> None:
    consent(graph, "User.ReadBasic.All")

    assert code(graph, "/v1.0/users?$select=id,displayName,mail") is None
    assert code(graph, "/v1.0/users?$select=id,department") == NO_SCOPE


def test_the_day_of_leaving_needs_one_more_scope(graph: Client) -> None:
    assert code(graph, "/v1.0/users?$select=id,employeeLeaveDateTime") == NO_SCOPE


def test_consent_counts_from_the_next_access_token_on(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.scopes.remove("AuditLog.Read.All")
    assert code(graph, "/v1.0/auditLogs/signIns?$top=1") is None

    graph.sign_in()
    assert code(graph, "/v1.0/auditLogs/signIns?$top=1") == NO_REPORT_SCOPE
