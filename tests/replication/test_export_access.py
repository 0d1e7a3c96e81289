"""Who may read the export: tokens for Azure Storage, roles, containers, and what the tap says without them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.login.registration import ManagedIdentity
from tests.exports import STARTS, ExportedProject

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.export import Azurite
    from tests.warehouse import Project

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("azurite")]


@pytest.fixture
def found(new_project: Callable[..., Project], azurite: Azurite) -> Callable[..., ExportedProject]:
    """Founds a company with some exported sign-ins."""

    def start(**options: str) -> ExportedProject:
        project = new_project(users=20, sign_ins=30, starts=STARTS, azurite=azurite, **options)
        exported = ExportedProject(project)
        exported.export.write("signIns")
        return exported

    return start


@pytest.fixture
def exported(found: Callable[..., ExportedProject]) -> ExportedProject:
    return found()


def test_a_person_signs_in_to_the_storage_account(exported: ExportedProject) -> None:
    run = exported.run(**exported.export.settings(sas=False))

    assert (run.exit_code, exported.differences("sign_ins")) == (0, [])
    assert all(request.headers["authorization"].startswith("Bearer ") for request in exported.requests())


def test_what_the_account_may_read_in_graph_stays_known(exported: ExportedProject) -> None:
    exported.run(**exported.export.settings(sas=False))

    kept = json.loads(Path(exported.project.sandbox.settings["token_cache_path"]).read_text())
    assert "AuditLog.Read.All" in kept["scopes"]
    assert "user_impersonation" not in kept["scopes"]


def test_the_app_signs_in_to_the_storage_account(found: Callable[..., ExportedProject]) -> None:
    exported = found(client_secret="of the app")

    run = exported.run(**exported.export.settings(sas=False), auth_flow="client_credentials", refresh_token=None)

    assert (run.exit_code, exported.differences("sign_ins")) == (0, [])


def test_a_managed_identity_signs_in_to_the_storage_account(
    exported: ExportedProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = exported.project.sandbox
    sandbox.login.managed_identity = ManagedIdentity()
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{sandbox.login_url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", ManagedIdentity().header)
    app = {"auth_flow": "managed_identity", "client_id": None, "tenant_id": None, "refresh_token": None}

    run = exported.run(**exported.export.settings(sas=False), **app)

    assert (run.exit_code, exported.differences("sign_ins")) == (0, [])


def test_a_token_that_is_revoked_meanwhile_is_renewed(exported: ExportedProject) -> None:
    to_come = [exported.project.sandbox.login.access_tokens.revoke_all]

    def revoke(message: dict[str, object]) -> None:
        if message["type"] == "RECORD" and to_come:
            to_come.pop()()

    run = exported.run(**exported.export.settings(sas=False), on_message=revoke)

    assert 401 in {request.status for request in exported.requests()}
    assert (run.exit_code, exported.differences("sign_ins")) == (0, [])


def test_without_the_role_the_stream_fails_and_names_it(exported: ExportedProject) -> None:
    exported.export.has_role = False

    run = exported.run(**exported.export.settings(sas=False))

    report = run.reports["sign_ins"]
    assert (run.exit_code, report["outcome"], report["graphCode"]) == (1, "failed", "AuthorizationPermissionMismatch")
    assert "the role Storage Blob Data Reader on insights-logs-signinlogs" in report["action"]


def test_a_sas_that_has_expired_is_named(exported: ExportedProject) -> None:
    url = f"{exported.export.url}?{exported.export.sas(lives=timedelta(hours=-1))}"

    run = exported.run(storage_url=url)

    assert run.exit_code == 1
    assert "Check the SAS in `storage_url`, if there is one: it may have expired" in run.reports["sign_ins"]["action"]


def test_a_category_that_is_not_exported_is_skipped_at_first_and_fails_later(exported: ExportedProject) -> None:
    first = exported.run("directory_audits").reports["directory_audits"]
    exported.project.run("directory_audits")

    later = exported.run("directory_audits").reports["directory_audits"]

    assert [first["outcome"], later["outcome"]] == ["skipped", "failed"]
    assert "exports the category of insights-logs-auditlogs to this account" in first["action"]


def test_one_container_can_be_read_alone(exported: ExportedProject) -> None:
    account, _, sas = exported.export.settings()["storage_url"].partition("?")

    run = exported.run("sign_ins", "directory_audits", storage_url=f"{account}/insights-logs-signinlogs?{sas}")

    assert exported.differences("sign_ins") == []
    assert run.reports["directory_audits"]["outcome"] == "skipped"
    assert run.reports["directory_audits"]["action"].startswith("Set `storage_url` to the account")


def test_without_a_token_for_storage_the_streams_of_graph_are_read_all_the_same(exported: ExportedProject) -> None:
    exported.project.sandbox.consent.storage = False

    run = exported.run("users", "sign_ins", "groups", **exported.export.settings(sas=False))

    outcomes = {name: report["outcome"] for name, report in run.reports.items()}
    assert outcomes == {"users": "complete", "groups": "complete", "sign_ins": "failed"}
    assert run.reports["sign_ins"]["graphCode"] == "AADSTS65001"
    assert "An administrator has to consent to this app" in run.reports["sign_ins"]["action"]
