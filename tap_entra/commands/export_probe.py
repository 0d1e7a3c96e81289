"""Check what the sign-in may read of the diagnostic export: one blob of each container, and what is missing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tap_entra.storage import ROLE, BlobGoneError, BlobReplacedError, StorageError

if TYPE_CHECKING:
    from tap_entra.storage import BlobService

    #: The kind of what is missing, its names, and what to do about it.
    Lack = tuple[str, tuple[str, ...], str]

TRIES = 3
"""Retries per probe; low, because a person waits."""

#: Bytes that are read of a blob.
_BEGINNING = 1_000


def read_one_blob(service: BlobService, container: str, tenant: str | None) -> bool:
    """Read the beginning of the newest blob of a tenant in a container. Return whether there is one.

    Raises:
        StorageError: Refused.
    """
    blobs = [blob for blob in service.listing(container, tries=TRIES).blobs if blob.size and blob.place.is_of(tenant)]
    if not blobs:
        return False
    with suppress(BlobGoneError, BlobReplacedError):  # it was there a moment ago
        service.read(container, blobs[-1], 0, min(blobs[-1].size, _BEGINNING))
    return True


def lack_of(error: StorageError) -> Lack:
    """Return what a refusal says is missing."""
    if error.lacks_container:
        return "container", (error.container,), error.action
    if error.lacks_access:
        return "storage role", (ROLE,), error.action
    return "answer", (), f"{error}. {error.action}"


def no_blob(container: str) -> Lack:
    """Return what is missing if a container has no blob of the tenant."""
    action = (
        f"{container} has no blob of this tenant: check the diagnostic setting of Entra ID and `tenant_id`. The first "
        "rows take up to a day."
    )
    return "setting", (container,), action
