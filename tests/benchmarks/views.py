"""Figure 8: what a build of the views costs after one more day, after a short history and a long one, and from nothing.

Alone: `python -m tests.benchmarks.views`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.postgres import Postgres
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import ROOT, run
from tests.environments import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

USERS, APPS = 20_000, 200
#: How many apps a person uses.
HABITS = 12
A_DAY = 11_000
#: The longer one holds a million sign-ins.
SHORT_DAYS, LONG_DAYS = 9, 91
LAST = date(2026, 6, 30)
GOAL = 1.3
#: How many times as long as one plain query over the log a build may take to make of it what the views need.
ANEW_GOAL = 2
#: Days that are added and built, one after the other: what else the machine does makes any of them slower.
TRIES = 3
#: What is built of the log itself; all other models are made anew of these, each day.
INCREMENTAL = ("entra__app_usage", "int_entra__person_app_use")

# Only what the views read of these tables, and some of the weight of the rest.
TABLES = """
    create schema entra;
    create table entra.organization as select 'tenant' as id, 'Contoso' as "displayName";
    create table entra.users as
        select 'user ' || n as id, 'Person ' || n as "displayName", true as "accountEnabled", 'Member' as "userType",
               timestamp '2024-01-01' as "createdDateTime", '[{{"skuId": "e3"}}]'::jsonb as "assignedLicenses",
               null::timestamp as "_sdc_deleted_at"
        from generate_series(1, {users}) as n;
    create table entra.service_principals as
        select 'principal ' || n as id, 'app ' || n as "appId", 'App ' || n as "displayName",
               'another tenant' as "appOwnerOrganizationId", true as "accountEnabled",
               'https://app' || n || '.example/' as homepage, null::timestamp as "_sdc_deleted_at"
        from generate_series(1, {apps}) as n;
    create table entra.user_managers as
        select 'user ' || n as "userId", 'user ' || 1 + mod(n, 900) as "managerId", null::timestamp as "_sdc_deleted_at"
        from generate_series(1, {users}) as n;
    create table entra.groups as
        select 'group ' || n as id, 'Group ' || n as "displayName", null::timestamp as "_sdc_deleted_at"
        from generate_series(1, 500) as n;
    create table entra.group_members as
        select 'group ' || 1 + mod(n, 500) as "groupId", 'user ' || 1 + mod(n * 7, {users}) as "memberId",
               'user' as "memberType", null::timestamp as "_sdc_deleted_at"
        from generate_series(1, 3 * {users}) as n;
    create table entra.app_role_assignments as
        select 'seat ' || n as id, 'principal ' || 1 + mod(n, {apps}) as "resourceId", 'group ' || n as "principalId",
               'Group' as "principalType", timestamp '2025-01-01' as "createdDateTime",
               '00000000-0000-0000-0000-000000000000' as "appRoleId", null::timestamp as "_sdc_deleted_at"
        from generate_series(1, 100) as n;
    create table entra.sign_ins (
        id text primary key, "createdDateTime" timestamp, "userId" text, "appId" text, "appDisplayName" text,
        "resourceId" text, status jsonb, location jsonb, "deviceDetail" jsonb, "userAgent" text,
        "_sdc_deleted_at" timestamp, "_sdc_batched_at" timestamp
    );
    create table entra.stream_runs (
        "runId" text, stream text, "startedAt" timestamp, "finishedAt" timestamp, outcome text, rows bigint,
        "newestRow" timestamp, "gapFrom" timestamp, "gapTo" timestamp
    );
"""
# Each person keeps to a dozen apps, few apps are used by many, and a tenth of all sign-ins fail. Rows are loaded in the
# night that follows.
_ROWS = """
    insert into entra.sign_ins
    select day::date || ' ' || n,
           day + n * interval '1 day' / {a_day},
           'user ' || 1 + person,
           'app ' || 1 + floor({apps} * power(abs(hashint4(person * {habits} + habit) / 2147483648.0), 3))::int,
           'App', 'graph',
           jsonb_build_object('errorCode', case when mod(n, 10) = 0 then 50126 else 0 end, 'failureReason', 'Other.'),
           '{{"city": "Utrecht", "state": "Utrecht", "countryOrRegion": "NL", "geoCoordinates": {{"latitude": 52.1}}}}',
           jsonb_build_object('deviceId', md5(n::text), 'operatingSystem', 'Windows 11', 'browser', 'Edge 138.0.0'),
           repeat('Mozilla/5.0 (Windows NT 10.0; Win64; x64) ', 4), null, day + interval '27 hours'
    from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as day,
         generate_series(0, {a_day} - 1) as n,
         lateral (select mod(n * 7919 + extract(doy from day)::int * 104729, {users}) as person,
                         floor({habits} * random())::int as habit) as who;
"""
_RUN = """
    insert into entra.stream_runs
    select day::text, 'sign_ins', day + interval '26 hours', day + interval '27 hours', 'complete', {a_day},
           day + interval '1 day', null, null
    from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as day;
"""
# The least that any build has to do: read each row, look into its JSON, and keep a row a person, app and day.
_READ_ONCE = """
    create temporary table read_once as
    select "userId", "appId", "createdDateTime"::date as day,
           count(*) filter (where status ->> 'errorCode' = '0') as sign_ins,
           min("createdDateTime") as first_at, max("createdDateTime") as last_at
    from entra.sign_ins
    group by "userId", "appId", "createdDateTime"::date;
    create unique index on read_once ("userId", "appId", day);
