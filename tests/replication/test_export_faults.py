"""What can go wrong on the way to the export: no row is lost, whatever happens."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.exports import SIGN_INS, STARTS, ExportedProject
from tests.warehouse import selection, stop_after

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox.export import Azurite
    from sandbox.messages import Request, Response
    from tests.warehouse import Project

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("azurite")]

LINE = b'{"properties":{"id":"%s","createdDateTime":"2026-11-20T12:20:00+00:00"}}\n'


@pytest.fixture
def exported(new_project: Callable[..., Project], azurite: Azurite) -> ExportedProject:
    """The sign-ins of half a day, exported."""
    exported = ExportedProject(new_project(users=20, sign_ins=600, starts=STARTS, azurite=azurite))
    exported.project.tenant.logs["signIns"] = [
        row for row in exported.project.tenant.logs["signIns"] if row.at > STARTS.replace(hour=0)
    ]
    exported.export.write("signIns")
    return exported


@pytest.fixture
def after_listing(exported: ExportedProject, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Lets something happen to the blobs right after they were listed, once."""

    def arrange(happens: Callable[[], object]) -> None:
        export, to_come = exported.export, [happens]
        original = export.answer

        def answer(request: Request) -> Response:
            response = original(request)
            if request.query.get("comp") == "list" and to_come:
                to_come.pop()()
            return response

        monkeypatch.setattr(export, "answer", answer)

    return arrange


def statuses(exported: ExportedProject) -> set[int | None]:
    return {request.status for request in exported.requests()}


