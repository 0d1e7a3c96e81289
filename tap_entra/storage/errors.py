"""Reasons of a refused request of Azure Storage, and the action for each.

https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_entra.graph import GraphError

if TYPE_CHECKING:
    from tap_entra.auth import SignInError

#: Rights on the data of a container, without those on the account: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage
ROLE = "Storage Blob Data Reader"


class StorageError(GraphError):
    """Azure Storage refused a request, or did not give a usable answer in the time it was given.

    Attributes:
        container: The container that was asked for.
    """

    def __init__(self, container: str, status: int, code: str, request_id: str = "") -> None:
        self.container = container
        super().__init__(f"GET {container}", status, (code,) if code else (), "", request_id)

    @override
    def _sentence(self) -> str:
        return super()._sentence().replace("Graph answered", "Azure Storage answered", 1)

    @property
    def lacks_container(self) -> bool:
        """There is no such container: Microsoft creates it with the first row of its category."""
        return self.status == HTTPStatus.NOT_FOUND

    @property
    def lacks_access(self) -> bool:
        """The identity has no role on the container."""
        return self.status == HTTPStatus.FORBIDDEN and self.has_code("permissionmismatch", "insufficientaccount")

    @property
    @override
    def is_refusal(self) -> bool:
        """A category that is not exported may be the tenant's choice; a missing role is a mistake."""
        return self.lacks_container

    @property
    def action(self) -> str:
        """What a person can do about it."""
        if self.lacks_container:
            return (
                f"Check that the diagnostic setting of Entra ID exports the category of {self.container} to this "
                "account. The first rows take up to a day, and a log without rows has no container."
            )
        if self.status == HTTPStatus.FORBIDDEN:
            return self._action_on_access
        if self.is_unauthenticated:
            return "Check `tenant_id` and `storage_url`: the account accepts no token of this sign-in."
        if self.is_transient:
            return "Check `storage_url` if it lasts; run again, and it goes on where it stopped. Nothing is lost."
        return "Run again. If the error comes back, report it with the request-id. Nothing is lost."

    @property
    def _action_on_access(self) -> str:
        if self.lacks_access:
            return (
                f"Give the identity that signs in the role {ROLE} on {self.container} or on the account. A new "
                "assignment takes up to ten minutes. A SAS needs the rights Read and List."
            )
        return (
            "Check the SAS in `storage_url`, if there is one: it may have expired, or be for another account. Then "
            "check the network rules of the storage account: they may refuse this machine."
        )


class OtherContainerError(StorageError):
    """The address names one container, and this is another. It was not asked for."""

    def __init__(self, container: str) -> None:
        super().__init__(container, HTTPStatus.NOT_FOUND, "otherContainer")

    @override
    def _sentence(self) -> str:
        return f"`storage_url` names another container than {self.container}"

    @property
    @override
    def action(self) -> str:
        return "Set `storage_url` to the account, or deselect the stream."


class NoTokenError(StorageError):
    """The sign-in gave no token for Azure Storage. One for Graph may be there all the same.

    Args:
        reason: The refusal of the sign-in service.
    """

    def __init__(self, container: str, reason: SignInError) -> None:
        self._reason = reason
        code = f"AADSTS{reason.codes[0]}" if reason.codes else "noToken"
        super().__init__(container, HTTPStatus.UNAUTHORIZED, code)

    @override
    def _sentence(self) -> str:
        return f"There is no token for Azure Storage to read {self.container}: {self._reason.reason}"

    @property
    @override
    def action(self) -> str:
        return self._reason.action


class BlobGoneError(Exception):
    """A blob was deleted after it was listed."""


class BlobReplacedError(Exception):
    """Another blob stands in the place of the one that was listed, or what was read of it is there no more."""
