"""Delta rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Client, NewClient, NewSandbox


def read_round(graph: Client, link: str) -> tuple[list[dict[str, Any]], str]:
    """All entries of a round, and the link to the next."""
    pages = list(graph.pages(link))
    assert all("@odata.nextLink" in page and "@odata.deltaLink" not in page for page in pages[:-1])
    return [entry for page in pages for entry in page["value"]], pages[-1]["@odata.deltaLink"]


def apply(entries: list[dict[str, Any]], objects: dict[str, dict[str, Any]]) -> None:
    """What any reader of delta does: the last word on each object wins."""
    for entry in entries:
        if "@removed" in entry:
            objects.pop(entry["id"], None)
        else:
            objects[entry["id"]] = entry


def pass_days(graph: Client, count: int = 1) -> None:
    graph.sandbox.tenant.pass_days(count)
    graph.sign_in()  # the access token has expired meanwhile


@pytest.fixture
def calm(sandbox: Sandbox, graph: Client) -> Client:
    """A client of a Graph that neither repeats itself nor leaves pages empty."""
    sandbox.faults.replays = sandbox.faults.repeated_changes = sandbox.faults.empty_pages = 0
    return graph


def test_an_initial_sync_gives_all_objects_in_pages_of_some_200(new_sandbox: NewSandbox, new_client: NewClient) -> None:
    sandbox = new_sandbox(users=450)
    sandbox.faults.empty_pages = 0
    graph = new_client(sandbox)

    pages = list(graph.pages("/v1.0/users/delta?$select=displayName"))

    assert [len(page["value"]) for page in pages[:2]] == [200, 200]
    ids = {entry["id"] for page in pages for entry in page["value"] if "@removed" not in entry}
    assert ids == set(sandbox.tenant.directory["users"].live)


def test_latest_gives_a_delta_link_and_nothing_else(graph: Client) -> None:
    body = graph.get("/v1.0/users/delta?$deltatoken=latest&$select=displayName").json()

    assert body["value"] == []
    assert "$deltatoken=" in body["@odata.deltaLink"]
    assert "@odata.nextLink" not in body


@pytest.mark.slow
@pytest.mark.parametrize("collection", ["users", "groups", "applications", "servicePrincipals", "devices"])
def test_rounds_keep_a_copy_true_over_weeks(new_sandbox: NewSandbox, new_client: NewClient, collection: str) -> None:
    graph = new_client(new_sandbox(users=80))
    copy: dict[str, dict[str, Any]] = {}
    select = "id,displayName,accountEnabled" if collection not in ("groups", "applications") else "id,displayName"
    names = select.split(",")
    link = f"/v1.0/{collection}/delta?$select={select}"

    for _ in range(12):
        entries, link = read_round(graph, link)
        apply(entries, copy)
        live = graph.sandbox.tenant.directory[collection].live
        assert {id_: [row.get(name) for name in names] for id_, row in copy.items()} == {
            id_: [row[name] for name in names] for id_, row in live.items()
        }
        pass_days(graph, 3)


def test_a_quiet_round_is_empty(calm: Client) -> None:
    _, link = read_round(calm, "/v1.0/users/delta?$select=displayName")

    assert read_round(calm, link)[0] == []


def test_what_is_not_selected_is_not_tracked(calm: Client) -> None:
    _, names = read_round(calm, "/v1.0/users/delta?$deltatoken=latest&$select=displayName")
    _, ids = read_round(calm, "/v1.0/users/delta?$deltatoken=latest&$select=id")
    before = set(calm.sandbox.tenant.directory["users"].live)

    pass_days(calm, 5)

    live = calm.sandbox.tenant.directory["users"].live
    told = {entry["id"] for entry in read_round(calm, ids)[0] if "@removed" not in entry}
    assert set(live) - before <= told
    assert len(told) < len({entry["id"] for entry in read_round(calm, names)[0]}) or told == set(live) - before


def test_a_changed_object_shows_what_is_emptied_and_hides_what_was_never_set(calm: Client) -> None:
    users = calm.sandbox.tenant.directory["users"]
    user = next(user for user in users.live.values() if user["department"] and not user["faxNumber"])
    _, link = read_round(calm, "/v1.0/users/delta?$deltatoken=latest&$select=displayName,department,faxNumber")

    users.put({**user, "department": None}, calm.sandbox.tenant.now())

    (entry,), _ = read_round(calm, link)
    assert entry == {"id": user["id"], "displayName": user["displayName"], "department": None}


def test_deletions_say_whether_the_object_can_come_back(calm: Client) -> None:
    users, now = calm.sandbox.tenant.directory["users"], calm.sandbox.tenant.now()
    one, other = list(users.live)[-2:]
    _, link = read_round(calm, "/v1.0/users/delta?$deltatoken=latest&$select=displayName")

    users.soft_delete(one, now)
    users.soft_delete(other, now)
    users.purge(other, now)

    assert read_round(calm, link)[0] == [
        {"id": one, "@removed": {"reason": "changed"}},
        {"id": other, "@removed": {"reason": "changed"}},
        {"id": other, "@removed": {"reason": "deleted"}},
    ]


def test_a_restored_object_comes_back_after_its_removal(calm: Client) -> None:
    users, now = calm.sandbox.tenant.directory["users"], calm.sandbox.tenant.now()
    one = list(users.live)[-1]
    _, link = read_round(calm, "/v1.0/users/delta?$deltatoken=latest&$select=displayName")

    users.soft_delete(one, now)
    users.restore(one, now)

    entries, _ = read_round(calm, link)
    assert [("@removed" in entry, entry["id"]) for entry in entries] == [(True, one), (False, one)]


def test_seen_changes_may_come_again(calm: Client) -> None:
    pass_days(calm, 3)
    _, link = read_round(calm, "/v1.0/users/delta?$select=displayName")
    calm.sandbox.faults.replays = 1

    assert read_round(calm, link)[0] != []


def test_one_object_may_come_twice_in_a_round(calm: Client) -> None:
    users, now = calm.sandbox.tenant.directory["users"], calm.sandbox.tenant.now()
    user = users.live[next(iter(users.live))]
    _, link = read_round(calm, "/v1.0/users/delta?$deltatoken=latest&$select=jobTitle")
    calm.sandbox.faults.repeated_changes = 1

    users.put({**user, "jobTitle": "One"}, now)
    users.put({**user, "jobTitle": "Two"}, now)

    assert [entry["jobTitle"] for entry in read_round(calm, link)[0]] == ["Two", "Two"]


def test_managers_come_as_links(calm: Client) -> None:
    users, now = calm.sandbox.tenant.directory["users"], calm.sandbox.tenant.now()
    entries, link = read_round(calm, "/v1.0/users/delta?$select=manager")
    told = {entry["id"]: entry["manager@delta"] for entry in entries if "manager@delta" in entry}
    user, (old,) = next((user, list(links)) for user, links in users.links["manager"].items() if links)
    assert told[user] == [{"@odata.type": "#microsoft.graph.user", "id": old}]
    new = next(id_ for id_ in users.live if id_ not in (user, old))

    users.unlink("manager", user, old, now)
    users.link("manager", user, new, "#microsoft.graph.user", now)

    (entry,), _ = read_round(calm, link)
    assert entry == {
        "id": user,
        "manager@delta": [
            {"@odata.type": "#microsoft.graph.user", "id": old, "@removed": {"reason": "deleted"}},
            {"@odata.type": "#microsoft.graph.user", "id": new},
        ],
    }


def test_members_come_in_chunks_that_recur(calm: Client) -> None:
    calm.sandbox.faults.member_chunk = 3
    entries, _ = read_round(calm, "/v1.0/groups/delta?$select=members")

    told: dict[str, list[str]] = {}
    for entry in entries:
        assert len(entry.get("members@delta", [])) <= 3
        told.setdefault(entry["id"], []).extend(one["id"] for one in entry.get("members@delta", []))

    groups = calm.sandbox.tenant.directory["groups"]
    living = {id_ for store in calm.sandbox.tenant.directory.values() for id_ in store.live}
    for group in groups.live:
        assert sorted(told[group]) == sorted(set(groups.links["members"].get(group, {})) & living)
    assert any(len(members) > 3 for members in told.values())


def test_the_links_of_a_deleted_member_are_not_reported(calm: Client) -> None:
    tenant = calm.sandbox.tenant
    groups, users = tenant.directory["groups"], tenant.directory["users"]
    group, member = next(
        (group, member)
        for group, members in groups.links["members"].items()
        for member in members
        if member in users.live and group in groups.live
    )
    _, link = read_round(calm, "/v1.0/groups/delta?$select=members")

    users.soft_delete(member, tenant.now())

    assert read_round(calm, link)[0] == []
    entries, _ = read_round(calm, "/v1.0/groups/delta?$select=members")
    assert member not in {one["id"] for entry in entries for one in entry.get("members@delta", [])}
    assert group in {entry["id"] for entry in entries}


def test_groups_without_select_report_members_too(calm: Client) -> None:
    entries, _ = read_round(calm, "/v1.0/groups/delta")

    assert any("members@delta" in entry for entry in entries)
    assert all("displayName" in entry for entry in entries if "@removed" not in entry)


def test_a_round_can_follow_a_few_objects(calm: Client) -> None:
    one, other = list(calm.sandbox.tenant.directory["users"].live)[:2]

    entries, _ = read_round(calm, f"/v1.0/users/delta?$filter=id eq '{one}' or id eq '{other}'&$select=id")

    assert {entry["id"] for entry in entries} == {one, other}


def test_a_delta_link_lives_seven_days_and_is_then_refused_in_two_spellings(calm: Client) -> None:
    _, link = read_round(calm, "/v1.0/users/delta?$deltatoken=latest&$select=id")
    pass_days(calm, 6)
    assert calm.get(link).status_code == 200
    pass_days(calm, 2)

    one, other = calm.get(link), calm.get(link)

    assert one.status_code == 400
    assert one.json()["error"]["innerError"]["code"] == "syncStateNotFound"
    assert other.status_code == 410
    assert other.headers["Location"] == f"{calm.sandbox.graph_url}/v1.0/users/delta?$deltatoken="


def test_a_delta_link_of_another_tenant_or_list_is_refused(new_sandbox: NewSandbox, new_client: NewClient) -> None:
    one, other = new_client(new_sandbox(seed=1)), new_client(new_sandbox(seed=2))
    _, link = read_round(one, "/v1.0/users/delta?$deltatoken=latest&$select=id")

    assert other.get(link.replace(one.sandbox.graph_url, "")).status_code in (400, 410)
    assert one.get(link.replace("/users/", "/groups/")).status_code in (400, 410)


def test_a_delta_link_survives_a_restart_of_the_same_tenant(new_sandbox: NewSandbox, new_client: NewClient) -> None:
    one, other = new_client(new_sandbox(seed=1)), new_client(new_sandbox(seed=1))
    _, link = read_round(one, "/v1.0/users/delta?$deltatoken=latest&$select=id")

    assert other.get(link.replace(one.sandbox.graph_url, "")).status_code == 200


@pytest.mark.parametrize("query", ["$top=5", "$orderby=displayName", "$select=signInActivity", "$filter=mail eq 'x'"])
def test_what_delta_does_not_know_is_refused(graph: Client, query: str) -> None:
    assert graph.get(f"/v1.0/users/delta?{query}").status_code == 400
