"""Lists blobs and reads ranges of them: the only file that uses Microsoft's client library."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timezone
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from tap_entra.auth import ConfigError, SignInError
from tap_entra.graph import backoff_s, http_date, retry_after_s
from tap_entra.storage.blobs import Blob, Listing, Place
from tap_entra.storage.errors import BlobGoneError, BlobReplacedError, NoTokenError, OtherContainerError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_entra.graph import Credential
    from tap_entra.storage.address import StorageAddress

logger = logging.getLogger(__name__)

#: Timeouts of one request. A range of some megabytes takes seconds.
_CONNECT_S, _READ_S = 20, 60
#: The library asks for a token again in its last five minutes: so for each request. The sign-in keeps the token.
_TOKEN_S = 240
#: Larger than any range that is read, so that the library sends one request for it.
_MOST_BYTES = 64 * 1024 * 1024


class Runtime(Protocol):
    """What the service uses of the run: its waits and its counters."""

    retry_budget_s: float

    def pause(self, wait_s: float) -> None:
        """Wait before the next try.

        Raises:
            StoppedError: The run was asked to stop.
        """

    def count(self, requests: int = 0, throttled: int = 0, waited_s: float = 0.0) -> None:
        """Count what a request costs."""


class _Token(NamedTuple):
    """A token in the form that the library takes."""

    token: str
    expires_on: int


class _Tokens:
    """Gives the library the tokens of the sign-in."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential

    def get_token(self, *scopes: str, **options: Any) -> _Token:
        del scopes, options
        return _Token(self._credential.token(), int(time.time()) + _TOKEN_S)


