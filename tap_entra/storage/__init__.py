"""Azure Storage as a protocol: the blobs of Microsoft's diagnostic export. It knows neither Singer nor MSAL."""

from tap_entra.storage.address import StorageAddress
from tap_entra.storage.blobs import Blob, Listing
from tap_entra.storage.errors import ROLE, BlobGoneError, BlobReplacedError, StorageError
from tap_entra.storage.service import BlobService

__all__ = [
    "ROLE",
    "Blob",
    "BlobGoneError",
    "BlobReplacedError",
    "BlobService",
    "Listing",
    "StorageAddress",
    "StorageError",
]
