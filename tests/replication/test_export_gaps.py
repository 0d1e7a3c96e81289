"""Blobs that vanish, shrink or are replaced: reported as gaps, once, and no other row is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.exports import SIGN_INS, STARTS, ExportedProject
from tests.logs import DAY, HOUR, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.export import Azurite
    from tests.warehouse import Project, Run

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("azurite")]

THIS_HOUR = STARTS.replace(minute=0)


@pytest.fixture
def exported(new_project: Callable[..., Project], azurite: Azurite) -> ExportedProject:
    """A sign-in in each of the last six hours, read once."""
    exported = ExportedProject(new_project(users=5, sign_ins=0, starts=STARTS, azurite=azurite))
    for hours in range(6):
        sign_in(exported.project, STARTS - hours * HOUR - timedelta(minutes=5), id_=f"{hours} hours ago")
    exported.export.write("signIns")
    assert len(exported.run().records("sign_ins")) == 6
    return exported


def line(id_: str, at: datetime = STARTS) -> bytes:
    return b'{"properties":{"id":"%s","createdDateTime":"%s"}}\n' % (id_.encode(), at.isoformat().encode())


def reported(run: Run) -> tuple[int, Any, Any]:
    report = run.reports["sign_ins"]
    return run.exit_code, report["gapFrom"], report["gapTo"]


def test_a_blob_that_vanished_is_a_gap_of_its_hour(exported: ExportedProject) -> None:
    exported.export.delete(SIGN_INS, exported.export.name(THIS_HOUR))

    runs = [exported.run(), exported.run()]

    assert reported(runs[0]) == (1, "2026-11-20T12:00:00Z", "2026-11-20T13:00:00Z")
    assert "blobs are no longer there" in runs[0].reports["sign_ins"]["action"]
    assert reported(runs[1]) == (0, None, None)


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_a_blob_that_was_replaced_is_read_from_its_beginning(exported: ExportedProject, rows: int) -> None:
    exported.export.replace(SIGN_INS, exported.export.name(THIS_HOUR), b"".join(line(f"new {n}") for n in range(rows)))
    exported.project.tenant.pass_days(1)

    runs = [exported.run(), exported.run()]

    assert reported(runs[0])[:2] == (1, "2026-11-20T12:00:00Z")
    assert "blobs were replaced" in runs[0].reports["sign_ins"]["action"]
    assert {row["id"] for row in runs[0].records("sign_ins")} == {f"new {n}" for n in range(rows)}
    assert (reported(runs[1]), runs[1].records("sign_ins")) == ((0, None, None), [])


def test_blobs_that_were_deleted_while_no_run_came_are_a_gap(exported: ExportedProject) -> None:
    exported.project.tenant.pass_days(10)
    sign_in(exported.project, STARTS + 8 * DAY, id_="after the pause")
    exported.export.write("signIns")
    for name in exported.export.names(SIGN_INS)[:-1]:
        exported.export.delete(SIGN_INS, name)

    run = exported.run()

    assert "after the pause" in {row["id"] for row in run.records("sign_ins")}
    assert reported(run) == (1, "2026-11-20T10:00:00Z", "2026-11-28T12:00:00Z")
    assert "deleted before they were read" in run.reports["sign_ins"]["action"]


def test_old_blobs_that_a_lifecycle_rule_deletes_are_no_gap(exported: ExportedProject) -> None:
    exported.project.tenant.pass_days(3)
    for day in range(3):
        sign_in(exported.project, STARTS + day * DAY, id_=f"day {day}")
    exported.export.write("signIns")
    exported.run()
    for name in exported.export.names(SIGN_INS)[:5]:
        exported.export.delete(SIGN_INS, name)

    run = exported.run()

    assert reported(run) == (0, None, None)


def test_a_quiet_log_is_no_gap(exported: ExportedProject) -> None:
    exported.project.tenant.pass_days(5)
    quiet = exported.run()
    sign_in(exported.project, exported.now - HOUR, id_="after five days")
    exported.export.write("signIns")

    run = exported.run()

    assert [reported(one) for one in (quiet, run)] == [(0, None, None)] * 2
    assert [row["id"] for row in run.records("sign_ins")] == ["after five days"]


def test_a_gap_is_kept_for_a_run_from_graph(exported: ExportedProject) -> None:
    exported.export.delete(SIGN_INS, exported.export.name(THIS_HOUR))

    run = exported.run()

    assert run.bookmark("sign_ins")["unreadable"] == "2026-11-19T12:00:00Z/2026-11-20T13:00:00Z"


def test_a_bookmark_that_cannot_be_read_costs_no_row(exported: ExportedProject) -> None:
    bookmark = exported.project.warehouse.state["bookmarks"]["sign_ins"]
    for text in ("no JSON", '["list"]', '{"tenantId=x":{"no hour":[1,2]}}', '{"tenantId=x":{"2026-11-20T12":["a"]}}'):
        sign_in(exported.project, STARTS + timedelta(milliseconds=1), id_=f"beside {text[:4]}")

        run = exported.run(state={"bookmarks": {"sign_ins": {**bookmark, "export_blobs": text}}})

        assert run.exit_code == 0
        assert {"0 hours ago", "1 hours ago"} <= {row["id"] for row in run.records("sign_ins")}
