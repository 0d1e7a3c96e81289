"""`tap-entra-auth status`: the stored sign-in, offline."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from sandbox.consent import CONNECT_SCOPES, OPTIONAL_SCOPES
from tap_entra.auth import SignInError

if TYPE_CHECKING:
    from typing import Any

    from tests.commands.conftest import Terminal


def age(terminal: Terminal, days: float, **more: Any) -> None:
    """Change the kept sign-in so that it was last redeemed that many days ago."""
    redeemed_at = datetime.now(timezone.utc) - timedelta(days=days)
    terminal.kept.write_text(json.dumps({**terminal.sign_in(), "redeemed_at": redeemed_at.isoformat(), **more}))


def status(terminal: Terminal) -> tuple[int, dict[str, Any]]:
    done = terminal.run("status", "--json")
    return done.exit_code, json.loads(done.output)


@pytest.fixture
def connected(terminal: Terminal) -> Terminal:
    """Signed in through a configured token, which is quicker than a person."""
    terminal.redeem(terminal.sandbox.login.first_refresh_token())
    terminal.sandbox.requests.clear()
    return terminal


def test_it_says_who_what_where_and_until_when_and_sends_no_request(connected: Terminal) -> None:
    done = connected.run("status")

    assert (done.exit_code, done.errors) == (0, "")
    for fact in (
        f"account        {connected.admin}",
        f"tenant         {connected.sandbox.tenant.id}",
        f"cloud          global ({connected.sandbox.login_url}, {connected.sandbox.graph_url})",
        f"scopes         {', '.join(sorted({*CONNECT_SCOPES, *OPTIONAL_SCOPES, 'User.Read'}))}",
        "last redeemed  20",
        "unless used before (90 days left)",
        f"kept at        {connected.kept}",
    ):
        assert fact in done.output
    assert connected.sandbox.requests == []


def test_scripts_get_json(connected: Terminal) -> None:
    age(connected, days=10)

    exit_code, told = status(connected)

    assert exit_code == 0
    assert told["account"] == connected.admin
    assert told["tenant_id"] == connected.sandbox.tenant.id
    assert (told["cloud"], told["auth_flow"]) == ("global", "delegated")
    assert "Directory.Read.All" in told["scopes"]
    assert told["days_left"] == pytest.approx(80, abs=0.01)
    assert (told["action_required"], told["problem"], told["action"]) == (False, None, None)
    assert "1.AX0A" not in json.dumps(told)


@pytest.mark.parametrize(
    ("days", "words"), [(91, "was not used for 90 days, so it has expired"), (80, "expires in 10 days")]
)
def test_an_unused_token_asks_for_action_before_it_expires(connected: Terminal, days: int, words: str) -> None:
    age(connected, days)

    exit_code, told = status(connected)

    assert (exit_code, told["action_required"]) == (1, True)
    assert words in told["problem"]
    assert told["action"]


def test_without_any_setting_scripts_get_json_too(terminal: Terminal) -> None:
    del terminal.environment["TAP_ENTRA_TENANT_ID"]

    done = terminal.run("status", "--json")

    told = json.loads(done.output)
    assert (done.exit_code, told["action_required"]) == (1, True)
    assert "`tenant_id` is not set" in told["problem"]
    assert "TAP_ENTRA_TENANT_ID" in told["action"]


def test_no_sign_in_asks_for_action(terminal: Terminal) -> None:
    exit_code, told = status(terminal)

    assert exit_code == 1
    assert "Not signed in" in told["problem"]
    assert "tap-entra-auth connect" in told["action"]
    assert told["days_left"] is None


def test_a_configured_token_that_no_run_has_used_yet_is_of_unknown_age(terminal: Terminal) -> None:
    terminal.environment["TAP_ENTRA_REFRESH_TOKEN"] = terminal.sandbox.login.first_refresh_token()

    exit_code, told = status(terminal)

    assert exit_code == 0
    assert "of unknown age" in told["note"]


def test_a_configured_token_that_the_sign_in_does_not_come_of_is_noted(connected: Terminal) -> None:
    connected.environment["TAP_ENTRA_REFRESH_TOKEN"] = connected.sandbox.login.first_refresh_token()

    assert "the next run tries it first" in status(connected)[1]["note"]


def test_a_sign_in_that_was_revoked_is_known_from_the_run_that_was_refused(connected: Terminal) -> None:
    connected.sandbox.login.revoke_sessions()
    with pytest.raises(SignInError):
        connected.redeem()

    exit_code, told = status(connected)

    assert exit_code == 1
    assert "AADSTS50173" in told["problem"]
    assert "revoked" in told["action"]

    # Connecting again mends it.
    connected.connect()
    assert status(connected)[0] == 0


def test_the_24_hours_of_a_single_page_app_are_recognised_and_explained(terminal: Terminal) -> None:
    terminal.sandbox.login.refresh_tokens.single_page = True
    terminal.redeem(terminal.sandbox.login.first_refresh_token())

    done = terminal.run("status")

    assert done.exit_code == 1
    assert "24 hours after the sign-in, even if it is used" in done.output
    assert "Mobile and desktop applications" in done.output
    exit_code, told = status(terminal)
    assert (exit_code, told["single_page_app"]) == (1, True)
    assert told["days_left"] == pytest.approx(1, abs=0.01)


def test_the_single_page_apps_end_is_explained_too(terminal: Terminal) -> None:
    terminal.sandbox.login.refresh_tokens.single_page = True
    terminal.redeem(terminal.sandbox.login.first_refresh_token())
    terminal.sandbox.tenant.pass_days(2)

    with pytest.raises(SignInError, match="AADSTS700084"):
        terminal.redeem()

    exit_code, told = status(terminal)
    assert (exit_code, told["single_page_app"]) == (1, True)
    assert "AADSTS700084" in told["problem"]


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_damaged_file_counts_as_none(terminal: Terminal, content: str) -> None:
    terminal.kept.parent.mkdir()
    terminal.kept.write_text(content)

    assert "Not signed in" in status(terminal)[1]["problem"]


def test_a_file_that_cannot_be_read_is_named(terminal: Terminal) -> None:
    terminal.kept.mkdir(parents=True)

    exit_code, told = status(terminal)

    assert exit_code == 1
    assert f"cannot keep the sign-in at {terminal.kept}: it is a folder, not a file" in told["problem"]


def test_the_file_of_another_tenant_is_reported(connected: Terminal) -> None:
    connected.environment["TAP_ENTRA_TENANT_ID"] = "6babcaad-604b-40ac-a9d7-9fd97c0b779f"

    exit_code, told = status(connected)

    assert exit_code == 1
    assert connected.sandbox.tenant.id in told["problem"]
    assert "`token_cache_path` of its own" in told["action"]


def test_a_tenant_may_be_named_by_its_domain(connected: Terminal) -> None:
    connected.environment["TAP_ENTRA_TENANT_ID"] = connected.sandbox.tenant.default_domain

    exit_code, told = status(connected)

    assert (exit_code, told["tenant_id"]) == (0, connected.sandbox.tenant.id)


@pytest.mark.parametrize(
    ("cloud", "host"),
    [("usgov", "graph.microsoft.us"), ("usgov_dod", "dod-graph.microsoft.us"), ("china", "chinacloudapi.cn")],
)
def test_a_national_cloud_is_shown_with_its_hosts(terminal: Terminal, cloud: str, host: str) -> None:
    del terminal.environment["TAP_ENTRA_GRAPH_URL"], terminal.environment["TAP_ENTRA_LOGIN_URL"]
    terminal.environment["TAP_ENTRA_CLOUD"] = cloud

    done = terminal.run("status")

    assert f"cloud          {cloud} (https://login." in done.output
    assert host in done.output


def test_an_app_that_signs_in_as_itself_has_nothing_kept(terminal: Terminal) -> None:
    terminal.environment |= {"TAP_ENTRA_AUTH_FLOW": "client_credentials", "TAP_ENTRA_CLIENT_SECRET": "hush"}

    exit_code, told = status(terminal)

    assert exit_code == 0
    assert "the app signs in as itself" in told["note"]


def test_settings_may_come_from_a_file_instead(connected: Terminal, tmp_path: Any) -> None:
    settings = {
        name.removeprefix("TAP_ENTRA_").lower(): value
        for name, value in connected.environment.items()
        if name.startswith("TAP_ENTRA_")
    }
    path = tmp_path / "config.json"
    path.write_text(json.dumps(settings))
    connected.environment = {name: value for name, value in connected.environment.items() if "TAP_ENTRA" not in name}

    assert connected.admin in connected.run("status", "--config", path).output
    assert "cannot be read" in connected.run("status", "--config", tmp_path / "none.json").errors
    path.write_text("[")
    assert "does not hold a JSON object" in connected.run("status", "--config", path).errors
    assert "`tenant_id` is not set" in connected.run("status").errors
