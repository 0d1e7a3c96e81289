"""`tap-entra-auth connect`: a person signs in once, on a page in a browser."""

from __future__ import annotations

import json
import re
import signal
import stat
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from sandbox.consent import CONNECT_SCOPES
from tests.commands.conftest import UNLIMITED, catalog

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.conftest import Terminal

#: What MSAL adds.
OWN = {"openid", "profile", "offline_access"}


def asked_for(terminal: Terminal) -> set[str]:
    """The scopes that the page was opened with."""
    page = next(request for request in terminal.sandbox.requests if request.path.endswith("/authorize"))
    return set(page.query["scope"].split())


def test_a_person_who_signs_in_is_named_and_kept_and_what_they_may_read_is_checked(terminal: Terminal) -> None:
    done = terminal.run("connect", choices=[{"account": terminal.admin}])

    assert (done.exit_code, done.errors) == (0, "")
    assert f"Signed in: {terminal.admin}, tenant {terminal.sandbox.tenant.id} (global cloud)" in done.output
    assert "Signed in." in terminal.page
    assert done.table["sign_ins"] == "yes"
    assert stat.S_IMODE(terminal.kept.stat().st_mode) == 0o600
    assert terminal.sign_in()["account"] == terminal.admin
    assert set(CONNECT_SCOPES) <= set(terminal.sign_in()["scopes"].split())

    # The command requests these scopes and no more, and the answer is bound to the request.
    page = next(request for request in terminal.sandbox.requests if request.path.endswith("/authorize"))
    assert asked_for(terminal) == {f"{terminal.sandbox.graph_url}/{scope}" for scope in CONNECT_SCOPES} | OWN
    assert page.query["response_mode"] == "form_post"
    assert page.query["code_challenge_method"] == "S256"
    assert page.query["prompt"] == "select_account"
    assert page.query["redirect_uri"].startswith("http://localhost:")
    token = next(request for request in terminal.sandbox.requests if request.path.endswith("/token"))
    assert "code_verifier" in parse_qs(token.body.decode())
    assert "CP1" in parse_qs(token.body.decode())["claims"][0]


def test_it_says_which_permissions_it_asks_for_and_why_before_the_page_opens(terminal: Terminal) -> None:
    done = terminal.connect()

    said, _, _ = done.output.partition("Sign in on the page")
    lines = said.splitlines()
    assert lines[0] == "The sign-in asks for these 4 permissions, for the streams that are selected:"
    assert {line.split()[0] for line in lines[1:]} == set(CONNECT_SCOPES)
    assert "  ProfilePhoto.Read.All  profile_photos" in lines
    assert re.search(
        r"  Directory\.Read\.All +organization, domains, subscribed_skus, subscriptions and \d\d more", said
    )


def test_it_asks_for_what_the_selected_streams_need_and_no_more(terminal: Terminal, tmp_path: Path) -> None:
    terminal.sandbox.consent.scopes = {"User.Read"}
    chosen = catalog(tmp_path, "domains", "conditional_access_policies", "identity_providers", "stream_runs")

    done = terminal.run("connect", "--catalog", chosen, choices=[{"account": terminal.admin}, {"consent": "accept"}])

    needed = {"Directory.Read.All", "IdentityProvider.Read.All", "Policy.Read.All"}
    assert asked_for(terminal) == {f"{terminal.sandbox.graph_url}/{scope}" for scope in needed} | OWN
    assert terminal.sandbox.consent.scopes == {"User.Read", *needed}
    assert "  Policy.Read.All            conditional_access_policies\n" in done.output
    assert done.table == dict.fromkeys(("domains", "conditional_access_policies", "identity_providers"), "yes")


def test_with_no_stream_it_asks_for_what_needs_no_administrator(terminal: Terminal, tmp_path: Path) -> None:
    done = terminal.run("connect", "--catalog", catalog(tmp_path), choices=[{"account": terminal.admin}])

    assert (done.exit_code, done.errors) == (0, "")
    assert asked_for(terminal) == {f"{terminal.sandbox.graph_url}/User.Read"} | OWN


def test_an_administrator_elsewhere_is_asked_for_the_same(terminal: Terminal, tmp_path: Path) -> None:
    terminal.sandbox.consent.scopes = {"User.Read"}

    done = terminal.run(
        "connect", "--admin-consent", "--catalog", catalog(tmp_path, "named_locations"), choices=[{"consent": "accept"}]
    )

    assert done.exit_code == 0, done.errors
    assert done.output.startswith("The sign-in asks for this permission, for the streams that are selected:\n")
    assert terminal.sandbox.consent.scopes == {"User.Read", "Policy.Read.All"}


