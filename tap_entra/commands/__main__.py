"""`python -m tap_entra.commands` is `tap-entra-auth`."""

import sys

from tap_entra.commands.main import main

sys.exit(main())
