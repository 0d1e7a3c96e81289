"""The same commands by `meltano invoke tap-entra:…`, with the project's own settings and selection."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.commands.conftest import BIN

if TYPE_CHECKING:
    from typing import Any

    from tests.commands.conftest import Terminal

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


class Checkout:
    """A fresh checkout of the project, in which Meltano has never run; with a second tenant beside the first."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self.folder = folder
        self.terminal = terminal
        folder.mkdir()
        project = yaml.safe_load((ROOT / "meltano.yml").read_text())
        (tap,) = project["plugins"]["extractors"]
        # Installed already: beside Meltano, on the path.
        del tap["pip_url"]
        self.commands: dict[str, Any] = tap["commands"]
        settings = {"tenant_id": terminal.sandbox.tenant.default_domain}
        second = {"name": "tap-entra--second", "inherit_from": "tap-entra", "config": settings, "select": ["domains.*"]}
        project["plugins"]["extractors"].append(second)
        (folder / "meltano.yml").write_text(yaml.safe_dump(project))

    def invoke(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [BIN / "meltano", "invoke", *arguments],
            check=False,
            cwd=self.folder,
            env={**self.terminal.environment, "PATH": path, **environment},
            capture_output=True,
            text=True,
        )

    def written(self) -> bytes:
        """All that Meltano has written."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def checkout(terminal: Terminal, tmp_path: Path) -> Checkout:
    return Checkout(terminal, tmp_path / "checkout")


def test_check_asks_for_what_the_project_selects_in_a_fresh_checkout(checkout: Checkout) -> None:
    token = checkout.terminal.sandbox.login.first_refresh_token()
    selection = {"TAP_ENTRA__SELECT": '["users.id", "sign_ins.*", "stream_runs.*"]', "TAP_ENTRA_REFRESH_TOKEN": token}

    done = checkout.invoke("tap-entra:check-json", **selection)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout[done.stdout.index("{") :])
    assert [stream["stream"] for stream in told["streams"]] == ["users", "sign_ins"]
    users = next(request for request in checkout.terminal.sandbox.requests if request.path == "/v1.0/users")
    assert users.query["$select"] == "id"

    # Meltano has put nothing of the sign-in anywhere: the configured token it removes at the end of the command.
    written = checkout.written()
    assert not [
        text for text in (token, checkout.terminal.sign_in()["refresh_token"], "eyJ0eXAi") if text.encode() in written
    ]


def test_a_second_tenant_is_connected_and_checked_with_its_own_settings_and_selection(checkout: Checkout) -> None:
    choices = json.dumps([{"account": checkout.terminal.admin}])
    browser = checkout.terminal.browser

    done = checkout.invoke("tap-entra--second:connect", BROWSER=browser, PERSON=choices)

    assert done.returncode == 0, done.stderr
    assert f"Signed in: {checkout.terminal.admin}" in done.stdout
    assert "domains  yes" in done.stdout
    assert "users" not in done.stdout


def test_facts_of_a_new_tenant_are_as_assumed(checkout: Checkout) -> None:
    token = checkout.terminal.sandbox.login.first_refresh_token()
    report = checkout.folder / "facts.json"

    done = checkout.invoke("tap-entra:facts", "--json", str(report), TAP_ENTRA_REFRESH_TOKEN=token)

    assert done.returncode == 0, done.stderr
    found = [fact["result"] for fact in json.loads(report.read_text())["facts"]]
    assert set(found) == {"same", "not seen"}
    assert found.count("same") > 2 * found.count("not seen")
    assert checkout.terminal.sandbox.tenant.default_domain not in report.read_text()


def test_with_further_arguments_permissions_are_those_of_the_projects_selection(checkout: Checkout) -> None:
    checkout.terminal.sandbox.consent.scopes = {"User.Read"}
    select = '["domains.*", "named_locations.id", "users.*", "!users.*"]'
    choices = {"BROWSER": checkout.terminal.browser, "PERSON": json.dumps([{"consent": "accept"}])}

    # Without the argument, Meltano writes a catalog that the second command finds.
    checkout.invoke("tap-entra:check", TAP_ENTRA__SELECT='["users.*"]')
    done = checkout.invoke("tap-entra:connect", "--admin-consent", TAP_ENTRA__SELECT=select, **choices)

    assert done.returncode == 0, done.stderr
    assert "  Directory.Read.All  domains\n  Policy.Read.All     named_locations\n" in done.stdout


def test_further_arguments_do_not_lead_to_a_check_of_something_else(checkout: Checkout) -> None:
    # Meltano would not write the catalog then, and an old one might be there. It puts them at the end.
    arguments = [*checkout.commands["check"]["args"].split(), "--json"]

    done = checkout.terminal.run(*arguments)

    assert done.exit_code == 1
    assert "meltano invoke tap-entra:check-json" in done.errors
    assert checkout.terminal.sandbox.requests == []


def test_each_command_is_there(checkout: Checkout) -> None:
    assert checkout.commands.keys() == {"connect", "status", "check", "check-json", "facts", "disconnect"}
    assert all(command["executable"] == "tap-entra-auth" for command in checkout.commands.values())
