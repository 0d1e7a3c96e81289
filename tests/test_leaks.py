"""What must not get out: tokens to other hosts, secrets and people's data into logs and state. Nothing is written."""

from __future__ import annotations

import json
import logging
import os
import re
import stat
from typing import TYPE_CHECKING, Any

import pytest
import requests

from sandbox.faults.catalogue import FAULTS
from tap_entra.config_schema import SETTINGS
from tap_entra.graph import pacing
from tests.foreign_host import Elsewhere, elsewhere_host
from tests.warehouse import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sandbox import Sandbox
    from sandbox.messages import Request

#: How the sandbox's refresh and access tokens begin, and the links that are as good as what they lead to.
TOKENS = ("1.AX0A", "eyJ0eXAi", "Bearer ")
#: Faults that a run gets over, or ends with; some of each.
FAULTY = ("throttled_decimal", "unavailable", "html", "malformed_json", "error_in_200", "expired_page_token", "reset")


@pytest.fixture
def project(new_sandbox: Callable[..., Sandbox]) -> Project:
    return Project(new_sandbox(users=30, sign_ins=200))


@pytest.fixture
def no_limit_on_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of all streams would wait ten seconds for it."""
    monkeypatch.setattr(pacing, "_shared", lambda *_: pacing.Pacer())


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tap_entra.auth.msal_http.PAUSES_S", (0.0, 0.0, 0.0))


@pytest.fixture
def elsewhere(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """A host that TLS clients trust as they trust the sandbox."""
    with elsewhere_host(tmp_path / "elsewhere") as host:
        trusted = tmp_path / "both.pem"
        trusted.write_text(project.sandbox.ca_bundle.read_text() + host.authority)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        yield host


# Other hosts


def test_the_recorder_records(elsewhere: Elsewhere) -> None:
    requests.get(elsewhere.url, headers={"Authorization": "Bearer mine"}, timeout=9)

    assert elsewhere.requests[0].headers["authorization"] == "Bearer mine"


def leads(project: Project, monkeypatch: pytest.MonkeyPatch, fault: Any, path: str, times: int | None) -> None:
    monkeypatch.setitem(FAULTS, "elsewhere", fault)
    if times:
        project.faults.next("elsewhere", times=times, path=path)
    else:
        project.faults.often("elsewhere", 1.0, path=path)


WAYS: dict[str, Callable[[Elsewhere], Any]] = {
    "next link": lambda host: host.points("@odata.nextLink"),
    "delta link": lambda host: host.points("@odata.deltaLink"),
    "redirect": lambda host: host.redirects(302),
    "redirect of a POST": lambda host: host.redirects(307),
}


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/*", "/$batch"])
@pytest.mark.parametrize("way", WAYS)
def test_no_link_of_graph_leads_the_token_elsewhere(
    project: Project, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, way: str, path: str
) -> None:
    leads(project, monkeypatch, WAYS[way](elsewhere), path, None)
    project.run()
    project.tenant.pass_days(1)
    project.run()
    project.faults.clear()

    healed = project.run()

    assert elsewhere.requests == []
    assert healed.exit_code == 0
    assert project.mistakes("users") == []


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("path", ["*/token", "*/openid-configuration"])
def test_no_redirect_of_the_sign_in_service_leads_a_token_elsewhere(
    project: Project, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, status: int, path: str
) -> None:
    leads(project, monkeypatch, elsewhere.redirects(status), path, None)

    run = project.run("domains")

    assert elsewhere.requests == []
    assert run.exit_code == 1


def test_no_description_of_the_tenant_leads_a_token_elsewhere(
    project: Project, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads(project, monkeypatch, elsewhere.poses_as_the_sign_in_service(), "*/openid-configuration", None)

    run = project.run("domains")

    assert elsewhere.requests == []
    assert run.exit_code == 1


def test_graph_sees_no_refresh_token_and_the_sign_in_service_no_access_token(project: Project) -> None:
    project.run()

    graph, login = (
        [one for one in project.sandbox.requests if one.host in url]
        for url in (project.sandbox.graph_url, project.sandbox.login_url)
    )
    assert graph
    assert login
    assert not any(b"1.AX0A" in one.body or "1.AX0A" in str(one.headers) + one.target for one in graph)
    assert not any(b"eyJ0eXAi" in one.body or "authorization" in one.headers for one in login)
    # In the header alone: links and bodies end up in other people's logs.
    assert not any("eyJ0eXAi" in one.target or b"eyJ0eXAi" in one.body for one in graph)


# Nothing is written


def parts(asked: list[Request]) -> Iterator[tuple[str, str]]:
    for one in asked:
        yield one.method, one.path
        yield from ((part.method, part.path) for part in one.inner)


@pytest.mark.slow
def test_graph_is_only_ever_asked(project: Project) -> None:
    asked: list[Request] = []
    for day in range(4):
        for fault in FAULTY[day::2]:
            project.faults.often(fault, 0.04)
        project.run(retry_budget_minutes=5)
        asked += project.sandbox.requests
        project.faults.clear()
        project.tenant.pass_days(3)
    project.run()
    asked += project.sandbox.requests

    graph = [one for one in asked if one.host in project.sandbox.graph_url]
    assert len(graph) > 200
    for method, path in parts(graph):
        assert (method == "GET") != (method == "POST" and re.fullmatch(r"/(v1\.0|beta)/\$batch", path) is not None)
    login = {(one.method, one.path.split("/", 2)[-1]) for one in asked if one.host in project.sandbox.login_url}
    assert login == {("GET", "v2.0/.well-known/openid-configuration"), ("POST", "oauth2/v2.0/token")}


# Logs, errors, state


def private(project: Project) -> set[str]:
    """Values of the tenant that identify a person or a place."""
    found: set[str] = {f"@{project.tenant.default_domain}"}
    for user in project.tenant.truth("users"):
        names = ("displayName", "userPrincipalName", "mail", "mobilePhone", "streetAddress", "employeeId")
        found.update(str(user[name]) for name in names if user.get(name))
    found.update(row["ipAddress"] for row in project.tenant.truth("sign_ins"))
    found.update(row["photo"][:40] for row in project.tenant.truth("profile_photos") if row.get("photo"))
    return {value for value in found if len(value) > 5}


def told(project: Project, text: str) -> list[str]:
    """What a text gives away."""
    links = re.findall(r"\$(?:skiptoken|deltatoken)=(?!latest)\S+", text)
    return [secret for secret in [*TOKENS, *private(project)] if secret in text] + links


def test_nothing_private_is_logged_not_even_at_debug(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for fault in FAULTY:
        project.faults.often(fault, 0.04)
    project.faults.delta_page = 7
    project.run(retry_budget_minutes=5)
    project.tenant.pass_days(1)
    project.run(retry_budget_minutes=5)
    project.faults.clear()
    run = project.run()

    assert run.exit_code == 0
    assert "urllib3" in caplog.text
    assert "trying again" in caplog.text
    assert told(project, caplog.text) == []
    assert '"value":' not in re.sub(r"METRIC: .*", "", caplog.text)


def ids_and_names(project: Project) -> set[str]:
    """The ids, names and addresses of the company's people, groups, devices and apps."""
    named = ("id", "displayName", "userPrincipalName", "mail", "appId", "deviceId", "mailNickname")
    streams = ("users", "groups", "devices", "applications", "service_principals", "administrative_units")
    found = {str(row.get(name)) for stream in streams for row in project.tenant.truth(stream) for name in named}
    return {value for value in found if len(value) > 8} | private(project)


