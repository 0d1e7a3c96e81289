"""The command `tap-entra` without its waits: neither for Microsoft's limits, nor before it asks again.

With `--limits-only` as the first argument it still waits before it asks again, as a benchmark of the pipe wants it.
"""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_entra.graph.pacing import Pacer
from tap_entra.tap import TapEntra
from tests.warehouse import TapWithoutWaits

if TYPE_CHECKING:
    from tap_entra.graph import GraphClient

LIMITS_ONLY = "--limits-only"


class TapWithoutLimits(TapEntra):
    """The tap, except that it keeps to none of Microsoft's limits."""

    @cached_property
    @override
    def client(self) -> GraphClient:
        client = super().client
        pacing = client._pacing
        pacing.directory, pacing.reports = Pacer(), Pacer()
        pacing.sign_in_activity, pacing.certificates, pacing.protection = Pacer(), Pacer(), Pacer()
        return client


if __name__ == "__main__":
    if sys.argv[1:2] == [LIMITS_ONLY]:
        del sys.argv[1]
        TapWithoutLimits.cli()
    else:
        TapWithoutWaits.cli()
