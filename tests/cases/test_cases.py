"""Odd answers of Graph, through the real tap, the real loader and PostgreSQL. `data/README.md` describes the files."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tap_entra.streams import STREAMS
from tests.cases.scripted_case import DATA

if TYPE_CHECKING:
    from tests.cases.conftest import Load
    from tests.cases.pipeline import LoadedCase

pytestmark = pytest.mark.xdist_group("cases")

CREATED = datetime(2021, 5, 4, 10, tzinfo=timezone.utc)


def at(moment: datetime | None) -> datetime | None:
    """A moment of the warehouse, whose columns have no time zone, as UTC."""
    return moment and moment.replace(tzinfo=moment.tzinfo or timezone.utc)


def all_complete(case: LoadedCase) -> bool:
    outcomes = {report["outcome"] for run in case.runs for report in run.reports.values()}
    return outcomes == {"complete"} and {run.exit_code for run in case.runs} == {0}


def test_each_case_has_a_test() -> None:
    sources = [path.read_text() for path in DATA.parent.glob("test_*.py")]

    unused = [path.stem for path in DATA.glob("*.json") if not any(f'"{path.stem}"' in text for text in sources)]

    assert unused == []


def test_a_delta_row_without_the_account_state_overwrites_nothing(load: Load) -> None:
    case = load("04-delta-row-without-account-state")

    ada, ben = case.rows("users")
    assert (ada["displayName"], ada["accountEnabled"], ada["userType"]) == ("Ada Newname", False, "Member")
    assert (ben["displayName"], ben["accountEnabled"], ben["userType"]) == ("Ben Newname", True, "Guest")
    assert all_complete(case)


def test_a_delta_row_with_a_name_alone_changes_the_name_alone(load: Load) -> None:
    case = load("05-delta-row-with-id-and-name-alone")

    (ada,) = case.rows("users")
    assert ada["displayName"] == "Ada Newname"
    assert (ada["mail"], ada["department"]) == ("ada@contoso.example", "Sales")
    assert (ada["userPrincipalName"], ada["accountEnabled"]) == ("ada@contoso.example", True)
    assert all_complete(case)


def test_a_group_keeps_its_date_when_a_delta_row_lacks_it(load: Load) -> None:
    case = load("06-group-delta-without-created")

    (group,) = case.rows("groups")
    assert (group["displayName"], at(group["createdDateTime"])) == ("Everybody", CREATED)


def test_a_deleted_user_that_comes_as_an_id_alone_is_soft_deleted(load: Load) -> None:
    case = load("07-deleted-user-without-removed")

    ben = case.row("users", "u2")
    assert ben["_sdc_deleted_at"] is not None
    assert (ben["displayName"], ben["accountEnabled"]) == ("Ben Example", True)
    assert case.live("users") == ["u1"]


def test_a_sign_in_that_cannot_be_read_costs_a_minute_or_so_of_its_log(load: Load) -> None:
    case = load("11-sign-in-whose-page-never-comes")

    assert case.live("sign_ins") == ["s1", "s3"]
    around = case.sandbox.tenant.now() - timedelta(hours=2)
    for run in case.runs:
        report = run.reports["sign_ins"]
        assert (run.exit_code, report["outcome"], report["graphCode"]) == (1, "partial", "InternalServerError")
        start, end = (datetime.fromisoformat(report[name].replace("Z", "+00:00")) for name in ("gapFrom", "gapTo"))
        assert end - start <= timedelta(minutes=3)
        assert abs(start - around) < timedelta(minutes=5)
        assert not run.warnings("no longer has")  # it may still come
    assert len(case.runs[1].asked) < len(case.runs[0].asked)


def test_an_empty_text_costs_the_date_and_nothing_else(load: Load) -> None:
    case = load("12-empty-text-in-a-date-column")

    assert case.live("users") == ["u1", "u2", "u3"]
    assert case.row("users", "u2")["employeeHireDate"] is None
    assert case.live("sign_ins") == ["s1"]
    assert all_complete(case)
    assert [len(run.warnings("users", "employeeHireDate", "1 value")) for run in case.runs] == [1, 0]


def test_a_number_with_a_decimal_point_is_the_whole_number(load: Load) -> None:
    case = load("13-integer-with-a-decimal-point")

    (sku,) = case.rows("subscribed_skus")
    assert sku["consumedUnits"] == 25
    assert all_complete(case)
    assert case.runs[0].warnings() == []


def test_the_docs_say_how_old_licence_states_may_be(load: Load) -> None:
    case = load("14-licence-states-are-not-tracked")

    (user,) = case.rows("users")
    stream = next(stream for stream in STREAMS if stream.name == "users")
    description = stream.schema["properties"]["licenseAssignmentStates"]["description"]
    assert user["licenseAssignmentStates"][0]["state"] == "Error" or "reconcile_days" in description


def test_of_two_log_rows_with_one_id_the_later_stays(load: Load) -> None:
    case = load("15-one-id-twice-in-the-log")

    (row,) = case.rows("sign_ins")
    assert row["status"]["errorCode"] == 0
    assert all_complete(case)


def test_a_page_that_comes_twice_deletes_no_user(load: Load) -> None:
    case = load("16-page-served-twice")

    assert len(case.live("users")) == 9
    assert [run.exit_code for run in case.runs] == [0, 1]
    assert case.runs[1].outcome("users") == "partial"


def test_a_round_that_removes_all_users_deletes_none_at_once(load: Load) -> None:
    case = load("17-everybody-removed")

    assert len(case.live("users")) == 4
    assert case.runs[1].exit_code == 1
    assert case.runs[1].outcome("users") == "partial"


def test_a_list_that_is_suddenly_shorter_deletes_nothing_at_once(load: Load) -> None:
    case = load("18-shorter-list-of-grants")

    assert len(case.live("oauth2_permission_grants")) == 10
    assert case.runs[1].exit_code == 1
    assert case.runs[1].outcome("oauth2_permission_grants") == "partial"


def test_a_filter_that_is_refused_once_costs_no_day(load: Load) -> None:
    case = load("19-one-refused-filter")

    assert case.live("sign_ins") == ["s1", "s2"]
    assert all_complete(case)
    assert case.runs[0].reports["sign_ins"]["gapFrom"] is None


def test_a_link_that_is_none_costs_one_run(load: Load) -> None:
    case = load("20-malformed-next-link")

    first, second = case.runs
    assert (first.exit_code, first.outcome("users"), first.outcome("organization")) == (1, "failed", "complete")
    assert first.warnings("users: Graph answered", "https://[")
    assert "https://[" not in str(first.state)
    assert second.exit_code == 0
    assert case.live("users") == ["u1", "u2"]


def test_indented_json_becomes_one_line_per_message(load: Load) -> None:
    case = load("21-indented-json")

    (user,) = case.rows("users")
    assert user["employeeOrgData"] == {"costCenter": "4711", "division": "North"}
    assert all_complete(case)


def test_a_day_that_is_none_costs_its_cell(load: Load) -> None:
    case = load("22-day-that-is-none")

    days = {row["id"]: str(row["deprecationDate"] or "") for row in case.rows("application_templates")}
    assert days == {"t1": "", "t2": "", "t3": "2026-12-31", "t4": "2026-12-31"}
    assert case.row("application_templates", "t4")["isEntraIntegrated"] is False
    assert all_complete(case)
    assert case.runs[0].warnings("application_templates", "deprecationDate", "1 value")


@pytest.mark.parametrize("is_mapped", [False, True])
def test_an_id_in_another_case_is_the_same_object(load: Load, is_mapped: bool) -> None:  # noqa: FBT001
    case = load(
        "23-id-in-another-case", **({"stream_maps": {"contacts": {"label": "displayName"}}} if is_mapped else {})
    )

    names = {row["id"]: row["displayName"] for row in case.rows("contacts")}
    assert names == {f"c{number}": f"Pat {number}" for number in range(1, 7)} | {"c1": "Pat Newname", "c3": "Pat Again"}
    assert case.live("contacts") == ["c1", "c3", "c4", "c5", "c6"]
    assert all_complete(case)


def test_odd_values_in_the_recycle_bin_cost_their_cells(load: Load) -> None:
    case = load("24-recycle-bin-with-odd-values")

    gone = {row["id"]: row for row in case.rows("contacts") if row["_sdc_deleted_at"]}
    assert gone.keys() == {"c7", "c8", "c9", "c10", "c11"}
    assert {id_: str(row["deletedDateTime"] or "") for id_, row in gone.items() if row["deletedDateTime"]} == {
        "c10": "2026-01-05 22:00:00"
    }
    assert all(row["_sdc_deleted_at"].year > 2000 for row in gone.values())
    assert all_complete(case)


def test_a_broken_list_of_links_costs_itself(load: Load) -> None:
    case = load("25-links-that-are-none")

    (run,) = case.runs
    assert {(row["applicationId"], row["ownerId"]) for row in case.rows("application_owners")} == {
        ("a1", "u1"),
        ("a3", "u3"),
    }
    assert (run.exit_code, run.outcome("application_owners")) == (1, "partial")
    assert "2 of the lists" in run.reports["application_owners"]["action"]
    assert run.warnings("application_owners", "noLink", "a link to a page")
    links = {(row["deviceId"], row["ownerId"]) for row in case.rows("device_owners")}
    assert links == {("d1", "u1"), ("d2", "u2"), ("d3", "u3"), ("d4", "u4"), ("d4", "u5")}
    assert run.outcome("device_owners") == "complete"


def test_numbers_and_marks_that_json_lacks_stop_nothing(load: Load) -> None:
    case = load("26-numbers-and-marks-that-json-lacks")

    assert [row["displayName"] for row in case.rows("directory_settings")] == ["Group.Unified"]
    assert [row["totalLicenses"] for row in case.rows("subscriptions")] == [None, None, 25]
    assert all_complete(case)


def test_a_removal_counts_in_whatever_way_it_is_marked(load: Load) -> None:
    case = load("27-odd-marks-of-removal")

    assert case.live("contacts") == ["c2", "c3", "c5", "c6"]
    assert [case.row("contacts", id_)["displayName"] for id_ in ("c2", "c3")] == ["Pat Two", "Pat Three"]
    assert all_complete(case)


def test_links_in_no_usable_form_remove_none(load: Load) -> None:
    case = load("28-links-in-no-usable-form")

    assert [run.exit_code for run in case.runs] == [0, 1, 0]
    assert {case.runs[1].outcome(stream) for stream in case.case.streams} == {"partial"}
    assert case.runs[1].warnings("group_members", "no usable form: 4")
    members = {(row["groupId"], row["memberId"]): row["_sdc_deleted_at"] is None for row in case.rows("group_members")}
    assert members == {
        ("g1", "u1"): True,
        ("g1", "u2"): False,
        ("g1", "u4"): True,
        ("g1", "u5"): True,
        ("g2", "u3"): True,
    }
    assert {row["userId"]: row["managerId"] for row in case.rows("user_managers")} == {"u1": "u8", "u2": "u8"}
    assert not [row for row in case.rows("user_managers") if row["_sdc_deleted_at"]]


def test_a_photo_in_an_odd_form_is_a_photo_or_asked_for_again(load: Load) -> None:
    case = load("29-photos-in-odd-forms")

    (run,) = case.runs
    assert {row["userId"]: (row["etag"], row["width"]) for row in case.rows("profile_photos")} == {
        "u2": ("of u2", 1),
        "u3": ("of u3", 1),
    }
    assert (run.exit_code, run.outcome("profile_photos")) == (1, "partial")


@pytest.mark.parametrize("is_mapped", [False, True])
def test_rows_that_are_none_delete_none_and_cost_only_themselves(load: Load, is_mapped: bool) -> None:  # noqa: FBT001
    maps = {"stream_maps": {"*": {"source": "'graph'"}}} if is_mapped else {}

    case = load("30-rows-that-are-none", **maps)

    outcomes = [{run.outcome(stream) for stream in case.case.streams} for run in case.runs]
    assert [run.exit_code for run in case.runs] == [1, 1, 0]
    assert outcomes == [{"complete", "partial"}, {"complete", "partial"}, {"complete"}]
    assert case.runs[1].warnings("contacts", "not as objects: 3")
    assert not [one for one in case.runs[1].messages if b"ACTIVATE_VERSION" in one and b"directory_settings" in one]
    assert case.row("contacts", "c1")["displayName"] == "Pat Newname"
    assert case.live("contacts") == ["c1", "c3", "c4", "c5", "c6"]
    assert case.live("directory_settings") == ["g1", "g2"]
    assert case.live("application_templates") == ["t1"]
