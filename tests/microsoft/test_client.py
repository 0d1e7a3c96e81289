"""The sandbox's Graph is one that Microsoft's own client can read, without noticing whose it is."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Sandbox
from tap_entra.graph.odata import instant, parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Read = dict[str, Any]

pytestmark = [pytest.mark.slow, pytest.mark.e2e]


@pytest.fixture(scope="module")
def tenant() -> Iterator[Sandbox]:
    """A company that has seen two days, and in which nothing happens from here on but in the last test."""
    # Small, as Microsoft's client takes a tenth of a second for a row of a log.
    with Sandbox(users=32, sign_ins=60, seed=5) as sandbox:
        sandbox.tenant.pass_days(2)
        sandbox.faults.member_chunk = 5
        yield sandbox


@pytest.fixture(scope="module")
def since(tenant: Sandbox) -> datetime:
    """Well within what a log keeps."""
    return tenant.tenant.now() - timedelta(days=20)


@pytest.fixture(scope="module")
def portrayed(tenant: Sandbox) -> list[str]:
    """Somebody with a photo, and somebody without."""
    users = tenant.tenant.directory["users"].live
    without = next(id_ for id_ in users if id_ not in tenant.tenant.photos)
    return [next(id_ for id_ in users if id_ in tenant.tenant.photos), without]


@pytest.fixture(scope="module")
def read(microsoft: Callable[..., Any], tenant: Sandbox, since: datetime, portrayed: list[str]) -> Read:
    given = {"users": portrayed, "since": instant(since)}
    read: dict[str, Any] = microsoft("client.py", "read", given=given, environment=tenant.environment())
    return read


def rows(tenant: Sandbox, stream: str) -> dict[str, Any]:
    return {row["id"]: row for row in tenant.tenant.truth(stream) if not row.get("_deleted")}


def test_users_over_several_pages_with_dates_flags_and_nested_values(tenant: Sandbox, read: Read) -> None:
    truth = rows(tenant, "users")

    assert len(read["users"]) == len(truth)
    for user in read["users"]:
        row = truth[user["id"]]
        created = parse_instant(row["createdDateTime"]).isoformat() if row["createdDateTime"] else None
        assert user == {
            "id": row["id"],
            "displayName": row["displayName"],
            "accountEnabled": row["accountEnabled"],
            "created": created,
            "skus": sorted(licence["skuId"] for licence in row["assignedLicenses"]),
            "costCenter": (row["employeeOrgData"] or {}).get("costCenter"),
            "unread": [],
        }


def test_a_delta_round_of_users_and_of_members(tenant: Sandbox, read: Read) -> None:
    users = {id_: row["displayName"] for id_, row in rows(tenant, "users").items()}
    members = {(row["groupId"], row["memberId"]) for row in tenant.tenant.truth("group_members")}

    assert read["round"]["live"] == users
    assert read["round"]["link"].startswith(f"{tenant.graph_url}/v1.0/users/delta")
    assert {(group, member) for group, member in read["members"]} == members
    assert len(read["members"]) == len(members)


def test_a_batch_with_answers_and_a_refusal(tenant: Sandbox, read: Read, portrayed: list[str]) -> None:
    assert read["batch"]["statuses"] == {"picture": 200, "found": 200, "missing": 404}
    assert base64.b64decode(read["batch"]["picture"]) == tenant.tenant.photos[portrayed[0]].content


def test_a_photo_and_that_there_is_none(tenant: Sandbox, read: Read, portrayed: list[str]) -> None:
    somebody, nobody = portrayed
    photo = tenant.tenant.photos[somebody]

    found = read["photos"][somebody]
    assert base64.b64decode(found["content"]) == photo.content
    assert (found["width"], found["height"]) == (photo.width, photo.height)
    assert read["photos"][nobody].get("status") == 404 or read["photos"][nobody]["width"] == 1


def test_sign_ins_over_several_pages(tenant: Sandbox, read: Read, since: datetime) -> None:
    truth = {id_: row for id_, row in rows(tenant, "sign_ins").items() if parse_instant(row["createdDateTime"]) > since}
    found = {row["id"]: row for row in read["sign_ins"]}

    # Rows go on arriving while the test runs.
    assert len(found) > 20
    assert found.keys() <= truth.keys()
    assert len(truth) - len(found) <= 3
    for id_, row in found.items():
        assert row["app"] == truth[id_]["appDisplayName"]
        assert row["error"] == truth[id_]["status"]["errorCode"]
        assert row["city"] == truth[id_]["location"]["city"]
        # To the microsecond, which is all that Python knows.
        assert parse_instant(row["at"]) == parse_instant(truth[id_]["createdDateTime"])


def test_a_beta_log_by_its_event_type(tenant: Sandbox, read: Read, since: datetime) -> None:
    log = rows(tenant, "non_interactive_sign_ins")
    truth = {id_ for id_, row in log.items() if parse_instant(row["createdDateTime"]) > since}

    assert {*read["beta_sign_ins"]} <= truth
    assert len(truth) - len({*read["beta_sign_ins"]}) <= 10


def test_an_incremental_sync_shows_who_came_changed_and_left(
    microsoft: Callable[..., Any], tenant: Sandbox, read: Read
) -> None:
    tenant.tenant.pass_days(3)

    changes = microsoft("client.py", "changes", read["round"]["link"], environment=tenant.environment())

    after = {**read["round"]["live"], **changes["live"]}
    gone = {id_ for id_ in changes["removed"] if id_ not in changes["live"]}
    users = {id_: row["displayName"] for id_, row in rows(tenant, "users").items()}
    assert changes["removed"]
    assert 0 < len(changes["live"]) < len(users)
    assert {id_: name for id_, name in after.items() if id_ not in gone} == users
    assert {*changes["removed"].values()} <= {"changed", "deleted"}
