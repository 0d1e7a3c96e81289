from __future__ import annotations

import base64
import struct
import zlib
from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from sandbox.lists import STREAMS
from sandbox.tenant.tenant import Tenant

STARTS = datetime(2026, 11, 16, 9, 30, tzinfo=timezone.utc)
LINKS = {
    "users": ("manager",),
    "groups": ("members", "owners"),
    "administrativeUnits": ("members",),
    "servicePrincipals": ("owners",),
}


@pytest.fixture(scope="module")
def fresh() -> Tenant:
    return Tenant(users=200, sign_ins=3000, seed=5, starts=STARTS)


@pytest.fixture(scope="module")
def aged() -> Tenant:
    tenant = Tenant(users=200, sign_ins=3000, seed=5, starts=STARTS)
    tenant.pass_days(40)
    return tenant


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.rstrip("Z")[:26]).replace(tzinfo=timezone.utc)


def living(tenant: Tenant) -> set[str]:
    return {key for store in tenant.directory.values() for key in store.live}


@pytest.fixture(scope="module")
def twins() -> list[Tenant]:
    pair = [Tenant(users=40, sign_ins=300, seed=3, starts=STARTS) for _ in range(2)]
    for tenant in pair:
        tenant.pass_days(4)
    return pair


@pytest.mark.parametrize("stream", STREAMS)
def test_same_seed_makes_the_same_tenant_and_the_same_days(twins: list[Tenant], stream: str) -> None:
    one, other = twins

    assert one.truth(stream) == other.truth(stream)
    assert one.truth(stream)


def test_another_seed_makes_another_tenant(fresh: Tenant) -> None:
    other = Tenant(users=200, sign_ins=100, seed=6, starts=STARTS)

    assert other.id != fresh.id
    assert not set(other.directory["users"].live) & set(fresh.directory["users"].live)


def test_has_as_many_users_and_sign_ins_as_wanted(fresh: Tenant) -> None:
    assert len(fresh.directory["users"].live) == 200
    assert len(fresh.logs["signIns"]) == pytest.approx(3000, rel=0.01)


@pytest.mark.parametrize("users", [1, 2, 7, 30])
def test_small_tenants_live_through_a_month_too(users: int) -> None:
    tenant = Tenant(users=users, sign_ins=20, seed=2, starts=STARTS)

    tenant.pass_days(35)

    assert tenant.truth("users")


def test_ids_are_unique_across_the_whole_directory(aged: Tenant) -> None:
    keys = [key for store in aged.directory.values() for key in (*store.live, *store.recycle_bin)]

    assert len(keys) == len(set(keys))
    assert all(item["id"] == key for store in aged.directory.values() for key, item in store.live.items())


def test_no_two_people_share_an_address(aged: Tenant) -> None:
    names = Counter(user["userPrincipalName"].lower() for user in aged.directory["users"].live.values())

    assert max(names.values()) == 1


def test_all_domains_and_addresses_are_reserved_for_examples(aged: Tenant) -> None:
    for user in aged.directory["users"].live.values():
        assert user["userPrincipalName"].endswith(".example")
        assert (user["mail"] or ".example").endswith(".example")
    assert all(name.endswith(".example") for name in aged.lists["domains"])


def test_managers_form_a_tree(aged: Tenant) -> None:
    users = aged.directory["users"]
    for key in users.live:
        seen = set()
        while manager := next(iter(users.links["manager"].get(key, ())), None):
            assert manager in users.live or manager in users.recycle_bin
            assert key not in seen
            seen.add(key)
            key = manager  # noqa: PLW2901 - climbing up the tree


def test_has_all_kinds_of_accounts(fresh: Tenant) -> None:
    users = fresh.directory["users"].live.values()

    assert {user["userType"] for user in users} == {"Member", "Guest"}
    assert any("#EXT#" in user["userPrincipalName"] for user in users)
    assert {user["externalUserState"] for user in users} == {None, "Accepted", "PendingAcceptance"}
    assert {user["accountEnabled"] for user in users} == {True, False}
    assert any(user["onPremisesSyncEnabled"] for user in users)
    assert any(not user["assignedLicenses"] for user in users)
    assert any(user["surname"] is None and user["givenName"] for user in users)
    assert fresh.directory["users"].recycle_bin


