"""The wheel, installed as users do it, does what the checkout does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.environments import environment
from tests.packaging.building import ROOT, UV
from tests.packaging.conftest import uv_pip
from tests.packaging.installed import InstalledTap, assert_all_rows_arrived

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox import Sandbox
    from tests.packaging.conftest import Distribution

pytestmark = [pytest.mark.slow, pytest.mark.e2e]


def pip(wheel: Path, constraints: Path, folder: Path) -> Path:
    """`pip install` into a new virtual environment."""
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    command: list[str | Path] = [
        folder / "venv/bin/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    subprocess.run([*command, "--constraint", constraints, wheel], check=True)
    return folder / "venv/bin"


def uv_tool(wheel: Path, constraints: Path, folder: Path) -> Path:
    """`uv tool install`."""
    places = {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    command: list[str | Path] = [
        UV,
        "tool",
        "install",
        "--quiet",
        "--python",
        sys.executable,
        "--constraints",
        constraints,
        wheel,
    ]
    subprocess.run(command, check=True, env={**os.environ, **places})
    return folder / "bin"


def pipx(wheel: Path, constraints: Path, folder: Path) -> Path:
    """`pipx install`."""
    places = {
        "PIPX_HOME": str(folder / "pipx"),
        "PIPX_BIN_DIR": str(folder / "bin"),
        "PIP_CONSTRAINT": str(constraints),
    }
    program = environment("release", ROOT / "requirements-release.lock") / "pipx"
    command: list[str | Path] = [program, "install", "--quiet", wheel]
    subprocess.run([*command, "--backend=pip", "--python", sys.executable], check=True, env={**os.environ, **places})
    return folder / "bin"


@pytest.fixture(scope="module", params=[pip, uv_tool, pipx], ids=lambda install: install.__name__)
def installed(
    request: pytest.FixtureRequest,
    distribution: Distribution,
    constraints: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> InstalledTap:
    install: Callable[[Path, Path, Path], Path] = request.param
    folder = tmp_path_factory.mktemp(install.__name__)
    return InstalledTap(install(distribution.wheel, constraints, folder), folder)


def test_both_commands_start(installed: InstalledTap, distribution: Distribution) -> None:
    version = distribution.wheel.name.split("-")[1]

    assert f"tap-entra v{version}," in installed.output("tap-entra", "--version")
    for command in ("connect", "status", "check", "disconnect"):
        assert command in installed.output("tap-entra-auth", "--help")
        assert "--config" in installed.output("tap-entra-auth", command, "--help")


def test_all_streams_are_read(installed: InstalledTap, new_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = new_sandbox(users=60, sign_ins=900)

    assert_all_rows_arrived(installed.run(sandbox), sandbox)


def test_type_checkers_see_the_annotations(distribution: Distribution, constraints: Path, tmp_path: Path) -> None:
    python = uv_pip(distribution.wheel, constraints, tmp_path) / "python"
    (tmp_path / "user.py").write_text("from tap_entra.tap import TapEntra\nreveal_type(TapEntra.run_id)\n")
    mypy: list[str | Path] = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache"]
    mypy += ["--python-executable", python]

    done = subprocess.run([*mypy, "user.py"], cwd=tmp_path, check=False, capture_output=True, text=True)

    assert re.search(r"TapEntra\) -> (builtins\.)?str", done.stdout), done.stdout


# The output of --about: hub listings and plug-in definitions are made from it


@pytest.fixture(scope="module")
def about(installed: InstalledTap) -> dict[str, Any]:
    return installed.about()


@pytest.fixture(scope="module")
def settings(about: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return dict(about["settings"]["properties"])


def test_about_names_the_tap_and_its_pythons(about: dict[str, Any]) -> None:
    assert about["name"] == "tap-entra"
    assert about["description"]
    assert about["supported_python_versions"] == ["3.10", "3.11", "3.12", "3.13", "3.14"]


def test_about_describes_every_setting(settings: dict[str, dict[str, Any]]) -> None:
    assert "tenant_id" in settings
    for name, setting in settings.items():
        assert setting.get("title"), name
        assert setting.get("description"), name
        assert setting.get("type"), name


def test_about_marks_every_secret_and_nothing_else(settings: dict[str, dict[str, Any]]) -> None:
    secrets = {name for name, setting in settings.items() if setting.get("secret")}

    assert secrets == {"refresh_token", "client_secret", "certificate_password", "storage_url"}


def test_about_gives_defaults_that_the_allowed_values_hold(settings: dict[str, dict[str, Any]]) -> None:
    limited = {name: setting for name, setting in settings.items() if "enum" in setting}

    assert {"auth_flow", "cloud", "photo_size"} <= limited.keys()
    for setting in limited.values():
        assert setting["default"] in setting["enum"]
    assert {"log_overlap_minutes", "reconcile_days"} <= {
        name for name, setting in settings.items() if "default" in setting
    }