@pytest.mark.slow
def test_from_info_on_no_id_name_or_address_of_the_company_is_logged(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for fault in FAULTY:
        project.faults.often(fault, 0.05)
    for _ in range(2):
        project.run(retry_budget_minutes=5)
        project.tenant.pass_days(1)
    project.faults.clear()
    project.run()

    assert len(caplog.records) > 200
    assert "request-id" in caplog.text
    assert sorted(value for value in ids_and_names(project) if value in caplog.text) == []
    assert not [record for record in caplog.records if not record.getMessage().isprintable()]


@pytest.mark.usefixtures("no_limit_on_reports")
def test_nothing_private_is_in_what_the_command_writes_beside_the_rows(project: Project) -> None:
    project.faults.next("unavailable", times=3, retry_after="0.1")
    project.faults.next("malformed_json", path="/users*")

    ended = project.command(loglevel="DEBUG")

    assert "DEBUG" in ended.log
    assert told(project, ended.log) == []


def test_state_has_neither_tokens_nor_people(project: Project) -> None:
    project.run()
    project.tenant.pass_days(1)
    state = json.dumps(project.run().state)

    assert "deltatoken" in state  # good for nothing without an access token
    assert [secret for secret in [*TOKENS, *private(project)] if secret in state] == []
    assert [secret for secret in [*TOKENS, *private(project)] if secret in json.dumps(reports(project))] == []


def reports(project: Project) -> list[dict[str, Any]]:
    return project.warehouse.rows("stream_runs")


def test_a_defect_tells_no_row(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    """A row that Graph makes of something odd, at the places that look into rows."""
    caplog.set_level(logging.DEBUG)
    users = project.tenant.directory["users"].live
    for number, user in enumerate([*users.values()]):
        users[user["id"]] = {**user, "deletedDateTime": user["displayName"], "id": user["id"] if number else None}

    run = project.run("users", "user_managers", "profile_photos")

    assert run.exit_code == 1
    assert told(project, caplog.text) == []


# Files


@pytest.mark.usefixtures("no_limit_on_reports")
def test_files_are_for_their_owner_alone_whatever_the_umask(project: Project, tmp_path: Path) -> None:
    home = tmp_path / "home"
    before = os.umask(0)
    try:
        ended = project.command(token_cache_path=str(home / "entra" / "token.json"))
    finally:
        os.umask(before)

    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.rglob("*") if path.is_file()}
    assert ended.exit_code == 0
    assert {*found.values()} == {0o600}
    assert "token.json" in found
    assert stat.S_IMODE((home / "entra").stat().st_mode) == 0o700


# TLS


def test_no_setting_is_about_trusting_blindly() -> None:
    assert not [name for name in SETTINGS["properties"] if re.search("verify|insecure|ssl|tls|trust", name)]


@pytest.mark.parametrize("way", ["nothing", "settings", "environment"])
def test_a_host_that_cannot_prove_itself_is_sent_nothing(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    settings = {**project.sandbox.settings}
    if way == "settings":
        settings |= dict.fromkeys(("verify", "verify_ssl", "ssl_verify", "tls_verify"), False)
        settings |= {"insecure": True, "ca_bundle": ""}
    (tmp_path / "config.json").write_text(json.dumps(settings))
    monkeypatch.setattr(project.sandbox, "environment", dict)
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "") if way == "environment" else monkeypatch.delenv(name, raising=False)
    if way == "environment":
        monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")

    ended = project.command(f"--config={tmp_path / 'config.json'}")

    assert ended.exit_code == 1
    assert "certificate verify failed" in ended.log
    assert project.sandbox.requests == []


@pytest.mark.parametrize("setting", ["graph_url", "login_url"])
def test_no_token_goes_over_a_connection_that_is_not_encrypted(project: Project, setting: str) -> None:
    ended = project.command(**{setting: project.sandbox.settings[setting].replace("https:", "http:")})

    assert ended.exit_code == 1
    assert setting in ended.log
    assert project.sandbox.requests == []
