"""The daily run on an invented company, twice with a day between, and what a person would then look at."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping

#: By warehouse: its name in words, and what Meltano runs.
WAREHOUSES = {
    "postgres": ("PostgreSQL", ("run", "tap-entra", "target-postgres", "dbt:build")),
    "duckdb": ("DuckDB", ("run", "tap-entra", "target-duckdb", "dbt-duckdb:build")),
}

_LINE = re.compile(r"\S+ \[(?P<level>\w+) *\] (?P<who>\S+) +(?P<message>.*)")
_BUILT = re.compile(r"Done\. PASS=(?P<passed>\d+) WARN=\d+ ERROR=(?P<failed>\d+)")
#: What a person waiting need not see of the tap's words; of all others' only complaints are shown.
_QUIET = re.compile(
    r"METRIC|Skipping parse|Beginning|tap-entra v|No state was found|No sign-in is kept|.*not extracted"
)

_APPS = """
    select kind, display_name, people_30d, sign_ins_30d, last_use_at
    from entra_views.applications
    where people_30d > 0
    order by people_30d desc, sign_ins_30d desc, display_name
"""
_KINDS = {"third_party": ("Third-party", 15), "in_house": ("In-house", 5), "microsoft": ("Microsoft", 5)}

#: Findings that no other one explains, with how many each explains.
_INSIGHTS = """
    select
        severity, kind, evidence, count(*), sum(children)::bigint,
        (array_agg(title order by people desc nulls last, title))[1]
    from entra_views.insights
    where parent_id is null
    group by severity, kind, evidence
    order by array_position(array['high', 'medium', 'low', 'check', 'info'], severity), count(*) desc, kind
"""
#: What happened in the last days, by kind, with the newest of each.
_NEWS = """
    select event, count(*),
        (array_agg(coalesce(subject_name, subject_id) order by happened_at desc, subject_id desc))[1],
        (array_agg(by_name order by happened_at desc, subject_id desc))[1]
    from entra_views.news
    group by event
    order by count(*) desc, event
"""
#: What could be saved, as far as prices are known; each saving once.
_MONEY = """
    select kind, count(*), sum(people)::bigint, sum(estimated_monthly_saving), max(currency)
    from entra_views.insights
    where category = 'cost' and is_open
    group by kind, currency
    order by sum(estimated_monthly_saving) desc nulls last, count(*) desc, kind
"""
_SPARE_SEATS = """
    select product, people_with_access, people_30d, seats_without_use
    from entra_views.product_costs
    where seats_without_use > 0
    order by seats_without_use desc, product
    limit 5
"""
_ABOUT = "select count(*) filter (where parent_id is null), count(parent_id) from entra_views.insights"
#: One of each of the worst kinds, with what to do.
_WORST = """
    select title, what_to_do
    from (select distinct on (kind) * from entra_views.insights where severity = 'high' order by kind, title) as worst
    order by kind
    limit 3
"""


def demo(folder: Path, users: int, sign_ins: int, seed: int, warehouse: str = "postgres") -> int:
    """Run it all and print the result. Returns an exit code.

    Args:
        folder: For the database and Meltano's state; emptied first, left behind to look at.
        warehouse: One of `WAREHOUSES`.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    name, pipeline = WAREHOUSES[warehouse]
    file = folder / "warehouse.duckdb"
    began = time.monotonic()
    with Sandbox(
        users,
        sign_ins,
        seed,
        starts=datetime.now(timezone.utc) - timedelta(days=1),
        planted=True,
        postgres=warehouse == "postgres",
        state_dir=folder,
    ) as sandbox:
        # All streams, those that are off unless asked for too.
        environment = {
            **os.environ,
            **sandbox.environment(),
            "TAP_ENTRA__SELECT": '["*.*"]',
            "TARGET_DUCKDB_FILEPATH": str(file.absolute()),
        }
        print(
            f"\nAn invented company: {len(sandbox.tenant.directory['users'].live):,} accounts, {sign_ins:,} sign-ins."
        )
        print(f"\n== Day 1: meltano {' '.join(pipeline)}", flush=True)
        exit_code = _meltano(pipeline, environment, folder / "day-1.log")
        if exit_code == 0:
            sandbox.tenant.pass_days(1)
            print("\n== A day passes: people join, leave and sign in. Day 2: the same command", flush=True)
            exit_code = _meltano(pipeline, environment, folder / "day-2.log")
        if exit_code == 0:
            with _opened(file) if warehouse == "duckdb" else sandbox.postgres.connect() as connection:
                _print_tables(connection, name)
                _print_apps(connection, sandbox)
                _print_insights(connection)
                _print_news(connection)
                _print_money(connection)
    print(
        f"\nDone in {time.monotonic() - began:.0f} s. Meltano's logs and the database are in {folder}/. To look around:"
    )
    if warehouse == "duckdb":
        show = f"import duckdb; duckdb.connect('{file}').sql('from entra_views.sync_status').show()"
        print(f'    .venv/bin/python -c "{show}"')
    else:
        print(f"    .venv/bin/python -m sandbox run --state-dir {folder} -- psql -c 'table entra_views.sync_status'")
    print("    make pages    # employees, applications and insights on http://127.0.0.1:8501")
    return exit_code


