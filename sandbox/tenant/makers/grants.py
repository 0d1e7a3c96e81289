"""Who was given which app, and what apps were allowed to do.

https://learn.microsoft.com/graph/api/resources/approleassignment,
https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, NamedTuple

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.makers.products import GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.makers.people import Person

DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
SCOPES = (
    "openid profile email User.Read",
    "openid profile offline_access User.Read",
    " User.Read openid profile email offline_access",
    "User.Read Calendars.ReadWrite offline_access",
    "User.Read Contacts.Read offline_access",
    " User.Read Mail.Read Mail.Send offline_access",
    "User.Read Files.ReadWrite.All Sites.Read.All",
)


class Principal(NamedTuple):
    """Who gets something: a User, a Group or a ServicePrincipal."""

    id: str
    kind: str
    name: str


def app_role_assignment(app: App, principal: Principal, role_id: str, created: datetime) -> JsonObject:
    """A role assignment in an app."""
    return {
        "id": _key(f"{principal.id} {app.principal_id} {role_id}"),
        "deletedDateTime": None,
        "appRoleId": role_id,
        "createdDateTime": zulu(created),
        "principalDisplayName": principal.name,
        "principalId": principal.id,
        "principalType": principal.kind,
        "resourceDisplayName": app.name,
        "resourceId": app.principal_id,
    }


def permission_grant(app: App, resource_id: str, scope: str, user_id: str | None) -> JsonObject:
    """That an app may do something on behalf of one user, or of all if `user_id` is None.

    Both ids are those of service principals, not of apps.
    """
    return {
        "id": _key(f"{app.principal_id} {resource_id} {user_id}"),
        "clientId": app.principal_id,
        "consentType": "Principal" if user_id else "AllPrincipals",
        "principalId": user_id,
        "resourceId": resource_id,
        "scope": scope,
    }


def graph_principal_id(apps: Iterable[App]) -> str:
    """The service principal of Microsoft Graph, for which consent is given."""
    return next(app.principal_id for app in apps if app.app_id == GRAPH and app.principal_id)


def as_principal(person: Person) -> Principal:
    """A person as the holder of something."""
    return Principal(person.id, "User", person.display_name)


def _key(facts: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(facts.encode()).digest()).decode().rstrip("=")
