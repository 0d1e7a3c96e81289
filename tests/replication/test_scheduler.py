"""Streams of different rate-limit families run concurrently, and no bookmark spoils another."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.faults.catalogue import FAULTS, Fault
from tests.readable import READ
from tests.warehouse import Project, stop_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.loader import Message

#: Links live only as long as both ends, which is for the models to tell; of apps the tap leaves out parts of secrets.
NOT_COMPARED = {
    "user_managers",
    "group_members",
    "group_owners",
    "administrative_unit_members",
    "application_owners",
    "device_owners",
    "device_users",
    "service_principal_owners",
    "applications",
    "service_principals",
    "stream_runs",
}
COMPARED = [stream.name for stream in READ if stream.name not in NOT_COMPARED]


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    return new_project(users=60, sign_ins=300)


def test_a_log_does_not_wait_for_a_directory_that_is_slow(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    log_is_read, came_first = threading.Event(), []

    def refuse(how: Any) -> Any:
        # An answer that comes when the log is here. Where the log has to wait for the users, that is never.
        came_first.append(log_is_read.wait(20))
        timeout = FAULTS["timeout"].refuse
        assert timeout
        return timeout(how)

    monkeypatch.setitem(FAULTS, "late", Fault(refuse=refuse))
    project.faults.next("late", path="/users")

    def note(message: Message) -> None:
        if (message["type"], message.get("stream")) == ("RECORD", "sign_ins"):
            log_is_read.set()

    run = project.run("users", "sign_ins", on_message=note)

    assert run.exit_code == 0
    assert came_first == [True]
    assert project.mistakes("users") == project.mistakes("sign_ins") == []


def test_each_stream_accounts_for_its_own_requests(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="tap-entra")

    project.run("domains", "users", "sign_ins", "directory_audits")

    table = next(record.message for record in caplog.records if record.message.startswith("domains  "))
    assert table.split()[4] == "1"


@pytest.mark.slow
@pytest.mark.parametrize("rows", [*(pytest.param(rows, marks=pytest.mark.slow) for rows in (1, 7, 150, 290)), 40])
@pytest.mark.parametrize("stream", ["sign_ins", "users", "group_members", "app_role_assignments"])
def test_whatever_is_under_way_when_the_run_stops_is_whole_after_the_next(
    project: Project, stream: str, rows: int
) -> None:
    project.run(on_message=stop_after(stream, rows))

    run = project.run()

    assert run.exit_code == 0
    assert {name: found for name in COMPARED if (found := project.mistakes(name))} == {}
