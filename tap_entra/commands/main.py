"""The command line of `tap-entra-auth`."""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import sys
import warnings
import webbrowser
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from tap_entra.auth import (
    ConfigError,
    Settings,
    SignInError,
    admin_consent_url,
    check_that_a_person_can,
    connect_by_device_code,
    connect_in_browser,
    disconnect,
    read_status,
)
from tap_entra.commands import render
from tap_entra.commands.check import check_streams, selected_streams, show, warning_about
from tap_entra.commands.facts import FACTS, LONGEST_WAIT_S, Known, ask_facts, delta_links
from tap_entra.commands.facts.report import FactsReport, facts_as_json
from tap_entra.commands.open import open_tap, read_object, write_json
from tap_entra.commands.permissions import needed_permissions, permission_lines
from tap_entra.commands.selection import open_selected_tap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_entra.tap import TapEntra

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Return exit code 0 if there is nothing to do, 1 if a person has to act."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="%(message)s", level=_log_level())
    try:
        return int(options.command(options))
    except SignInError as error:
        _complain(str(error))
        return 1
    except KeyboardInterrupt:
        _complain("Aborted. Nothing was changed.")
        return _INTERRUPTED


def _log_level() -> int:
    """Return the level of TAP_ENTRA_LOGLEVEL or LOGLEVEL, as the tap does, but WARNING by default."""
    name = os.environ.get("TAP_ENTRA_LOGLEVEL") or os.environ.get("LOGLEVEL", "")
    level = logging.getLevelName(name.upper())
    return level if isinstance(level, int) else logging.WARNING


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tap-entra-auth", description="Sign tap-entra in, and check what it may read."
    )
    commands = parser.add_subparsers(required=True, metavar="connect | status | check | facts | disconnect")
    connect = _command(commands, "connect", _connect, "sign a person in, keep the sign-in, and check it")
    how = connect.add_mutually_exclusive_group()
    how.add_argument(
        "--device-code", action="store_true", help="for machines without a browser: type a code on another one"
    )
    how.add_argument("--admin-consent", action="store_true", help="only show the page where an administrator consents")
    connect.add_argument(
        "--timeout", type=float, default=600, metavar="SECONDS", help="how long to wait for the person (default: 600)"
    )
    _add_catalog(connect, "which streams to ask permissions for, and to check afterwards")
    status = _command(commands, "status", _status, "show the stored sign-in (offline)")
    check = _command(commands, "check", _check, "request one row of each stream, and show what is missing")
    _add_catalog(check, "which streams to check")
    check.add_argument("beside_catalog", nargs="*", help=argparse.SUPPRESS)
    connect.add_argument("--json", action="store_true", help="with --device-code: a line of JSON for each step")
    for command in (status, check):
        command.add_argument("--json", action="store_true", help="print JSON, for scripts")
    facts = _command(commands, "facts", _facts, "compare Graph with what the tap assumes about it, in two minutes")
    facts.add_argument("--json", type=Path, metavar="FILE", help="also write a report without names, ids or values")
    facts.add_argument("--state", type=Path, metavar="FILE", help="state of an earlier run, to see what changed since")
    _command(commands, "disconnect", _disconnect, "remove the stored sign-in")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: object,
    text: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text.capitalize())
    command.set_defaults(command=run)
    command.add_argument(
        "--config",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="JSON file with settings; may be repeated. ENV: the variables TAP_ENTRA_… (default)",
    )
    return command


