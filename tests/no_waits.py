"""The command `tap-entra`, except that it waits for nothing: neither for Microsoft's limits nor to be told again."""

from __future__ import annotations

from tests.warehouse import TapWithoutWaits

TapWithoutWaits.cli()
