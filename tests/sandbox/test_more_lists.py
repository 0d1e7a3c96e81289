"""Lists that few tenants read: templates, subscriptions, contacts, owners, settings, counts and summaries."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.lists import CHILD_LISTS, LISTS, LOGS, STREAMS

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client

TEMPLATES = "/v1.0/applicationTemplates"
SUMMARIES = "/beta/auditLogs/getSummarizedNonInteractiveSignIns(aggregationWindow='d1')"


def test_the_gallery_pages_as_the_header_asks(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.empty_pages = 0
    prefer = {"Prefer": "odata.maxpagesize=2800"}

    whole = graph.get(TEMPLATES, **prefer).json()
    selected = graph.get(f"{TEMPLATES}?$select=id", **prefer).json()
    second = graph.get(selected["@odata.nextLink"]).json()
    plain = graph.get(TEMPLATES).json()

    assert len(whole["value"]) == len(sandbox.tenant.lists["applicationTemplates"]) > 400
    assert "@odata.nextLink" not in whole
    assert [len(page["value"]) for page in (selected, second, plain)] == [200, 100, 100]


def test_the_gallery_needs_no_permission(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.scopes = {"User.Read"}
    graph.sign_in()

    assert graph.get(TEMPLATES).status_code == 200
    assert graph.get("/v1.0/contacts").status_code == 403


def test_the_risk_of_an_app_needs_a_licence(sandbox: Sandbox, graph: Client) -> None:
    key = next(iter(sandbox.tenant.lists["applicationTemplates"]))
    path = f"{TEMPLATES}/{key}?$select=id,riskScore,riskFactors"

    without = graph.get(path).json()
    sandbox.consent.internet_access = True
    with_one = graph.get(path).json()

    assert "@microsoft.graph.licenseRequired" in without
    assert "riskScore" not in without
    assert 0 <= with_one["riskScore"]["total"] <= 10
    assert "@microsoft.graph.licenseRequired" not in with_one
    assert "riskScore" not in graph.get(f"{TEMPLATES}/{key}").json()


def test_gallery_apps_of_the_company_have_their_template(sandbox: Sandbox) -> None:
    principals = sandbox.tenant.directory["servicePrincipals"].live.values()
    used = {row["applicationTemplateId"] for row in principals if row["applicationTemplateId"]}

    assert used
    assert used <= sandbox.tenant.lists["applicationTemplates"].keys()


def test_subscriptions_add_up_to_the_seats(sandbox: Sandbox, graph: Client) -> None:
    sandbox.tenant.pass_days(2)
    graph.sign_in()
    bought: Counter[str] = Counter()

    rows = graph.rows("/v1.0/directory/subscriptions")

    for row in rows:
        if row["status"] not in {"Deleted", "LockedOut"}:
            bought[row["skuId"]] += row["totalLicenses"]
    for sku in graph.rows("/v1.0/subscribedSkus"):
        units = sku["prepaidUnits"]
        assert bought[sku["skuId"]] == units["enabled"] + units["warning"] + units["suspended"]
    assert {row["status"] for row in rows} >= {"Enabled", "Warning", "Deleted"}
    assert any(row["isTrial"] for row in rows)


def test_contacts_have_delta_rounds_and_a_recycle_bin(sandbox: Sandbox, graph: Client) -> None:
    link = graph.get("/v1.0/contacts/delta?$deltatoken=latest&$select=displayName").json()["@odata.deltaLink"]
    sandbox.tenant.pass_days(2)
    graph.sign_in()

    rows = graph.rows(link)

    assert any("@removed" in row for row in rows)
    assert any("@removed" not in row for row in rows)
    assert graph.rows("/v1.0/directory/deletedItems/microsoft.graph.orgContact?$select=id")


@pytest.mark.parametrize(
    ("collection", "relation"),
    [("applications", "owners"), ("devices", "registeredOwners"), ("devices", "registeredUsers")],
)
def test_owners_are_listed_below_their_object(sandbox: Sandbox, graph: Client, collection: str, relation: str) -> None:
    key, owners = next(iter(sandbox.tenant.directory[collection].links[relation].items()))

    rows = graph.rows(f"/v1.0/{collection}/{key}/{relation}?$select=id")

    assert {row["id"]: row["@odata.type"] for row in rows} == owners


def test_a_list_shows_twenty_links_of_an_object_and_not_that_there_are_more(sandbox: Sandbox, graph: Client) -> None:
    devices = sandbox.tenant.directory["devices"]
    key, other = list(devices.live)[:2]
    devices.links["registeredUsers"][key] = dict.fromkeys(
        sandbox.tenant.directory["users"].live, "#microsoft.graph.user"
    )

    rows = graph.rows("/v1.0/devices?$select=id&$expand=registeredUsers($select=id)&$top=999")

    shown = {row["id"]: row["registeredUsers"] for row in rows}
    assert len(sandbox.tenant.directory["users"].live) > len(shown[key]) == 20
    assert shown[key][0].keys() == {"@odata.type", "id"}
    assert {one["id"] for one in shown[other]} == {*devices.links["registeredUsers"][other]}
    assert not any("registeredUsers@odata.nextLink" in row for row in rows)
    assert graph.get("/v1.0/devices?$expand=memberOf($select=id)").status_code == 400


def test_a_role_for_one_unit_is_listed_below_the_unit(sandbox: Sandbox, graph: Client) -> None:
    ((unit, members),) = sandbox.tenant.lists["scopedRoleMembers"].items()

    rows = graph.rows(f"/v1.0/directory/administrativeUnits/{unit}/scopedRoleMembers")

    assert rows == members
    assert rows[0]["roleMemberInfo"]["id"] in sandbox.tenant.people


def test_settings_have_another_name_in_beta(graph: Client) -> None:
    settings = graph.rows("/v1.0/groupSettings")

    assert {row["displayName"] for row in settings} == {"Group.Unified", "Password Rule Settings"}
    assert graph.rows("/beta/settings") == settings
    assert graph.get("/v1.0/settings").status_code == 400


def test_certificates_come_with_their_bytes_by_name_alone(graph: Client) -> None:
    def keys(path: str) -> list[dict[str, Any]]:
        return [key for row in graph.rows(path) for key in row["keyCredentials"]]

    named, unnamed = keys("/v1.0/servicePrincipals?$select=id,keyCredentials"), keys("/v1.0/servicePrincipals")

    assert all(key["key"] for key in named)
    assert {key["key"] for key in unnamed} == {None}
    pairs = Counter(key["customKeyIdentifier"] for key in named)
    assert set(pairs.values()) == {2}
    assert {key["usage"] for key in named} == {"Sign", "Verify"}
    assert keys("/v1.0/applications?$select=id,keyCredentials")


def test_apps_have_a_logo(graph: Client) -> None:
    assert any(row["info"]["logoUrl"] for row in graph.rows("/v1.0/applications?$select=id,info"))


def test_the_provisioning_log_is_read_in_windows(sandbox: Sandbox, graph: Client) -> None:
    moments = sorted(row["activityDateTime"] for row in sandbox.tenant.truth("provisioning_logs"))
    middle = moments[len(moments) // 2]

    rows = graph.rows(f"/v1.0/auditLogs/provisioning?$filter=activityDateTime ge {middle}")

    assert rows
    assert all(row["activityDateTime"] >= middle for row in rows)
    assert {row["provisioningStatusInfo"]["status"] for row in graph.rows("/v1.0/auditLogs/provisioning")} >= {
        "success"
    }


def test_microsofts_counts_equal_the_log(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.duplicate_rows = 0
    log = graph.rows("/v1.0/auditLogs/signIns")

    by_day = graph.rows("/beta/auditLogs/signInEventsSummary")
    by_app = graph.rows("/beta/auditLogs/signInEventsAppSummary")

    days = Counter(row["createdDateTime"][:10] for row in log)
    assert {row["activityDateTime"][:10]: row["signInCount"] for row in by_day} == days
    assert {row["appId"]: row["signInCount"] for row in by_app} == Counter(row["appId"] for row in log)
    assert graph.get("/v1.0/auditLogs/signInEventsSummary").status_code == 400


def test_summaries_add_up_to_the_full_log(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.duplicate_rows = 0
    log = graph.rows("/beta/auditLogs/signIns?$filter=signInEventTypes/any(t: t eq 'nonInteractiveUser')")

    rows = graph.rows(SUMMARIES)

    assert sum(row["signInCount"] for row in rows) == len(log)
    assert len(rows) < len(log)
    assert all(row["userPrincipalName"] == row["userPrincipalName"].lower() for row in rows)
    sums: Counter[tuple[str, str]] = Counter()
    for row in rows:
        sums[row["aggregationDateTime"][:10], row["appId"]] += row["signInCount"]
    assert sums == Counter((row["createdDateTime"][:10], row["appId"]) for row in log)


def test_counts_and_summaries_need_what_reports_need(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.roles.clear()

    for path in (SUMMARIES, "/beta/auditLogs/signInEventsSummary", "/v1.0/auditLogs/provisioning"):
        assert graph.get(path).json()["error"]["code"] == "Authentication_RequestFromUnsupportedUserRole"


POLICIES = "/v1.0/identity/conditionalAccess/policies"
LOCATIONS = "/v1.0/identity/conditionalAccess/namedLocations"
PROVIDERS = "/v1.0/identity/identityProviders"
ELIGIBLE = "/v1.0/roleManagement/directory/roleEligibilitySchedules"
ACTIVE = "/v1.0/roleManagement/directory/roleAssignmentSchedules"
DETECTIONS = "/v1.0/identityProtection/riskDetections"
AT_RISK = "/v1.0/identityProtection/riskyUsers"
CONSENT = "/v1.0/policies/adminConsentRequestPolicy"


def test_places_have_the_columns_of_their_kind_and_the_list_those_of_all(graph: Client) -> None:
    rows = {row["@odata.type"].rpartition(".")[2]: row for row in graph.rows(LOCATIONS)}

    assert "ipRanges" in rows["ipNamedLocation"].keys() - rows["countryNamedLocation"].keys()
    assert "countriesAndRegions" in rows["countryNamedLocation"].keys() - rows["ipNamedLocation"].keys()
    assert graph.get(f"{LOCATIONS}?$select=id,ipRanges").status_code == 400


def test_policies_name_locations_of_the_list(graph: Client) -> None:
    policies, places = graph.rows(POLICIES), {row["id"] for row in graph.rows(LOCATIONS)}

    named = {place for row in policies for place in (row["conditions"]["locations"] or {}).get("includeLocations", ())}
    assert named
    assert named <= places
    assert {row["state"] for row in policies} == {"enabled", "disabled", "enabledForReportingButNotEnforced"}


def test_the_policy_on_requests_for_consent_is_one_object_without_an_id(graph: Client) -> None:
    policy = graph.get(f"{CONSENT}?$select=isEnabled,reviewers").json()

    assert policy.keys() == {"@odata.context", "isEnabled", "reviewers"}
    assert graph.get(f"{CONSENT}?$select=id").status_code == 400
    assert graph.get(f"{CONSENT}?$top=1").status_code == 400


@pytest.mark.parametrize("path", [POLICIES, LOCATIONS, PROVIDERS, CONSENT, ELIGIBLE, ACTIVE, DETECTIONS, AT_RISK])
def test_what_is_beyond_the_directory_needs_its_own_permission_and_a_role(
    sandbox: Sandbox, graph: Client, path: str
) -> None:
    sandbox.consent.roles = {"Reports Reader"}
    assert graph.get(path).status_code == 403

    sandbox.consent.roles = {"Global Reader"}
    sandbox.consent.scopes = {"AuditLog.Read.All", "User.Read"}
    graph.sign_in()
    assert graph.get(path).status_code == 403


def test_each_role_that_is_held_has_a_schedule_and_one_is_activated_anew_each_day(
    sandbox: Sandbox, graph: Client
) -> None:
    def activated() -> list[dict[str, Any]]:
        return [row for row in graph.rows(ACTIVE) if row["assignmentType"] == "Activated"]

    held = {(row["principalId"], row["roleDefinitionId"]) for row in sandbox.tenant.truth("role_assignments")}
    assert {(row["principalId"], row["roleDefinitionId"]) for row in graph.rows(ACTIVE)} == held
    (before,) = activated()
    assert before["principalId"] in {row["principalId"] for row in graph.rows(ELIGIBLE)}

    sandbox.tenant.pass_days(1)
    graph.sign_in()

    (after,) = activated()
    assert after["id"] != before["id"]
    assert after["scheduleInfo"]["expiration"]["endDateTime"] > before["scheduleInfo"]["expiration"]["endDateTime"]


def test_eligible_roles_need_p2_and_graph_calls_that_a_bad_request(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.p2 = False

    answer = graph.get(ELIGIBLE)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "AadPremiumLicenseRequired")


def test_a_person_is_at_risk_while_a_detection_about_them_is(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.empty_pages = 0
    found = graph.rows(f"{DETECTIONS}?$top=500")
    people = {row["id"]: row for row in graph.rows(AT_RISK)}

    assert len(graph.get(DETECTIONS).json()["value"]) <= 20
    assert graph.get(f"{DETECTIONS}?$top=501").status_code == 400
    assert people.keys() == {row["userId"] for row in found}
    for key, person in people.items():
        states = {row["riskState"] for row in found if row["userId"] == key}
        assert person["riskState"] == ("atRisk" if "atRisk" in states else "remediated")


def test_people_at_risk_need_p2_and_what_was_found_any_plan(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.p2 = False

    assert "is not licensed" in graph.get(AT_RISK).json()["error"]["message"]
    assert graph.get(DETECTIONS).status_code == 200


def test_policies_need_a_plan(sandbox: Sandbox, graph: Client) -> None:
    sandbox.consent.premium = False

    error = graph.get(POLICIES).json()["error"]

    assert (error["code"], "is not licensed" in error["message"]) == ("AccessDenied", True)


@pytest.mark.parametrize("path", [*LISTS, *LOGS])
def test_every_list_is_served_as_it_is_described(graph: Client, path: str) -> None:
    version = "v1.0" if path in LOGS or "v1.0" in LISTS[path].versions else "beta"

    page = graph.get(f"/{version}/{path}")

    assert page.status_code == 200, page.text
    described = LISTS[path].properties if path in LISTS else None
    rows = [page.json()] if path in LISTS and LISTS[path].is_single else page.json()["value"]
    if described and rows:
        assert set(described.default) - {"@odata.type"} <= rows[0].keys()


def test_each_stream_has_its_rows_in_one_place(sandbox: Sandbox) -> None:
    expected = [one.expected for one in LISTS.values()]
    expected += [one.expected for one in CHILD_LISTS.values()]
    expected += [one.expected for one in LOGS.values()]
    named = [name for streams in expected for name in streams]

    assert len(named) == len(set(named)) == len(STREAMS)
    assert all(sandbox.tenant.truth(name) for name in named)
