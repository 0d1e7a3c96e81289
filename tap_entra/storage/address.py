"""The address of a storage account or of one of its containers, as the setting `storage_url` has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tap_entra.auth import ConfigError

#: Azure Monitor names the container of a category so: https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs
CONTAINER_PREFIX = "insights-logs-"
_ACTION = (
    "Set it to the account, e.g. https://contosologs.blob.core.windows.net, or to one container of it; a SAS may "
    "follow after a question mark."
)


@dataclass(frozen=True)
class StorageAddress:
    """Where the export lies.

    Attributes:
        account_url: Scheme, host and, for an emulator, the account's name; no slash at the end.
        container: The one container that may be read; None for all of the account.
        sas: The shared access signature, without question mark; empty if the sign-in is used.
    """

    account_url: str
    container: str | None
    sas: str = field(repr=False)

    @classmethod
    def read(cls, text: str) -> StorageAddress:
        """Take the setting apart.

        Raises:
            ConfigError: It is no such address. The message does not quote it: it may hold a SAS.
        """
        try:
            url = urlsplit(text.strip())
            port = url.port
        except ValueError:
            raise ConfigError("`storage_url` is not an address.", _ACTION) from None
        if url.scheme != "https" or not url.hostname:
            raise ConfigError(
                "`storage_url` does not begin with https://, and the tap sends tokens no other way.", _ACTION
            )
        if url.username is not None or url.fragment:
            raise ConfigError("`storage_url` holds more than host, path and SAS.", _ACTION)
        *account, last = url.path.strip("/").split("/")
        is_container = last.startswith(CONTAINER_PREFIX)
        path = [*account, *([] if is_container or not last else [last])]
        if len(path) > 1:
            raise ConfigError("`storage_url` leads to neither an account nor a container of the export.", _ACTION)
        host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
        root = f"https://{host}" + (f":{port}" if port not in {None, 443} else "")
        return cls("/".join([root, *path]), last if is_container else None, url.query)
