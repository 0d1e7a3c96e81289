"""Odd values, rows, links and ids, one fault each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.faults.oddities import NEWEST

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client

USERS = "/v1.0/users?$select=id,displayName,accountEnabled,createdDateTime,assignedLicenses&$top=999"
MEMBERS = "/v1.0/groups/delta?$select=members"


@pytest.fixture(autouse=True)
def _plain(sandbox: Sandbox) -> None:
    faults = sandbox.faults
    faults.replays = faults.repeated_changes = faults.empty_pages = faults.duplicate_rows = 0


def by_id(rows: list[Any]) -> dict[str, Any]:
    return {row["id"]: row for row in rows}


def test_values_come_in_other_spellings(sandbox: Sandbox, graph: Client) -> None:
    plain = by_id(graph.rows(USERS))
    sandbox.faults.next("respelled_values", share=1.0)

    odd = by_id(graph.rows(USERS))

    assert odd.keys() == plain.keys()
    assert not [row for row in odd.values() if isinstance(row["accountEnabled"], bool)]
    assert len({str(row["accountEnabled"]).strip().lower() for row in odd.values()} - {"true", "false", "1", "0"}) == 0
    assert [row for id_, row in odd.items() if row["createdDateTime"] != plain[id_]["createdDateTime"]]
    assert all(row["displayName"] == plain[id_]["displayName"] for id_, row in odd.items())


def test_values_fit_no_column_and_are_noted(sandbox: Sandbox, graph: Client) -> None:
    plain = by_id(graph.rows(USERS))
    sandbox.faults.next("misfit_values", share=0.3)

    odd = by_id(graph.rows(USERS))

    changed = {(id_, name) for id_, row in odd.items() for name in row if row[name] != plain[id_][name]}
    assert changed
    assert sandbox.faults.spoiled == changed


def test_numbers_come_as_json_has_none(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.often("misfit_values", 1.0, share=1.0)

    texts = [graph.get("/v1.0/subscribedSkus").text for _ in range(30)]

    assert any(":NaN" in text for text in texts)
    assert any(":1e400" in text for text in texts)


def test_the_recycle_bin_has_odd_values_of_its_own(sandbox: Sandbox, graph: Client) -> None:
    users = sandbox.tenant.directory["users"]
    users.soft_delete(next(iter(users.live)), sandbox.tenant.now())
    sandbox.faults.often("misfit_values_in_recycle_bin", 1.0, share=1.0)

    path = "/v1.0/directory/deletedItems/microsoft.graph.user?$select=id,deletedDateTime"
    assert all(not str(row["deletedDateTime"]).startswith("2026-0") for row in graph.rows(path))
    assert graph.rows(USERS)
    assert sandbox.faults.strikes["misfit_values_in_recycle_bin"] == 1


def test_rows_have_properties_with_the_names_of_the_loaders_columns(sandbox: Sandbox, graph: Client) -> None:
    sandbox.faults.next("reserved_properties")

    assert all("_sdc_deleted_at" in row for row in graph.rows(USERS))


def test_empty_lists_are_null(sandbox: Sandbox, graph: Client) -> None:
    plain = by_id(graph.rows(USERS))
    sandbox.faults.next("null_for_empty_list")

    odd = by_id(graph.rows(USERS))

    assert {id_ for id_, row in odd.items() if row["assignedLicenses"] is None} == {
        id_ for id_, row in plain.items() if row["assignedLicenses"] == []
    }


def test_something_else_stands_in_place_of_a_row(sandbox: Sandbox, graph: Client) -> None:
    plain = graph.rows("/v1.0/domains")
    sandbox.faults.often("no_row", 1.0)

    for _ in range(20):
        odd = graph.rows("/v1.0/domains")
        assert len([row for row in odd if row in plain]) in {len(plain) - 1, len(plain)}
        assert len([row for row in odd if row not in plain]) == 1


def test_something_else_stands_in_place_of_a_link(sandbox: Sandbox, graph: Client) -> None:
    plain = graph.rows(MEMBERS)
    sandbox.faults.next("no_link")

    odd = graph.rows(MEMBERS)

    assert len([row for row in odd if row not in plain]) == 1


def test_removals_are_marked_in_odd_ways_and_live_rows_as_not_removed(sandbox: Sandbox, graph: Client) -> None:
    path = "/v1.0/users/delta?$select=displayName"
    link = str(graph.get(f"{path}&$deltatoken=latest").json()["@odata.deltaLink"])
    users, now = sandbox.tenant.directory["users"], sandbox.tenant.now()
    gone = list(users.live)[:5]
    for key in gone:
        users.soft_delete(key, now)
    for key in list(users.live)[:20]:
        users.alter(key, now, displayName="Renamed")
    sandbox.faults.next("odd_marks_of_removal")

    rows = by_id(graph.rows(link))

    assert all(rows[id_]["@removed"] not in (None, False) for id_ in gone)
    marks = [row["@removed"] for id_, row in rows.items() if id_ not in gone and "@removed" in row]
    assert marks
    assert not [mark for mark in marks if mark]


def test_ids_come_in_capitals(sandbox: Sandbox, graph: Client) -> None:
    plain = by_id(graph.rows(USERS))
    sandbox.faults.often("ids_in_capitals", 1.0)

    assert by_id(graph.rows(USERS)).keys() == {id_.upper() for id_ in plain}
    members = [link for row in graph.rows(MEMBERS) for link in row.get("members@delta", [])]
    assert members
    assert all(link["id"] == link["id"].upper() for link in members)
    assert graph.rows("/v1.0/auditLogs/signIns")[0]["id"].islower()


def test_an_answer_begins_with_a_byte_order_mark(sandbox: Sandbox, graph: Client) -> None:
    plain = graph.get("/v1.0/domains").json()
    sandbox.faults.next("byte_order_mark")

    content = graph.get("/v1.0/domains").content

    assert content.startswith(b"\xef\xbb\xbf")
    assert json.loads(content.decode("utf-8-sig")) == {"error": None, **plain}


@pytest.mark.parametrize("fault", ["malformed_delta_link", "foreign_delta_link"])
def test_a_delta_link_leads_nowhere(sandbox: Sandbox, graph: Client, fault: str) -> None:
    sandbox.faults.next(fault)

    link = graph.get("/v1.0/users/delta?$deltatoken=latest").json()["@odata.deltaLink"]

    assert not str(link).startswith(sandbox.graph_url)


def test_a_delta_link_is_too_long(sandbox: Sandbox, graph: Client) -> None:
    link = str(graph.get("/v1.0/users/delta?$deltatoken=latest").json()["@odata.deltaLink"])
    sandbox.faults.often("too_long_delta_link", 1.0)

    assert graph.get(link).status_code == 414
    assert graph.get("/v1.0/users/delta?$deltatoken=latest").status_code == 200


def test_a_photo_has_a_size_in_text_and_a_picture_that_is_none(sandbox: Sandbox, graph: Client) -> None:
    user = next(iter(sandbox.tenant.photos))
    plain = graph.get(f"/v1.0/users/{user}/photo").json()
    sandbox.faults.often("odd_photos", 1.0)

    odd = graph.get(f"/v1.0/users/{user}/photo").json()

    assert (odd["width"], odd["@odata.mediaEtag"]) != (plain["width"], "")
    assert float(odd["width"]) == plain["width"]
    assert graph.get(f"/v1.0/users/{user}/photo/$value").json() == {"no": "picture"}


def test_the_newest_rows_of_a_log_are_left_out(sandbox: Sandbox, graph: Client) -> None:
    sandbox.tenant.pass_days(1)
    graph.sign_in()
    plain = graph.rows("/v1.0/auditLogs/signIns")
    newest = (sandbox.tenant.now() - NEWEST).isoformat()[:19]
    sandbox.faults.odd.short_newest_day = 1.0

    short = graph.rows("/v1.0/auditLogs/signIns")

    assert short == [row for row in plain if row["createdDateTime"][:19] < newest]
    assert len(short) < len(plain)
    assert sandbox.faults.oddities["short_newest_day"]
