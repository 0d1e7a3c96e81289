"""Pages about one person, one app and one finding say what the views hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.pages.conftest import Pages
    from tests.transform.company import Company, Row

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("pages")]


def listed(company: Company) -> list[Row]:
    """The findings that pages list: open ones that no other explains."""
    return [row for row in company.rows("insights") if row["is_open"] and row["parent_id"] is None]


def the(rows: list[Row], **values: Any) -> Row:
    """The first row with these values."""
    return next(row for row in rows if all(row[name] == value for name, value in values.items()))


def test_a_person_with_apps_and_how_each_came(pages: Pages, company: Company) -> None:
    has = company.rows("person_apps")
    grouped = next(row for row in has if row["access"] == "through a group" and row["days_used_30d"])
    person = the(company.rows("employees"), user_id=grouped["user_id"])

    shown = pages.show("person", query={"id": person["user_id"]})

    assert shown["title"] == [person["display_name"].replace("-", r"\-")]
    assert shown["metric"]["Apps used in 30 days"] == str(person["apps_used_30d"])
    assert shown["metric"]["Licences"] == str(person["licence_count"])
    own = {row["app_name"]: row for row in has if row["user_id"] == person["user_id"]}
    (table,) = shown["tables"]
    assert {row["App"] for row in table} == own.keys()
    (row,) = [row for row in table if row["App"] == grouped["app_name"]]
    assert row["Access"] == "Through a group"
    assert row["Days of 30"] == str(grouped["days_used_30d"])
    assert set(row["Groups"].split(", ")) <= set(grouped["through_groups"])


def test_a_person_lists_the_findings_of_insights(pages: Pages, company: Company) -> None:
    person = next(row for row in company.rows("employees") if 0 < row["findings"] < 8)
    due = [row for row in listed(company) if row["subject_id"] == person["user_id"]]

    shown = pages.show("person", query={"id": person["user_id"]})

    assert person["findings"] == len(due)
    assert f"Findings ({len(due)})" in shown["header"]
    assert {row["what_to_do"] for row in due} <= set(shown["text"])


def test_an_app_with_people_and_permissions(pages: Pages, company: Company) -> None:
    permissions = company.rows("app_permissions")
    app = next(
        row for row in company.rows("applications")
        if row["people_30d"] and row["app_id"] in {one["app_id"] for one in permissions}
    )  # fmt: skip
    people = [row for row in company.rows("person_apps") if row["app_id"] == app["app_id"]]

    shown = pages.show("app", query={"id": app["app_id"]})

    assert shown["metric"]["People in 30 days"] == str(app["people_30d"])
    assert len(shown["tables"][0]) == min(len(people), 50)
    for one in permissions:
        if one["app_id"] == app["app_id"]:
            assert any(one["words"].lower() == text.lower() for text in shown["text"])
    months = [row for row in company.rows("app_months") if row["app_id"] == app["app_id"]]
    said = next(text for text in shown["text"] if "(part of the month)" in text)
    assert all(f"{row['people']} p" in said for row in months)


def test_the_line_for_a_decision_comes_when_it_is_opened(pages: Pages, company: Company) -> None:
    app = company.rows("applications")[0]["app_id"]

    shut = pages.show("app", query={"id": app})
    opened = pages.show("app", query={"id": app}, state={"decision": True})

    assert shut["code"] == []
    assert [line.split(",")[:3] for line in opened["code"]] == [[app, "", "approved"]]


def test_insights_has_a_card_for_each_kind_and_all_findings_behind_it(pages: Pages, company: Company) -> None:
    found = listed(company)
    kinds = {row["kind"] for row in found}

    shown = pages.show("insights")

    cards = shown["text"][next(at for at, text in enumerate(shown["text"]) if "they could save" in text) :]
    numbers = sorted(int(text) for text in cards if text.isdecimal())
    assert numbers == sorted(sum(row["kind"] == kind for row in found) for kind in kinds)
    risky = pages.show("findings", query={"kind": "Risky permissions"})
    assert {row["Finding"] for row in risky["tables"][0]} == {
        row["title"] for row in found if row["kind"] == "risky_grant"
    }


def test_a_finding_with_its_evidence(pages: Pages, company: Company) -> None:
    finding = the(company.rows("insights"), kind="unassigned_licences")

    shown = pages.show("finding", query={"id": finding["insight_id"]})

    assert finding["what_to_do"] in shown["text"]
    assert str(finding["details"]["unassigned"]) in shown["text"]
    assert "The directory itself." in shown["text"]


def test_an_address_that_names_nothing(pages: Pages) -> None:
    for page in ("person", "app", "finding"):
        assert pages.show(page, query={"id": "<b>nothing</b>"})["title"] == ["Not found"]
        assert pages.show(page)["title"] == ["Not found"]
