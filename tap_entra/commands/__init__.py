"""The command `tap-entra-auth`: sign in, and check what is missing before a run."""

from tap_entra.commands.main import main

__all__ = ["main"]
