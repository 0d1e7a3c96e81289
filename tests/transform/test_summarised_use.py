"""Microsoft's daily sums of non-interactive sign-ins stand in for the log of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import sql

from tests.transform.conftest import SHORT, UNTESTED
from tests.transform.hand_made import DIRECTORY, MODELS, NOW, person, principal, ran, sign_in

if TYPE_CHECKING:
    from tests.transform.conftest import History
    from tests.transform.hand_made import HandMadeWarehouse

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("history")]

SUMMARIES = "non_interactive_sign_in_summaries"


def left(days_ago: int) -> dict[str, Any]:
    gone = NOW - timedelta(days=days_ago)
    return {"deletedDateTime": gone, "_sdc_deleted_at": gone}


def summed(name: str, days_ago: int, app: str = "a", count: int = 1, code: int = 0, **columns: Any) -> dict[str, Any]:
    day = datetime(NOW.year, NOW.month, NOW.day) - timedelta(days=days_ago)  # noqa: DTZ001 - as the loader writes it
    return {
        "groupId": f"{name} {days_ago} {app} {code}",
        "aggregationDateTime": day,
        "firstSignInDateTime": day + timedelta(hours=1),
        "userPrincipalName": name,
        "appId": app.upper(),
        "appDisplayName": app.upper(),
        "status": {"errorCode": code},
        "signInCount": count,
        **columns,
    }


#: By person: what the directory has. 3 had the name of 4 before; 5 and 6 share an address; 7 has left; the guest 8 came
#: back as 9; 10 left the name that 11 has; 12 had the name that 13 took, and it is not known when.
NAMES: dict[int, dict[str, Any]] = {
    1: {
        "userPrincipalName": "New@contoso.example",
        "proxyAddresses": ["SMTP:new@contoso.example", "smtp:Old@contoso.example"],
    },
    2: {"userPrincipalName": "two_home.example#EXT#@contoso.example", "mail": "two@home.example"},
    3: {"userPrincipalName": "three@contoso.example"},
    4: {"userPrincipalName": "passed.on@contoso.example", "createdDateTime": NOW - timedelta(days=5)},
    5: {"otherMails": ["both@home.example"]},
    6: {"otherMails": ["both@home.example"]},
    7: {"userPrincipalName": "7000passed@contoso.example", **left(3)},
    8: {"mail": "guest@home.example", **left(90)},
    9: {"mail": "guest@home.example"},
    10: {"userPrincipalName": "0" * 32 + "heir@contoso.example", "mail": None, **left(10)},
    11: {"userPrincipalName": "heir@contoso.example", "createdDateTime": NOW - timedelta(days=5)},
    12: {"userPrincipalName": "twelve@contoso.example"},
    13: {"userPrincipalName": "taken@contoso.example"},
}  # fmt: skip
#: By name and days ago: whose sign-ins these are.
OWNERS = {
    ("new@contoso.example", 2): 1,
    ("old@contoso.example", 9): 1,
    ("two@home.example", 9): 2,
    ("passed.on@contoso.example", 15): 3,
    ("passed.on@contoso.example", 12): 3,
    ("passed.on@contoso.example", 7): 3,
    ("passed.on@contoso.example", 2): 4,
    ("both@home.example", 2): None,
    ("stranger@home.example", 2): None,
    ("person7@contoso.example", 9): 7,
    ("guest@home.example", 5): 9,
    ("heir@contoso.example", 20): 10,
    ("heir@contoso.example", 2): 11,
    ("taken@contoso.example", 20): None,
}
#: Interactive sign-ins with a name, by person and days ago.
LOGGED = {
    (3, 100): "Passed.On@contoso.example",
    (3, 20): "Passed.On@contoso.example",
    (3, 12): "Passed.On@contoso.example",
    (8, 110): "guest@home.example",
    (12, 30): "taken@contoso.example",
    (13, 6): "taken@contoso.example",
}


@pytest.fixture
def summarised(warehouse: HandMadeWarehouse) -> HandMadeWarehouse:
    columns: dict[str, Any] = {
        "_sdc_deleted_at": None,
        "userPrincipalName": None,
        "proxyAddresses": [],
        "otherMails": [],
    }
    warehouse.add("organization", {"id": "tenant", "displayName": "Contoso"})
    warehouse.add("users", *(person(who, **{**columns, **names}) for who, names in NAMES.items()))
    warehouse.add("service_principals", principal("a"))
    for number, ((who, days), name) in enumerate(LOGGED.items()):
        warehouse.add("sign_ins", sign_in(number, who, "a", NOW - timedelta(days=days), userPrincipalName=name))
    warehouse.add(SUMMARIES, *(summed(name, days, count=1 - 3 * (days == 20)) for name, days in OWNERS))
    # Its key was made otherwise before: what Microsoft no longer lists of a day that it lists counts no more.
    replaced: dict[str, Any] = {"groupId": "another key", "_sdc_deleted_at": NOW}
    warehouse.add(SUMMARIES, summed("two@home.example", 9, count=3, **replaced))
    warehouse.add(SUMMARIES, *(summed("two@home.example", days, "quiet") for days in range(101)))
    streams = (*DIRECTORY, "sign_ins", SUMMARIES)
    weeks = [NOW - timedelta(days=days) for days in range(0, 110, 7)]
    warehouse.add("stream_runs", *(ran(stream, week) for stream in streams for week in weeks))
    return warehouse


def usage(warehouse: HandMadeWarehouse) -> dict[tuple[str, int], dict[str, Any]]:
    """Rows of one app, by person and days ago."""
    rows = [row for row in warehouse.rows("app_usage") if row["app_id"] == "a"]
    return {(row["user_id"], (NOW.date() - row["day"]).days): row for row in rows}


def test_sums_are_of_the_person_whose_name_it_was_on_that_day(summarised: HandMadeWarehouse) -> None:
    summarised.dbt(*MODELS, as_of=str(NOW))

    found = {key: row["non_interactive_sign_ins"] for key, row in usage(summarised).items()}
    expected = {(f"person {who}", days): 1 for (_, days), who in OWNERS.items() if who}
    logged = {(f"person {who}", days): 0 if days < 101 else None for who, days in LOGGED}
    assert found == logged | expected
    # Who may have signed in is not called absent; of the others there is proof.
    absent = {row["subject_id"] for row in summarised.rows("insights") if row["kind"] == "unused_account"}
    assert absent == set()
    (company,) = summarised.rows("company")
    assert company["evidence"] == "summaries"
    assert company["observed_since"] == summed("", 100)["firstSignInDateTime"]
    (state,) = (row for row in summarised.rows("sync_status") if row["stream"] == "non_interactive_sign_ins")
    assert state["missing_figures"] == []

    # The next run: a sum has grown, and the log has a part of that day. No run came soon after one of two empty days.
    later: dict[str, Any] = {"_sdc_batched_at": NOW}
    summarised.add("non_interactive_sign_ins", sign_in(9, 1, "a", NOW - timedelta(days=2), **later))
    with summarised.postgres.connect() as connection:
        table = sql.Identifier(summarised.schema, SUMMARIES)
        grow = """update {} set "signInCount" = 5, _sdc_batched_at = %s where "userPrincipalName" like 'new@%%'"""
        connection.execute(sql.SQL(grow).format(table), [NOW])
        empty, lost = (NOW.date() - timedelta(days=days) for days in (30, 33))
        connection.execute(
            sql.SQL('delete from {} where "aggregationDateTime" in (%s, %s)').format(table), [empty, lost]
        )
    summarised.dbt("run", "--select", "entra__app_usage", "int_entra__summarised_use", "int_entra__log_coverage")

    row = usage(summarised)["person 1", 2]
    assert (row["sign_ins"], row["non_interactive_sign_ins"]) == (5, 5)
    assert len(usage(summarised)) == len(found)
    since = {row["stream"]: row["observed_since"] for row in summarised.rows("int_entra__log_coverage", "_staging")}
    assert since[SUMMARIES] == datetime.combine(lost + timedelta(days=1), datetime.min.time())


def test_without_the_log_they_give_the_same_counts_and_findings(history: History) -> None:
    company, full = history.company, history.next_day
    company.copy("summarised", without=["non_interactive_sign_ins"])

    company.build(*UNTESTED, schema="summarised", **SHORT)

    counts = ("sign_ins", "interactive_sign_ins", "failures", "interrupts")
    rows = {
        tuple(row[key] for key in ("user_id", "app_id", "day")): row
        for row in company.rows("app_usage", "summarised_views")
    }
    assert {key: [row[name] for name in counts] for key, row in rows.items()} == {
        key: [row[name] for name in counts] for key, row in full.by("app_usage", "user_id", "app_id", "day").items()
    }
    findings = {row["insight_id"]: row for row in company.rows("insights", "summarised_views")}
    assert findings.keys() == full.by("insights", "insight_id").keys()
    rest = {(full.by("insights", "insight_id")[key]["evidence"], row["evidence"]) for key, row in findings.items()}
    assert ("all sign-ins", "summaries") in rest
    assert {evidence for evidence, _ in rest} >= {"activity report"}
    assert all(now == before or (before, now) == ("all sign-ins", "summaries") for before, now in rest)
