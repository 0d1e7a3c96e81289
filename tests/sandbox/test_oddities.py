"""Odd answers, one switch each."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.tenant.makers.extensions import BADGE_NUMBER, EXTENSIONS, extension_columns

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client

USERS = (
    "/v1.0/users/delta?$select=displayName,accountEnabled,userPrincipalName,createdDateTime,userType,assignedLicenses"
)


@pytest.fixture
def later(sandbox: Sandbox, graph: Client) -> str:
    """A delta link of the users, and something has changed since: a name, an account is gone."""
    sandbox.faults.replays = sandbox.faults.repeated_changes = sandbox.faults.empty_pages = 0
    link = str(graph.get(f"{USERS}&$deltatoken=latest").json()["@odata.deltaLink"])
    users, now = sandbox.tenant.directory["users"], sandbox.tenant.now()
    for key in list(users.live)[:3]:
        users.alter(key, now, displayName="Renamed")
    users.soft_delete(list(users.live)[-1], now)
    return link


def test_an_incremental_sync_sends_parts_of_objects(sandbox: Sandbox, graph: Client, later: str) -> None:
    sandbox.faults.odd.partial_rows = 1.0

    rows = [row for row in graph.rows(later) if "@removed" not in row]

    assert len(rows) == 3
    always = {"displayName", "accountEnabled", "userPrincipalName", "createdDateTime", "userType"}
    assert all(always - row.keys() for row in rows)
    assert sandbox.faults.oddities["partial_rows"] == 3


def test_an_incremental_sync_sends_id_and_name_alone(sandbox: Sandbox, graph: Client, later: str) -> None:
    sandbox.faults.odd.bare_rows = 1.0

    rows = [row for row in graph.rows(later) if "@removed" not in row]

    assert [row.keys() for row in rows] == [{"id", "displayName"}] * 3


def test_an_initial_sync_sends_whole_objects_all_the_same(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.odd.bare_rows = sandbox.faults.odd.partial_rows = 1.0

    assert all("accountEnabled" in row for row in graph.rows(USERS) if "@removed" not in row)


def test_a_deleted_user_comes_as_an_id_alone(sandbox: Sandbox, graph: Client, later: str) -> None:
    sandbox.faults.odd.unmarked_removals = 1.0

    gone = list(sandbox.tenant.directory["users"].recycle_bin)[-1]
    assert {"id": gone} in graph.rows(later)


def test_an_incremental_sync_calls_all_users_removed(sandbox: Sandbox, graph: Client, later: str) -> None:
    sandbox.faults.odd.wrongly_removed["users"] = 1.0

    removed = {row["id"] for row in graph.rows(later) if "@removed" in row}

    assert removed >= sandbox.tenant.directory["users"].live.keys()


def test_empty_lists_are_left_out_of_delta(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.odd.omits_empty_lists = True

    rows = [row for row in graph.rows(USERS) if "@removed" not in row]

    assert all(row.get("assignedLicenses") != [] for row in rows)
    assert any("assignedLicenses" not in row for row in rows)


def test_a_page_is_served_twice_in_place_of_the_next(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.empty_pages = 0
    sandbox.faults.page_limit = 20
    sandbox.faults.odd.repeated_pages = 1.0

    pages = [[row["id"] for row in page["value"]] for page in graph.pages("/v1.0/users?$select=id")]

    assert len(pages) == 3
    assert pages[1] == pages[0]


def test_a_log_lists_an_id_twice_with_the_attempt_before(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.duplicate_rows = 0
    sandbox.faults.odd.doubled_ids = 0.5

    rows = graph.rows("/v1.0/auditLogs/signIns")

    twice = [id_ for id_, count in Counter(row["id"] for row in rows).items() if count == 2]
    assert twice
    assert {row["status"]["errorCode"] for row in rows if row["id"] in twice} >= {0, 50074}


def test_a_page_with_a_poison_row_is_an_error_under_200(sandbox: Sandbox, graph: Client) -> None:
    row = sandbox.tenant.logs["signIns"][250]
    sandbox.faults.odd.poison.add(row.row["id"])
    moment = row.row["createdDateTime"]

    with_it = graph.get(f"/v1.0/auditLogs/signIns?$filter=createdDateTime ge {moment} and createdDateTime le {moment}")
    without = graph.get(f"/v1.0/auditLogs/signIns?$filter=createdDateTime gt {moment}")

    assert (with_it.status_code, with_it.json()["error"]["code"]) == (200, "UnknownError")
    assert "value" in without.json()


def test_a_poison_row_may_break_the_whole_batch(sandbox: Sandbox, graph: Client) -> None:
    group, members = next(item for item in sandbox.tenant.directory["groups"].links["members"].items() if item[1])
    sandbox.faults.odd.poison.add(next(iter(members)))
    sandbox.faults.odd.poison_breaks_batches = True
    steps = [{"id": "1", "method": "GET", "url": f"/groups/{group}/members?$select=id"}]

    answer = graph.http.post(f"{sandbox.graph_url}/v1.0/$batch", json={"requests": steps}, timeout=9)

    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


@pytest.mark.parametrize("status", [400, 501])
@pytest.mark.parametrize("path", ["/v1.0/groups", "/v1.0/groups/delta"])
def test_a_property_may_be_refused(sandbox: Sandbox, graph: Client, path: str, status: int) -> None:
    sandbox.faults.odd.refused_properties["organizationId"] = status

    assert graph.get(f"{path}?$select=id,organizationId").status_code == status
    assert graph.get(f"{path}?$select=id,displayName").status_code == 200


@pytest.mark.parametrize(
    ("fault", "spelled"), [("never_as_empty_text", ""), ("never_as_year_one", "0001-01-01T00:00:00Z")]
)
def test_never_is_spelled_in_other_ways(sandbox: Sandbox, graph: Client, fault: str, spelled: str) -> None:
    for activity in sandbox.tenant.lists["signInActivity"].values():
        activity["lastSuccessfulSignInDateTime"] = None
    sandbox.faults.often(fault, 1.0)

    rows = graph.rows("/v1.0/users?$select=id,signInActivity")

    shown = {row["signInActivity"]["lastSuccessfulSignInDateTime"] for row in rows if "signInActivity" in row}
    assert shown == {spelled}


def test_a_count_may_come_with_a_decimal_point(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.often("numbers_with_decimal_point", 1.0)

    text = graph.get("/v1.0/subscribedSkus").text

    assert all(isinstance(sku["consumedUnits"], float) for sku in json.loads(text)["value"])


def test_json_may_be_indented(sandbox: Sandbox, graph: Client) -> None:
    plain = graph.get("/v1.0/domains").json()
    sandbox.faults.next("indented_json")

    indented = graph.get("/v1.0/domains")

    assert indented.text.startswith("{\n  ")
    assert indented.json() == plain


def test_a_next_link_may_be_none(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("malformed_next_link")

    link: Any = graph.get("/v1.0/users?$top=5").json()["@odata.nextLink"]

    assert not str(link).startswith(sandbox.graph_url)


def test_a_filter_of_a_log_may_be_refused_once(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("refused_filter")
    moment = sandbox.tenant.now().isoformat()[:19] + "Z"
    path = f"/v1.0/auditLogs/signIns?$filter=createdDateTime le {moment}"

    assert [graph.get(path).status_code for _ in range(2)] == [400, 200]


def test_audits_may_have_null_targets(sandbox: Sandbox, graph: Client) -> None:
    sandbox.tenant.audits.null_targets_every = 5
    sandbox.tenant.pass_days(1)
    graph.sign_in()

    rows = graph.rows("/v1.0/auditLogs/directoryAudits")

    assert any(row["targetResources"] is None for row in rows)
    assert [row for row in sandbox.tenant.truth("directory_audits") if row["targetResources"] is None]


def test_extensions_come_by_name_alone(sandbox: Sandbox, graph: Client) -> None:
    set_for = {key for key in sandbox.tenant.directory["users"].live if BADGE_NUMBER in extension_columns(key)}

    named = graph.rows(f"/v1.0/users?$select=id,{','.join(EXTENSIONS)}")
    unnamed = graph.rows("/v1.0/users")

    assert {row["id"] for row in named if BADGE_NUMBER in row} == set_for
    assert set_for
    assert not any(name in row for row in unnamed for name in EXTENSIONS)
    assert graph.get("/v1.0/users?$select=extension_00000000000000000000000000000000_x").status_code == 400


def test_all_oddities_are_off_at_first_and_after_clear(sandbox: Sandbox, graph: Client, later: str) -> None:
    odd = sandbox.faults.odd
    untouched = {name: value for name, value in vars(odd).items() if not name.startswith("_")}
    odd.partial_rows = odd.repeated_pages = 1.0
    odd.poison.add("x")
    odd.refused_properties["displayName"] = 400

    sandbox.faults.clear()

    assert {name: value for name, value in vars(odd).items() if not name.startswith("_")} == untouched
    assert len([row for row in graph.rows(later) if "accountEnabled" in row]) == 3
