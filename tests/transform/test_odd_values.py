"""What Microsoft writes where a time, a number or a list belongs never stops the views, and never counts as a fact."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.transform.hand_made import MODELS, NOW, PROJECT, HandMadeWarehouse, person, ran, sign_in
from tests.transform.macros import macros_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox import Sandbox

    Read = Callable[[str, str], Any]

PACKAGE = PROJECT / "entra"
NULL = Jsonb(None)
LONG_AGO = NOW - timedelta(days=200)

TIMES = {
    "2021-06-17T16:41:33Z": "2021-06-17 16:41:33",
    "2021-06-17t16:41:33.1234567z": "2021-06-17 16:41:33.123457",
    "2007-01-09T11:41:00+02:00": "2007-01-09 09:41:00",
    "2007-01-09T11:41:00-0330": "2007-01-09 15:11:00",
    "2021-06-17 16:41:33": "2021-06-17 16:41:33",
    "2021-06-17": "2021-06-17 00:00:00",
    "2021-06-17T24:00:00Z": "2021-06-18 00:00:00",
    "2024-02-29T00:00:00Z": "2024-02-29 00:00:00",
    "9999-12-31T23:59:59Z": "9999-12-31 23:59:59",
    "9999-12-31": "9999-12-31 00:00:00",
    "9999-12-31T23:59:59+01:00": "9999-12-31 22:59:59",
    "9999-12-31T23:59:59-01:00": None,
    "9999-12-31T24:00:00Z": None,
    "9999-12-31 23:59:60": None,
    "0001-01-01T00:00:00Z": None,
    "0001-01-01T00:00:00": None,
    "0000-00-00T00:00:00Z": None,
    "2023-02-29T00:00:00Z": None,
    "1900-02-29T00:00:00Z": None,
    "2021-04-31T00:00:00Z": None,
    "2021-13-01T00:00:00Z": None,
    "2021-06-17T25:00:00Z": None,
    "2021-06-17T16:41:33+99:00": None,
    "10000-01-01T00:00:00Z": None,
    "17 June 2021": None,
    "infinity": None,
    "now": None,
    "never": None,
    " ": None,
    "": None,
}
INTEGERS = {
    "25": 25,
    "-7": -7,
    "0.0": 0,
    "13335.0": 13335,
    "50126": 50126,
    "0.5": None,
    "99999999999999999999": None,
    "1e400": None,
    "0x10": None,
    "NaN": None,
    "many": None,
    "": None,
}
BOOLEANS = {"true": True, "True": True, "1": True, "false": False, "FALSE": False, "0": False, "": None, "maybe": None}

#: What a model or macro must leave to the guarded macros: text out of JSON, lists out of JSON, and casts of either.
UNGUARDED = (
    re.compile(r"->>|#>>"),
    re.compile(
        r"\bjsonb?_(array_elements\w*|to_record\w*|populate_\w+|each\w*|object_keys|path_query\w*|extract_path_text)"
    ),
    re.compile(r"(?:json_text\([^}]*\}\}|(?:->|#>)\s*'[^']*')[\s)]*::\s*(?!jsonb|text)\w+"),
    re.compile(r"cast\s*\(\s*(?:\{\{\s*json_text|[^()]*(?:->|#>))", re.IGNORECASE),
)
GUARDS = ("json.sql",)


@pytest.fixture
def read(standing_sandbox: Sandbox) -> Read:
    """Reads a JSON value by one of the macros, on a real PostgreSQL whose own time zone is not UTC."""
    assert standing_sandbox.postgres is not None
    url = standing_sandbox.postgres.url.replace("+psycopg", "")
    macros = macros_of("text.sql", "json.sql")

    def run(macro: str, value: str) -> Any:
        expression = getattr(macros, macro)("asked.json", "value")
        with psycopg.connect(url) as connection:
            connection.execute("set timezone to 'Asia/Tokyo'")
            query = f"select {expression} from (select %s::jsonb as json) as asked"
            (found,) = connection.execute(query, [Jsonb({"value": value})]).fetchone() or (None,)
        return found

    return run


@pytest.mark.parametrize(("text", "expected"), TIMES.items())
def test_a_time_is_read_or_null(read: Read, text: str, expected: str | None) -> None:
    found = read("json_time", text)

    assert found == (datetime.fromisoformat(expected) if expected else None)


@pytest.mark.parametrize(("text", "expected"), INTEGERS.items())
def test_a_number_is_read_or_null(read: Read, text: str, expected: int | None) -> None:
    assert read("json_integer", text) == expected


@pytest.mark.parametrize(("text", "expected"), BOOLEANS.items())
def test_a_truth_value_is_read_or_null(read: Read, text: str, expected: object) -> None:
    assert read("json_boolean", text) is expected


def unguarded(source: str) -> list[str]:
    without_comments = re.sub(r"\{#.*?#\}|--[^\n]*", "", source, flags=re.DOTALL)
    return [match[0] for pattern in UNGUARDED for match in pattern.finditer(without_comments)]


def test_json_is_read_by_the_guarded_macros_alone() -> None:
    found = {
        str(path.relative_to(PACKAGE)): unguarded(path.read_text())
        for path in sorted(PACKAGE.rglob("*.sql"))
        if path.name not in GUARDS
    }

    assert found
    assert {path: casts for path, casts in found.items() if casts} == {}


@pytest.mark.parametrize(
    "source",
    [
        "(status ->> 'errorCode')::int",
        "(activity #>> '{user,at}') ::timestamp",
        "{{ json_text('status', 'errorCode') }}::int",
        "({{ json_text('status', 'errorCode') }})::bigint",
        "cast({{ json_text('status', 'errorCode') }} as int)",
        "cast(status -> 'errorCode' as int)",
        "(status -> 'errorCode')::int",
        "cross join lateral jsonb_array_elements_text(reply_urls)",
        "jsonb_to_recordset(targets) as target (id text)",
    ],
)
def test_an_unguarded_cast_is_noticed(source: str) -> None:
    assert unguarded(source)


def seen(who: int, **times: str | None) -> dict[str, Any]:
    return {"id": f"person {who}", "signInActivity": times}


@pytest.mark.slow
@pytest.mark.e2e
def test_odd_times_of_sign_ins_are_not_known(warehouse: HandMadeWarehouse) -> None:
    week_ago = NOW - timedelta(days=6)
    warehouse.add("users", *(person(number) for number in range(1, 5)))
    warehouse.add(
        "user_sign_in_activity",
        seen(1, lastSignInDateTime="2021-06-17T16:41:33Z", lastSuccessfulSignInDateTime=""),
        seen(2, lastSignInDateTime="0001-01-01T00:00:00Z", lastSuccessfulSignInDateTime="0001-01-01T00:00:00Z"),
        seen(3, lastSignInDateTime=f"{week_ago:%FT%T}Z", lastSuccessfulSignInDateTime="0001-01-01T00:00:00Z"),
        seen(4, lastSignInDateTime="2007-01-09T11:41:00+02:00"),
    )
    warehouse.add(
        "service_principal_sign_in_activities",
        {"appId": "app", "lastSignInActivity": {"lastSignInDateTime": ""}, "delegatedClientSignInActivity": NULL},
    )
    warehouse.add("service_principals", {"id": "principal", "appId": "app", "accountEnabled": True})
    warehouse.add(
        "sign_ins", sign_in(1, 3, "app", NOW, status={"errorCode": "0.0"}), sign_in(2, 3, "app", NOW, status=NULL)
    )
    streams = ("users", "user_sign_in_activity", "service_principal_sign_in_activities")
    warehouse.add("stream_runs", *(ran(stream, NOW) for stream in streams))

    warehouse.dbt(*MODELS)

    people = {row["user_id"]: (row["last_sign_in_at"], row["last_attempt_at"]) for row in warehouse.rows("employees")}
    old, offset = datetime(2021, 6, 17, 16, 41, 33), datetime(2007, 1, 9, 9, 41)  # noqa: DTZ001
    assert people == {
        "person 1": (old, old),
        "person 2": (None, None),
        "person 3": (NOW, week_ago),
        "person 4": (offset, offset),
    }
    titles = {row["subject_id"]: row["title"] for row in warehouse.rows("insights") if row["kind"] == "unused_account"}
    assert titles == {
        "person 1": "Person 1 has not signed in for 90 days",
        "person 2": "Person 2 has never signed in",
        "person 4": "Person 4 has not signed in for 90 days",
    }
    (usage,) = warehouse.rows("app_usage")
    assert (usage["sign_ins"], usage["failures"]) == (1, 0)


@pytest.mark.slow
@pytest.mark.e2e
def test_lists_that_are_null_or_no_lists_have_no_items(warehouse: HandMadeWarehouse) -> None:
    year_one = datetime(1, 1, 1)  # noqa: DTZ001
    warehouse.add(
        "users",
        person(1, assignedLicenses=[{"skuId": "e3"}, None, "e5"]),
        person(2, assignedLicenses=NULL),
        person(3, assignedLicenses=[], createdDateTime=year_one),
        person(4, assignedLicenses={"skuId": "e3"}),
    )
    api = {"id": "api", "appId": "api", "displayName": "API"}
    app = {"id": "app", "appId": "app", "displayName": "App"}
    lists = ("replyUrls", "servicePrincipalNames", "appRoles")
    warehouse.add(
        "service_principals",
        {**app, "replyUrls": ["https://app.slack.com/", None, 1], "servicePrincipalNames": [], "appRoles": []},
        {**api, **dict.fromkeys(lists, NULL)},
        {**api, "id": "other", "appId": "other", **dict.fromkeys(lists, Jsonb("text"))},
    )
    grant = {"principalType": "ServicePrincipal", "principalId": "app", "appRoleId": "role"}
    warehouse.add("app_role_assignments", *({"id": api, "resourceId": api, **grant} for api in ("api", "other")))
    audit = {"activityDateTime": LONG_AGO, "result": "success"}
    warehouse.add(
        "directory_audits",
        {"id": "1", "activityDisplayName": "Disable account", "targetResources": NULL, "initiatedBy": NULL, **audit},
        {"id": "2", "activityDisplayName": "Add member to group", "targetResources": [None, "text"], **audit},
    )
    streams = ("users", "service_principals", "app_role_assignments", "oauth2_permission_grants", "directory_audits")
    warehouse.add("stream_runs", *(ran(stream, NOW) for stream in streams))

    warehouse.dbt(*MODELS)

    people = {row["user_id"]: row for row in warehouse.rows("employees")}
    assert {who: row["licence_count"] for who, row in people.items()} == {
        "person 1": 1, "person 2": None, "person 3": 0, "person 4": None,
    }  # fmt: skip
    assert people["person 3"]["created_at"] is None
    apps = {row["app_id"]: row for row in warehouse.rows("applications")}
    assert apps["app"]["product"] == "Slack"
    assert apps["app"]["permissions"] is not None


@pytest.mark.slow
@pytest.mark.e2e
def test_an_account_is_neither_active_nor_disabled_where_nothing_says_so(warehouse: HandMadeWarehouse) -> None:
    sku = {"skuId": "e3"}
    warehouse.add(
        "users",
        person(1, accountEnabled=False, assignedLicenses=[sku]),
        person(2, accountEnabled=None, userType=None, assignedLicenses=[sku]),
        person(3, accountEnabled=True, userType=None, assignedLicenses=[sku]),
        person(4, accountEnabled=None, assignedLicenses=[sku], _sdc_deleted_at=LONG_AGO),
    )
    warehouse.add("user_sign_in_activity", *(seen(who, lastSignInDateTime=f"{LONG_AGO:%FT%T}Z") for who in range(1, 5)))
    warehouse.add(
        "stream_runs", *(ran(stream, NOW) for stream in ("users", "subscribed_skus", "user_sign_in_activity"))
    )

    warehouse.dbt(*MODELS)

    found = {row["user_id"]: (row["account_state"], row["user_type"]) for row in warehouse.rows("employees")}
    assert found == {
        "person 1": ("disabled", "member"),
        "person 2": ("unknown", "member"),
        "person 3": ("active", "member"),
        "person 4": ("left", "member"),
    }
    kinds = {(row["kind"], row["subject_id"]) for row in warehouse.rows("insights")}
    assert {kind for kind, who in kinds if who == "person 2"} == set()
    assert {("leaver_access", "person 1"), ("unused_account", "person 3")} <= kinds


@pytest.mark.slow
@pytest.mark.e2e
def test_forgets_people_beside_audits_without_targets(warehouse: HandMadeWarehouse) -> None:
    gone = {"id": "person 1", "type": "User", "displayName": "Person 1"}
    warehouse.add("users", person(1, _sdc_deleted_at=LONG_AGO))
    warehouse.add(
        "directory_audits",
        {"id": "1", "targetResources": NULL, "initiatedBy": NULL},
        {"id": "2", "targetResources": [gone, None, "text"], "initiatedBy": {"user": NULL.obj}},
        {"id": "3", "targetResources": {"id": "person 1"}, "initiatedBy": {"user": gone}},
    )

    warehouse.dbt("run-operation", "forget_deleted", "--args", "{days: 100}")

    audits = {row["id"]: row for row in warehouse.rows("directory_audits", "")}
    assert audits["1"]["targetResources"] is None
    assert audits["2"]["targetResources"] == [{"id": "person 1", "type": "User"}, None, "text"]
    assert audits["3"]["initiatedBy"] == {"user": {"id": "person 1"}}
