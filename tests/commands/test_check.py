"""`tap-entra-auth check`: which streams can be read, and what the others lack."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.lists import LISTS
from tap_entra.streams import STREAMS
from tests.commands.conftest import catalog
from tests.readable import OPTIONAL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.conftest import Terminal


@pytest.fixture
def connected(terminal: Terminal) -> Terminal:
    """Signed in by a configured token, on a day when Graph needs no second page for a first row."""
    terminal.sandbox.faults.empty_pages = 0
    terminal.environment["TAP_ENTRA_REFRESH_TOKEN"] = terminal.sandbox.login.first_refresh_token()
    return terminal


def check(terminal: Terminal, *arguments: str | Path) -> tuple[int, dict[str, Any], dict[str, dict[str, Any]]]:
    """Exit code, the whole answer, and its streams by name."""
    done = terminal.run("check", "--json", *arguments)
    answer = json.loads(done.output)
    return done.exit_code, answer, {stream["stream"]: stream for stream in answer["streams"]}


def test_one_small_request_a_stream_tells_that_all_can_be_read(connected: Terminal) -> None:
    exit_code, answer, streams = check(connected)

    assert (exit_code, answer["works"]) == (0, True)
    assert {"organization", "domains", "users", "profile_photos", "sign_ins"} <= streams.keys()
    assert "stream_runs" not in streams
    asked = [request for request in connected.sandbox.requests if request.path.startswith(("/v1.0", "/beta"))]
    assert Counter(request.path for request in asked)["/v1.0/auditLogs/signIns"] == 1
    assert all(int(request.query["$top"]) <= 2 for request in asked if "$top" in request.query)
    # Those that are read parent by parent need a parent first.
    assert len(asked) == len(streams) + sum("{id}" in stream.path for stream in STREAMS if stream.name in streams)


def test_an_empty_page_before_the_first_row_is_no_answer_about_what_a_parent_has(connected: Terminal) -> None:
    connected.sandbox.faults.empty_pages = 1
    connected.sandbox.consent.scopes -= {"ProfilePhoto.Read.All"}

    exit_code, _, streams = check(connected)

    assert (exit_code, streams["profile_photos"]["missing"]) == (1, "scope")


def test_it_is_a_table_for_people(connected: Terminal) -> None:
    done = connected.run("check")

    assert done.exit_code == 0
    assert f"What {connected.admin} may read in tenant {connected.sandbox.tenant.id} (global cloud):" in done.output
    assert done.table["users"] == "yes"
    assert "works  missing\n" in done.output


def test_a_missing_scope_is_named_for_each_stream_that_needs_it(connected: Terminal) -> None:
    connected.sandbox.consent.scopes -= {"AuditLog.Read.All", "ProfilePhoto.Read.All"}

    exit_code, _, streams = check(connected)

    assert exit_code == 1
    assert (streams["sign_ins"]["missing"], streams["sign_ins"]["names"]) == ("scope", ["AuditLog.Read.All"])
    assert (streams["profile_photos"]["missing"], streams["profile_photos"]["names"]) == (
        "scope",
        ["ProfilePhoto.Read.All"],
    )
    assert "consent to them for the app as an admin" in streams["sign_ins"]["action"]
    assert streams["sign_ins"]["graph_code"] == "Authentication_MSGraphPermissionMissing"
    assert streams["users"]["works"]


def test_a_missing_directory_role_is_distinguished_from_a_missing_scope(connected: Terminal) -> None:
    connected.sandbox.consent.roles = {"Helpdesk Administrator"}

    exit_code, _, streams = check(connected)

    assert exit_code == 1
    assert streams["sign_ins"]["missing"] == "directory role"
    assert "Reports Reader" in streams["sign_ins"]["names"]
    assert "assign one" in streams["sign_ins"]["action"]


#: What Microsoft refuses without a plan, and the plan.
PLANS = {
    "risk_detections": ["Entra ID P1"],
    "risky_users": ["Entra ID P2"],
    "conditional_access_policies": ["Entra ID P1"],
    "role_assignment_schedules": ["Entra ID P2"],
    "role_eligibility_schedules": ["Entra ID P2"],
}


@pytest.mark.slow
def test_optional_streams_can_be_read_once_they_are_selected_and_consented_to(
    connected: Terminal, tmp_path: Path
) -> None:
    exit_code, answer, streams = check(connected, "--catalog", catalog(tmp_path, *OPTIONAL))

    assert exit_code == 0, answer
    assert {*streams} == {*OPTIONAL}


@pytest.mark.slow
def test_each_optional_stream_names_the_one_permission_that_is_missing(connected: Terminal, tmp_path: Path) -> None:
    connected.sandbox.consent.scopes = {"User.Read"}

    _, _, streams = check(connected, "--catalog", catalog(tmp_path, *OPTIONAL))

    for name, finding in streams.items():
        assert (finding["missing"], finding["names"]) == ("scope", [*OPTIONAL[name].permissions])


@pytest.mark.slow
def test_a_role_is_missing_where_the_permission_is_there_and_graph_refuses(connected: Terminal, tmp_path: Path) -> None:
    connected.sandbox.consent.roles = {"Helpdesk Administrator"}

    _, _, streams = check(connected, "--catalog", catalog(tmp_path, *OPTIONAL))

    for name, finding in streams.items():
        assert (finding["missing"], finding["names"]) == ("directory role", [*OPTIONAL[name].roles])


def test_an_app_needs_no_role_for_optional_streams(connected: Terminal, tmp_path: Path) -> None:
    connected.sandbox.login.registration.secret = "hush"
    connected.environment |= {"TAP_ENTRA_AUTH_FLOW": "client_credentials", "TAP_ENTRA_CLIENT_SECRET": "hush"}
    connected.sandbox.consent.roles.clear()
    policies = catalog(tmp_path, "named_locations")

    assert check(connected, "--catalog", policies)[0] == 0

    connected.sandbox.consent.app_permissions = {"Directory.Read.All"}
    (finding,) = check(connected, "--catalog", policies)[2].values()
    assert (finding["missing"], finding["names"]) == ("scope", ["Policy.Read.All"])


def test_the_plan_of_an_optional_stream_is_named(
    connected: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threading.Event.wait", lambda *_: None)
    connected.sandbox.consent.premium = False

    _, _, streams = check(connected, "--catalog", catalog(tmp_path, *PLANS))

    assert {name: finding["names"] for name, finding in streams.items()} == PLANS


def test_a_missing_plan_is_accepted_only_when_graph_says_it_again(
    connected: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("threading.Event.wait", lambda _, seconds=None: waited.append(seconds or 0))
    connected.sandbox.consent.premium = False

    exit_code, _, streams = check(connected)

    assert exit_code == 1
    assert (streams["sign_ins"]["missing"], streams["sign_ins"]["names"]) == ("plan", ["Entra ID P1"])
    assert "buy it, or deselect sign_ins" in streams["sign_ins"]["action"]


def test_what_a_national_cloud_does_not_have_is_laid_to_the_cloud(
    connected: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.environment["TAP_ENTRA_CLOUD"] = "china"
    monkeypatch.delitem(LISTS, "subscribedSkus")

    exit_code, _, streams = check(connected)

    assert exit_code == 1
    assert (streams["subscribed_skus"]["missing"], streams["subscribed_skus"]["names"]) == ("cloud", ["china"])
    assert "deselect it" in streams["subscribed_skus"]["action"]


def test_a_busy_graph_is_not_laid_to_the_sign_in(connected: Terminal) -> None:
    connected.sandbox.faults.next("throttled", times=9, path="/domains", retry_after="0.01")

    exit_code, _, streams = check(connected)

    assert exit_code == 1
    assert streams["domains"]["missing"] == "answer"
    assert "429" in streams["domains"]["action"]
    assert streams["users"]["works"]


def test_a_catalog_says_which_streams_matter(connected: Terminal, tmp_path: Path) -> None:
    connected.sandbox.consent.roles.clear()
    only_domains = catalog(tmp_path, "domains")

    exit_code, _, streams = check(connected, "--catalog", only_domains)

    assert (exit_code, list(streams)) == (0, ["domains"])

    with_logs = catalog(tmp_path, "domains", "sign_ins")
    exit_code, _, streams = check(connected, "--catalog", with_logs)
    assert (exit_code, list(streams)) == (1, ["domains", "sign_ins"])


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_catalog_that_is_none_is_named(connected: Terminal, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "catalog.json"
    if content is not None:
        path.write_text(content)

    done = connected.run("check", "--catalog", path)

    assert done.exit_code == 1
    assert str(path) in done.errors


def test_a_token_that_may_write_is_warned_of(connected: Terminal) -> None:
    connected.sandbox.consent.scopes |= {"Directory.ReadWrite.All", "Mail.Send", "Member.Read.Hidden"}

    exit_code, answer, _ = check(connected)

    assert exit_code == 0
    assert answer["more_than_reading"] == ["Directory.ReadWrite.All", "Mail.Send"]
    done = connected.run("check")
    assert "may do more than read: Directory.ReadWrite.All, Mail.Send." in done.output


def test_an_app_of_its_own_is_checked_by_its_application_permissions(connected: Terminal) -> None:
    connected.sandbox.login.registration.secret = "hush"
    connected.environment |= {"TAP_ENTRA_AUTH_FLOW": "client_credentials", "TAP_ENTRA_CLIENT_SECRET": "hush"}
    connected.sandbox.consent.app_permissions = {"Directory.Read.All", "User.ReadWrite.All"}
    # Directory roles are for people.
    connected.sandbox.consent.roles.clear()

    exit_code, answer, streams = check(connected)

    assert exit_code == 1
    assert answer["permissions"] == ["Directory.Read.All", "User.ReadWrite.All"]
    assert answer["more_than_reading"] == ["User.ReadWrite.All"]
    assert (streams["sign_ins"]["missing"], streams["sign_ins"]["names"]) == ("scope", ["AuditLog.Read.All"])
    assert "What the app itself may read" in connected.run("check").output


def test_without_a_sign_in_nothing_is_asked(terminal: Terminal) -> None:
    done = terminal.run("check")

    assert done.exit_code == 1
    assert "Not signed in" in done.errors
    assert "tap-entra-auth connect" in done.errors
    assert not any(request.path.startswith("/v1.0") for request in terminal.sandbox.requests)