def _add_catalog(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument(
        "--catalog",
        type=Path,
        metavar="FILE",
        help=f"{what}, as a Singer catalog (default: the streams that are selected by default)",
    )


def _connect(options: argparse.Namespace) -> int:
    if options.json:
        return _connect_for_scripts(options)
    tap = open_selected_tap(options)
    settings = Settings.from_config(tap.config)
    needed = needed_permissions(selected_streams(tap))
    if options.admin_consent:
        url = admin_consent_url(settings, needed)
        _say_lines(permission_lines(needed, is_person=settings.auth_flow == "delegated"))
        _say(render.admin_consent(url))
        webbrowser.open(url)
        return 0
    check_that_a_person_can(settings)
    _say_lines(permission_lines(needed, is_person=True))
    # The standard library does not wait for the browser that it opens, and warns of that under Meltano.
    warnings.filterwarnings("ignore", "subprocess .* is still running", ResourceWarning)
    if options.device_code:
        connection = connect_by_device_code(settings, needed, lambda code: _say(code.message), options.timeout)
    else:
        connection = connect_in_browser(settings, needed, _say, options.timeout)
    _say_lines(render.connected(connection, settings))
    if _checked(tap):
        _complain(render.NOT_ALL)
    return 0


def _connect_for_scripts(options: argparse.Namespace) -> int:
    """Connect by device code and write each step as a line of JSON: code, signed_in, checked, or failed."""
    try:
        if not options.device_code:
            raise ConfigError("`--json` needs `--device-code`.", "Use `connect --device-code --json`.")
        tap = open_selected_tap(options)
        settings = Settings.from_config(tap.config)
        needed = needed_permissions(selected_streams(tap))
        check_that_a_person_can(settings)
        _say(json.dumps({"step": "permissions", "permissions": needed}))
        connection = connect_by_device_code(
            settings, needed, lambda code: _say(json.dumps({"step": "code", **asdict(code)})), options.timeout
        )
        _say(json.dumps({"step": "signed_in", **asdict(connection)}))
        try:
            findings = list(check_streams(tap, selected_streams(tap)))
        finally:
            tap.client.close()
    except SignInError as error:
        _say(json.dumps({"step": "failed", "problem": error.reason, "action": error.action}))
        return 1
    permissions = tap.sign_in.permissions
    _say(json.dumps({"step": "checked", **render.check_as_json(findings, permissions, warning_about(permissions))}))
    return 0


def _status(options: argparse.Namespace) -> int:
    try:
        settings = _settings(options)
    except ConfigError as error:
        if options.json:
            # A script needs an answer as well.
            _say(json.dumps({"action_required": True, "problem": error.reason, "action": error.action}, indent=2))
            return 1
        raise
    now = datetime.now(timezone.utc)
    status = read_status(settings, now)
    if options.json:
        _say(json.dumps(render.status_as_json(status, settings, now), indent=2))
    else:
        _say_lines(render.status(status, settings, now))
    return int(status.action_required)


def _check(options: argparse.Namespace) -> int:
    if options.beside_catalog:
        raise ConfigError(
            f"Meltano writes the catalog only for a command without {' '.join(options.beside_catalog)}.",
            "For JSON: `meltano invoke tap-entra:check-json`.",
        )
    tap = open_tap(options.config, read_object(options.catalog) if options.catalog else None)
    return _checked(tap, as_json=options.json)


def _checked(tap: TapEntra, *, as_json: bool = False) -> int:
    streams = selected_streams(tap)
    settings = Settings.from_config(tap.config)
    try:
        if as_json:
            findings = list(check_streams(tap, streams))
        else:
            tap.sign_in.token()
            _say(render.checking(read_status(settings, datetime.now(timezone.utc)), settings))
            findings = show(check_streams(tap, streams), streams, _say)
    finally:
        tap.client.close()
    warning = warning_about(tap.sign_in.permissions)
    if as_json:
        _say(json.dumps(render.check_as_json(findings, tap.sign_in.permissions, warning), indent=2))
    elif warning:
        _say(warning)
    return int(not all(finding.works for finding in findings))


def _facts(options: argparse.Namespace) -> int:
    tap = open_tap(options.config)
    state = read_object(options.state) if options.state else {}
    try:
        tap.sign_in.token()
        report = FactsReport(shutil.get_terminal_size().columns)
        _say(report.head(tap.cloud))
        client = tap.client
        client.retry_budget_s = LONGEST_WAIT_S
        known = Known(client.now(), delta_links(state, client))
        answers = ask_facts(client, FACTS, known, on_finding=lambda finding: _say(report.row(finding)))
    finally:
        tap.client.close()
    _say(report.foot(answers))
    if options.json:
        write_json(options.json, facts_as_json(answers, tap.cloud, tap.sign_in.permissions))
        _say(f"{options.json} has the same without names, ids or values: attach it to a bug report.")
    return _INTERRUPTED if answers.was_stopped else int(answers.has_seen_nothing)


def _disconnect(options: argparse.Namespace) -> int:
    settings = _settings(options)
    was_there = disconnect(settings)
    _say_lines(render.disconnected(settings, was_there=was_there))
    return 0


def _settings(options: argparse.Namespace) -> Settings:
    return Settings.from_config(open_tap(options.config).config)


def _say(text: str) -> None:
    # Flushed, because a person waits for it, perhaps behind a pipe.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _say_lines(lines: Sequence[str]) -> None:
    for line in lines:
        _say(line)


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
