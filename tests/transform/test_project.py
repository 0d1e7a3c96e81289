"""The dbt project as such: it builds from whatever there is, adds what comes, and forgets who is gone."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tap_entra.streams import STREAMS
from tests.environments import ROOT, environment
from tests.transform.hand_made import LOADED, MODELS, NOW, PROJECT, HandMadeWarehouse, person, ran, sign_in

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

#: What the tap found in Microsoft's own count of a log.
COUNTS = ("counted_day", "loaded_count", "microsoft_count")
MARTS = ("employees", "applications", "app_usage", "insights", "sync_status")


def test_sql_is_written_as_sqlfluff_wants_it() -> None:
    sqlfluff = environment("dbt", ROOT / "requirements-transform.lock") / "sqlfluff"

    done = subprocess.run(
        [sqlfluff, "lint", "--processes", "0", "models"],
        check=False,
        cwd=PROJECT / "entra",
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout[-3000:]


def test_builds_from_an_empty_warehouse_and_documents_every_column(warehouse: HandMadeWarehouse) -> None:
    said = warehouse.dbt("build")

    assert "WARN=0 ERROR=0 SKIP=0" in said
    status = warehouse.rows("sync_status")
    assert {row["stream"] for row in status} == {stream.name for stream in STREAMS} - {"stream_runs"}
    assert {(row["state"], row["reason"], row["last_run_at"]) for row in status} == {
        ("not selected", "never read", None)
    }
    assert {mart: warehouse.rows(mart) for mart in MARTS[:-1]} == {mart: [] for mart in MARTS[:-1]}
    manifest = json.loads((warehouse.folder / "target" / "manifest.json").read_text())
    undocumented = []
    with warehouse.postgres.connect() as connection:
        for node in manifest["nodes"].values():
            if node["resource_type"] not in {"model", "seed"}:
                continue
            query = "select column_name from information_schema.columns where table_schema = %s and table_name = %s"
            found = {column for (column,) in connection.execute(query, [node["schema"], node["alias"]])}
            described = {name for name, column in node["columns"].items() if column["description"]}
            if not node["description"] or found != described:
                undocumented.append((node["name"], found ^ described))
    assert not undocumented
    assert not [source["name"] for source in manifest["sources"].values() if not source["description"]]


def test_the_database_itself_says_what_views_and_columns_mean(warehouse: HandMadeWarehouse) -> None:
    def comments() -> dict[tuple[str, str], str | None]:
        query = """
            select attname, col_description(attrelid, attnum)
            from pg_attribute
            where attrelid = %(mart)s::regclass and attnum > 0 and not attisdropped
            union all
            select '', obj_description(%(mart)s::regclass, 'pg_class')
        """
        with warehouse.postgres.connect() as connection:
            return {
                (mart, column): comment
                for mart in MARTS
                for column, comment in connection.execute(query, {"mart": f"{warehouse.schema}_views.{mart}"})
            }

    warehouse.add("sign_ins", sign_in(1, 1, "app", NOW))
    warehouse.dbt(*MODELS)
    said = comments()
    # `app_usage` is kept and added to, the others are made anew.
    warehouse.dbt("run")

    assert str(said["employees", "last_sign_in_at"]).startswith("Last successful sign-in of any kind")
    assert all(said.values())
    assert comments() == said


def test_knows_less_where_streams_and_columns_are_missing(warehouse: HandMadeWarehouse) -> None:
    warehouse.add("users", {"id": "person 1", "displayName": "Person 1"})
    warehouse.add("sign_ins", {"id": "1", "createdDateTime": NOW, "userId": "person 1", "appId": "Slack", "status": {}})

    warehouse.dbt("build")

    (employee,) = warehouse.rows("employees")
    assert employee["account_state"] == "unknown"
    unknown = ("licences", "admin_roles", "is_admin", "has_photo", "apps_used_30d", "mfa_registered", "evidence")
    assert {name: employee[name] for name in unknown} == dict.fromkeys(unknown)
    (app,) = warehouse.rows("applications")
    assert (app["app_id"], app["kind"], app["people_with_access"], app["owners"]) == ("slack", "unknown", None, None)
    assert warehouse.rows("insights") == []


def test_what_is_refused_is_not_known_though_its_table_is_there(warehouse: HandMadeWarehouse) -> None:
    refused = (
        "oauth2_permission_grants", "group_members", "profile_photos", "service_principal_owners",
    )  # fmt: skip
    read = (
        "users",
        "groups",
        "applications",
        "application_owners",
        "service_principals",
        "app_role_assignments",
        "role_definitions",
        "role_assignments",
    )
    app = {"id": "principal", "appId": "app", "displayName": "App", "appOwnerOrganizationId": "another tenant"}
    seat = {"resourceId": "principal", "createdDateTime": NOW, "appRoleId": "00000000-0000-0000-0000-000000000000"}
    warehouse.add("users", person(1), person(2))
    warehouse.add("service_principals", app)
    warehouse.add("app_role_assignments", {"id": "1", "principalId": "person 1", "principalType": "User", **seat})
    warehouse.add("role_definitions", {"id": "reader", "displayName": "Reports Reader"})
    warehouse.add("role_assignments", {"id": "1", "principalId": "person 1", "roleDefinitionId": "reader"})
    warehouse.add("stream_runs", *(ran(stream, NOW - timedelta(days=1)) for stream in read))
    for stream in refused:
        warehouse.refuse(stream, NOW - timedelta(days=1))
    may = ("permissions", "permission_risk", "consented_by", "consenting_people")
    has = ("owners", "people_assigned", "people_assigned_by_group", "people_in_nested_groups", "people_with_access")
    of_people = ("admin_roles", "is_admin", "has_photo")

    def found() -> tuple[list[Any], list[Any], list[list[Any]]]:
        (app,) = warehouse.rows("applications")
        people = sorted(warehouse.rows("employees"), key=lambda row: row["user_id"])
        return [app[one] for one in may], [app[one] for one in has], [[row[one] for one in of_people] for row in people]

    warehouse.dbt("build")

    # What is known to be held appears, whatever else is missing.
    assert found() == ([None] * 4, [None, 1, None, None, None], [[["Reports Reader"], True, None], [None, None, None]])

    warehouse.add("stream_runs", *(ran(stream, NOW) for stream in refused))
    warehouse.dbt("run")

    assert found() == ([[], "none", None, 0], [[], 1, 0, 0, 1], [[["Reports Reader"], True, False], [[], False, False]])


def test_what_apps_may_do_is_not_known_by_half(warehouse: HandMadeWarehouse) -> None:
    grant = {"clientId": "principal", "resourceId": "api", "consentType": "Principal", "principalId": "person 1"}
    warehouse.add("users", person(1))
    warehouse.add(
        "service_principals", *({"id": one, "appId": one, "displayName": one} for one in ("principal", "api"))
    )
    warehouse.add("oauth2_permission_grants", {"id": "1", **grant, "scope": "User.Read"})
    warehouse.add(
        "stream_runs", *(ran(stream, NOW) for stream in ("users", "service_principals", "oauth2_permission_grants"))
    )

    warehouse.dbt(*MODELS)

    app = next(row for row in warehouse.rows("applications") if row["app_id"] == "principal")
    assert (app["permissions"], app["permission_risk"], app["consented_by"]) == (None, None, None)
    assert app["consenting_people"] == 1


def test_a_picture_is_known_as_soon_as_it_is_there(warehouse: HandMadeWarehouse) -> None:
    warehouse.add("users", person(1), person(2))
    warehouse.add("profile_photos", {"userId": "person 1", "photo": "cGljdHVyZQ==", "sha256": "digest"})
    warehouse.add("stream_runs", ran("profile_photos", NOW, "partial"))

    warehouse.dbt(*MODELS)

    assert {row["user_id"]: row["has_photo"] for row in warehouse.rows("employees")} == {
        "person 1": True,
        "person 2": None,
    }


def test_an_attempt_is_no_sign_in(warehouse: HandMadeWarehouse) -> None:
    before, lately, good = datetime(2023, 5, 4, 3, 2), NOW - timedelta(days=2), NOW - timedelta(days=50)  # noqa: DTZ001

    def activity(who: int, attempt: datetime, client: datetime | None, success: datetime | None) -> dict[str, Any]:
        names = ("lastSignInDateTime", "lastNonInteractiveSignInDateTime", "lastSuccessfulSignInDateTime")
        dates = {name: at and f"{at.isoformat()}Z" for name, at in zip(names, (attempt, client, success), strict=True)}
        return {"id": f"person {who}", "signInActivity": dates}

    warehouse.add("users", *(person(number) for number in range(1, 6)))
    warehouse.add(
        "user_sign_in_activity",
        activity(1, lately, None, None),
        activity(2, lately, good, good),
        activity(3, before, None, None),
        activity(4, lately, before, None),
    )
    warehouse.add("stream_runs", ran("user_sign_in_activity", NOW))

    warehouse.dbt(*MODELS)

    rows = {row["user_id"]: (row["last_sign_in_at"], row["last_attempt_at"]) for row in warehouse.rows("employees")}
    assert rows == {
        "person 1": (None, lately),
        "person 2": (good, lately),
        # Then Microsoft did not tell how an attempt ended: it may have been a sign-in.
        "person 3": (before, before),
        "person 4": (before, lately),
        "person 5": (None, None),
    }
    # Who tries is there: only who has not come for long is called absent.
    assert {row["subject_id"] for row in warehouse.rows("insights")} == {"person 3"}


def test_a_late_row_changes_its_day_and_a_repeated_one_nothing(warehouse: HandMadeWarehouse) -> None:
    tables = {"app_usage": "_views", "app_months": "_views", "int_entra__person_app_use": "_staging"}
    days = [NOW - timedelta(days=days) for days in range(6)]
    warehouse.add("sign_ins", *(sign_in(n, n % 2, "app", day) for n, day in enumerate(days)))
    warehouse.dbt(*MODELS)
    later = LOADED + timedelta(days=1)
    with warehouse.postgres.connect() as connection:
        # Read again in the overlap, so stamped anew, as the loader does.
        connection.execute(
            f"update {warehouse.schema}.sign_ins set _sdc_batched_at = %s where id = 'sign-in 0'", [later]
        )
    warehouse.add("sign_ins", sign_in(10, 0, "app", days[4] + timedelta(hours=1), _sdc_batched_at=later))
    warehouse.add("sign_ins", sign_in(11, 1, "app", days[5] - timedelta(hours=9), 50126, _sdc_batched_at=later))
    warehouse.add("non_interactive_sign_ins", sign_in(12, 0, "app", NOW + timedelta(hours=1), _sdc_batched_at=later))

    warehouse.dbt("run")

    built = {name: sorted(map(str, warehouse.rows(name, kind))) for name, kind in tables.items()}
    usage = {(row["user_id"], row["day"]): row for row in warehouse.rows("app_usage")}
    assert usage["person 0", days[4].date()]["sign_ins"] == 2
    assert usage["person 0", NOW.date()]["sign_ins"] == 2
    assert usage["person 0", NOW.date()]["interactive_sign_ins"] == 1
    assert usage["person 1", (days[5] - timedelta(hours=9)).date()]["failures"] == 1
    warehouse.dbt("run", "--full-refresh")
    assert {name: sorted(map(str, warehouse.rows(name, kind))) for name, kind in tables.items()} == built


def test_days_that_hold_nothing_new_are_left_alone(warehouse: HandMadeWarehouse) -> None:
    days = [NOW - timedelta(days=days) for days in range(6)]
    unknown = {"userId": None}
    warehouse.add("sign_ins", *(sign_in(n, 1, "app", day, 50126 * (n % 2)) for n, day in enumerate(days)))
    warehouse.add("sign_ins", *(sign_in(20 + n, 1, "app", day, 50058, **unknown) for n, day in enumerate(days)))

    def written() -> dict[Any, str]:
        with warehouse.postgres.connect() as connection:
            return dict(
                connection.execute(f"select day, xmin::text from {warehouse.schema}_views.app_usage").fetchall()
            )

    warehouse.dbt(*MODELS)
    first = written()
    warehouse.dbt("run")
    second = written()
    # Stamped before the newest row that was seen, as by a batch that was written late.
    late = days[3] - timedelta(minutes=5)
    warehouse.add("sign_ins", sign_in(30, 1, "app", late, 50058, _sdc_batched_at=LOADED - timedelta(hours=1)))
    warehouse.dbt("run")
    third = written()

    assert len(first) == len(days)
    assert second == first
    assert {day for day in third if third[day] != second[day]} == {late.date()}


def test_a_gap_in_the_log_leaves_nothing_proved(warehouse: HandMadeWarehouse) -> None:
    app = {"id": "principal", "appId": "app", "displayName": "App", "appOwnerOrganizationId": "another tenant"}
    assigned = {"principalType": "User", "resourceId": "principal", "createdDateTime": NOW - timedelta(days=300)}
    warehouse.add("organization", {"id": "tenant", "displayName": "Contoso"})
    warehouse.add("service_principals", {**app, "accountEnabled": True})
    warehouse.add("app_role_assignments", {"id": "seat", "principalId": "person 1", **assigned})
    warehouse.add("users", person(1), person(2))
    warehouse.add("sign_ins", sign_in(1, 2, "app", NOW - timedelta(days=100)), sign_in(2, 2, "app", NOW))
    warehouse.add("stream_runs", *(ran("sign_ins", NOW - timedelta(days=days)) for days in range(70, -1, -10)))

    warehouse.dbt(*MODELS)
    (seat,) = [row for row in warehouse.rows("insights") if row["kind"] == "unused_seat"]
    gap: dict[str, Any] = {"gapFrom": NOW - timedelta(days=60), "gapTo": NOW - timedelta(days=50)}
    warehouse.add("stream_runs", ran("sign_ins", NOW - timedelta(days=15), **gap))
    warehouse.dbt("run")

    assert (seat["subject_id"], seat["severity"], seat["evidence"]) == ("person 1", "check", "interactive sign-ins")
    assert seat["observed_since"] == NOW - timedelta(days=100)
    assert warehouse.rows("insights") == []
    (employee, _) = warehouse.rows("employees")
    assert employee["observed_since"] == gap["gapTo"]


def test_says_of_each_stream_how_it_stands(warehouse: HandMadeWarehouse) -> None:
    before = NOW - timedelta(days=1)
    warehouse.add(
        "stream_runs",
        ran("non_interactive_sign_ins", NOW, countedDay=NOW - timedelta(days=2), loadedCount=25, microsoftCount=100),
        ran("users", before, "failed", graphCode="500", action="Wait."),
        ran("users", NOW),
        ran("groups", before),
        ran("groups", NOW, "failed", graphCode="Authorization_RequestDenied", action="Grant it."),
        ran(
            "sign_ins",
            NOW,
            "skipped",
            graphCode="Authentication_RequestFromNonPremiumTenantOrB2CTenant",
            action="Buy P1.",
        ),
        ran("directory_audits", NOW, "partial"),
        ran("devices", NOW - timedelta(days=9)),
        ran("role_assignments", NOW - timedelta(days=9), "skipped", action="Grant it."),
    )

    warehouse.dbt(*MODELS, as_of=str(NOW))

    states = {row["stream"]: row for row in warehouse.rows("sync_status") if row["reason"] != "never read"}
    assert {stream: row["state"] for stream, row in states.items()} == {
        "users": "active",
        "groups": "action required",
        "sign_ins": "not available",
        "directory_audits": "getting data",
        "non_interactive_sign_ins": "active",
        "devices": "not selected",
        "role_assignments": "not selected",
    }
    assert (states["groups"]["action"], states["groups"]["last_complete_at"]) == ("Grant it.", before)
    assert "Authorization_RequestDenied" in states["groups"]["reason"]
    assert states["sign_ins"]["action"] == "Buy P1."
    assert states["devices"]["reason"] == "not read since 2026-06-01, while other streams are"
    counts = {name: states["non_interactive_sign_ins"][name] for name in COUNTS}
    assert counts == {"counted_day": (NOW - timedelta(days=2)).date(), "loaded_count": 25, "microsoft_count": 100}
    assert float(states["non_interactive_sign_ins"]["loaded_share"]) == 0.25
    assert {states["users"][name] for name in (*COUNTS, "loaded_share")} == {None}
    assert states["users"]["missing_figures"] == []
    assert states["groups"]["missing_figures"] == []
    assert states["role_assignments"]["missing_figures"] == [
        "employees.admin_roles", "employees.is_admin", "employees.is_standing_admin",
        "insights.admin_with_weak_mfa", "insights.admin_without_mfa",
        "insights.guest_admin", "insights.new_admin", "insights.stale_admin",
    ]  # fmt: skip


def test_a_pipeline_that_died_says_so_without_a_build(warehouse: HandMadeWarehouse) -> None:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    warehouse.add(
        "stream_runs",
        ran("users", now),
        ran("sign_ins", now, "skipped", action="Buy P1."),
        ran("groups", now, "failed", action="Grant it."),
    )
    warehouse.dbt(*MODELS)
    before = {row["stream"]: row["state"] for row in warehouse.rows("sync_status") if row["last_run_at"]}

    with warehouse.postgres.connect() as connection:
        connection.execute(
            f'update {warehouse.schema}.stream_runs set "finishedAt" = "finishedAt" - interval \'60 days\''
        )

    assert before == {"users": "active", "sign_ins": "not available", "groups": "action required"}
    after = {row["stream"]: row for row in warehouse.rows("sync_status") if row["last_run_at"]}
    assert {row["state"] for row in after.values()} == {"action required"}
    assert all(row["reason"].startswith("not read since") for row in after.values())
    assert {stream: row["action"] for stream, row in after.items()} == {
        "users": "See to it that the tap runs daily.",
        "sign_ins": "See to it that the tap runs daily.",
        "groups": "See to it that the tap runs daily. Grant it.",
    }


def test_forgets_only_who_has_been_gone_for_longer(warehouse: HandMadeWarehouse) -> None:
    now = datetime.now()  # noqa: DTZ005
    gone = {number: {"_sdc_deleted_at": now - timedelta(days=days)} for number, days in {1: 400, 2: 10}.items()}
    warehouse.add("users", person(1, **gone[1]), person(2, **gone[2]), person(3))

    said = warehouse.dbt("run-operation", "forget_deleted", "--args", "{days: 365}")

    assert "1 rows of users" in said
    names = {row["id"]: row["displayName"] for row in warehouse.rows("users", "")}
    assert names == {"person 1": None, "person 2": "Person 2", "person 3": "Person 3"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"SQLALCHEMY_URL": "postgresql+psycopg://me%40here:p%40ss%2Fword@db.example:6543/house?sslmode=require"},
            {"host": "db.example", "port": 6543, "user": "me@here", "database": "house", "sslmode": "require"},
        ),
        (
            {"SQLALCHEMY_URL": "postgresql+psycopg://postgres@/house?host=%2Ftmp%2Fsocket"},
            {"host": "/tmp/socket", "port": 5432, "user": "postgres", "database": "house", "sslmode": "prefer"},
        ),
        (
            {
                "HOST": "db",
                "PORT": "6543",
                "USER": "me",
                "PASSWORD": "secret",
                "DATABASE": "house",
                "SSL_ENABLE": "true",
            },
            {"host": "db", "port": 6543, "user": "me", "database": "house", "sslmode": "verify-full"},
        ),
    ],
    ids=["url", "socket", "parts"],
)
def test_connects_by_the_loaders_own_settings(
    settings: dict[str, str], expected: dict[str, Any], tmp_path: Path
) -> None:
    dbt = environment("dbt", ROOT / "requirements-transform.lock") / "dbt"
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TARGET_POSTGRES_")}
    given = {f"TARGET_POSTGRES_{name}": value for name, value in settings.items()}
    paths = {"DBT_TARGET_PATH": str(tmp_path), "DBT_LOG_PATH": str(tmp_path)}

    code = (
        "import json, os, sys, yaml; from dbt.config.renderer import ProfileRenderer;"
        "from dbt_common.context import set_invocation_context; set_invocation_context(os.environ);"
        "raw = yaml.safe_load(open(sys.argv[1]))['entra_views']['outputs']['warehouse'];"
        "print(json.dumps(ProfileRenderer({}).render_data(raw)))"
    )
    done = subprocess.run(
        [dbt.with_name("python"), "-c", code, PROJECT / "profiles.yml"],
        check=True,
        capture_output=True,
        text=True,
        env={**bare, **given, **paths},
    )

    found = json.loads(done.stdout)
    assert {**found, "database": found["dbname"]}.items() >= expected.items()
    assert found["password"] in {"p@ss/word", "", "secret"}
