"""`python -m pages` serves the pages until Ctrl-C; `python -m pages grants` prints the SQL for a read-only role."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pages.grants import grants
from pages.settings import DUCKDB, Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m pages", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="serve | grants")
    commands.add_parser("serve", help="serve the pages until Ctrl-C (default)")
    role = commands.add_parser("grants", help="print the SQL that makes a role which can read the views alone")
    role.add_argument("role", nargs="?", default="entra_pages", help="name of the role (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        settings = Settings.read()
        if options.command == "grants":
            print(_grants(settings, options.role), end="")
            return 0
    except (SettingsError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    _serve(settings)
    return 0


def _grants(settings: Settings, role: str) -> str:
    if settings.database.startswith(DUCKDB):
        raise SettingsError("A DuckDB file has no roles. The rights of the file decide who reads it.")
    return grants(role, settings.schema)


def _serve(settings: Settings) -> None:
    # Late, as it takes a second: a missing setting should show at once.
    from pages import app, state  # noqa: PLC0415

    served = app.make(state.begin(settings))
    url = settings.sign_in.url if settings.sign_in else f"http://{settings.address}:{settings.port}"
    print(f"The pages are on {url} (Ctrl-C stops them)", flush=True)
    served.run(config=app.config(settings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