def test_groups_hold_people_groups_devices_and_apps(fresh: Tenant) -> None:
    groups = fresh.directory["groups"]

    kinds = {kind for members in groups.links["members"].values() for kind in members.values()}

    assert kinds == {f"#microsoft.graph.{kind}" for kind in ("user", "group", "device", "servicePrincipal")}


def test_a_group_has_thousands_of_members_where_there_are_thousands_of_people() -> None:
    tenant = Tenant(users=6000, sign_ins=10, seed=1, starts=STARTS)

    sizes = [len(members) for members in tenant.directory["groups"].links["members"].values()]

    assert 5000 in sizes


def test_most_apps_are_third_parties_and_some_are_unused(fresh: Tenant) -> None:
    log = [row.row for row in fresh.logs["signIns"]]
    used = {row["appId"] for row in log}
    principals = fresh.directory["servicePrincipals"].live.values()
    third = {p["appId"] for p in principals if p["applicationTemplateId"] or p["verifiedPublisher"] is not None} - {
        None
    }

    assert len(third) > 60
    assert len(third & used) > 30
    assert third - used
    assert used - {p["appId"] for p in principals}  # Microsoft's own clients without a service principal
    popularity = [count for _, count in Counter(row["appId"] for row in log).most_common()]
    assert popularity[0] > 10 * popularity[len(popularity) // 2]


def test_people_sign_in_on_weekdays_and_some_fail(fresh: Tenant) -> None:
    log = fresh.logs["signIns"]

    weekend = sum(row.at.weekday() >= 5 for row in log)
    codes = Counter(row.row["status"]["errorCode"] for row in log)

    assert weekend < len(log) / 8
    assert 0.9 < codes[0] / len(log) < 0.98
    assert {50126, 50074, 53003} <= set(codes)


def test_logs_are_in_order_of_time_and_within_what_microsoft_keeps(aged: Tenant) -> None:
    for log in aged.logs.values():
        moments = [row.at for row in log]
        assert moments == sorted(moments)
        assert moments[0] >= STARTS - timedelta(days=30) + timedelta(hours=1)
        assert moments[-1] <= aged.now()


def test_a_row_says_when_it_happened(aged: Tenant) -> None:
    for name, log in aged.logs.items():
        column = "activityDateTime" if name in {"directoryAudits", "provisioning"} else "createdDateTime"
        assert all(moment(row.row[column]) == row.at for row in log)


def test_rows_come_late_and_a_few_by_hours(aged: Tenant) -> None:
    late = sorted(row.arrives - row.at for row in aged.logs["signIns"])

    assert timedelta(0) < late[0]
    assert late[len(late) // 2] < timedelta(minutes=10)
    assert timedelta(hours=2) < late[-10] < timedelta(hours=20)
    day = timedelta(days=1)
    overnight = [row for row in aged.logs["signIns"] if (row.at - STARTS) // day < (row.arrives - STARTS) // day]
    assert overnight


def test_no_row_becomes_visible_just_after_a_day_has_passed(aged: Tenant) -> None:
    quiet = (aged.horizon, aged.horizon + timedelta(hours=3))

    assert not any(quiet[0] < row.arrives < quiet[1] for log in aged.logs.values() for row in log)


def test_a_row_stays_the_same_when_its_person_is_renamed() -> None:
    tenant = Tenant(users=60, sign_ins=500, seed=8, starts=STARTS)
    before = {row["id"]: row for row in tenant.truth("sign_ins")}

    tenant.pass_days(20)

    after = {row["id"]: row for row in tenant.truth("sign_ins")}
    assert before.items() <= after.items()


def test_the_clock_goes_on_and_days_are_added() -> None:
    tenant = Tenant(users=10, sign_ins=10, starts=STARTS)

    first = tenant.now()
    tenant.pass_days(2)

    assert STARTS <= first < STARTS + timedelta(minutes=5)
    assert timedelta(days=2) <= tenant.now() - first < timedelta(days=2, minutes=5)


def test_the_first_day_already_changes_a_bit_of_everything(fresh: Tenant) -> None:
    tenant = Tenant(users=200, sign_ins=3000, seed=5, starts=STARTS)
    photos = dict(tenant.photos)

    tenant.pass_days()

    users = tenant.directory["users"]
    kinds = {change.kind for change in users.history}
    assert {"set", "soft_deleted", "link_added"} <= kinds
    assert set(users.live) - set(fresh.directory["users"].live)
    renamed = [
        key
        for key, user in fresh.directory["users"].live.items()
        if key in users.live and users.live[key]["userPrincipalName"] != user["userPrincipalName"]
    ]
    assert renamed
    assert photos != tenant.photos
    for collection in ("groups", "servicePrincipals", "applications", "devices", "administrativeUnits"):
        assert tenant.directory[collection].history
    for path in ("oauth2PermissionGrants", "appRoleAssignedTo", "roleManagement/directory/roleAssignments"):
        assert tenant.lists[path] != fresh.lists[path]


def test_every_change_is_recorded_once_and_in_order(aged: Tenant) -> None:
    changes = sorted(
        (change for store in aged.directory.values() for change in store.history), key=lambda change: change.revision
    )

    assert [change.revision for change in changes] == list(range(1, aged.revision + 1))
    assert all(STARTS < change.at <= aged.horizon for change in changes)
    kinds = {change.kind for change in changes}
    assert kinds == {"set", "soft_deleted", "purged", "link_added", "link_removed"}


def test_history_leads_from_the_first_directory_to_the_last(fresh: Tenant, aged: Tenant) -> None:
    for name, store in aged.directory.items():
        live = set(fresh.directory[name].live)
        for change in store.history:
            if change.kind == "set":
                live.add(change.id)
            elif change.kind in {"soft_deleted", "purged"}:
                live.discard(change.id)
        assert live == set(store.live)


@pytest.mark.parametrize(("collection", "relation"), [(name, relation) for name in LINKS for relation in LINKS[name]])
def test_history_leads_from_the_first_links_to_the_last(
    fresh: Tenant, aged: Tenant, collection: str, relation: str
) -> None:
    alive = living(fresh)
    links: set[tuple[str, str | None]] = {
        (container, target)
        for container, targets in fresh.directory[collection].links[relation].items()
        for target in targets
        if container in fresh.directory[collection].live and target in alive
    }
    for change in aged.directory[collection].history:
        if change.relation == relation:
            (links.add if change.kind == "link_added" else links.discard)((change.id, change.target))

    now_alive = living(aged)
    now = {
        (container, target)
        for container, targets in aged.directory[collection].links[relation].items()
        for target in targets
        if container in aged.directory[collection].live and target in now_alive
    }
    assert {link for link in links if link[0] in aged.directory[collection].live and link[1] in now_alive} == now


def test_leavers_lie_in_the_recycle_bin_for_thirty_days(aged: Tenant) -> None:
    for store in aged.directory.values():
        for item in store.recycle_bin.values():
            assert aged.horizon - timedelta(days=31) < moment(item["deletedDateTime"]) <= aged.horizon
    users = aged.directory["users"]
    assert any(change.kind == "purged" for change in users.history)
    assert any(change.kind == "set" and change.id in users.gone for change in users.history)


@pytest.mark.parametrize("log", ["signIns", "nonInteractiveUser"])
def test_no_deleted_account_signs_in_on_an_empty_weekend(log: str) -> None:
    starts = datetime(2026, 11, 25, 6, 5, tzinfo=timezone.utc)
    tenant = Tenant(users=40, sign_ins=300, seed=3, starts=starts, planted=True)
    tenant.pass_days(1)
    deleted_at = {id_: moment(user["deletedDateTime"]) for id_, user in tenant.directory["users"].recycle_bin.items()}

    late = [row.row for row in tenant.logs[log] if row.at > deleted_at.get(row.row["userId"], row.at)]

    assert deleted_at
    assert late == []


def test_somebody_comes_back_from_the_recycle_bin(aged: Tenant) -> None:
    users = aged.directory["users"]
    deleted = {change.id for change in users.history if change.kind == "soft_deleted"} | set(users.gone)
    from_the_start = set(Tenant(users=200, sign_ins=10, seed=5, starts=STARTS).directory["users"].recycle_bin)

    assert (deleted | from_the_start) & set(users.live)


def test_links_of_the_living_never_point_at_the_purged(aged: Tenant) -> None:
    known = living(aged) | {key for store in aged.directory.values() for key in store.recycle_bin}
    for store in aged.directory.values():
        for containers in store.links.values():
            assert set(containers) <= set(store.live) | set(store.recycle_bin)
            assert all(target in known for targets in containers.values() for target in targets)


def test_what_was_given_belongs_to_somebody_who_lives(aged: Tenant) -> None:
    alive = living(aged)

    for row in aged.truth("app_role_assignments"):
        assert row["principalId"] in alive
        assert row["resourceId"] in aged.directory["servicePrincipals"].live
    for grant in aged.truth("oauth2_permission_grants"):
        assert grant["clientId"] in alive
        assert grant["resourceId"] in alive
        assert grant["principalId"] is None or grant["principalId"] in alive
    for assignment in aged.truth("role_assignments"):
        assert assignment["principalId"] in alive


def test_licences_are_counted_seat_by_seat(aged: Tenant) -> None:
    held = Counter(
        licence["skuId"] for user in aged.directory["users"].live.values() for licence in user["assignedLicenses"]
    )

    assert {sku["skuId"]: sku["consumedUnits"] for sku in aged.truth("subscribed_skus")} == {
        sku["skuId"]: held[sku["skuId"]] for sku in aged.truth("subscribed_skus")
    }


def test_activity_is_what_the_log_says(fresh: Tenant) -> None:
    last: dict[str, str] = {row.row["userId"]: row.row["id"] for row in fresh.logs["signIns"]}
    activities = {row["id"]: row["signInActivity"] for row in fresh.truth("user_sign_in_activity")}

    assert set(activities) == set(fresh.directory["users"].live)
    for user_id, request_id in last.items():
        if user_id in activities:
            assert activities[user_id]["lastSignInRequestId"] == request_id
    assert None in activities.values()


def test_truth_keeps_the_last_columns_of_those_who_left(aged: Tenant) -> None:
    removed = {row["id"]: row for row in aged.truth("users") if row.get("_deleted")}

    assert set(removed) == set(aged.directory["users"].gone)
    assert all(row["deletedDateTime"] for row in removed.values())
    known = [row for row in removed.values() if "displayName" in row]
    assert known
    assert all(row["displayName"] for row in known)


def test_truth_of_links_names_only_ends_that_live(aged: Tenant) -> None:
    alive = living(aged)

    links = (
        "user_managers",
        "group_members",
        "group_owners",
        "administrative_unit_members",
        "application_owners",
        "device_owners",
        "device_users",
        "service_principal_owners",
    )
    for stream in links:
        rows = aged.truth(stream)
        ends = [tuple(value for column, value in row.items() if column.endswith("Id")) for row in rows]
        assert len(ends) == len(set(ends))
        assert all(end in alive for pair in ends for end in pair)


def test_photos_are_real_images_and_one_of_a_kind(fresh: Tenant) -> None:
    rows = [row for row in fresh.truth("profile_photos") if row.get("photo")]
    members = [user for user in fresh.directory["users"].live.values() if user["userType"] == "Member"]

    assert 0.6 < len(rows) / len(members) < 0.85
    assert len({row["sha256"] for row in rows}) == len(rows)
    assert len({row["etag"] for row in rows}) == len(rows)
    assert {row["width"] for row in rows} - {240}
    for row in rows:
        assert pixels(base64.b64decode(row["photo"])) == (row["width"], row["height"])


def test_a_mailbox_photo_comes_in_all_sizes_up_to_its_own(fresh: Tenant) -> None:
    photo = next(photo for photo in fresh.photos.values() if photo.width == 648)

    assert [size.width for size in photo.sizes] == [48, 64, 96, 120, 240, 360, 432, 504, 648]
    assert pixels(photo.sized(50).content) == (48, 48)


def test_audits_tell_of_the_changes(aged: Tenant) -> None:
    told = {
        (target["id"], row["activityDisplayName"])
        for row in aged.truth("directory_audits")
        for target in row["targetResources"]
    }

    for change in aged.directory["users"].history:
        if change.kind == "soft_deleted" and change.at < aged.horizon - timedelta(days=1):
            assert (change.id, "Delete user") in told


def pixels(image: bytes) -> tuple[int, int]:
    """Width and height of a PNG, all of whose parts are as they say."""
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    parts, rest = {}, image[8:]
    while rest:
        length, kind = struct.unpack(">I4s", rest[:8])
        parts[kind] = rest[8 : 8 + length]
        assert struct.unpack(">I", rest[8 + length : 12 + length])[0] == zlib.crc32(kind + parts[kind])
        rest = rest[12 + length :]
    width, height, depth = struct.unpack(">IIB", parts[b"IHDR"][:9])
    assert len(zlib.decompress(parts[b"IDAT"])) == height * (1 + (width * depth + 7) // 8)
    assert list(parts)[-1] == b"IEND"
    return width, height
