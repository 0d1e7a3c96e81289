"""Remove a kept sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_entra.auth.cache import TokenCache
from tap_entra.auth.token_file import (
    DamagedError,
    corrupt_of,
    draft_of,
    expected_owner,
    forget,
    read,
    resolve_link,
    wrong_owner_error,
)

if TYPE_CHECKING:
    from tap_entra.auth.settings import Settings


def disconnect(settings: Settings) -> bool:
    """Remove the kept sign-in from this machine and return whether there was one. Sends nothing to Microsoft.

    Raises:
        ConfigError: The file keeps the sign-in of another app or tenant.
        SignInError: The file cannot be read or removed.
    """
    path = settings.token_cache_path
    target = resolve_link(path)
    if not any(file.exists() for file in (target, draft_of(target), corrupt_of(target))):
        return False
    try:
        found = read(path)
    except DamagedError:
        found = None
    owner = expected_owner(settings, found[0] if found else None)
    if found and found[0] != owner:
        raise wrong_owner_error(path, found[0], owner)
    with TokenCache(path, owner).locked():
        return forget(path)