class BlobService:
    """Reads the blobs of one storage account. Safe to use from several threads.

    Args:
        address: The account, or a container of it.
        credential: Gives tokens for Azure Storage. Not used if the address has a SAS.
        runtime: Waits and counts.

    Raises:
        ConfigError: Microsoft's client library is not installed.
    """

    def __init__(self, address: StorageAddress, credential: Credential, runtime: Runtime) -> None:
        self.address = address
        self._credential = credential
        self._runtime = runtime
        try:
            from azure.core import MatchConditions  # noqa: PLC0415 - an optional package, and slow to import
            from azure.core.credentials import AzureSasCredential  # noqa: PLC0415
            from azure.core.exceptions import AzureError  # noqa: PLC0415
            from azure.storage.blob import BlobServiceClient  # noqa: PLC0415
        except ImportError:
            raise ConfigError(
                "`log_source` is storage, but the package azure-storage-blob is not installed.",
                "Install the tap with its extra: tap-entra[storage].",
            ) from None
        # It logs each request at INFO.
        logging.getLogger("azure").setLevel(logging.WARNING)
        self._if_unchanged = MatchConditions.IfNotModified
        self._problems = (AzureError, OSError)
        self._client = BlobServiceClient(
            address.account_url,
            credential=cast("Any", AzureSasCredential(address.sas) if address.sas else _Tokens(credential)),
            retry_total=0,  # `_persist` tries again, and stops when the run is asked to
            connection_timeout=_CONNECT_S,
            read_timeout=_READ_S,
            max_single_get_size=_MOST_BYTES,
        )

    def listing(self, container: str, *, tries: int | None = None) -> Listing:
        """Return the blobs of the export in a container.

        Args:
            tries: Give up after this number; default: when the retry budget is spent.

        Raises:
            StorageError: Refused, or no usable answer within the retry budget.
        """
        if self.address.container not in {None, container}:
            raise OtherContainerError(container)
        answered: list[datetime] = []

        def ask() -> list[Blob]:
            answered.clear()
            found = self._client.get_container_client(container).list_blobs(
                raw_response_hook=lambda response: answered.extend(_dates(response))
            )
            return [blob for one in found if (blob := _blob(one))]

        blobs = self._persist(container, ask, tries)
        # A proxy may remove the time. Then the newest change is all that is known of Azure's clock.
        newest = max((blob.modified for blob in blobs), default=datetime.now(timezone.utc).replace(microsecond=0))
        return Listing(min(answered, default=newest), sorted(blobs, key=lambda blob: blob.place))

    def read(self, container: str, blob: Blob, start: int, length: int) -> bytes:
        """Return a range of a blob that holds it.

        A blob that has grown since it was listed is the same up to there, so its new ETag is taken.

        Raises:
            BlobGoneError: It is not there any more.
            BlobReplacedError: It is another one, or shorter.
            StorageError: Refused, or no usable answer within the retry budget.
        """
        try:
            return self._range(
                container, blob, start, length, {"etag": blob.etag, "match_condition": self._if_unchanged}
            )
        except StorageError as error:
            if error.status != HTTPStatus.PRECONDITION_FAILED:
                raise
        return self._range(container, blob, start, length, {})

    def _range(self, container: str, blob: Blob, start: int, length: int, condition: dict[str, Any]) -> bytes:
        client = self._client.get_blob_client(container, blob.name)

        def ask() -> bytes:
            answer = client.download_blob(offset=start, length=length, max_concurrency=1, **condition)
            if answer.properties.creation_time != blob.created:
                raise BlobReplacedError
            content = bytes(answer.readall())
            if len(content) != length:
                raise OSError("a part of the range")
            blob.etag = _quoted(answer.properties.etag)
            return content

        try:
            found: bytes = self._persist(container, ask)
        except StorageError as error:
            if error.has_code("blobnotfound"):
                raise BlobGoneError from None
            if error.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise BlobReplacedError from None
            raise
        return found

    def _renew(self, container: str) -> None:
        try:
            self._credential.renew(None)
        except SignInError as reason:
            raise NoTokenError(container, reason) from None

    def _persist(self, container: str, ask: Callable[[], Any], tries: int | None = None) -> Any:
        """Ask until there is an answer.

        Raises:
            StorageError: Refused, or no usable answer within the retry budget.
            StoppedError: The run was asked to stop.
        """
        began, waited_s, tried, renewed = time.monotonic(), 0.0, 0, False
        while True:
            tried += 1
            self._runtime.count(requests=1)
            try:
                return ask()
            except SignInError as reason:
                raise NoTokenError(container, reason) from None
            except self._problems as problem:
                error = _error(container, problem)
                told = retry_after_s(_header(problem, "Retry-After"), _header(problem, "Date"))
            if error.is_unauthenticated and not renewed and not self.address.sas:
                renewed = True
                self._renew(container)
                continue
            if not error.is_transient or tried == tries:
                raise error
            wait_s = told or backoff_s(tried)
            waited_s += wait_s
            if max(time.monotonic() - began + wait_s, waited_s) > self._runtime.retry_budget_s:
                raise error
            logger.info("%s; trying again in %.1f s (try %d)", error, wait_s, tried + 1)
            self._runtime.pause(wait_s)


def _blob(listed: Any) -> Blob | None:
    place = Place.read(listed.name)
    if place is None:
        return None
    return Blob(
        name=listed.name,
        place=place,
        size=int(listed.size),
        etag=_quoted(listed.etag),
        created=listed.creation_time,
        modified=listed.last_modified,
        grows=str(getattr(listed.blob_type, "value", listed.blob_type)) == "AppendBlob",
    )


def _quoted(etag: str) -> str:
    # Lists have it without the quotation marks that the header If-Match asks for.
    return etag if etag.startswith('"') else f'"{etag}"'


def _dates(response: Any) -> list[datetime]:
    """Return the time of an answer by the clock of Azure; none if it has no time."""
    date = http_date(response.http_response.headers.get("Date"))
    return [date] if date else []


def _error(container: str, problem: Exception) -> StorageError:
    status = getattr(problem, "status_code", None) or 0
    if status < HTTPStatus.BAD_REQUEST:  # the answer did not come whole
        return StorageError(container, 0, type(problem).__name__)
    code, request_id = getattr(problem, "error_code", None), _header(problem, "x-ms-request-id")
    return StorageError(container, status, str(getattr(code, "value", code) or ""), request_id or "")


def _header(problem: Exception, name: str) -> str | None:
    """Return a header of the answer that a problem is about; None if it has none, or if there was no answer."""
    headers = getattr(getattr(problem, "response", None), "headers", None) or {}
    value = headers.get(name)
    return None if value is None else str(value)
