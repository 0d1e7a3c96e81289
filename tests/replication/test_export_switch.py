"""From Graph to the export and back, over passing days: no row is lost, none is there twice."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tests.exports import LOGS, SIGN_INS, STARTS, ExportedProject
from tests.logs import DAY, HOUR, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.export import Azurite
    from tests.warehouse import Project

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("azurite")]


@pytest.fixture
def exported(new_project: Callable[..., Project], azurite: Azurite) -> ExportedProject:
    return ExportedProject(new_project(users=10, sign_ins=200, starts=STARTS, azurite=azurite))


@pytest.mark.parametrize("stream", ["sign_ins", "non_interactive_sign_ins", "directory_audits"])
def test_switching_back_and_forth_loses_and_doubles_nothing(exported: ExportedProject, stream: str) -> None:
    log = LOGS[stream]
    exported.export.write(log, until=STARTS - 2 * DAY)  # the export began some days ago
    sources = ["graph", "storage", "storage", "graph", "storage", "graph", "graph", "storage"]

    for source in sources:
        if source == "graph":
            run = exported.project.run(stream)
        else:
            exported.export.write(log)
            run = exported.run(stream)
        assert run.exit_code == 0, run.reports[stream]
        assert exported.differences(stream) == [], source
        exported.project.tenant.pass_days(1)

    assert len(exported.project.warehouse.live(stream)) == len(exported.project.warehouse.rows(stream))


def test_a_row_that_is_late_in_the_export_comes_from_graph_after_the_switch(exported: ExportedProject) -> None:
    exported.export.write("signIns")
    exported.run()
    exported.project.tenant.pass_days(1)
    now = exported.now
    sign_in(exported.project, now - 26 * HOUR, arrives=now, id_="a day and more late")
    sign_in(exported.project, now - HOUR, id_="newest")
    exported.export.write("signIns", until=now - timedelta(seconds=1))
    exported.run()
    exported.project.tenant.pass_days(1)

    exported.project.run("sign_ins")

    assert exported.differences("sign_ins") == []


def test_an_export_that_begins_after_the_last_run_from_graph_leaves_a_gap_that_graph_closes(
    exported: ExportedProject,
) -> None:
    exported.project.run("sign_ins")
    exported.project.tenant.pass_days(4)
    exported.export.write("signIns", since=STARTS + 3 * DAY)
    first = min(exported.export.names(SIGN_INS))
    begins = datetime.strptime(first.partition("/")[2], "y=%Y/m=%m/d=%d/h=%H/m=00/PT1H.json").replace(
        tzinfo=timezone.utc
    )

    run = exported.run()
    lacked = exported.differences("sign_ins")
    exported.project.run("sign_ins")

    assert run.exit_code == 1
    assert run.reports["sign_ins"]["gapTo"] == begins.isoformat().replace("+00:00", "Z")
    assert "the export begins later" in run.reports["sign_ins"]["action"]
    assert lacked
    assert exported.differences("sign_ins") == []


def test_the_first_run_from_the_export_does_not_read_what_graph_has_brought(exported: ExportedProject) -> None:
    exported.export.write("signIns")
    exported.project.run("sign_ins")

    run = exported.run()

    times = [row["createdDateTime"] for row in run.records("sign_ins")]
    assert len(times) < len(exported.project.tenant.truth("sign_ins")) / 5
    assert exported.differences("sign_ins") == []


def test_logs_of_both_sources_are_read_beside_each_other(exported: ExportedProject) -> None:
    exported.export.write("signIns")

    run = exported.run("users", "sign_ins", "groups")

    assert run.exit_code == 0
    assert exported.differences("sign_ins") == []
    assert exported.project.mistakes("users") == exported.project.mistakes("groups") == []
