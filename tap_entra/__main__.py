"""The command `tap-entra`: the Singer interface, with errors told in sentences."""

from __future__ import annotations

import os
import sys

from tap_entra.auth import SignInError
from tap_entra.graph import GraphError
from tap_entra.inputs import InputError
from tap_entra.singer import BatchError, MapError
from tap_entra.tap import LoaderGoneError, TapEntra


def main() -> None:
    """Run the tap; exit 0 when all is well, 1 when a person should look, 128 + n after signal n."""
    try:
        TapEntra.cli()
    except (SignInError, GraphError, InputError, MapError, BatchError) as error:
        _end(str(error))
    except LoaderGoneError:
        # The interpreter flushes at exit, and would tell of the same pipe again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _end(
            "The loader went away before all rows were written; see its messages. The next run goes on from its state."
        )


def _end(message: str) -> None:
    TapEntra.logger.error("%s", message)
    sys.exit(1)


if __name__ == "__main__":
    main()