FAULTS = (
    "reset",
    "cut_body",
    "cut_chunks",
    "empty_body",
    "html_unavailable",
    "bad_gateway",
    "throttled",
    "unavailable",
    "timeout",
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_request_that_fails_is_sent_again(exported: ExportedProject, fault: str) -> None:
    exported.project.faults.often(fault, 0.3, path="*/insights-logs-*")

    run = exported.run()

    assert exported.project.faults.strikes[fault] > 2
    assert (run.exit_code, exported.differences("sign_ins")) == (0, [])
    assert exported.doubled("sign_ins", run) == []


def test_an_account_that_stays_away_fails_the_stream_and_costs_no_row(exported: ExportedProject) -> None:
    exported.project.faults.next("reset", times=1_000, path="*/insights-logs-*/*")
    failed = exported.run(retry_budget_minutes=1)
    exported.project.faults.clear()

    run = exported.run()

    assert (failed.exit_code, failed.reports["sign_ins"]["outcome"]) == (1, "failed")
    assert (run.exit_code, exported.differences("sign_ins")) == (0, [])


def test_a_blob_that_grows_while_it_is_read_is_read_on(
    exported: ExportedProject, after_listing: Callable[[Callable[[], object]], None]
) -> None:
    names = exported.export.names(SIGN_INS)

    def grow() -> None:
        for name in names:
            exported.export.append(SIGN_INS, name, LINE % name[-31:-12].encode())

    after_listing(grow)

    runs = [exported.run(), exported.run()]

    assert [run.exit_code for run in runs] == [0, 0]
    added = {name[-31:-12] for name in names}
    assert added.isdisjoint(row["id"] for row in runs[0].records("sign_ins"))
    assert added <= {row["id"] for row in exported.project.warehouse.live("sign_ins")}
    assert {problem for problem in exported.differences("sign_ins") if not problem.endswith("is too many")} == set()


def test_an_etag_that_is_stale_is_answered_with_412_and_taken_anew(
    exported: ExportedProject, after_listing: Callable[[Callable[[], object]], None]
) -> None:
    name = exported.export.names(SIGN_INS)[-1]
    after_listing(lambda: exported.export.append(SIGN_INS, name, LINE % b"later"))

    run = exported.run()

    assert 412 in statuses(exported)
    assert (run.exit_code, exported.differences("sign_ins")) == (0, [])


@pytest.mark.parametrize("happens", ["deleted", "replaced", "replaced by a shorter one"])
def test_a_blob_that_is_lost_while_it_is_read_is_a_gap(
    exported: ExportedProject, after_listing: Callable[[Callable[[], object]], None], happens: str
) -> None:
    name = exported.export.names(SIGN_INS)[-1]
    content = exported.export.blob(SIGN_INS, name).download_blob().readall()
    rows = content.count(b"\n")

    def lose() -> None:
        exported.export.delete(SIGN_INS, name)
        if happens != "deleted":
            exported.export.append(SIGN_INS, name, LINE % b"successor" * (1 if "shorter" in happens else 500))

    after_listing(lose)

    runs = [exported.run(), exported.run()]

    assert [run.exit_code for run in runs] == [1, 0]
    assert runs[0].reports["sign_ins"]["gapFrom"] is not None
    assert len([problem for problem in exported.differences("sign_ins") if problem.endswith("lacks")]) == rows
    second = {row["id"] for row in runs[1].records("sign_ins")}
    assert second == (set() if happens == "deleted" else {"successor"})


def test_runs_that_are_killed_lose_nothing(exported: ExportedProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tap_entra.replication.exported._RANGE", 3_000)
    rng = Random(4)
    for number in range(8):
        run = exported.run(on_message=stop_after("sign_ins", rng.randrange(1, 12)))
        assert run.exit_code in {0, 143}
        if number % 2:
            exported.project.warehouse.die()  # and so is the loader, with what it holds
    read_so_far = len(exported.project.warehouse.live("sign_ins"))

    run = exported.run()

    assert read_so_far > 0
    assert (run.exit_code, exported.differences("sign_ins")) == (0, [])


def test_a_run_that_is_stopped_within_a_range_reads_that_range_again(exported: ExportedProject) -> None:
    ids = {f"row {number}" for number in range(350)}
    name = exported.export.name(STARTS - timedelta(hours=20))
    exported.export.append(SIGN_INS, name, b"".join(LINE % id_.encode() for id_ in sorted(ids)))
    stopped = exported.run(on_message=stop_after("sign_ins", 150))

    exported.run()

    assert stopped.exit_code == 143
    assert ids <= {row["id"] for row in exported.project.warehouse.live("sign_ins")}


def test_a_process_that_is_killed_goes_on_where_its_last_state_was(
    new_project: Callable[..., Project], azurite: Azurite, tmp_path: Path
) -> None:
    exported = ExportedProject(new_project(users=5, sign_ins=0, starts=STARTS, azurite=azurite))
    expected = set()
    for hour in range(24):
        ids = [f"{hour} {number}" for number in range(40)]
        lines = [LINE.replace(b"}}", b',"userAgent":"%s"}}' % (b"x" * 1_000)) % id_.encode() for id_ in ids]
        exported.export.append(SIGN_INS, exported.export.name(STARTS - timedelta(hours=hour)), b"".join(lines))
        expected |= set(ids)
    (tmp_path / "catalog.json").write_text(json.dumps(selection("sign_ins")))
    (tmp_path / "state.json").write_text("{}")
    found: list[str] = []

    sent = []
    for rows in (1, 300, 250, 10_000):
        before = len(found)
        found += read_and_kill(exported, tmp_path, rows)
        sent.append(len(found) - before)

    assert set(found) == expected
    assert sent[-1] < 960 < len(found)  # killed runs have left a state, and a little was read again


def read_and_kill(exported: ExportedProject, folder: Path, rows: int) -> list[str]:
    """Run the tap until it has written some rows, kill it, and keep what arrived: rows, and the last state."""
    arguments = ("--config=ENV", "--catalog", str(folder / "catalog.json"), "--state", str(folder / "state.json"))
    process = exported.project.start(*arguments, **exported.export.settings())
    assert process.stdout
    ids = []
    with process:
        for line in process.stdout:
            message = json.loads(line)
            if message["type"] == "STATE":
                (folder / "state.json").write_text(json.dumps(message["value"]))
            if message["type"] == "RECORD" and message["stream"] == "sign_ins":
                ids.append(message["record"]["id"])
            if len(ids) >= rows:
                process.kill()
                break
    return ids
