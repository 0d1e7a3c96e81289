"""`python -m notify send` sends what is new to each address; `preview` prints it; `test` sends "it works".

`say TITLE` sends standard input, for what only a scheduler knows, such as the tenants whose runs failed.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from notify import sending
from notify.memory import WarehouseError, opened
from notify.messages import MAX_LENGTH, Wishes, due, ended
from notify.settings import Settings
from pages import connection
from pages.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from notify.memory import Memory

_SENT, _FAILED, _UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0, 1 if an address or the warehouse failed, 2 if a setting is wrong."""
    parser = argparse.ArgumentParser(prog="python -m notify", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("send", "test", "preview"):
        commands.add_parser(name)
    commands.add_parser("say").add_argument("title")
    options = parser.parse_args(arguments)
    command = options.command
    sending.silence()
    try:
        settings = Settings.read()
    except SettingsError as error:
        return _say(str(error), _UNUSABLE)
    unknown = [n for n, address in enumerate(settings.addresses, 1) if not sending.is_known(address)]
    if unknown:
        return _say(f"Apprise does not know address {unknown[0]} of ENTRA_NOTIFY_URLS. See docs/notify.md.", _UNUSABLE)
    if command == "test":
        return _deliver_test(settings)
    if command == "say":
        return _say_to_all(settings, options.title, sys.stdin.read()[:MAX_LENGTH])
    return _send(settings, is_preview=command == "preview")


def _deliver_test(settings: Settings) -> int:
    failed = _FAILED if (problem := sending.ping(settings.ping_url)) else _SENT
    if problem:
        _say(f"The ping failed: {problem}.", _FAILED)
    for number, address in enumerate(settings.addresses, 1):
        is_sent = sending.send(address, "tap-entra: it works", "This address gets the messages of tap-entra.")
        _say(f"Address {number}: {'accepted' if is_sent else 'not accepted'}.", _SENT)
        failed = failed if is_sent else _FAILED
    return failed


def _say_to_all(settings: Settings, title: str, body: str) -> int:
    code = _SENT
    for number, address in enumerate(settings.addresses, 1):
        if not sending.send(address, title, body):
            code = _say(f"Address {number} has not accepted: {title}.", _FAILED)
    return code


def _send(settings: Settings, *, is_preview: bool) -> int:
    _ping(settings, "/start", is_preview)
    try:
        with opened(settings.database, settings.schema) as memory:
            code = _SENT if memory is None else _to_all(memory, settings, is_preview=is_preview)
            if memory is None:
                _say("Another process is sending; it sends what is new.", _SENT)
    except WarehouseError as error:
        code = _say(str(error), _FAILED)
    except BaseException:
        _ping(settings, "/fail", is_preview)
        raise
    _ping(settings, "/fail" if code else "", is_preview)
    return code


def _to_all(memory: Memory, settings: Settings, *, is_preview: bool) -> int:
    facts = memory.facts(_sign_in_problem())
    if facts is None:
        return _say("The views were never built, so there is nothing to send yet.", _SENT)
    wishes = Wishes(settings.pages_url, settings.weekday, settings.shows_names)
    code = _SENT
    for number, address in enumerate(settings.addresses, 1):
        told = memory.told(address)
        if not is_preview:
            memory.forget(address, ended(facts, told))
        for message in due(facts, told, wishes):
            if is_preview:
                print(f"To address {number}: {message.title}\n{message.body}\n")
            elif sending.send(address, message.title, message.body):
                memory.remember(address, message)
                _say(f"Address {number} has accepted: {message.title}.", _SENT)
            else:
                code = _say(f"Address {number} has not accepted: {message.title}. The next run tries again.", _FAILED)
                break  # the later ones rest on it
    return code


def _sign_in_problem() -> tuple[str, str] | None:
    """Return problem and action of the tap's sign-in, where the tap runs on this machine."""
    program = connection.command()
    status = connection.run(program, "status", "--json") if program else {}
    if not status.get("action_required"):
        return None
    return str(status.get("problem") or "it needs attention").rstrip("."), str(status.get("action") or "")


def _ping(settings: Settings, path: str, is_preview: bool) -> None:  # noqa: FBT001
    problem = None if is_preview else sending.ping(settings.ping_url, path)
    if problem:
        _say(f"The ping failed: {problem}.", _FAILED)


def _say(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
