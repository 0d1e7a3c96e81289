"""What the image does, in a plain folder: the same scripts install it, start it and run it by the clock."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.environments import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox import Sandbox

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(600), pytest.mark.xdist_group("container")]

CONTAINER = ROOT / "container"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the Dockerfile installs in `home` and copies to `project`, without the large pages."""
    folder = tmp_path_factory.mktemp("image")
    environment = {**os.environ, "PARTS": "run dbt scheduler"}
    subprocess.run([CONTAINER / "install.sh", ROOT, folder / "home"], check=True, env=environment)
    for source, target in copied():
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy2
        (folder / "project").mkdir(exist_ok=True)
        copy(ROOT / source, folder / "project" / target)
    return folder


def copied() -> list[tuple[str, str]]:
    """What the Dockerfile copies from the checkout into the image that runs."""
    last_stage = (CONTAINER / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    return re.findall(r"^COPY (?!--from)(\S+) (\S+)$", last_stage, re.MULTILINE)


@pytest.fixture
def environment(image: Path, standing_sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("MELTANO_", "DBT_", "TAP_"))}
    return {
        **own,
        **standing_sandbox.environment(),
        "ENTRA_HOME": str(image / "home"),
        "ENTRA_STATE": str(tmp_path / "state"),
        "TAP_ENTRA_TOKEN_CACHE_PATH": str(tmp_path / "state/token-cache.json"),
        "DBT_TARGET_PATH": str(tmp_path / "dbt"),
        "DBT_LOG_PATH": str(tmp_path / "dbt"),
        "PYTHONDONTWRITEBYTECODE": "1",
        # A small run: what the views read of it is enough to see that each part works.
        "TAP_ENTRA__SELECT": json.dumps(["organization.*", "users.*", "stream_runs.*"]),
    }


def test_the_clock_starts_the_daily_run_which_writes_nowhere_but_to_its_volume(
    image: Path, environment: dict[str, str], standing_sandbox: Sandbox, tmp_path: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in files(image)}
    schedule = tmp_path / "schedule.yml"
    schedule.write_text((CONTAINER / "schedule.yml").read_text().replace('"0 3 * * *"', '"@reboot"'))

    said = until_the_job_ends(image, environment, schedule)

    assert "Job daily exit code 0" in said, said[-3000:]
    assert {path: path.stat().st_mtime_ns for path in files(image)} == before
    with standing_sandbox.postgres.connect() as connection:
        (people,) = connection.execute(
            "select count(*) from entra_views.employees where account_state != 'left'"
        ).fetchone() or (0,)
    assert people == len(standing_sandbox.tenant.directory["users"].live)
    # The check of the container's health: it is signed in, and keeps the sign-in in the volume.
    health = subprocess.run(
        [image / "project/container/start.sh", "tap-entra-auth", "status", "--json"],
        check=True, cwd=image / "project", env=environment, capture_output=True,
    )  # fmt: skip
    assert json.loads(health.stdout)["action_required"] is False


def test_a_tenant_of_a_list_runs_with_the_plugins_of_the_image(
    image: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    command: list[str | Path] = [image / "project/container/start.sh", "python", "-m", "tenants"]
    command += ["--file", ROOT / "tenants/tenants.example.yml", "run", "contoso", "--"]
    done = subprocess.run(
        [*command, "meltano", "invoke", "--no-install", "tap-entra", "--version"],
        check=False, cwd=image / "project", env=environment, capture_output=True, text=True,
    )  # fmt: skip

    assert "tap-entra v" in done.stdout, done.stderr[-3000:]
    # The tenant's own folder, with links to what the image has installed.
    assert (tmp_path / "state/tenants/contoso/meltano/extractors/tap-entra/venv").resolve() == image / "home/run"


def until_the_job_ends(image: Path, environment: dict[str, str], schedule: Path) -> str:
    """Start the scheduler as the image does, stop it when the daily job is over, and return what both said."""
    command: list[str | Path] = [
        image / "project/container/start.sh",
        image / "home/scheduler/bin/yacron",
        "-c",
        schedule,
    ]
    said = ""
    with subprocess.Popen(
        command, cwd=image / "project", env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            said += line
            if "Job daily exit code" in line:
                break
        process.terminate()
    return said


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def test_the_dockerfile_copies_what_there_is() -> None:
    assert [source for source, _ in copied() if not (ROOT / source).exists()] == []
    assert ("meltano.yml", "./") in copied()
