"""Who has more than they should: leavers, guests, administrators; and those who do not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.logs.audits import Deed, Target
from sandbox.tenant.makers.roles import (
    DIRECTORY_SYNCHRONIZATION,
    GLOBAL_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    REPORTS_READER,
    USER_ADMINISTRATOR,
)

if TYPE_CHECKING:
    from sandbox.tenant.planted.builder import Builder
    from sandbox.tenant.planted.cast import Cast

LEAVER = "leaver_access"
GUEST = "quiet_guest"
STALE = "stale_admin"
NO_MFA = "admin_without_mfa"
_DISABLE = Deed("Disable account", "UserManagement", "Update")


def plant_access(builder: Builder, cast: Cast) -> None:
    """People whose time is over, and people who may do much."""
    _leavers(builder, cast)
    _guests(builder)
    _stale_admins(builder)
    _admins_without_mfa(builder)
    _machine(builder)


def _machine(builder: Builder) -> None:
    """The account that Entra Connect makes for itself."""
    sync = builder.person("Sync_SRV01 ServiceAccount", mfa=False)
    users = builder.tenant.directory["users"].live
    name = f"Sync_SRV01_0123456789ab@{builder.tenant.company.initial_domain}"
    users[sync.id] = {**users[sync.id], "userPrincipalName": name}
    builder.role(sync.id, DIRECTORY_SYNCHRONIZATION)
    for kind in (STALE, NO_MFA, "unused_account"):
        builder.spare(kind, sync.id, "is the account of a machine")


def _leavers(builder: Builder, cast: Cast) -> None:
    admin = builder.person("Kuno Keepsrole", enabled=False)
    builder.role(admin.id, USER_ADMINISTRATOR)
    target = Target("User", admin.id, admin.display_name, admin.upn)
    by = builder.tenant.admin()
    builder.tenant.audits.note(builder.ago(12), _DISABLE, target, by=by, AccountEnabled=(True, False))
    builder.expect(LEAVER, admin.id, "was disabled twelve days ago and still holds a role")
    builder.spare(STALE, admin.id, "is disabled")
    builder.spare(NO_MFA, admin.id, "is disabled")

    nothing = builder.person("Nico Nothing", enabled=False)
    builder.spare(LEAVER, nothing.id, "is disabled and holds nothing")

    left = builder.person("Leo Left", licences=(cast.free,))
    _leave(builder, left.id)
    builder.spare(LEAVER, left.id, "left: what he held was taken from him by that")


def _leave(builder: Builder, key: str) -> None:
    tenant, when = builder.tenant, builder.ago(27) + timedelta(hours=1)  # too long ago to be restored
    users = tenant.directory["users"]
    users.add_deleted(users.live.pop(key), when)
    tenant.former[key] = builder.expected.people.pop(key)._replace(until=when)


def _guests(builder: Builder) -> None:
    quiet = builder.person("Quinn Quiet", guest=True, created=400)
    builder.last_seen(quiet, 120)
    builder.spare("unused_account", quiet.id, "is a guest: a finding of its own")
    builder.expect(GUEST, quiet.id, "last signed in 120 days ago, says Microsoft", idle=120, report=True)

    never = builder.person("Rosa Neveraccepted", guest=True, accepted=False, created=200)
    builder.expect("pending_guest", never.id, "was invited 200 days ago and has not accepted")
    builder.expect(GUEST, never.id, "has never signed in, invited 200 days ago", idle=200, report=True)

    fresh = builder.person("Timo Invited", guest=True, created=8)
    builder.spare(GUEST, fresh.id, "was invited eight days ago")

    off = builder.person("Olaf Off", guest=True, enabled=False)
    builder.last_seen(off, 200)
    builder.spare(GUEST, off.id, "is disabled")

    member = builder.person("Mara Member")
    builder.last_seen(member, 200)
    builder.spare(GUEST, member.id, "is no guest")
    builder.expect_away(member, "is an employee's account, last used 200 days ago", 200)

    client = builder.person("Cleo Client", guest=True)
    builder.last_seen(client, 200)
    builder.keep_using(client, builder.office, 3, interactive=False)
    builder.spare(GUEST, client.id, "her client signs in")


def _stale_admins(builder: Builder) -> None:
    stale = builder.person("Stella Stale")
    builder.role(stale.id, HELPDESK_ADMINISTRATOR)
    builder.last_seen(stale, 45)
    builder.expect(STALE, stale.id, "holds a role, last signed in 45 days ago", idle=45, report=True)
    builder.expect_away(stale, "last signed in 45 days ago", 45)

    grouped = builder.person("Gunda Grouped")
    builder.last_seen(grouped, 60)
    builder.role(builder.group("Emergency Administrators", grouped.id, roles=True), GLOBAL_ADMINISTRATOR)
    builder.expect(STALE, grouped.id, "holds a role through a group, last signed in 60 days ago", idle=60, report=True)
    builder.expect_away(grouped, "last signed in 60 days ago", 60)

    recent = builder.person("Rolf Recent")
    builder.role(recent.id, HELPDESK_ADMINISTRATOR)
    builder.last_seen(recent, 10, before_logs=False)
    builder.spare(STALE, recent.id, "signed in ten days ago")
    builder.expect_away(recent, "signed in ten days ago", 10)


def _admins_without_mfa(builder: Builder) -> None:
    bare = builder.person("Bruno Bare", mfa=False)
    builder.role(bare.id, GLOBAL_ADMINISTRATOR)
    builder.keep_using(bare, builder.office, 3)
    builder.expect(NO_MFA, bare.id, "holds a role, a password is all he needs")

    reader = builder.person("Rena Readonly", mfa=False)
    builder.role(reader.id, REPORTS_READER)
    builder.keep_using(reader, builder.office, 3)
    builder.expect(NO_MFA, reader.id, "holds a role that only reads, a password is all she needs")

    careful = builder.person("Carla Careful")
    builder.role(careful.id, REPORTS_READER)
    builder.keep_using(careful, builder.office, 3)
    builder.spare(NO_MFA, careful.id, "has a second way to sign in")

    plain = builder.person("Paul Plain", mfa=False)
    builder.keep_using(plain, builder.office, 3)
    builder.spare(NO_MFA, plain.id, "holds no role")
