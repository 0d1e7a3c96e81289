"""The command `tap-entra-auth`, except that it keeps to no limit on logs and reports, as the sandbox has none."""

from __future__ import annotations

import sys

from tap_entra.commands import main
from tap_entra.graph import pacing

if __name__ == "__main__":
    pacing._shared = lambda *_: pacing.Pacer()
    sys.exit(main())
