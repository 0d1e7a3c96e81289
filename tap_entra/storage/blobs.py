"""Blobs of the export: whose they are, and the hour in which Microsoft received their rows.

A row is filed by the hour in which it was received, whatever its own time:
https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs#send-to-azure-storage
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import NamedTuple

#: Both layouts of the prefix end so: `tenantId=<id>/` and `resourceId=/tenants/<id>/providers/Microsoft.aadiam/`.
_NAME = re.compile(r"(?P<prefix>.*?)/?y=(\d{4})/m=(\d\d)/d=(\d\d)/h=(\d\d)/m=\d\d/[^/]+\.json", re.ASCII)
_TENANT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


class Place(NamedTuple):
    """The hour and the tenant of a blob, as its name has them.

    Attributes:
        prefix: What stands before the hour.
        hour: The hour in which its rows were received, in UTC.
    """

    hour: datetime
    prefix: str

    @classmethod
    def read(cls, name: str) -> Place | None:
        """Return the place of a blob; None if its name is not one of the export's."""
        found = _NAME.fullmatch(name)
        if not found:
            return None
        prefix, hour = found["prefix"], "-".join(found.groups()[1:])
        try:
            return cls(datetime.strptime(hour, "%Y-%m-%d-%H").replace(tzinfo=timezone.utc), prefix)
        except ValueError:
            return None

    def is_of(self, tenant: str | None) -> bool:
        """Return whether it may hold rows of a tenant; of any tenant if that is not known."""
        return tenant is None or self.tenant in {None, tenant}

    @property
    def tenant(self) -> str | None:
        """The tenant that the prefix names, in lower case; None if it names none."""
        found = _TENANT.search(self.prefix)
        return found[0].lower() if found else None


@dataclass
class Blob:
    """One blob, as it was listed.

    Attributes:
        etag: Its version; it changes with each append.
        created: A blob that was replaced has another time here.
        grows: Whether it is an append blob, of which nothing changes that was read.
    """

    name: str
    place: Place
    size: int
    etag: str
    created: datetime
    modified: datetime
    grows: bool = True


class Listing(NamedTuple):
    """The blobs of a container, the oldest hour first.

    Attributes:
        at: When it was listed, by the clock of Azure.
    """

    at: datetime
    blobs: list[Blob]
