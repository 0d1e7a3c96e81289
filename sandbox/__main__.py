"""`python -m sandbox run -- COMMAND …`, `python -m sandbox serve` and `python -m sandbox demo`."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sandbox.demo import WAREHOUSES, demo
from sandbox.faults import FAULTS
from sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType


class _Terminated(Exception):  # noqa: N818 - a SIGTERM, no error
    """A SIGTERM asks this process to end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: of `run`, the command's own."""
    options = _parser().parse_args(arguments)
    if options.action == "run" and not options.command:
        _parser().error("run needs a command: python -m sandbox run -- COMMAND …")
    signal.signal(signal.SIGTERM, _terminate)
    # A shell starts what it runs in the background deaf to Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if options.action == "demo":
            return demo(options.state_dir / "demo", options.users, options.sign_ins, options.seed, options.warehouse)
        with _sandbox(options) as sandbox:
            if options.action == "run":
                return _run(sandbox, options.command)
            _serve(sandbox)
    except KeyboardInterrupt:  # how `serve` is meant to end
        return 0 if options.action == "serve" else 128 + signal.SIGINT
    except _Terminated:
        return 128 + signal.SIGTERM
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="An imitation of Microsoft Graph and its sign-in service, and a PostgreSQL, on this machine only.",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="run | serve | demo")
    run = actions.add_parser("run", help="start, run a command with an environment that points at it, stop")
    serve = actions.add_parser("serve", help="start, print the settings, go on until Ctrl-C")
    for action in (run, serve):
        _add_options(action)
    daily = actions.add_parser("demo", help="do the daily work twice, a day apart, and print what the warehouse holds")
    _add_tenant_options(daily)
    daily.add_argument(
        "--warehouse", choices=WAREHOUSES, default="postgres", help="where it goes (default: %(default)s)"
    )
    run.add_argument("command", nargs="*", metavar="-- COMMAND", help="what to run, with its arguments")
    return parser


def _add_tenant_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--users", type=int, default=200, help="accounts in the tenant (default: %(default)s)")
    add("--sign-ins", type=int, default=3_000, help="interactive sign-ins in 30 days (default: %(default)s)")
    add("--seed", type=int, default=1, help="another number, another company (default: %(default)s)")
    add(
        "--state-dir",
        type=Path,
        default=Path(".sandbox"),
        help="where PostgreSQL keeps its data (default: %(default)s)",
    )


def _add_options(parser: argparse.ArgumentParser) -> None:
    _add_tenant_options(parser)
    add = parser.add_argument
    add("--days-behind", type=int, default=0, help="start the tenant's clock that many days ago (default: now)")
    add("--planted", action="store_true", help="hide cases in the tenant for insights to find")
    add("--obscure", action="store_true", help="let the company use invented software, which no public list knows")
    add("--latency", type=float, default=0.0, metavar="SECONDS", help="how long each answer takes")
    add("--limits", action="store_true", help="throttle at the limits that Microsoft documents")
    add("--time-scale", type=float, default=1.0, help="factor by which the windows of the limits pass faster")
    add(
        "--fault",
        action="append",
        default=[],
        type=_fault,
        metavar="NAME=RATE",
        help=f"let a share of all requests fail; NAME is one of: {', '.join(FAULTS)}",
    )
    add("--graph-port", type=int, default=0, help="default: any free one")
    add("--login-port", type=int, default=0, help="default: any free one")
    add("--no-postgres", action="store_true", help="do not start a PostgreSQL")


def _fault(text: str) -> tuple[str, float]:
    name, _, rate = text.partition("=")
    if name not in FAULTS:
        raise argparse.ArgumentTypeError(f"there is no fault '{name}'; there are {', '.join(FAULTS)}")
    try:
        return name, float(rate)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{rate}' is not a rate; for a tenth of all requests, write {name}=0.1"
        ) from None


def _sandbox(options: argparse.Namespace) -> Sandbox:
    sandbox = Sandbox(
        options.users,
        options.sign_ins,
        options.seed,
        starts=datetime.now(timezone.utc) - timedelta(days=options.days_behind),
        postgres=not options.no_postgres,
        state_dir=options.state_dir,
        planted=options.planted,
        obscure=options.obscure,
        graph_port=options.graph_port,
        login_port=options.login_port,
    )
    sandbox.faults.latency_s = options.latency
    sandbox.faults.limits.enabled = options.limits
    sandbox.faults.limits.time_scale = options.time_scale
    for name, rate in options.fault:
        sandbox.faults.often(name, rate)
    return sandbox


def _run(sandbox: Sandbox, command: list[str]) -> int:
    started: list[subprocess.Popen[bytes]] = []
    asked = threading.Event()

    # A handler that raises could do so while Popen is at work, and the command would stay behind.
    def end(_number: int, _frame: FrameType | None) -> None:
        asked.set()
        for process in started:
            process.terminate()

    signal.signal(signal.SIGTERM, end)
    try:
        started.append(subprocess.Popen(command, env={**os.environ, **sandbox.environment()}))  # noqa: S603 - the user's
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    if asked.is_set():
        started[0].terminate()
    try:
        code = started[0].wait()
    except KeyboardInterrupt:  # a terminal's Ctrl-C has reached the command too
        code = started[0].wait()
    return code if code >= 0 else 128 - code


def _serve(sandbox: Sandbox) -> None:
    for name, value in sandbox.environment().items():
        print(f"export {name}={shlex.quote(value)}")
    print(msgspec.json.encode(sandbox.settings).decode(), flush=True)
    days = f"curl --cacert {sandbox.ca_bundle} -X POST '{sandbox.graph_url}/sandbox/days?count=1'"
    print(f"Serving until Ctrl-C. To let a day pass: {days}", file=sys.stderr)
    threading.Event().wait()


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise _Terminated


if __name__ == "__main__":
    sys.exit(main())