def test_the_next_run_signs_in_with_it_and_no_configured_token_from_before_wins(terminal: Terminal) -> None:
    old = terminal.environment["TAP_ENTRA_REFRESH_TOKEN"] = terminal.sandbox.login.first_refresh_token()
    assert terminal.run("check").exit_code == 0
    del terminal.environment["TAP_ENTRA_REFRESH_TOKEN"]
    terminal.connect()
    # A forgotten setting.
    terminal.environment["TAP_ENTRA_REFRESH_TOKEN"] = old
    terminal.sandbox.requests.clear()

    done = terminal.run("check")

    assert (done.exit_code, done.errors) == (0, "")
    redeemed = [parse_qs(request.body.decode()) for request in terminal.sandbox.requests if "/token" in request.path]
    assert [form["grant_type"] for form in redeemed] == [["refresh_token"]]
    assert redeemed[0]["refresh_token"] != [old]


def test_a_token_configured_after_it_is_news_again(terminal: Terminal) -> None:
    terminal.connect()
    new = terminal.environment["TAP_ENTRA_REFRESH_TOKEN"] = terminal.sandbox.login.first_refresh_token()
    terminal.sandbox.requests.clear()

    assert terminal.run("check").exit_code == 0

    token = next(request for request in terminal.sandbox.requests if "/token" in request.path)
    assert parse_qs(token.body.decode())["refresh_token"] == [new]


def test_an_administrator_can_consent_on_the_way(terminal: Terminal) -> None:
    terminal.sandbox.consent.scopes = {"User.Read"}

    done = terminal.run("connect", choices=[{"account": terminal.admin}, {"consent": "accept"}])

    assert done.exit_code == 0, done.errors
    assert set(CONNECT_SCOPES) <= terminal.sandbox.consent.scopes


def test_a_person_who_declines_consent_reads_what_that_means(terminal: Terminal) -> None:
    terminal.sandbox.consent.scopes = {"User.Read"}

    done = terminal.run("connect", choices=[{"account": terminal.admin}, {"cancel": "1"}])

    assert done.exit_code == 1
    assert "AADSTS65004" in done.errors
    assert "The consent was declined" in done.errors
    assert "--admin-consent" in done.errors
    assert "Traceback" not in done.errors
    assert not terminal.kept.exists()


@pytest.mark.slow
def test_a_closed_page_is_reported_after_a_while(terminal: Terminal) -> None:
    done = terminal.start("connect", "--timeout", "1", browser="true %s &").end()

    assert done.exit_code == 1
    assert "The sign-in page was not finished within 1 s" in done.errors
    assert "Connect again" in done.errors
    assert "Traceback" not in done.errors


@pytest.mark.slow
def test_a_person_may_break_it_off(terminal: Terminal) -> None:
    process = terminal.start("connect", browser="true %s &")
    while "Ctrl-C" not in process.next_line():
        assert process.poll() is None
    time.sleep(0.3)

    process.send_signal(signal.SIGINT)

    done = process.end()
    assert (done.exit_code, done.errors) == (130, "Aborted. Nothing was changed.\n")


@pytest.mark.slow
def test_without_a_browser_the_page_is_named(terminal: Terminal) -> None:
    done = terminal.start("connect", "--timeout", "1", browser="there-is-no-such-browser %s").end()

    assert "No browser could be opened" in done.output
    assert f"{terminal.sandbox.login_url}/{terminal.sandbox.tenant.id}/oauth2/v2.0/authorize?" in done.output
    assert "--device-code" in done.errors


def test_a_guest_is_refused_with_the_reason(terminal: Terminal) -> None:
    done = terminal.run("connect", choices=[{"account": terminal.guest}])

    assert f"Signed in: {terminal.guest}" in done.output
    assert "The account is a guest in this tenant" in done.output
    assert "connect with an account of this tenant" in done.output


def test_a_person_without_the_needed_role_learns_it_from_the_check(terminal: Terminal) -> None:
    terminal.sandbox.consent.roles.clear()

    done = terminal.run("connect", choices=[{"account": terminal.admin}])

    assert done.exit_code == 0
    assert done.errors.startswith("Warning: the sign-in works and is kept")
    assert done.table["sign_ins"] == "no directory role"
    assert done.table["users"] == "yes"
    assert "The signed-in person needs one of the directory roles Reports Reader" in done.output
    assert terminal.kept.exists()


