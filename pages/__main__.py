"""`python -m pages` serves the pages until Ctrl-C."""

from __future__ import annotations

import sys

from pages.settings import Settings, SettingsError


def main() -> int:
    """Serve the pages; return an exit code."""
    try:
        settings = Settings.read()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    # Late, as it takes a second: a missing setting should show at once.
    from pages import app, state  # noqa: PLC0415

    served = app.make(state.begin(settings))
    print(f"The pages are on http://{settings.address}:{settings.port} (Ctrl-C stops them)", flush=True)
    served.run(config=app.config(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
