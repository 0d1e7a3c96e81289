"""What a warehouse must hold, stream by stream."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.tenant.collection_store import CollectionStore, JsonObject
    from sandbox.tenant.tenant import Tenant

_PHOTO_SIZE = 240  # pixels; what the tap asks for unless it is told otherwise


def rows(tenant: Tenant, stream: str) -> list[JsonObject]:
    """The rows of one stream, in no particular order.

    Raises:
        KeyError: There is no stream of that name here.
    """
    return list(STREAMS[stream](tenant))


def _listed(path: str) -> Callable[[Tenant], Iterator[JsonObject]]:
    return lambda tenant: iter(tenant.lists[path].values())


def _logged(name: str) -> Callable[[Tenant], Iterator[JsonObject]]:
    def read(tenant: Tenant) -> Iterator[JsonObject]:
        now = tenant.now()
        return (row.row for row in tenant.logs[name] if row.arrives <= now)

    return read


def _tracked(collection: str) -> Callable[[Tenant], Iterator[JsonObject]]:
    def read(tenant: Tenant) -> Iterator[JsonObject]:
        store = tenant.directory[collection]
        yield from store.live.values()
        yield from _removals(store)

    return read


def _removals(store: CollectionStore) -> Iterator[JsonObject]:
    """What has been deleted; only some kinds of objects have a deletedDateTime, others are gone at once."""
    for key, last_known in store.gone.items():
        deleted = store.recycle_bin.get(key, last_known)["deletedDateTime"]
        yield {**last_known, "deletedDateTime": deleted, "_deleted": True}


def _linked(collection: str, relation: str, *columns: str) -> Callable[[Tenant], Iterator[JsonObject]]:
    """Links of which both ends live, as (container id, target id, target's type) in these columns."""

    def read(tenant: Tenant) -> Iterator[JsonObject]:
        living = {key for store in tenant.directory.values() for key in store.live}
        store = tenant.directory[collection]
        for container, targets in store.links[relation].items():
            if container in store.live:
                for target, entity in targets.items():
                    if target in living:
                        kind = entity.removeprefix("#microsoft.graph.")
                        yield dict(zip(columns, (container, target, kind), strict=False))

    return read


def _assignments(tenant: Tenant) -> Iterator[JsonObject]:
    for assigned in tenant.lists["appRoleAssignedTo"].values():
        yield from assigned


def _activities(tenant: Tenant) -> Iterator[JsonObject]:
    activities = tenant.lists["signInActivity"]
    for key in tenant.directory["users"].live:
        yield {"id": key, "signInActivity": activities.get(key)}


def _photos(tenant: Tenant) -> Iterator[JsonObject]:
    users = tenant.directory["users"]
    for key in users.live:
        yield {"userId": key, **_photo_columns(tenant, key)}
    for key in users.gone:
        yield {"userId": key, "_deleted": True}


def _photo_columns(tenant: Tenant, user_id: str) -> JsonObject:
    photo = tenant.photos.get(user_id)
    if photo is None:
        return dict.fromkeys(("photo", "contentType", "width", "height", "etag", "sha256"))
    photo = photo.sized(_PHOTO_SIZE)
    content = photo.content
    return {
        "photo": base64.b64encode(content).decode(),
        "contentType": photo.content_type,
        "width": photo.width,
        "height": photo.height,
        "etag": photo.etag,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


STREAMS: dict[str, Callable[[Tenant], Iterator[JsonObject]]] = {
    "role_definitions": _listed("roleManagement/directory/roleDefinitions"),
    "role_assignments": _listed("roleManagement/directory/roleAssignments"),
    "oauth2_permission_grants": _listed("oauth2PermissionGrants"),
    "user_registration_details": _listed("reports/authenticationMethods/userRegistrationDetails"),
    "service_principal_sign_in_activities": _listed("reports/servicePrincipalSignInActivities"),
    "app_role_assignments": _assignments,
    "groups": _tracked("groups"),
    "applications": _tracked("applications"),
    "service_principals": _tracked("servicePrincipals"),
    "devices": _tracked("devices"),
    "administrative_units": _tracked("administrativeUnits"),
    "group_members": _linked("groups", "members", "groupId", "memberId", "memberType"),
    "group_owners": _linked("groups", "owners", "groupId", "ownerId", "ownerType"),
    "service_principal_owners": _linked("servicePrincipals", "owners", "servicePrincipalId", "ownerId", "ownerType"),
    "administrative_unit_members": _linked(
        "administrativeUnits", "members", "administrativeUnitId", "memberId", "memberType"
    ),
    "non_interactive_sign_ins": _logged("nonInteractiveUser"),
    "service_principal_sign_ins": _logged("servicePrincipal"),
    "managed_identity_sign_ins": _logged("managedIdentity"),
    "organization": _listed("organization"),
    "domains": _listed("domains"),
    "subscribed_skus": _listed("subscribedSkus"),
    "users": _tracked("users"),
    "user_managers": _linked("users", "manager", "userId", "managerId"),
    "user_sign_in_activity": _activities,
    "profile_photos": _photos,
    "sign_ins": _logged("signIns"),
    "directory_audits": _logged("directoryAudits"),
}
