"""Lists of the directory: pages, $select, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import requests

    from sandbox import Sandbox
    from tests.sandbox.conftest import Client, NewClient, NewSandbox

DEFAULT_USER = {
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
}


def refusal(response: requests.Response) -> tuple[int, str, str]:
    error = response.json()["error"]
    return response.status_code, error["code"], error["message"]


def test_all_users_come_once_in_pages_of_the_size_asked_for(sandbox: Sandbox, graph: Client) -> None:
    pages = list(graph.pages("/v1.0/users?$top=7&$select=id"))

    ids = [user["id"] for page in pages for user in page["value"]]
    assert sorted(ids) == sorted(sandbox.tenant.directory["users"].live)
    assert {len(page["value"]) for page in pages[:-1]} <= {7, 0}


def test_a_page_has_a_hundred_rows_unless_asked_otherwise(new_sandbox: NewSandbox, new_client: NewClient) -> None:
    sandbox = new_sandbox(users=130)
    sandbox.faults.empty_pages = 0

    pages = list(new_client(sandbox).pages("/v1.0/users"))

    assert len(pages[0]["value"]) == 100


def test_a_next_link_repeats_the_query_as_it_was_sent(sandbox: Sandbox, graph: Client) -> None:
    link = graph.get("/v1.0/users?%24top=7&$select=id,mail").json()["@odata.nextLink"]

    assert link.startswith(f"{sandbox.graph_url}/v1.0/users?%24top=7&$select=id,mail&$skiptoken=")


def test_an_empty_page_may_lead_on(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.empty_pages = 1

    pages = list(graph.pages("/v1.0/users?$top=20&$select=id"))

    assert pages[0]["value"] == []
    assert sum(len(page["value"]) for page in pages) == len(sandbox.tenant.directory["users"].live)


def test_without_select_a_user_has_eleven_properties(graph: Client) -> None:
    assert set(graph.rows("/v1.0/users?$top=1")[0]) == DEFAULT_USER


def test_select_gives_what_it_names_and_null_for_what_is_not_set(graph: Client) -> None:
    users = graph.rows("/v1.0/users?$select=id,department,faxNumber")

    assert {tuple(user) for user in users} == {("id", "department", "faxNumber")}
    assert {user["faxNumber"] for user in users} == {None}


@pytest.mark.parametrize("top", [0, 1000, 5000])
def test_users_come_in_pages_of_999_at_most(graph: Client, top: int) -> None:
    status, code, message = refusal(graph.get(f"/v1.0/users?$top={top}"))

    assert (status, code) == (400, "Request_UnsupportedQuery")
    assert message == f"Invalid page size specified: '{top}'. Must be between 1 and 999 inclusive."


def test_skip_is_refused(graph: Client) -> None:
    assert refusal(graph.get("/v1.0/users?$skip=5"))[0] == 400


@pytest.mark.parametrize("name", ["aboutMe", "skills", "mailboxSettings"])
def test_a_property_of_single_users_is_not_implemented_on_the_list(graph: Client, name: str) -> None:
    assert graph.get(f"/v1.0/users?$select=id,{name}").status_code == 501


def test_an_unknown_property_is_refused_by_name(graph: Client) -> None:
    status, code, message = refusal(graph.get("/v1.0/users?$select=id,shoeSize"))

    assert (status, code) == (400, "BadRequest")
    assert "Could not find a property named 'shoeSize' on type 'microsoft.graph.user'." in message


def test_an_unknown_path_is_refused(graph: Client) -> None:
    assert refusal(graph.get("/v1.0/flowers"))[2] == (
        "Resource not found for the segment 'flowers'. (the sandbox does not serve /flowers: "
        "add sandbox/lists/flowers.py and name it in sandbox/lists/__init__.py)"
    )
    assert graph.get("/v3.0/users").status_code == 400


def test_an_error_carries_the_ids_to_quote_to_support(graph: Client) -> None:
    response = graph.get("/v1.0/users/missing", client_request_id="4a1c2a58-0000-4000-8000-000000000000")

    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (404, "Request_ResourceNotFound")
    assert error["innerError"]["request-id"] == response.headers["request-id"]
    assert error["innerError"]["client-request-id"] == "4a1c2a58-0000-4000-8000-000000000000"
    assert len(error["innerError"]["date"]) == len("2026-08-01T00:00:00")


def test_one_user_is_found_by_id_by_name_and_as_me(sandbox: Sandbox, graph: Client) -> None:
    user = sandbox.login.user

    by_id = graph.get(f"/v1.0/users/{user['id']}?$select=id,mail").json()
    by_name = graph.get(f"/v1.0/users/{user['userPrincipalName']}?$select=id,mail").json()
    me = graph.get("/v1.0/me?$select=id,mail").json()

    assert by_id["id"] == by_name["id"] == me["id"] == user["id"]


def test_filters_compare_single_properties(sandbox: Sandbox, graph: Client) -> None:
    user = sandbox.login.user

    by_name = graph.rows(f"/v1.0/users?$filter=userPrincipalName eq '{user['userPrincipalName'].upper()}'")
    by_start = graph.rows("/v1.0/users?$filter=startswith(displayName,'A') or accountEnabled eq false&$select=id")

    assert [one["id"] for one in by_name] == [user["id"]]
    live = sandbox.tenant.directory["users"].live.values()
    assert {one["id"] for one in by_start} == {
        one["id"] for one in live if one["displayName"].upper().startswith("A") or one["accountEnabled"] is False
    }


def test_a_negative_filter_needs_an_advanced_query(sandbox: Sandbox, graph: Client) -> None:
    path = "/v1.0/users?$filter=userType ne 'Guest'&$select=id"

    assert refusal(graph.get(path))[:2] == (400, "Request_UnsupportedQuery")
    body = graph.get(f"{path}&$count=true", ConsistencyLevel="eventual").json()
    assert 0 < body["@odata.count"] < len(sandbox.tenant.directory["users"].live)


def test_a_list_is_counted_in_an_index_of_its_own(sandbox: Sandbox, graph: Client) -> None:
    path, there = "/v1.0/users?$count=true&$top=1", len(sandbox.tenant.directory["users"].live)
    sandbox.faults.shrunken["users"], sandbox.faults.miscounts["users"] = 0.5, 2

    assert graph.get(path, ConsistencyLevel="eventual").json()["@odata.count"] == there + 2
    assert "@odata.count" not in graph.get(path).json()
    sandbox.faults.counts = False
    assert refusal(graph.get(path, ConsistencyLevel="eventual"))[:2] == (400, "Request_UnsupportedQuery")


def test_a_page_token_is_forgotten_within_the_day(sandbox: Sandbox, graph: Client) -> None:
    link = graph.get("/v1.0/users?$top=5").json()["@odata.nextLink"]
    assert graph.get(link).status_code == 200

    sandbox.tenant.pass_days(1)
    graph.sign_in()

    assert refusal(graph.get(link))[:2] == (400, "Directory_ExpiredPageToken")


def test_a_page_may_be_read_twice(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.empty_pages = 0
    link = graph.get("/v1.0/users?$top=5").json()["@odata.nextLink"]

    assert graph.get(link).json()["value"] == graph.get(link).json()["value"]


def test_sign_in_activity_comes_in_pages_of_500_and_not_for_everybody(sandbox: Sandbox, graph: Client) -> None:
    users = graph.rows("/v1.0/users?$select=id,signInActivity&$top=500")

    seen = {user["id"]: user["signInActivity"] for user in users if "signInActivity" in user}
    assert seen == {id_: one for id_, one in sandbox.tenant.lists["signInActivity"].items() if id_ in seen}
    assert 0 < len(seen) < len(users)


@pytest.mark.parametrize("limit", [500, 120])
def test_sign_in_activity_of_too_many_users_at_a_time_is_refused(sandbox: Sandbox, graph: Client, limit: int) -> None:
    sandbox.faults.sign_in_activity_page = limit

    answer = refusal(graph.get(f"/v1.0/users?$select=id,signInActivity&$top={limit + 1}"))

    assert answer == (400, "BadRequest", f"Cannot query data for more than {limit} users at a time")
    assert graph.get(f"/v1.0/users?$select=id,signInActivity&$top={limit}").status_code == 200


def test_organization_is_a_list_of_one(sandbox: Sandbox, graph: Client) -> None:
    assert [one["id"] for one in graph.rows("/v1.0/organization")] == [sandbox.tenant.id]


def test_domains_come_in_one_page(sandbox: Sandbox, graph: Client) -> None:
    body = graph.get("/v1.0/domains").json()

    assert "@odata.nextLink" not in body
    assert [one["id"] for one in body["value"]] == list(sandbox.tenant.lists["domains"])


def test_subscribed_skus_take_no_options(graph: Client) -> None:
    assert graph.get("/v1.0/subscribedSkus").status_code == 200
    assert graph.get("/v1.0/subscribedSkus?$select=id").status_code == 400


def test_grants_are_lost_from_small_pages(sandbox: Sandbox, graph: Client) -> None:
    grants = sandbox.tenant.lists["oauth2PermissionGrants"]

    assert {one["id"] for one in graph.rows("/v1.0/oauth2PermissionGrants?$top=999")} == set(grants)
    assert len(graph.rows("/v1.0/oauth2PermissionGrants")) < len(grants)


def test_certificates_show_their_bytes_only_when_selected(sandbox: Sandbox, graph: Client) -> None:
    applications = sandbox.tenant.directory["applications"]
    app = next(iter(applications.live))
    applications.alter(app, sandbox.tenant.now(), keyCredentials=[{"keyId": "k", "key": None}])

    plain = {one["id"]: one for one in graph.rows("/v1.0/applications?$top=999")}
    selected = {one["id"]: one for one in graph.rows("/v1.0/applications?$top=999&$select=id,keyCredentials")}

    assert plain[app]["keyCredentials"] == [{"keyId": "k", "key": None}]
    assert selected[app]["keyCredentials"][0]["key"]


@pytest.mark.parametrize(
    "path",
    [
        "groups",
        "applications",
        "servicePrincipals",
        "devices",
        "directory/administrativeUnits",
        "roleManagement/directory/roleDefinitions",
        "roleManagement/directory/roleAssignments",
        "reports/authenticationMethods/userRegistrationDetails",
    ],
)
def test_the_other_lists_are_whole_too(sandbox: Sandbox, graph: Client, path: str) -> None:
    store = path.rpartition("/")[2]
    rows = sandbox.tenant.directory[store].live if store in sandbox.tenant.directory else sandbox.tenant.lists[path]

    assert {one["id"] for one in graph.rows(f"/v1.0/{path}")} == set(rows) != set()


def test_service_principal_activity_is_beta_only(sandbox: Sandbox, graph: Client) -> None:
    path = "reports/servicePrincipalSignInActivities"

    assert graph.get(f"/v1.0/{path}").status_code == 400
    assert {one["id"] for one in graph.rows(f"/beta/{path}")} == set(sandbox.tenant.lists[path]) != set()


def test_assignments_hang_on_their_service_principal(sandbox: Sandbox, graph: Client) -> None:
    assigned = sandbox.tenant.lists["appRoleAssignedTo"]
    one = next(principal for principal, rows in assigned.items() if rows)

    assert graph.rows(f"/v1.0/servicePrincipals/{one}/appRoleAssignedTo?$top=999") == assigned[one]
    assert graph.get("/v1.0/servicePrincipals/nothing/appRoleAssignedTo").status_code == 404


def test_owners_hang_on_their_service_principal(sandbox: Sandbox, graph: Client) -> None:
    owners = sandbox.tenant.directory["servicePrincipals"].links["owners"]
    one = next(id_ for id_, held in owners.items() if "#microsoft.graph.servicePrincipal" in held.values())

    found = graph.rows(f"/v1.0/servicePrincipals/{one}/owners?$select=id&$top=999")

    assert {row["id"]: row["@odata.type"] for row in found} == owners[one]
    assert all(row.keys() == {"@odata.type", "id"} for row in found)
    assert graph.get("/v1.0/servicePrincipals/nothing/owners").status_code == 404


def test_members_leave_out_service_principals_unless_asked_in_the_advanced_way(sandbox: Sandbox, graph: Client) -> None:
    links = sandbox.tenant.directory["groups"].links["members"]
    group = next(id_ for id_, members in links.items() if "#microsoft.graph.servicePrincipal" in members.values())
    path = f"/v1.0/groups/{group}/members?$select=id"

    short = graph.rows(path)
    whole = graph.get(f"{path}&$count=true&$top=999", ConsistencyLevel="eventual").json()["value"]

    assert "#microsoft.graph.servicePrincipal" not in {one["@odata.type"] for one in short}
    assert {one["id"] for one in whole} == set(links[group])


def test_the_recycle_bin_tells_when(sandbox: Sandbox, graph: Client) -> None:
    rows = graph.rows("/v1.0/directory/deletedItems/microsoft.graph.user?$select=id,deletedDateTime")

    bin_ = sandbox.tenant.directory["users"].recycle_bin
    assert {row["id"]: row["deletedDateTime"] for row in rows} == {
        user["id"]: user["deletedDateTime"] for user in bin_.values()
    }
    assert rows
    assert graph.get("/v1.0/directory/deletedItems/microsoft.graph.domain").status_code == 400


def test_a_manager_is_one_hop_away(sandbox: Sandbox, graph: Client) -> None:
    links = sandbox.tenant.directory["users"].links["manager"]
    user, manager = next((user, next(iter(managers))) for user, managers in links.items() if managers)
    chief = next(user for user in sandbox.tenant.directory["users"].live if not links.get(user))

    assert graph.get(f"/v1.0/users/{user}/manager").json()["id"] == manager
    assert graph.get(f"/v1.0/users/{chief}/manager").status_code == 404


def test_nothing_can_be_changed(graph: Client) -> None:
    assert graph.http.delete(f"{graph.sandbox.graph_url}/v1.0/users/x", timeout=9).status_code == 405
