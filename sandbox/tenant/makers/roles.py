"""Directory roles: what there are, and who has which.

Ids of built-in roles: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from sandbox.tenant.rng import guid

if TYPE_CHECKING:
    from random import Random

    from sandbox.tenant.collection_store import JsonObject

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
HELPDESK_ADMINISTRATOR = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
REPORTS_READER = "4a5d8f65-41da-4de4-8968-e035b65339cf"
DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
DIRECTORY_SYNCHRONIZATION = "d29b2b05-8046-44ba-8758-1e26182fcf32"

#: Roles that Microsoft gives to machine accounts only.
_OF_MACHINES = {
    DIRECTORY_SYNCHRONIZATION: ("Directory Synchronization Accounts", "Only used by Microsoft Entra Connect."),
}
BUILT_IN = {
    GLOBAL_ADMINISTRATOR: ("Global Administrator", "Can manage all aspects of Microsoft Entra ID and its services."),
    GLOBAL_READER: ("Global Reader", "Can read everything that a Global Administrator can, but not update anything."),
    USER_ADMINISTRATOR: ("User Administrator", "Can manage all aspects of users and groups."),
    HELPDESK_ADMINISTRATOR: ("Helpdesk Administrator", "Can reset passwords for non-administrators."),
    REPORTS_READER: ("Reports Reader", "Can read sign-in and audit reports."),
    DIRECTORY_READERS: ("Directory Readers", "Can read basic directory information."),
    "5d6b6bb7-de71-4623-b4af-96380a352509": ("Security Reader", "Can read security information and reports."),
    "194ae4cb-b126-40b2-bd5b-6091b380977d": ("Security Administrator", "Can read security information and manage it."),
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": ("Application Administrator", "Can manage app registrations and apps."),
    "158c047a-c907-4556-b7ef-446551a6b5f7": ("Cloud Application Administrator", "The same except App Proxy."),
    "29232cdf-9323-42fd-ade2-1d097af3e4de": ("Exchange Administrator", "Can manage all aspects of Exchange."),
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c": ("SharePoint Administrator", "Can manage all aspects of SharePoint."),
    "69091246-20e8-4a56-aa4d-066075b2a7a8": ("Teams Administrator", "Can manage Microsoft Teams."),
    "3a2c62db-5318-420d-8d74-23affee5d9d5": ("Intune Administrator", "Can manage all aspects of Intune."),
    "e8611ab8-c189-46e8-94e1-60213ab1f814": ("Privileged Role Administrator", "Can manage role assignments."),
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9": ("Conditional Access Administrator", "Can manage Conditional Access."),
    "b0f54661-2d74-4c50-afa3-1ec803f12efe": ("Billing Administrator", "Can perform common billing tasks."),
    "4d6ac14f-3453-41d0-bef9-a3e0c569773a": ("License Administrator", "Can manage licences on users and groups."),
}


def role_definitions(rng: Random) -> list[JsonObject]:
    """All roles, one of the company's own among them."""
    definitions = [
        _definition(key, name, text, built_in=True) for key, (name, text) in (BUILT_IN | _OF_MACHINES).items()
    ]
    own = _definition(guid(rng), "App Credential Rotator", "Can renew the secrets of apps.", built_in=False)
    return [*definitions, own]


def assignment(principal_id: str, role_id: str, scope: str) -> JsonObject:
    """A role assignment, in the whole directory ("/") or in a part of it."""
    digest = hashlib.sha256(f"{principal_id} {role_id} {scope}".encode()).digest()
    return {
        "id": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "principalId": principal_id,
        "roleDefinitionId": role_id,
        "directoryScopeId": scope,
        "appScopeId": None,
    }


def _definition(key: str, name: str, description: str, *, built_in: bool) -> JsonObject:
    actions = ["microsoft.directory/applications/credentials/update"]
    return {
        "id": key,
        "description": description,
        "displayName": name,
        "isBuiltIn": built_in,
        "isEnabled": True,
        "resourceScopes": ["/"],
        "rolePermissions": [{"allowedResourceActions": actions, "condition": None}],
        "templateId": key,
        "version": "1" if built_in else None,
    }
