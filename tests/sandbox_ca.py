"""Trusting the sandbox, quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox

_BEGIN = "-----BEGIN CERTIFICATE-----"


def throwaway_authority(sandbox: Sandbox, folder: Path) -> Path:
    """A bundle with the sandbox's authority alone: the usual ones take a tenth of a second a session to load."""
    path = folder / "authority.pem"
    path.write_text(_BEGIN + sandbox.ca_bundle.read_text().rpartition(_BEGIN)[2])
    return path
