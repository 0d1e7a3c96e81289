"""What a company decided about apps and findings, in seeds that it fills in."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.transform.hand_made import NOW, last_seen, person, principal, ran, sign_in

if TYPE_CHECKING:
    from tests.transform.conftest import SeededWith
    from tests.transform.hand_made import HandMadeWarehouse

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

LONG_AGO, TODAY, YESTERDAY = NOW - timedelta(days=200), NOW.date(), NOW.date() - timedelta(days=1)


def insight_id(kind: str, subject: str) -> str:
    return hashlib.md5(f"{kind}|{subject}".encode()).hexdigest()


ACCOUNTS = {number: insight_id("unused_account", f"person {number}") for number in range(1, 5)}
INSIGHTS = f"""insight_id,decision,reason,until,decided_by,decided_at
{ACCOUNTS[1]},dismissed,On leave,,Ada,2026-05-01
{ACCOUNTS[2]},postponed,On leave,{TODAY},Ada,2026-05-01
{ACCOUNTS[3]},postponed,On leave,{YESTERDAY},Ada,2026-05-01
gone,dismissed,It was there once,,Ada,2026-05-01
"""
APPS = f"""app_id,product,decision,owner,note,until,decided_by,decided_at
forbidden,,not permitted,Ada,Sends files away,,Ada,2026-05-01
quiet,,not permitted,Ada,No one has it,,Ada,2026-05-01
over,,not permitted,Ada,Until the contract,{YESTERDAY},Ada,2026-05-01
chat,,approved,Bob,,{TODAY},Ada,2026-05-01
,Slack,not permitted,Ada,We have another one,,Ada,2026-05-01
missing,,in review,,,,,
,Zoom,ignored,,,,,
"""


@pytest.fixture
def decided(seeded: SeededWith) -> tuple[HandMadeWarehouse, str]:
    """A warehouse whose owner has decided a few things, and what dbt said when it built and tested the views."""
    warehouse = seeded(app_decisions=APPS, insight_decisions=INSIGHTS)
    slack = {"homepage": "https://slack.com/"}
    apps = ("forbidden", "quiet", "over", "other")
    warehouse.add("organization", {"id": "tenant", "displayName": "Contoso"})
    warehouse.add("users", *(person(number) for number in range(1, 6)))
    warehouse.add("user_sign_in_activity", *(last_seen(who, LONG_AGO) for who in range(1, 5)), last_seen(5, NOW))
    warehouse.add(
        "service_principals",
        *(principal(app) for app in apps),
        *(principal(app, **slack) for app in ("chat", "chat of old")),
    )
    warehouse.add("role_assignments", {"id": "1", "principalId": "person 1", "roleDefinitionId": "reader"})
    used = ("forbidden", "over", "other", "chat", "chat of old")
    warehouse.add("sign_ins", *(sign_in(number, 5, app, NOW) for number, app in enumerate(used)))
    warehouse.add("sign_ins", sign_in(10, 5, "quiet", NOW - timedelta(days=40)))
    streams = (
        "users", "user_sign_in_activity", "service_principals", "organization", "role_assignments", "groups",
        "group_members", "sign_ins",
    )  # fmt: skip
    warehouse.add("stream_runs", *(ran(stream, NOW) for stream in streams))
    return warehouse, warehouse.dbt("build")


def test_decisions_of_apps_and_findings(decided: tuple[HandMadeWarehouse, str]) -> None:
    warehouse, said = decided
    rows = warehouse.rows("insights")
    found = {(row["kind"], row["subject_id"]): row for row in rows}
    apps = {row["app_id"]: row for row in warehouse.rows("applications")}

    def decision(kind: str, who: int) -> tuple[Any, ...]:
        row = found[kind, f"person {who}"]
        return row["decision"], row["decision_until"], row["is_open"]

    assert [decision("unused_account", who) for who in range(1, 5)] == [
        ("dismissed", None, False),
        ("postponed", date(2026, 6, 10), False),
        # Its last day is over.
        ("postponed", date(2026, 6, 9), True),
        (None, None, True),
    ]
    # A detail is closed with the finding that explains it, and nothing was decided about itself.
    assert decision("stale_admin", 1) == (None, None, False)
    assert {app: (row["decision"], row["decision_owner"]) for app, row in apps.items()} == {
        "forbidden": ("not permitted", "Ada"),
        "quiet": ("not permitted", "Ada"),
        "over": (None, None),
        "other": (None, None),
        # The decision about the app comes before the one about its product.
        "chat": ("approved", "Bob"),
        "chat of old": ("not permitted", "Ada"),
    }
    unwanted = {row["subject_id"]: row for row in rows if row["kind"] == "not_permitted_app"}
    assert {app: (row["severity"], row["people"]) for app, row in unwanted.items()} == {
        "forbidden": ("medium", 1),
        "chat of old": ("medium", 1),
    }
    assert unwanted["forbidden"]["title"] == (
        "forbidden is not permitted, and one person signed in to it in the last 30 days"
    )
    (kind,) = [row for row in warehouse.rows("insight_kinds") if row["kind"] == "unused_account"]
    assert (kind["findings"], kind["open_findings"]) == (4, 2)

    # The app, the product and the finding that are not there.
    assert re.search(r"WARN=3 ERROR=0", said)
    warned = {*re.findall(r"Warning in test relationships_(entra__\w+?_decisions_\w+?)__", said)}
    assert {name.split("_decisions_")[0] for name in warned} == {"entra__app", "entra__insight"}