"""


class Built(NamedTuple):
    """Seconds that a build took.

    Attributes:
        wall_s: All of it, from the start of dbt to its end.
        log_s: What is built of the log.
        slowest: The model that took longest, and how long.
    """

    wall_s: float
    log_s: float
    slowest: tuple[str, float]


def measure(_recorded: Path) -> Iterator[Figure]:
    """A day after a short history, then a day after a long one, each against a build of everything."""
    with tempfile.TemporaryDirectory() as folder:
        postgres = Postgres(Path(folder) / "postgres")
        postgres.start()
        try:
            with postgres.connect() as connection:
                connection.execute(TABLES.format(users=USERS, apps=APPS))
            _, short = _history(postgres, Path(folder), SHORT_DAYS, LAST - timedelta(days=TRIES))
            whole, long = _history(postgres, Path(folder), LONG_DAYS, LAST)
            read_once_s = _read_once(postgres)
        finally:
            postgres.stop()
    ratio = long.wall_s / short.wall_s
    yield Figure(
        "The views after one more day, with a million sign-ins in the warehouse",
        f"{long.wall_s:.1f} s",
        f"{short.wall_s:.1f} s, the same with {SHORT_DAYS * A_DAY:,} sign-ins",
        f"{ratio:.2f}",
        f"at most {GOAL}: it grows with the day, not with history",
        ratio <= GOAL,
        f"`dbt build` as a whole, with its start and all tests, the best of {TRIES} days of {A_DAY:,} sign-ins by "
        f"{USERS:,} users. The slowest model then is `{long.slowest[0]}`: {long.slowest[1]:.1f} s. What is made of "
        f"the log, {' and '.join(f'`{name}`' for name in INCREMENTAL)}, takes {long.log_s:.1f} s. The first build of "
        f"{LONG_DAYS * A_DAY:,} sign-ins, right after the load, takes {whole.wall_s:.0f} s; the slowest model then is "
        f"`{whole.slowest[0]}`: {whole.slowest[1]:.1f} s.",
    )
    anew = whole.log_s / read_once_s
    yield Figure(
        "What the views need of a million sign-ins, made anew",
        f"{whole.log_s:.1f} s",
        f"{read_once_s:.1f} s, one query that reads the log once and counts by person, app and day",
        f"{anew:.2f}",
        f"at most {ANEW_GOAL}",
        anew <= ANEW_GOAL,
        f"{' and '.join(f'`{name}`' for name in INCREMENTAL)} of the first build, their indexes included, beside the "
        "best of 3 such queries with an index.",
    )


def _read_once(postgres: Postgres) -> float:
    """The seconds that PostgreSQL needs at least for a pass over the log, the best of three."""
    took = []
    for _ in range(3):
        with postgres.connect() as connection:
            began = time.monotonic()
            for statement in filter(str.strip, _READ_ONCE.split(";\n")):
                connection.execute(statement)
            took.append(time.monotonic() - began)
            connection.execute("drop table read_once")
    return min(took)


def _history(postgres: Postgres, folder: Path, days: int, last: date) -> tuple[Built, Built]:
    """Make a history of `days` days, build it all, then add days and build after each. The second is the best."""
    with postgres.connect() as connection:
        (oldest,) = connection.execute('select min("createdDateTime")::date from entra.sign_ins').fetchone() or (None,)
        first = last - timedelta(days=days - 1)
        add_days(connection, first, oldest - timedelta(days=1) if oldest else last)
    whole = build(postgres, folder, "--full-refresh")
    after = []
    for day in range(1, TRIES + 1):
        with postgres.connect() as connection:
            add_days(connection, last + timedelta(days=day), last + timedelta(days=day))
        after.append(build(postgres, folder))
    return whole, min(after, key=lambda built: built.wall_s)


def add_days(connection: psycopg.Connection, first: date, last: date) -> None:
    """Add the sign-ins of these days, and the runs that read them."""
    for statement in (_ROWS + _RUN).format(users=USERS, apps=APPS, habits=HABITS, a_day=A_DAY).split(";\n"):
        if statement.strip():
            connection.execute(statement, {"first": first, "last": last})


def build(postgres: Postgres, folder: Path, *options: str) -> Built:
    """Run `dbt build`."""
    dbt = environment("dbt", ROOT / "requirements-transform.lock") / "dbt"
    project = ("--project-dir", ROOT / "transform", "--profiles-dir", ROOT / "transform")
    paths = {"DBT_TARGET_PATH": str(folder / "target"), "DBT_LOG_PATH": str(folder / "logs")}
    ran = run(dbt, "build", *project, *options, environment={**postgres.environment(), **paths})
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    models = {name.rpartition(".")[2]: time for name, time in _times(results) if name.startswith("model.entra.")}
    slowest = max(models.items(), key=lambda model: model[1])
    return Built(ran.wall_s, sum(models[name] for name in INCREMENTAL), slowest)


def _times(results: list[dict[str, Any]]) -> Iterator[tuple[str, float]]:
    return ((each["unique_id"], each["execution_time"]) for each in results)


if __name__ == "__main__":
    for figure in measure(ROOT):
        sys.stdout.write("\n".join(f"{name}: {value}" for name, value in vars(figure).items()) + "\n")
