"""Who has more than they should: leavers, guests, administrators; and those who do not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.audits import Deed, Target
from sandbox.tenant.roles import GLOBAL_ADMINISTRATOR, HELPDESK_ADMINISTRATOR, REPORTS_READER, USER_ADMINISTRATOR

if TYPE_CHECKING:
    from sandbox.tenant.planted.cast import Cast
    from sandbox.tenant.planted.garden import Garden

LEAVER = "leaver_access"
GUEST = "quiet_guest"
STALE = "stale_admin"
NO_MFA = "admin_without_mfa"
_DISABLE = Deed("Disable account", "UserManagement", "Update")


def plant_access(garden: Garden, cast: Cast) -> None:
    """People whose time is over, and people who may do much."""
    _leavers(garden, cast)
    _guests(garden)
    _stale_admins(garden)
    _admins_without_mfa(garden)


def _leavers(garden: Garden, cast: Cast) -> None:
    admin = garden.person("Kuno Keepsrole", enabled=False)
    garden.role(admin.id, USER_ADMINISTRATOR)
    target = Target("User", admin.id, admin.display_name, admin.upn)
    by = garden.tenant.admin()
    garden.tenant.audits.note(garden.ago(12), _DISABLE, target, by=by, AccountEnabled=(True, False))
    garden.expect(LEAVER, admin.id, "was disabled twelve days ago and still holds a role")
    garden.spare(STALE, admin.id, "is disabled")
    garden.spare(NO_MFA, admin.id, "is disabled")

    nothing = garden.person("Nico Nothing", enabled=False)
    garden.spare(LEAVER, nothing.id, "is disabled and holds nothing")

    left = garden.person("Leo Left", licences=(cast.free,))
    _leave(garden, left.id)
    garden.spare(LEAVER, left.id, "left: what he held was taken from him by that")


def _leave(garden: Garden, key: str) -> None:
    tenant, when = garden.tenant, garden.ago(27) + timedelta(hours=1)  # too long ago to be restored
    users = tenant.directory["users"]
    users.bury_from_the_start(users.live.pop(key), when)
    tenant.former[key] = garden.harvest.people.pop(key)._replace(until=when)


def _guests(garden: Garden) -> None:
    quiet = garden.person("Quinn Quiet", guest=True, created=400)
    garden.last_seen(quiet, 120)
    garden.spare("unused_account", quiet.id, "is a guest: a finding of its own")
    garden.expect(GUEST, quiet.id, "last signed in 120 days ago, says Microsoft", idle=120, report=True)

    never = garden.person("Rosa Neveraccepted", guest=True, created=200)
    garden.expect(GUEST, never.id, "has never signed in, invited 200 days ago", idle=200, report=True)

    fresh = garden.person("Timo Invited", guest=True, created=8)
    garden.spare(GUEST, fresh.id, "was invited eight days ago")

    off = garden.person("Olaf Off", guest=True, enabled=False)
    garden.last_seen(off, 200)
    garden.spare(GUEST, off.id, "is disabled")

    member = garden.person("Mara Member")
    garden.last_seen(member, 200)
    garden.spare(GUEST, member.id, "is no guest")
    garden.expect_away(member, "is an employee's account, last used 200 days ago", 200)

    client = garden.person("Cleo Client", guest=True)
    garden.last_seen(client, 200)
    garden.keep_using(client, garden.office, 3, interactive=False)
    garden.spare(GUEST, client.id, "her client signs in")


def _stale_admins(garden: Garden) -> None:
    stale = garden.person("Stella Stale")
    garden.role(stale.id, HELPDESK_ADMINISTRATOR)
    garden.last_seen(stale, 45)
    garden.expect(STALE, stale.id, "holds a role, last signed in 45 days ago", idle=45, report=True)
    garden.expect_away(stale, "last signed in 45 days ago", 45)

    grouped = garden.person("Gunda Grouped")
    garden.last_seen(grouped, 60)
    garden.role(garden.group("Emergency Administrators", grouped.id, roles=True), GLOBAL_ADMINISTRATOR)
    garden.expect(STALE, grouped.id, "holds a role through a group, last signed in 60 days ago", idle=60, report=True)
    garden.expect_away(grouped, "last signed in 60 days ago", 60)

    recent = garden.person("Rolf Recent")
    garden.role(recent.id, HELPDESK_ADMINISTRATOR)
    garden.last_seen(recent, 10, before_logs=False)
    garden.spare(STALE, recent.id, "signed in ten days ago")
    garden.expect_away(recent, "signed in ten days ago", 10)


def _admins_without_mfa(garden: Garden) -> None:
    bare = garden.person("Bruno Bare", mfa=False)
    garden.role(bare.id, GLOBAL_ADMINISTRATOR)
    garden.keep_using(bare, garden.office, 3)
    garden.expect(NO_MFA, bare.id, "holds a role, a password is all he needs")

    careful = garden.person("Carla Careful")
    garden.role(careful.id, REPORTS_READER)
    garden.keep_using(careful, garden.office, 3)
    garden.spare(NO_MFA, careful.id, "has a second way to sign in")

    plain = garden.person("Paul Plain", mfa=False)
    garden.keep_using(plain, garden.office, 3)
    garden.spare(NO_MFA, plain.id, "holds no role")
