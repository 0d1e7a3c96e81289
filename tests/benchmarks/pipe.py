"""Figure 7: the whole pipe, through Meltano into PostgreSQL with the settings that are shipped."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sandbox import Sandbox
from tap_entra.graph import odata
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import ROOT, Ran, run, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGN_INS = 40_000
GOAL = 2_000
#: What Microsoft can deliver: five pages of a thousand in ten seconds.
MICROSOFT = 500

_TAP = f"""#!/bin/sh
PYTHONPATH={ROOT} exec {sys.executable} -m tests.no_waits --limits-only "$@"
"""


def measure(_recorded: Path) -> Iterator[Figure]:
    """A run of everything, one of nothing, and the two ends of the pipe by themselves."""
    with Sandbox(users=300, sign_ins=SIGN_INS, postgres=True) as sandbox, tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        loader = _make_project(project)
        whole = _meltano(sandbox, project)
        rows, empty = _count(sandbox), _meltano(sandbox, project, start=sandbox.tenant.now() - timedelta(minutes=1))
        messages = project / "messages"
        tap = run_tap(
            "sign_ins", environment=sandbox.environment(), settings=sandbox.settings, time_scale=0, output=messages
        )
        load = _load(sandbox, project, loader, messages)
    net_s = whole.wall_s - empty.wall_s
    speed = rows / net_s
    yield Figure(
        "The pipe: `meltano run` into PostgreSQL",
        f"{speed:,.0f} sign-ins/s",
        f"{MICROSOFT:,} sign-ins/s, the most that Microsoft delivers",
        f"{speed / MICROSOFT:.1f}",
        f"at least {GOAL:,} sign-ins/s",
        speed >= GOAL,
        f"{rows:,} rows in {whole.wall_s:.0f} s, of which {empty.wall_s:.0f} s are the start of Meltano, tap, loader "
        f"and not counted. The loader alone, from a file: {rows / load.wall_s:,.0f} rows/s, all on one core "
        f"({load.cpu_s:.0f} s of CPU in {load.wall_s:.0f} s); the tap alone, from a sandbox that makes up each row: "
        f"{rows / tap.wall_s:,.0f} rows/s with {tap.cpu_s:.1f} s of CPU. What the tap needs "
        "runs beside the loader: the loader is what the pipe waits for.",
    )


def _make_project(folder: Path) -> dict[str, Any]:
    """The shipped project with what is installed here, not what Meltano would install; the loader's settings."""
    shipped = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
    tap = folder / "tap-entra"
    tap.write_text(_TAP, encoding="utf-8")
    tap.chmod(0o755)
    executables = {"tap-entra": tap, "target-postgres": Path(sys.executable).with_name("target-postgres")}
    for plugins in shipped["plugins"].values():
        plugins[:] = [plugin for plugin in plugins if plugin["name"] in executables]
        for plugin in plugins:
            plugin.pop("pip_url")
            plugin["executable"] = str(executables[plugin["name"]])
    (folder / "meltano.yml").write_text(yaml.safe_dump(shipped), encoding="utf-8")
    (loader,) = shipped["plugins"]["loaders"]
    return {setting["name"]: setting["value"] for setting in loader["settings"] if "value" in setting}


def _meltano(sandbox: Sandbox, project: Path, **dates: Any) -> Ran:
    environment = {**sandbox.environment(), "TAP_ENTRA__SELECT": '["sign_ins.*"]', "MELTANO_PROJECT_ROOT": str(project)}
    if dates:
        environment["TAP_ENTRA_START_DATE"] = odata.instant(dates["start"])
        environment["TAP_ENTRA_LOG_OVERLAP_MINUTES"] = "0"
    return run(
        Path(sys.executable).with_name("meltano"), "run", "tap-entra", "target-postgres", environment=environment
    )


def _count(sandbox: Sandbox) -> int:
    with sandbox.postgres.connect() as connection:
        (count,) = connection.execute("select count(*) from entra.sign_ins").fetchone() or (0,)
    return int(count)


def _load(sandbox: Sandbox, project: Path, settings: dict[str, Any], messages: Path) -> Ran:
    config = project / "loader.json"
    config.write_text(
        json.dumps({**settings, "default_target_schema": "alone", "sqlalchemy_url": sandbox.postgres.url})
    )
    loader = Path(sys.executable).with_name("target-postgres")
    return run(loader, "--config", config, source=messages, environment=dict(os.environ))
