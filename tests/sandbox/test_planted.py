"""Graph shows what a tenant hides on purpose like everything else, and it disturbs nothing."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.tenant.tenant import Tenant

if TYPE_CHECKING:
    from sandbox.tenant.collection_store import JsonObject

STARTS = datetime(2026, 3, 4, 10, 30, tzinfo=timezone.utc)
KINDS = {
    "admin_with_weak_mfa",
    "admin_without_mfa",
    "ai_app",
    "app_without_owner",
    "contained_in_microsoft365",
    "disabled_app_grants",
    "failing_app",
    "failing_sign_ins",
    "groups_without_owner",
    "guest_admin",
    "leaver_access",
    "legacy_sign_ins",
    "new_admin",
    "new_app",
    "open_risk",
    "overlapping_licences",
    "own_app_rights",
    "pending_guest",
    "quiet_guest",
    "redundant_apps",
    "renewal",
    "risky_grant",
    "seats_without_use",
    "stale_admin",
    "stale_devices",
    "unassigned_licences",
    "unused_account",
    "unused_app",
    "unused_licence",
    "unused_seat",
}


def tenant(**options: Any) -> Tenant:
    return Tenant(users=50, sign_ins=300, seed=3, starts=STARTS, **options)


@pytest.fixture(scope="module")
def planted() -> Tenant:
    made = tenant(planted=True)
    made.pass_days(8)
    return made


def by(column: str, rows: list[JsonObject]) -> dict[str, JsonObject]:
    return {row[column]: row for row in rows}


def test_there_are_findings_and_near_misses_of_every_kind() -> None:
    expected = tenant(planted=True).planted

    assert {finding.kind for finding in expected.findings} == KINDS
    assert {near_miss.kind for near_miss in expected.near_misses} == KINDS
    assert Counter(finding.key for finding in expected.findings).most_common(1)[0][1] == 1
    spared = {(near_miss.kind, near_miss.subject) for near_miss in expected.near_misses}
    assert not spared & {(finding.kind, finding.subject) for finding in expected.findings}


def test_nothing_of_it_is_there_unless_asked_for() -> None:
    plain, planted = tenant(), tenant(planted=True)

    assert not plain.planted.findings
    assert plain.people.keys() == planted.people.keys()
    assert [app.app_id for app in plain.apps] == [app.app_id for app in planted.apps]


def test_the_days_that_pass_leave_it_alone(planted: Tenant) -> None:
    fresh = tenant(planted=True)
    expected = planted.planted

    for collection, ids in (("users", expected.people), ("servicePrincipals", expected.principals)):
        rows = planted.directory[collection].live
        assert {key: rows[key] for key in ids} == {key: fresh.directory[collection].live[key] for key in ids}
    for key in expected.principals:
        assert planted.lists["appRoleAssignedTo"][key] == fresh.lists["appRoleAssignedTo"][key]


def test_reports_follow_the_logs(planted: Tenant) -> None:
    apps = by("appId", planted.truth("service_principal_sign_in_activities"))
    users = by("id", planted.truth("user_sign_in_activity"))
    rows = [*planted.truth("sign_ins"), *planted.truth("non_interactive_sign_ins")]
    good = [row for row in rows if not row["status"]["errorCode"] and row["userId"] in planted.planted.people]
    used = {(row["appId"], row["userId"]): row["createdDateTime"][:19] for row in good}

    assert used
    for (app_id, user_id), when in used.items():
        assert users[user_id]["signInActivity"]["lastSuccessfulSignInDateTime"] >= when
        if app_id in planted.planted.apps:
            assert apps[app_id]["delegatedClientSignInActivity"]["lastSignInDateTime"] >= when


def test_what_is_used_goes_on_being_used(planted: Tenant) -> None:
    rows = [*planted.truth("sign_ins"), *planted.truth("non_interactive_sign_ins")]
    begins = STARTS.isoformat()[:19]

    going_on = {row["userId"] for row in rows if row["createdDateTime"] > begins} & planted.planted.people.keys()

    assert going_on == {routine.person.id for routine in planted.planted.routines if routine.person}


def test_licences_are_counted(planted: Tenant) -> None:
    held = Counter(
        licence["skuId"] for user in planted.directory["users"].live.values() for licence in user["assignedLicenses"]
    )

    for sku in planted.truth("subscribed_skus"):
        assert sku["consumedUnits"] == held[sku["skuId"]]


def test_an_obscure_company_uses_nothing_that_anybody_knows() -> None:
    obscure, plain = tenant(planted=True, obscure=True), tenant(planted=True)

    def products(of: Tenant) -> set[str]:
        return {
            app.product.domain for app in (*of.apps, *of.planted.apps.values()) if app.product and app.product.domain
        }

    assert all(domain.endswith(".example") for domain in products(obscure))
    assert len(products(obscure)) == len(products(plain))
    assert not any(finding.kind == "redundant_apps" for finding in obscure.planted.findings)


def test_further_questions_have_rows_and_near_misses(planted: Tenant) -> None:
    people = {person.display_name: key for key, person in planted.planted.people.items()}
    users, sign_ins = by("id", planted.truth("users")), planted.truth("sign_ins")
    legacy = [row for row in sign_ins if "SMTP" in row["clientAppUsed"]]
    audits = {row["activityDisplayName"] for row in planted.truth("directory_audits")}
    seen = {row["displayName"]: row["approximateLastSignInDateTime"] for row in planted.truth("devices")}

    assert [len(users[people[name]]["assignedLicenses"]) for name in ("Dirk Double", "Edda Single")] == [2, 1]
    assert {row["userDisplayName"]: row["status"]["errorCode"] for row in legacy} == {
        "Luzia Legacy": 0,
        "Lothar Refused": 50126,
    }
    assert {row["riskState"] for row in sign_ins} >= {"none", "atRisk", "remediated"}
    assert audits >= {"Consent to application", "Add service principal", "Invite external user"}
    assert any(row["principalId"] == people["Gisa Guestadmin"] for row in planted.truth("role_assignments"))
    assert min(seen.values()) < "2025-09" < max(seen.values())
