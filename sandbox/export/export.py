"""Writes the export as Azure does, and answers for it: rows by the hour of receipt, in append blobs that grow.

https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs#send-to-azure-storage
"""

from __future__ import annotations

import http.client
import re
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import (
    AccountSasPermissions,
    BlobClient,
    BlobServiceClient,
    ResourceTypes,
    generate_account_sas,
)

from sandbox.export.records import CATEGORIES, record
from sandbox.login.scopes import STORAGE
from sandbox.messages import Response

if TYPE_CHECKING:
    from sandbox.export.azurite import Account
    from sandbox.login import SignInService
    from sandbox.messages import Request
    from sandbox.tenant.state import TenantState

#: Bytes of one append, as Azure allows.
_BLOCK = 4 * 1024 * 1024
_LISTED = re.compile(r"<Name>([^<]*)</Name>(.*?)</Blob>", re.DOTALL)
_KEPT_HEADERS = frozenset(
    {"content-type", "content-range", "etag", "x-ms-error-code", "x-ms-request-id", "x-ms-blob-type", "x-ms-version"}
)


class Export:
    """The diagnostic export of a tenant, in one storage account.

    Times of blobs are the tenant's: its clock may be days ahead of Azurite's.

    Args:
        tenant: Whose logs it has.
        login: Whose access tokens it accepts.
        account: An account of Azurite.

    Attributes:
        layout: How the prefix begins: "tenantId" or "resourceId".
        has_role: Whether the identity that signs in has the role Storage Blob Data Reader.
        url: Where clients reach it, without SAS; set when it is served.
    """

    def __init__(self, tenant: TenantState, login: SignInService, account: Account) -> None:
        self._tenant = tenant
        self._login = login
        self._account = account
        self._service = BlobServiceClient(account.url, credential=account.key)
        self._written_until: dict[str, datetime] = {}
        self._times: dict[str, tuple[datetime, datetime]] = {}  # container/name -> created, modified
        self._rests: dict[str, bytes] = {}
        self._address = urlsplit(account.url)
        self.layout = "tenantId"
        self.has_role = True
        self.url = ""

    @property
    def path(self) -> str:
        """The path of the account on its host."""
        return self._address.path

    # Writing

    def write(
        self, *logs: str, until: datetime | None = None, cuts: bool = False, since: datetime | None = None
    ) -> None:
        """Append the rows that Azure received since the last call.

        Args:
            logs: The tenant's names of the logs; all if none is named.
            until: The tenant's now if None.
            cuts: Whether the last line of each blob is written by half; the next call completes it.
            since: For the first call: no row received before is exported.
        """
        until = until or self._tenant.now()
        for log in logs or CATEGORIES:
            category = CATEGORIES[log]
            after = self._written_until.get(log, since or datetime.min.replace(tzinfo=timezone.utc))
            self._written_until[log] = until
            by_hour: defaultdict[datetime, list[bytes]] = defaultdict(list)
            received: dict[datetime, datetime] = {}
            for row in sorted(self._tenant.logs[log], key=lambda row: row.arrives):
                if after < row.arrives <= until:
                    line = record(category, row.row, self._tenant.id, row.arrives)
                    hour = _hour(row.arrives)
                    by_hour[hour].append(msgspec.json.encode(line) + b"\n")
                    received[hour] = row.arrives
            for hour, lines in by_hour.items():
                self.append(category.container, self.name(hour), b"".join(lines), cuts=cuts, at=received[hour])
            if not cuts:
                self._complete_lines(category.container)

    def _complete_lines(self, container: str) -> None:
        for path in [path for path in self._rests if path.startswith(f"{container}/")]:
            self.append(container, path.removeprefix(f"{container}/"), b"")

    def name(self, hour: datetime) -> str:
        """The name of the blob of an hour."""
        tenant = self._tenant.id
        prefix = {
            "tenantId": f"tenantId={tenant}",
            "resourceId": f"resourceId=/tenants/{tenant}/providers/Microsoft.aadiam",
        }[self.layout]
        return f"{prefix}/{hour:y=%Y/m=%m/d=%d/h=%H/m=00}/PT1H.json"

    def append(
        self, container: str, name: str, content: bytes, *, cuts: bool = False, at: datetime | None = None
    ) -> None:
        """Append bytes to a blob, which is created if it is not there, and so is the container.

        Args:
            cuts: Whether half of the last line is held back until the next call.
            at: When Azure did; the tenant's now if None.
        """
        path = f"{container}/{name}"
        content = self._rests.pop(path, b"") + content
        if cuts and content:
            half = len(content) - len(content.splitlines()[-1]) // 2
            content, self._rests[path] = content[:half], content[half:]
        blob = self.blob(container, name)
        now = (at or self._tenant.now()).replace(microsecond=0)
        if path not in self._times:
            self._create_container(container)
            blob.create_append_blob()
            self._times[path] = (now, now)
        for start in range(0, len(content), _BLOCK):
            blob.append_block(content[start : start + _BLOCK])
        self._times[path] = (self._times[path][0], now)

    def replace(self, container: str, name: str, content: bytes) -> None:
        """Put another blob in the place of one."""
        self.delete(container, name)
        self.append(container, name, content)

    def delete(self, container: str, name: str) -> None:
        """Delete a blob, as a lifecycle rule does."""
        self.blob(container, name).delete_blob()
        del self._times[f"{container}/{name}"]

    def names(self, container: str) -> list[str]:
        """The names of the blobs of a container, the oldest first."""
        found = [blob.name for blob in self._service.get_container_client(container).list_blobs()]
        return sorted(found, key=lambda name: name.partition("y=")[2])

    def blob(self, container: str, name: str) -> BlobClient:
        """A blob, with all rights."""
        return self._service.get_blob_client(container, name)

    def _create_container(self, container: str) -> None:
        try:
            self._service.create_container(container)
        except ResourceExistsError:
            return

    # Reading

    def settings(self, *, sas: bool = True) -> dict[str, Any]:
        """Settings of the tap that read it."""
        return {"log_source": "storage", "storage_url": f"{self.url}?{self.sas()}" if sas else self.url}

    def sas(self, *, lives: timedelta = timedelta(days=1)) -> str:
        """A shared access signature that may read and list."""
        return generate_account_sas(
            self._account.name,
            self._account.key,
            ResourceTypes(service=True, container=True, object=True),
            AccountSasPermissions(read=True, list=True),
            expiry=datetime.now(timezone.utc) + lives,
            start=datetime.now(timezone.utc) - timedelta(days=2),
        )

    def answer(self, request: Request) -> Response:
        """What Azure Storage answers: Azurite does, once the sign-in is checked."""
        target, refusal = request.target, None
        if "sig" not in request.query:
            refusal = self._refusal(request)
            target += ("&" if "?" in target else "?") + self.sas()
        return refusal or self._forward(request, target)

    def _refusal(self, request: Request) -> Response | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._login.access_tokens.verify(token, audience=STORAGE) is None:
            authority = f"{self._login.url}/{self._tenant.id}/oauth2/authorize"
            challenge = f'Bearer authorization_uri="{authority}" resource_id="{STORAGE}"'
            return _refused(401, "InvalidAuthenticationInfo", {"WWW-Authenticate": challenge})
        return None if self.has_role else _refused(403, "AuthorizationPermissionMismatch", {})

    def _forward(self, request: Request, target: str) -> Response:
        connection = http.client.HTTPConnection(str(self._address.hostname), self._address.port)
        headers = {name: value for name, value in request.headers.items() if name not in {"authorization", "host"}}
        try:
            connection.request(request.method, target, body=request.body or None, headers=headers)
            got = connection.getresponse()
            body = got.read()
        finally:
            connection.close()
        kept = {name: value for name, value in got.headers.items() if name.lower() in _KEPT_HEADERS}
        response = Response(got.status, body, kept)
        self._put_times(request, response)
        return response

    def _put_times(self, request: Request, response: Response) -> None:
        """Write the tenant's times in place of Azurite's."""
        path = request.path.removeprefix(f"/{self._account.name}/")
        if path in self._times:
            created, modified = map(_http_date, self._times[path])
            response.headers |= {"Last-Modified": modified, "x-ms-creation-time": created}
        elif request.query.get("comp") == "list":
            text = _LISTED.sub(lambda found: self._listed(path, found), response.body.decode())
            response.body = text.encode()

    def _listed(self, container: str, found: re.Match[str]) -> str:
        times = self._times.get(f"{container}/{found[1]}")
        if not times:
            return found[0]
        created, modified = map(_http_date, times)
        text = re.sub(r"<Creation-Time>[^<]*<", f"<Creation-Time>{created}<", found[0])
        return re.sub(r"<Last-Modified>[^<]*<", f"<Last-Modified>{modified}<", text)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(timezone.utc), usegmt=True)


def _refused(status: int, code: str, headers: dict[str, str]) -> Response:
    body = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'
    return Response(status, body.encode(), {"Content-Type": "application/xml", "x-ms-error-code": code, **headers})