def _opened(file: Path) -> Any:
    # Only this warehouse needs the package.
    import duckdb  # noqa: PLC0415

    return duckdb.connect(file, read_only=True)


def _meltano(pipeline: tuple[str, ...], environment: Mapping[str, str], log: Path) -> int:
    meltano = Path(sys.executable).with_name("meltano")
    with log.open("w", encoding="utf-8") as file:
        with subprocess.Popen(  # noqa: S603 - our own command
            [meltano, *pipeline], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            for line in process.stdout or ():
                file.write(line)
                _show(line)
        if process.returncode:
            print(f"    meltano ended with exit code {process.returncode}; all it said is in {log}")
        return process.returncode


def _show(line: str) -> None:
    found = _LINE.match(line)
    if found and (done := _BUILT.search(found["message"])):
        print(f"    views: {done['passed']} built or tested, {done['failed']} failed", flush=True)
    elif found and not _QUIET.match(found["message"]) and (found["who"] == "tap-entra" or found["level"] != "info"):
        print("   ", found["message"][:140].rstrip(), flush=True)


def _print_tables(connection: Any, warehouse: str) -> None:
    found = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'entra' order by table_name"
    ).fetchall()
    print(f"\n== In {warehouse}, schema entra\n\n    {'table':<36}{'rows':>8}{'of them removed':>18}")
    for (table,) in found:
        counted = connection.execute(f'select count(*), count(_sdc_deleted_at) from entra."{table}"').fetchone()  # noqa: S608
        rows, removed = counted or (0, 0)
        print(f"    {table:<36}{rows:>8,}{removed or '-':>18}")


def _print_apps(connection: Any, sandbox: Sandbox) -> None:
    now = sandbox.tenant.now().replace(tzinfo=None)
    apps = connection.execute(_APPS).fetchall()
    for kind, (name, most) in _KINDS.items():
        rows = [row for row in apps if row[0] == kind]
        print(f"\n== {name} apps by people who signed in to them in the last 30 days ({len(rows)} in all)")
        print(f"\n    {'app':<36}{'people':>8}{'sign-ins':>10}   last use")
        for _, app, people, sign_ins, last_use in rows[:most]:
            print(f"    {app[:35]:<36}{people:>8,}{sign_ins:>10,}   {_ago(now - last_use)}")


def _print_insights(connection: Any) -> None:
    found = connection.execute(_INSIGHTS).fetchall()
    findings, details = connection.execute(_ABOUT).fetchone() or (0, 0)
    print(f"\n== What to look into: entra_views.insights ({findings:,} findings, and {details:,} details of them)")
    print(f"\n    {'severity':<10}{'finding':<26}{'how many':>8}{'details':>9}   {'known from':<17}for example")
    for severity, kind, evidence, count, children, title in found:
        print(f"    {severity:<10}{_named(kind):<26}{count:>8,}{children or '-':>9}   {evidence:<17}{title[:87]}")
    for title, what_to_do in connection.execute(_WORST).fetchall():
        print(f"\n    {title}\n        {what_to_do}")


def _print_news(connection: Any) -> None:
    print("\n== New within a week: entra_views.news")
    print(f"\n    {'what':<20}{'how many':>8}   the newest")
    for event, count, subject, by in connection.execute(_NEWS).fetchall():
        print(f"    {event:<20}{count:>8,}   {subject[:60]}{f', by {by}' if by else ''}")


def _print_money(connection: Any) -> None:
    print("\n== Money: open findings about cost, and seats that no one used in 30 days")
    print(f"\n    {'finding':<28}{'how many':>8}{'people':>8}   saving a month")
    for kind, count, people, saving, currency in connection.execute(_MONEY).fetchall():
        words = f"{saving:,.2f} {currency}" if saving is not None else "no price known"
        print(f"    {_named(kind):<28}{count:>8,}{people or '-':>8}   {words}")
    print(f"\n    {'product':<28}{'may use it':>12}{'use it':>8}{'spare':>8}")
    for product, may, use, spare in connection.execute(_SPARE_SEATS).fetchall():
        print(f"    {product[:27]:<28}{may:>12,}{use:>8,}{spare:>8,}")
    print("\n    Prices go into transform/entra/seeds/entra__licence_prices.csv and entra__contracts.csv.")


def _named(kind: str) -> str:
    """The kind of a finding in words."""
    return (
        kind.replace("_", " ")
        .replace("mfa", "MFA")
        .replace("ai app", "AI app")
        .replace("microsoft365", "Microsoft 365")
    )


def _ago(age: timedelta) -> str:
    hours = int(age / timedelta(hours=1))
    if hours < 24:
        return f"{hours} h ago" if hours else "within the hour"
    return f"{hours // 24} d ago"
