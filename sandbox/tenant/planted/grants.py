"""Apps that may do more than they should, and some that may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tenant.makers.service_principals import DIRECTORY_READ_ALL, permission_role

if TYPE_CHECKING:
    from sandbox.tenant.makers.apps import App, AppKind
    from sandbox.tenant.planted.builder import Builder
    from sandbox.tenant.planted.cast import Cast, Role

KIND = "risky_grant"
OFF = "disabled_app_grants"

# https://learn.microsoft.com/graph/permissions-reference
_DIRECTORY_WRITE = "19dbc75e-c2e2-444c-a770-ec69d8559fc7"
_MAIL_WRITE = "e2a3a72e-5f79-4c64-b1b1-878b674786c9"
_ROLES = {
    DIRECTORY_READ_ALL: "Directory.Read.All",
    _DIRECTORY_WRITE: "Directory.ReadWrite.All",
    _MAIL_WRITE: "Mail.ReadWrite",
}


def plant_grants(builder: Builder, cast: Cast) -> None:
    """Third parties' apps in daily use, and what they were allowed."""
    _offer_roles(builder)
    user = builder.person("Gitta Generous")
    builder.keep_using(user, builder.office, 3)

    def app(role: Role, kind: AppKind = "third_party", *, verified: bool = True) -> App:
        made = builder.app(role, kind, used=2, verified=verified)
        builder.keep_using(user, made, 3)
        return made

    grabby = app(cast.grabby)
    builder.permit(grabby, _MAIL_WRITE)
    builder.expect(KIND, grabby.app_id, "may read and write all users' mail, with no person signed in")
    writer = app(cast.writer)
    builder.consent(writer, "openid User.Read Mail.ReadWrite", user)
    builder.expect(KIND, writer.app_id, "may write the mail of a user who consented herself")
    unverified = app(cast.unverified, verified=False)
    builder.consent(unverified, "openid profile Mail.Read", user)
    builder.expect(KIND, unverified.app_id, "may read mail, by a user's consent, and its publisher is not verified")

    verified = app(cast.verified)
    builder.consent(verified, "openid profile Mail.Read")
    builder.spare(KIND, verified.app_id, "may read mail, but an admin consented and its publisher is verified")
    modest = app(cast.modest, verified=False)
    builder.consent(modest, "openid profile email User.Read", user)
    builder.spare(KIND, modest.app_id, "may only know who signs in")
    tame = builder.app(cast.modest._replace(name=f"{cast.modest.name} Archive"), "third_party", used=300, enabled=False)
    builder.consent(tame, "openid profile User.Read")
    builder.spare(OFF, tame.app_id, "is switched off and may only know who signs in")
    own = app(cast.daemon._replace(name="Joiners and Leavers"), "internal")
    builder.permit(own, _DIRECTORY_WRITE)
    builder.spare(KIND, own.app_id, "may write the whole directory, and is the company's own")
    builder.expect("own_app_rights", own.app_id, "is the company's own and may write the whole directory")
    builder.spare("app_without_owner", own.app_id, "is found by what it may do")
    owned = builder.app(cast.daemon._replace(name="Phone Book"), "internal", used=2)
    builder.own(owned, user)
    builder.spare("app_without_owner", owned.app_id, "has an owner")
    builder.spare("own_app_rights", owned.app_id, "may do nothing")
    off = builder.app(cast.grabby_but_off, "third_party", used=300, enabled=False)
    builder.permit(off, _MAIL_WRITE)
    builder.spare(KIND, off.app_id, "is switched off")
    builder.expect(OFF, off.app_id, "is switched off and may still change all mail")


def _offer_roles(builder: Builder) -> None:
    """Microsoft Graph names the permissions that apps can have in their own name."""
    graph = next(app for app in builder.tenant.apps if app.name == "Microsoft Graph")
    principals = builder.tenant.directory["servicePrincipals"].live
    roles = [permission_role(name, role_id) for role_id, name in _ROLES.items()]
    principals[str(graph.principal_id)] = {**principals[str(graph.principal_id)], "appRoles": roles}
