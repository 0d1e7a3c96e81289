"""The tenants of tenants.yml: check the list, and run one tenant. docs/tenants.md has recipes."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from tenants import kubernetes, running, sync_status
from tenants.file import FileError, Tenants, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenants.tenant import Tenant

_DAILY = ("meltano", "run", "--no-install", "daily")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return an exit code: 2 if the list is wrong."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.act(read(options.file), options))
    except FileError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tenants", description=__doc__)
    parser.add_argument("--file", type=Path, default=Path(os.environ.get("ENTRA_TENANTS_FILE") or "tenants.yml"))
    parser.add_argument("--folder", type=Path, default=_folder(), help="what outlives runs: sign-ins, locks, state")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("check", help="check the list").set_defaults(act=_check)
    names = actions.add_parser("list", help="print the ids, one per line")
    names.add_argument("--schedule", help="only those with this schedule")
    names.add_argument("--json", action="store_true", help="all that is known of each, as JSON")
    names.set_defaults(act=_list)
    variables = actions.add_parser("env", help="print a tenant's variables, for `eval` of a shell")
    variables.add_argument("id")
    variables.set_defaults(act=_env)
    run = actions.add_parser("run", help="run the daily job, or another command, for one tenant")
    run.add_argument("id")
    run.add_argument("command", nargs="*", metavar="-- COMMAND", help=f"default: {' '.join(_DAILY)}")
    run.set_defaults(act=_run)
    indexed = actions.add_parser("run-indexed", help="the same for one of the tenants with a schedule, by its number")
    indexed.add_argument("schedule")
    indexed.add_argument("command", nargs="*", metavar="-- COMMAND")
    indexed.add_argument("--index", type=int, default=os.environ.get("JOB_COMPLETION_INDEX"), help="from 0")
    indexed.set_defaults(act=_run_indexed)
    crontab = actions.add_parser("crontab", help="print the lines for cron")
    crontab.set_defaults(act=_crontab)
    status = actions.add_parser("sync-status", help="print SQL: one sync_status over all tenants")
    status.set_defaults(act=_sync_status)
    manifests = actions.add_parser("kubernetes", help="print manifests: a CronJob for each schedule")
    manifests.add_argument("--image", required=True)
    manifests.set_defaults(act=_kubernetes)
    return parser


def _folder() -> Path:
    if state := os.environ.get("ENTRA_STATE"):
        return Path(state) / "tenants"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "tap-entra/tenants"


def _check(tenants: Tenants, _options: argparse.Namespace) -> int:
    print(f"{len(tenants.all)} tenants, {len(tenants.schedules)} schedules, {tenants.at_once} at once.")
    return 0


def _list(tenants: Tenants, options: argparse.Namespace) -> int:
    chosen = tenants.due(options.schedule) if options.schedule else tenants.all
    if options.json:
        print(json.dumps([vars(tenant) for tenant in chosen]))
    else:
        print(*(tenant.id for tenant in chosen), sep="\n")
    return 0


def _env(tenants: Tenants, options: argparse.Namespace) -> int:
    variables = tenants.one(options.id).environment((options.folder / options.id).resolve())
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _run(tenants: Tenants, options: argparse.Namespace) -> int:
    return _become(tenants.one(options.id), tenants, options)


def _run_indexed(tenants: Tenants, options: argparse.Namespace) -> int:
    due = tenants.due(options.schedule)
    if options.index is None or not 0 <= options.index < len(due):
        raise FileError(f"{len(due)} tenants have the schedule {options.schedule!r}, and the index is {options.index}.")
    return _become(due[options.index], tenants, options)


def _become(tenant: Tenant, tenants: Tenants, options: argparse.Namespace) -> int:
    command = options.command or _DAILY
    try:
        running.run(tenant, command, options.folder, tenants.at_once)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127


def _crontab(tenants: Tenants, options: argparse.Namespace) -> int:
    here, python = shlex.quote(str(Path.cwd())), shlex.quote(sys.executable)
    file = shlex.quote(str(options.file.resolve()))
    folder = shlex.quote(str(options.folder.resolve()))
    print("CRON_TZ=UTC")
    for tenant in tenants.all:
        log = shlex.quote(str(options.folder.resolve() / f"{tenant.id}.log"))
        command = f"cd {here} && {python} -m tenants --file {file} --folder {folder} run {tenant.id}"
        # In cron, % ends a line.
        print(f"{tenant.schedule} {command} >>{log} 2>&1".replace("%", "\\%"))
    return 0


def _sync_status(tenants: Tenants, _options: argparse.Namespace) -> int:
    print(sync_status.statements(tenants.all), end="")
    return 0


def _kubernetes(tenants: Tenants, options: argparse.Namespace) -> int:
    documents = kubernetes.manifests(tenants, options.file.read_text(encoding="utf-8"), options.image)
    print(yaml.safe_dump_all(documents, sort_keys=False), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
