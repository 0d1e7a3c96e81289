"""`tap-entra-auth disconnect`: remove the kept sign-in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.commands.conftest import Terminal


def test_the_sign_in_is_gone_with_all_that_was_left_of_others(terminal: Terminal) -> None:
    terminal.redeem(terminal.sandbox.login.first_refresh_token())
    terminal.kept.with_name("sign-in.json.corrupt").write_text("0.AHalf")
    terminal.kept.with_name("sign-in.json.new").write_text("0.AHalf")
    terminal.sandbox.requests.clear()

    done = terminal.run("disconnect")

    assert done.exit_code == 0
    assert f"The sign-in at {terminal.kept} was removed." in done.output
    assert [path.name for path in terminal.kept.parent.iterdir() if path.suffix != ".lock"] == []
    assert terminal.sandbox.requests == []
    assert terminal.run("status").exit_code == 1


def test_it_says_how_the_consent_is_withdrawn(terminal: Terminal) -> None:
    done = terminal.run("disconnect")

    assert "Enterprise applications" in done.output
    assert terminal.sandbox.settings["client_id"] in done.output
    assert "Revoke permission" in done.output


def test_a_token_that_is_still_configured_is_pointed_out(terminal: Terminal) -> None:
    terminal.environment["TAP_ENTRA_REFRESH_TOKEN"] = "0.AToken"

    assert "`refresh_token` is still set" in terminal.run("disconnect").output


def test_where_nothing_is_kept_nothing_is_made(terminal: Terminal) -> None:
    done = terminal.run("disconnect")

    assert (done.exit_code, terminal.kept.parent.exists()) == (0, False)
    assert f"Nothing is kept at {terminal.kept}." in done.output


def test_a_damaged_file_goes_too(terminal: Terminal) -> None:
    terminal.kept.parent.mkdir()
    terminal.kept.write_text("{")

    assert terminal.run("disconnect").exit_code == 0
    assert not terminal.kept.exists()


def test_a_sign_in_of_another_account_stays(terminal: Terminal) -> None:
    terminal.redeem(terminal.sandbox.login.first_refresh_token())
    foreign = json.dumps({**terminal.sign_in(), "client_id": "another"})
    terminal.kept.write_text(foreign)

    done = terminal.run("disconnect")

    assert done.exit_code == 1
    assert "`token_cache_path` of its own" in done.errors
    assert terminal.kept.read_text() == foreign
