"""`tap-entra-auth check` with logs from the export: it reads one blob of each container, and names what is missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.conftest import Terminal, catalog
from tests.exports import STARTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox import Sandbox
    from sandbox.export import Azurite

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("azurite")]


@pytest.fixture
def connected(
    new_sandbox: Callable[..., Sandbox],
    azurite: Azurite,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:
    """Signed in; the categories of sign-ins and audits are exported."""
    sandbox = new_sandbox(users=20, sign_ins=60, starts=STARTS, azurite=azurite)
    sandbox.export.write("signIns", "directoryAudits", since=STARTS.replace(hour=0, minute=0))
    terminal = Terminal(sandbox, tmp_path, monkeypatch, capsys)
    terminal.environment["TAP_ENTRA_REFRESH_TOKEN"] = sandbox.login.first_refresh_token()
    settings = sandbox.export.settings(sas=False)
    return with_settings(terminal, **settings)


def with_settings(terminal: Terminal, **settings: str) -> Terminal:
    terminal.environment |= {f"TAP_ENTRA_{name.upper()}": value for name, value in settings.items()}
    return terminal


def check(terminal: Terminal, folder: Path, *streams: str) -> dict[str, dict[str, Any]]:
    done = terminal.run("check", "--json", "--catalog", catalog(folder, *streams))
    return {stream["stream"]: stream for stream in json.loads(done.output)["streams"]}


def test_one_blob_of_each_container_is_read(connected: Terminal, tmp_path: Path) -> None:
    for log in ("signIns", "directoryAudits"):
        connected.sandbox.tenant.logs[log][-1].arrives = connected.sandbox.tenant.now()
        connected.sandbox.export.write(log)

    found = check(connected, tmp_path, "users", "sign_ins", "directory_audits")

    assert {name: one["works"] for name, one in found.items()} == dict.fromkeys(found, True)
    ranges = [one.headers["x-ms-range"] for one in connected.sandbox.requests if "x-ms-range" in one.headers]
    assert len(ranges) == 2
    assert not [one for one in connected.sandbox.requests if "/auditLogs/" in one.path]


def test_a_missing_role_is_named(connected: Terminal, tmp_path: Path) -> None:
    connected.sandbox.export.has_role = False

    found = check(connected, tmp_path, "sign_ins", "users")

    assert found["users"]["works"]
    assert (found["sign_ins"]["missing"], found["sign_ins"]["names"]) == (
        "storage role", ["Storage Blob Data Reader"]
    )  # fmt: skip


def test_a_category_that_is_not_exported_is_named(connected: Terminal, tmp_path: Path) -> None:
    found = check(connected, tmp_path, "provisioning_logs")["provisioning_logs"]

    assert (found["missing"], found["names"]) == ("container", ["insights-logs-provisioninglogs"])
    assert "diagnostic setting" in found["action"]


def test_a_container_without_a_blob_of_the_tenant_is_named(connected: Terminal, tmp_path: Path) -> None:
    export = connected.sandbox.export
    name = export.name(connected.sandbox.tenant.now()).replace(
        connected.sandbox.tenant.id, "0" * 8 + "-0000" * 3 + "-" + "0" * 12
    )
    export.append("insights-logs-provisioninglogs", name, b"{}\n")

    found = check(connected, tmp_path, "provisioning_logs")["provisioning_logs"]

    assert (found["missing"], found["names"]) == ("setting", ["insights-logs-provisioninglogs"])


def test_an_account_that_does_not_answer_costs_a_person_a_few_tries(
    connected: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_entra.graph.client.GraphClient.pause", lambda *_: None)
    connected.sandbox.faults.next("reset", times=10, path="*insights-logs-signinlogs*")

    found = check(connected, tmp_path, "sign_ins")["sign_ins"]

    assert (found["missing"], found["names"]) == ("answer", [])
    assert "Check `storage_url` if it lasts" in found["action"]
