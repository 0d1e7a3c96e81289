"""`tap-entra-auth connect --device-code`: sign in on another machine."""

from __future__ import annotations

import json
import re
import time
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from sandbox.consent import CONNECT_SCOPES
from tests.commands.browser_user import browse

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.login.devices import Device, Devices
    from tests.commands.conftest import Done, Terminal


@pytest.fixture(autouse=True)
def devices(terminal: Terminal) -> Devices:
    devices = terminal.sandbox.login.devices
    devices.interval_s = 1
    return devices


def connect(terminal: Terminal, devices: Devices, meanwhile: Callable[[Device], None], *options: str) -> Done:
    """Connect by device code, and do something about the device as soon as it waits."""

    def act() -> None:
        while not devices.waiting:
            time.sleep(0.01)
        meanwhile(next(iter(devices.waiting.values())))

    person = Thread(target=act)
    person.start()
    done = terminal.run("connect", "--device-code", *options)
    person.join()
    return done


@pytest.mark.slow
def test_a_code_is_shown_and_typed_on_another_machine(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", terminal.environment["REQUESTS_CA_BUNDLE"])
    process = terminal.start("connect", "--device-code")

    said = None
    while said is None:
        assert process.poll() is None
        said = re.search(r"open the page (\S+) and enter the code (\S+)", process.next_line())
    page, code = said.groups()
    assert "You have signed in" in browse(page, [{"user_code": code, "account": terminal.admin}])

    done = process.end()
    assert (done.exit_code, done.errors) == (0, "")
    assert f"Signed in: {terminal.admin}" in done.output
    assert done.table["sign_ins"] == "yes"
    assert terminal.sign_in()["account"] == terminal.admin


def test_all_scopes_are_asked_for(terminal: Terminal, devices: Devices) -> None:
    connect(terminal, devices, lambda device: setattr(device, "user", terminal.sandbox.login.user))

    asked = next(request for request in terminal.sandbox.requests if request.path.endswith("/devicecode"))
    for scope in CONNECT_SCOPES:
        assert scope in asked.body.decode()


def test_a_person_who_cancels_reads_it(terminal: Terminal, devices: Devices) -> None:
    done = connect(terminal, devices, lambda device: setattr(device, "declined", True))

    assert done.exit_code == 1
    assert "authorization_declined" in done.errors
    assert "cancelled on the page" in done.errors


def test_a_code_that_no_one_types_expires(terminal: Terminal, devices: Devices) -> None:
    done = connect(terminal, devices, lambda _: terminal.sandbox.tenant.pass_days(1))

    assert done.exit_code == 1
    assert "expired_token" in done.errors
    assert "The code was not entered in time" in done.errors


def test_waiting_ends_when_it_was_said_to(terminal: Terminal, devices: Devices) -> None:
    done = terminal.run("connect", "--device-code", "--timeout", "0.5")

    assert devices.waiting
    assert done.exit_code == 1
    assert "The sign-in with the code was not finished in time" in done.errors


def test_an_app_that_allows_no_device_code_is_explained(terminal: Terminal) -> None:
    # "Allow public client flows" is No.
    terminal.sandbox.login.registration.secret = "hush"

    done = terminal.run("connect", "--device-code")

    assert done.exit_code == 1
    assert "AADSTS7000218" in done.errors
    assert "Allow public client flows" in done.errors


@pytest.mark.slow
def test_scripts_read_each_step_as_a_line_of_json(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", terminal.environment["REQUESTS_CA_BUNDLE"])
    process = terminal.start("connect", "--device-code", "--json")

    asked = json.loads(process.next_line())
    assert asked["step"] == "permissions"
    assert asked["permissions"]["ProfilePhoto.Read.All"] == ["profile_photos"]
    code = json.loads(process.next_line())
    assert (code["step"], code["expires_in_s"] > 0) == ("code", True)
    assert "You have signed in" in browse(code["page"], [{"user_code": code["code"], "account": terminal.admin}])

    done = process.end()
    assert (done.exit_code, done.errors) == (0, "")
    signed_in, checked = (json.loads(line) for line in done.output.splitlines() if '"code"' not in line)
    assert (signed_in["step"], signed_in["account"]) == ("signed_in", terminal.admin)
    assert (checked["step"], checked["works"]) == ("checked", True)


def test_scripts_read_why_it_failed(terminal: Terminal, devices: Devices) -> None:
    done = connect(terminal, devices, lambda device: setattr(device, "declined", True), "--json")

    failed = json.loads(done.output.splitlines()[-1])
    assert (done.exit_code, failed["step"]) == (1, "failed")
    assert "cancelled on the page" in failed["action"]
