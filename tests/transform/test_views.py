"""The views say what is true in the tenant: each is compared with an answer that was computed without SQL."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from docs.picture import drawn
from sandbox.demo import _print_apps as print_apps
from sandbox.demo import _print_insights as print_insights
from sandbox.demo import _print_money as print_money
from sandbox.demo import _print_news as print_news
from tap_entra.replication import BatchedStream, FullStream, SlicedStream
from tap_entra.streams import STREAMS
from tests.documentation.pages import samples
from tests.transform.answers.apps import applications
from tests.transform.answers.figures import news, product_costs, security_figures
from tests.transform.answers.grants import grants
from tests.transform.answers.insights import insights, parents
from tests.transform.answers.people import employees
from tests.transform.answers.usage import app_usage
from tests.transform.answers.world import moment as moment_of
from tests.transform.comparison import differences, plain
from tests.transform.conftest import MOMENTS

if TYPE_CHECKING:
    from tests.documentation.pages import Sample
    from tests.transform.conftest import History, Snapshot, SnapshotOf

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("history")]


#: Streams that are read whole in every run, and the logs with the column of their time.
WHOLE = {stream.name for stream in STREAMS if issubclass(stream, (FullStream, BatchedStream))}
LOGS = {stream.name: str(stream.replication_key) for stream in STREAMS if issubclass(stream, SlicedStream)}


@pytest.mark.parametrize("moment", MOMENTS)
def test_employees(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)

    assert differences(employees(views.world), views.by("employees", "user_id")) == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_applications(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)
    found = {
        app_id: {**row, "removed": row["removed_at"] is not None, "owners": sorted(row["owners"] or [])}
        for app_id, row in views.by("applications", "app_id").items()
    }

    assert differences(applications(views.world), found) == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_apps_may_do(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)
    expected = {
        app_id: {
            "permission_risk": grant.risk,
            "consented_by": grant.consented_by,
            "consenting_people": len(grant.people),
            "asked": len(grant.permissions),
        }
        for app_id, grant in grants(views.world).items()
    }
    found = {
        app_id: {**row, "consenting_people": row["consenting_people"] or 0, "asked": len(row["permissions"] or ())}
        for app_id, row in views.by("applications", "app_id").items()
        if row["service_principal_id"]
    }

    assert differences(expected, found) == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_app_usage(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)

    assert differences(app_usage(views.world), views.by("app_usage", "user_id", "app_id", "day")) == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_insights(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)
    expected = {
        key: {"severity": severity, "evidence": evidence} for key, (severity, evidence) in insights(views.world).items()
    }
    found = {(row["kind"], row["subject_id"], row["related_id"] or ""): row for row in views.tables["insights"]}

    assert len(found) == len(views.tables["insights"])
    assert differences(expected, found) == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_news(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)
    rows = views.tables["news"]

    assert {(row["event"], row["subject_id"]) for row in rows} == news(views.world)
    assert all(row["by_name"] for row in rows if row["event"] in {"new app", "consent"})


@pytest.mark.parametrize("moment", MOMENTS)
def test_security_figures(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)

    assert differences(security_figures(views.world), views.by("security_figures", "figure")) == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_product_costs(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)

    assert differences(product_costs(views.world), views.by("product_costs", "product")) == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_findings_stand_below_the_one_that_explains_them(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)
    rows = views.by("insights", "insight_id")
    keys = {id_: (row["kind"], row["subject_id"], row["related_id"] or "") for id_, row in rows.items()}
    found = {keys[id_]: keys[row["parent_id"]] for id_, row in rows.items() if row["parent_id"]}

    assert found == parents(views.world, insights(views.world))
    assert found
    assert not found.keys() & {*found.values()}, "one level"
    assert {keys[id_]: row["children"] for id_, row in rows.items() if row["children"]} == Counter(found.values())


@pytest.mark.parametrize("moment", MOMENTS)
def test_sync_status(snapshot: SnapshotOf, moment: str) -> None:
    views = snapshot(moment)
    status = views.by("sync_status", "stream")

    assert status.keys() == {stream.name for stream in STREAMS} - {"stream_runs"}
    assert {(row["state"], row["last_outcome"], row["action"]) for row in status.values()} == {
        ("active", "complete", None)
    }
    for stream, rows in views.world.rows.items():
        # The gallery is read weekly.
        if stream in WHOLE and (stream, moment) != ("application_templates", "next_day"):
            assert status[stream]["rows"] == len(rows), stream
        elif stream in LOGS:
            newest = max(filter(None, (moment_of(row[LOGS[stream]]) for row in rows)))
            assert plain(status[stream]["newest_row_at"]) == plain(newest), stream


def test_a_second_build_adds_what_came_and_equals_one_from_nothing(history: History) -> None:
    def content(snapshot: Snapshot, table: str) -> list[str]:
        return sorted(repr(sorted(row.items())) for row in snapshot.tables[table])

    assert len(history.next_day.tables["app_usage"]) > len(history.first.tables["app_usage"])
    for table in history.next_day.tables:
        assert content(history.next_day, table) == content(history.refreshed, table), table


# Tests of the export run the statement for DuckDB, and tests of many tenants make this view.
_ELSEWHERE = ("read_json(", "entra_tenants.")


@pytest.mark.parametrize(
    "sample",
    [one for one in samples("sql") if not any(name in one.code for name in _ELSEWHERE)],
    ids=lambda sample: sample.place,
)
def test_sql_samples_of_the_documentation_run(history: History, sample: Sample) -> None:
    with history.company.sandbox.postgres.connect() as connection:
        found = connection.execute(sample.code)

    assert found.description


def test_the_demo_prints_what_the_picture_in_the_readme_shows(
    history: History, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox = history.company.sandbox
    with sandbox.postgres.connect() as connection:
        print_apps(connection, sandbox)
        print_insights(connection)
        print_news(connection)
        print_money(connection)
    shown = capsys.readouterr().out
    apps = [row for row in history.next_day.tables["news"] if row["event"] == "new app"]
    newest = max(apps, key=lambda row: (row["happened_at"], row["subject_id"]))
    assert re.search(rf"new app +\d+ +{re.escape(newest['subject_name'])}, by {re.escape(newest['by_name'])}\n", shown)
    assert re.search(r"overlapping licences +\d+ +\d+ +no price known", shown)
    picture = drawn(shown)

    assert picture.startswith("<svg")
    assert all(name in picture for name in ("people", "severity", "known&#160;from"))
    assert set(re.findall(r"https?://[\w.]+", picture)) == {"http://www.w3.org", "https://www.textualize.io"}
