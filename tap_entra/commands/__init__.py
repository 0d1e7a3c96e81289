"""The command `tap-entra-auth`: signing in, and knowing what is missing before the run."""

from tap_entra.commands.main import main

__all__ = ["main"]