def test_a_redirect_address_registered_for_a_single_page_app_is_explained(terminal: Terminal) -> None:
    terminal.sandbox.login.registration.single_page_app = True

    done = terminal.run("connect", choices=[{"account": terminal.admin}])

    assert done.exit_code == 1
    assert "AADSTS9002327" in done.errors
    assert "Mobile and desktop applications" in done.errors


def test_a_sign_in_that_cannot_be_kept_is_no_success(terminal: Terminal) -> None:
    terminal.kept.parent.write_text("a file where a folder should be")

    done = terminal.run("connect", choices=[{"account": terminal.admin}])

    assert done.exit_code == 1
    assert f"it cannot be kept at {terminal.kept}" in done.errors
    assert "`token_cache_path`" in done.errors


def test_a_file_of_another_account_is_noticed_before_a_person_signs_in(terminal: Terminal) -> None:
    terminal.connect()
    foreign = {**terminal.sign_in(), "client_id": "another"}
    terminal.kept.write_text(json.dumps(foreign))
    terminal.sandbox.requests.clear()

    done = terminal.run("connect", choices=[{"account": terminal.admin}])

    assert done.exit_code == 1
    assert "`token_cache_path` of its own" in done.errors
    assert terminal.sign_in() == foreign
    assert not any(request.path.endswith("/authorize") for request in terminal.sandbox.requests)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("TAP_ENTRA_AUTH_FLOW", "managed_identity", "there is no person to sign in"),
        ("TAP_ENTRA_CLIENT_SECRET", "hush", "an app with a credential cannot sign a person in here"),
        ("TAP_ENTRA_TENANT_ID", "common", "neither a GUID nor a domain"),
        ("TAP_ENTRA_TENANT_ID", "elsewhere.example", "AADSTS90002"),
    ],
)
def test_settings_that_do_not_fit_are_reported_before_a_page_opens(
    terminal: Terminal, variable: str, value: str, words: str
) -> None:
    terminal.environment[variable] = value

    done = terminal.run("connect")

    assert done.exit_code == 1
    assert words in done.errors
    assert "hush" not in done.errors
    assert "opens in your browser" not in done.output


def test_the_page_for_an_administrator_elsewhere_is_shown(terminal: Terminal) -> None:
    terminal.sandbox.consent.scopes = {"User.Read"}

    done = terminal.run("connect", "--admin-consent", choices=[{"consent": "accept"}])

    assert done.exit_code == 0, done.errors
    url = next(line for line in done.output.splitlines() if line.startswith("https://"))
    assert url.startswith(f"{terminal.sandbox.login_url}/{terminal.sandbox.tenant.id}/v2.0/adminconsent?client_id=")
    assert "?admin_consent=True" in done.output
    assert not terminal.kept.exists()
    assert set(CONNECT_SCOPES) <= terminal.sandbox.consent.scopes
    assert terminal.page.startswith("http://localhost?admin_consent=True&tenant=")


def test_an_app_of_its_own_asks_for_what_its_registration_lists(terminal: Terminal) -> None:
    terminal.environment |= {"TAP_ENTRA_AUTH_FLOW": "client_credentials", "TAP_ENTRA_CLIENT_SECRET": "hush"}
    terminal.sandbox.consent.app_permissions.clear()

    done = terminal.run("connect", "--admin-consent", choices=[{"consent": "accept"}])

    assert done.exit_code == 0, done.errors
    assert ".default" in done.output
    assert "The app itself needs these 4 permissions" in done.output
    assert set(CONNECT_SCOPES) <= terminal.sandbox.consent.app_permissions


def test_a_managed_identity_has_no_page_to_consent_on(terminal: Terminal) -> None:
    terminal.environment["TAP_ENTRA_AUTH_FLOW"] = "managed_identity"

    assert "appRoleAssignments" in terminal.run("connect", "--admin-consent").errors


def test_nothing_secret_is_logged_though_everything_is(terminal: Terminal) -> None:
    terminal.environment["LOGLEVEL"] = "DEBUG"

    done = terminal.start("connect", choices=[{"account": terminal.admin}], program=UNLIMITED).end()

    assert done.exit_code == 0
    token = next(request for request in terminal.sandbox.requests if request.path.endswith("/token"))
    form = parse_qs(token.body.decode())
    secrets = [form["code"][0], form["code_verifier"][0], terminal.sign_in()["refresh_token"], "1.AX0A", "eyJ0eXAi"]
    person = [terminal.admin, terminal.sandbox.login.user["displayName"]]
    assert "/oauth2/v2.0/token" in done.errors
    assert [text for text in (*secrets, *person) if text in done.errors] == []
    assert [text for text in secrets if text in done.output] == []
