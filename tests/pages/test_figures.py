"""Each figure on a page equals what the views of the planted company hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import sql

from pages import vocabulary
from pages.vocabulary import EVENTS
from tests.pages.conftest import CLOSED, pages_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.conftest import Pages, Shown
    from tests.transform.company import Company, Row

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("pages")]


def counted(rows: list[Row], **values: Any) -> str:
    return str(sum(all(row[name] == value for name, value in values.items()) for row in rows))


def listed(company: Company) -> list[Row]:
    return [row for row in company.rows("insights") if row["is_open"] and row["parent_id"] is None]


def money(amount: Any, currency: str | None) -> str:
    text = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
    return f"{text} {currency}"


@pytest.fixture(scope="module")
def insights(pages: Pages) -> Shown:
    return pages.show("insights")


def test_people(pages: Pages, company: Company) -> None:
    rows = company.rows("employees")
    people = [row for row in rows if row["account_kind"] in {"person", "emergency account"}]
    gone = [row for row in people if row["account_state"] in {"disabled", "left"}]
    active = [row for row in people if row["account_state"] == "active"]

    shown = pages.show("employees")

    assert len(people) < len(rows)
    assert shown["metric"] == {
        "Active people": str(len(active)),
        "Guests": counted(people, account_state="guest"),
        "Disabled or left": str(len(gone)),
        "Admins": counted(people, is_admin=True),
        "No second factor": counted(active, mfa_registered=False),
    }
    assert f"{len(rows) - len(people)} account" in shown["metric_help"]["Active people"]
    assert all(int(number) for number in shown["metric"].values())


def test_apps(pages: Pages, company: Company) -> None:
    there = [row for row in company.rows("applications") if row["removed_at"] is None]
    others = [row for row in there if row["kind"] in {"third_party", "unknown"}]
    risky = [row for row in there if row["permission_risk"] in {"high", "critical"}]

    assert pages.show("applications")["metric"] == {
        "Apps of others": str(len(others)),
        "In use": str(sum(row["people_30d"] > 0 for row in others)),
        "Apps of our own": counted(there, kind="in_house"),
        "Risky permissions": str(len(risky)),
    }


def test_what_came_and_went_since_last_week(insights: Shown, pages: Pages, company: Company) -> None:
    news = company.rows("news")
    numbers = Counter(row["event"] for row in news)

    assert len(numbers) >= 3
    tiles = [text for text in insights["text"] if text.isdecimal()][: len(numbers)]
    assert tiles == [str(numbers[event]) for event in EVENTS if numbers[event]]
    (table,) = pages.show("news")["tables"]
    assert Counter((row["What"], row["About"]) for row in table) == Counter(
        (EVENTS[row["event"]].one, row["subject_name"]) for row in news
    )


def test_savings_count_each_finding_once(insights: Shown, company: Company) -> None:
    found = [row for row in listed(company) if row["saving_with_children"]]
    total = sum(row["saving_with_children"] for row in found)

    assert sum(row["estimated_monthly_saving"] or 0 for row in found) < total
    assert f"Together they could save {money(total, 'EUR')} a month." in insights["text"]
    for kind in {row["kind"] for row in found}:
        own = sum(row["saving_with_children"] for row in found if row["kind"] == kind)
        assert f"Could save {money(own, 'EUR')} a month." in insights["text"]


def test_a_finding_tells_what_its_details_save(pages: Pages, company: Company) -> None:
    finding = next(
        row for row in listed(company)
        if row["children"] and (row["saving_with_children"] or 0) > (row["estimated_monthly_saving"] or 0)
    )  # fmt: skip
    details = [row["title"] for row in company.rows("insights") if row["parent_id"] == finding["insight_id"]]

    shown = pages.show("finding", query={"id": finding["insight_id"]})

    assert shown["facts"]["Could save a month"] == money(finding["saving_with_children"], finding["currency"])
    assert sorted(row["Finding"] for row in shown["tables"][0]) == sorted(details)
    assert any(line.startswith(f"{finding['insight_id']},dismissed,") for line in shown["code"])


def test_a_finding_that_was_dismissed_stands_apart(pages: Pages, company: Company) -> None:
    (closed,) = [row for row in company.rows("insights") if row["decision"] == "dismissed"]

    titles = [
        {row["Finding"] for row in pages.show("findings", query=query)["tables"][0]}
        for query in ({"kind": vocabulary.kind(CLOSED).title}, {"show": "Closed by a decision"})
    ]

    assert closed["title"] not in titles[0]
    assert closed["title"] in titles[1]
    assert pages.show("finding", query={"id": closed["insight_id"]})["facts"]["Decision"] == "dismissed"


def test_an_app_with_a_decision(pages: Pages, company: Company) -> None:
    app = next(row for row in company.rows("applications") if row["product"] == "Slack")
    having = [row for row in company.rows("person_apps") if row["app_id"] == app["app_id"]]
    seated = [
        row for row in having
        if row["access"] in {"assigned", "through a group"} and row["account_state"] in {"active", "guest"}
    ]  # fmt: skip
    using = sum(row["days_used_30d"] > 0 for row in seated)

    shown = pages.show("app", query={"id": app["app_id"]})

    facts = shown["facts"]
    assert len(seated) == app["people_with_access"]
    assert facts["Use by those with access"].startswith(f"{using} of {app['people_with_access']} (")
    assert facts["People in 90 days"] == str(app["people_90d"])
    assert facts["Assigned by name"] == str(app["people_assigned"])
    assert facts["Through a group"] == str(app["people_assigned_by_group"])
    assert (facts["Decision"], facts["Answers for it"], facts["Why"]) == ("approved", "Ada", "the chat")
    departments = Counter(row["department"] or "No department" for row in having if row["days_used_30d"])
    said = [f"{name}: {number} {'person' if number == 1 else 'people'}" for name, number in departments.items()]
    assert set(said) <= set(shown["text"])


def test_an_app_whose_credentials_end(pages: Pages, company: Company) -> None:
    ending = Counter(row["subject_id"] for row in company.rows("insights") if row["kind"] == "expiring_credential")
    ((app_id, number),) = ending.most_common(1)

    shown = pages.show("app", query={"id": app_id})

    assert shown["facts"]["Secrets and certificates"] == f"{number} ended or ending soon"


def test_an_account_of_no_person(pages: Pages, company: Company) -> None:
    account = next(row for row in company.rows("employees") if row["account_kind"] == "service account")

    shown = pages.show("person", query={"id": account["user_id"]})

    assert shown["facts"]["Account of"] == "A service"


def test_each_list_has_a_row_on_status(pages: Pages, company: Company) -> None:
    runs, table = pages.show("status")["tables"]

    (run,) = company.rows("runs")
    (shown,) = runs
    assert (shown["Complete lists"], shown["Failed"]) == (str(run["complete"]), str(run["failed"]))
    assert shown["Rows"] == f"{run['rows']:,}"
    assert {row["Name in the tap"]: (row["State"].lower(), row["Rows in that run"]) for row in table} == {
        row["stream"]: (row["state"], "not known" if row["rows"] is None else f"{row['rows']:,}")
        for row in company.rows("sync_status")
    }


def test_insights_say_what_was_found_and_resolved_since_last_week(company: Company, pages_python: Path) -> None:
    new = listed(company)[:2]
    gone = [row for row in company.rows("insights") if row["parent_id"]][:3]
    with company.sandbox.postgres.connect() as connection:
        connection.execute("create schema week_views")
        for mart in ("insights", "insight_kinds", "sync_status", "company", "resolved_insights"):
            names = [sql.Identifier(one, mart) for one in ("week_views", "entra_views")]
            connection.execute(sql.SQL("create table {} as table {}").format(*names))
        update = "update week_views.insights set is_new = true where insight_id = any(%s)"
        connection.execute(update, [[row["insight_id"] for row in (*new, *gone)]])
        connection.execute(
            """
            insert into week_views.resolved_insights
            select insight_id, kind, severity, subject_type, subject_id, subject_name, related_id, related_name,
                   evidence, found_at, found_at, title != %s
            from week_views.insights where insight_id = any(%s)
            """,
            [gone[0]["title"], [row["insight_id"] for row in gone]],
        )
    with pages_of(pages_python, {**company.sandbox.environment(), "ENTRA_RAW_SCHEMA": "week"}) as pages:
        tiles = [text for text in pages.show("insights")["text"] if text.isdecimal()]
        (found,) = pages.show("findings", query={"show": "New"})["tables"]
        (resolved,) = pages.show("resolved")["tables"]

    # What another finding explains is no finding of its own; what was resolved longer ago is under All.
    assert tiles[:2] == ["2", "2"]
    assert {row["Finding"] for row in found} == {row["title"] for row in new}
    assert Counter(row["About"] for row in resolved) == Counter(row["subject_name"] for row in gone[1:])


def test_a_kind_says_how_it_has_moved_in_a_month(company: Company, pages_python: Path) -> None:
    kind = listed(company)[0]["kind"]
    with company.sandbox.postgres.connect() as connection:
        connection.execute("create schema moved_views")
        for mart in ("insights", "insight_kinds", "sync_status", "company", "changes"):
            names = [sql.Identifier(one, mart) for one in ("moved_views", "entra_views")]
            connection.execute(sql.SQL("create table {} as table {}").format(*names))
        change = (
            "update moved_views.changes set change_in_a_month = -2 where fact = 'open findings' and subject_id = %s"
        )
        assert connection.execute(change, [kind]).rowcount == 1
    with pages_of(pages_python, {**company.sandbox.environment(), "ENTRA_RAW_SCHEMA": "moved"}) as pages:
        shown = pages.show("insights")

    moved = [text for text in shown["text"] if "month before" in text]
    assert moved == [f"{vocabulary.kind(kind).sentence} 2 fewer than at the end of the month before."]
    assert any(text.startswith("Not known: New apps, Consents") for text in shown["text"])
