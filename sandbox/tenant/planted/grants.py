"""Apps that may do more than they should, and some that may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tenant.principals import DIRECTORY_READ_ALL, permission_role

if TYPE_CHECKING:
    from sandbox.tenant.apps import App, AppKind
    from sandbox.tenant.planted.cast import Cast, Role
    from sandbox.tenant.planted.garden import Garden

KIND = "risky_grant"

# https://learn.microsoft.com/graph/permissions-reference
_DIRECTORY_WRITE = "19dbc75e-c2e2-444c-a770-ec69d8559fc7"
_MAIL_WRITE = "e2a3a72e-5f79-4c64-b1b1-878b674786c9"
_ROLES = {
    DIRECTORY_READ_ALL: "Directory.Read.All",
    _DIRECTORY_WRITE: "Directory.ReadWrite.All",
    _MAIL_WRITE: "Mail.ReadWrite",
}


def plant_grants(garden: Garden, cast: Cast) -> None:
    """Third parties' apps in daily use, and what they were allowed."""
    _offer_roles(garden)
    user = garden.person("Gitta Generous")
    garden.keep_using(user, garden.office, 3)

    def app(role: Role, kind: AppKind = "third_party", *, verified: bool = True) -> App:
        made = garden.app(role, kind, used=2, verified=verified)
        garden.keep_using(user, made, 3)
        return made

    grabby = app(cast.grabby)
    garden.permit(grabby, _MAIL_WRITE)
    garden.expect(KIND, grabby.app_id, "may read and write everybody's mail, with nobody signed in")
    writer = app(cast.writer)
    garden.consent(writer, "openid User.Read Mail.ReadWrite", user)
    garden.expect(KIND, writer.app_id, "may write the mail of somebody who consented herself")
    unverified = app(cast.unverified, verified=False)
    garden.consent(unverified, "openid profile Mail.Read", user)
    garden.expect(KIND, unverified.app_id, "may read mail, by a user's consent, and nobody knows who made it")

    verified = app(cast.verified)
    garden.consent(verified, "openid profile Mail.Read")
    garden.spare(KIND, verified.app_id, "may read mail, but an admin consented and its publisher is verified")
    modest = app(cast.modest, verified=False)
    garden.consent(modest, "openid profile email User.Read", user)
    garden.spare(KIND, modest.app_id, "may only know who signs in")
    own = app(cast.daemon._replace(name="Joiners and Leavers"), "internal")
    garden.permit(own, _DIRECTORY_WRITE)
    garden.spare(KIND, own.app_id, "may write the whole directory, and is the company's own")
    off = garden.app(cast.grabby_but_off, "third_party", used=300, enabled=False)
    garden.permit(off, _MAIL_WRITE)
    garden.spare(KIND, off.app_id, "is switched off")


def _offer_roles(garden: Garden) -> None:
    """Microsoft Graph names the permissions that apps can have in their own name."""
    graph = next(app for app in garden.tenant.apps if app.name == "Microsoft Graph")
    principals = garden.tenant.directory["servicePrincipals"].live
    roles = [permission_role(name, role_id) for role_id, name in _ROLES.items()]
    principals[str(graph.principal_id)] = {**principals[str(graph.principal_id)], "appRoles": roles}
