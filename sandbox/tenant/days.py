"""A day passes: which of the changes happen on it, in which order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sandbox.tenant import app_changes, group_changes, people_changes
from sandbox.tenant.shelf import zulu

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.tenant.tenant import Tenant

RECYCLE_BIN = timedelta(days=30)
_DAY_S = 86_400


class Event(NamedTuple):
    """Something that happens once every so many days, and more often the more users there are."""

    happens: Callable[[Tenant, datetime], None]
    every_days: int
    per_1000_users: float = 0


_EVENTS = (
    Event(people_changes.join, 1, 0.4),
    Event(people_changes.leave, 1, 0.4),
    Event(people_changes.come_back, 2),
    Event(people_changes.invite, 2, 0.1),
    Event(people_changes.accept, 2, 0.1),
    Event(people_changes.marry, 1, 0.1),
    Event(people_changes.move, 1, 0.3),
    Event(people_changes.change_phone, 1, 0.5),
    Event(people_changes.block, 3, 0.1),
    Event(people_changes.license_anew, 1, 0.3),
    Event(people_changes.change_photo, 1, 0.5),
    Event(people_changes.remove_photo, 2, 0.1),
    Event(group_changes.add_member, 1, 0.5),
    Event(group_changes.remove_member, 1, 0.3),
    Event(group_changes.change_owner, 2, 0.05),
    Event(group_changes.found_group, 2, 0.05),
    Event(group_changes.rename_group, 2, 0.05),
    Event(group_changes.delete_group, 2, 0.03),
    Event(group_changes.restore_group, 4),
    Event(group_changes.give_role, 2),
    Event(group_changes.take_role, 2),
    Event(group_changes.register_device, 1, 0.3),
    Event(group_changes.use_device, 1, 0.5),
    Event(group_changes.retire_device, 2, 0.2),
    Event(group_changes.tend_units, 2),
    Event(group_changes.delete_unit, 10),
    Event(app_changes.appear, 3),
    Event(app_changes.disappear, 5),
    Event(app_changes.consent, 1, 0.1),
    Event(app_changes.withdraw, 1, 0.05),
    Event(app_changes.assign, 1, 0.2),
    Event(app_changes.unassign, 1, 0.1),
    Event(app_changes.reconfigure, 2),
)


def pass_day(tenant: Tenant, ends: datetime) -> None:
    """Let happen what happens in the 24 hours before `ends`, in order of time; on the first day a bit of everything."""
    begins = ends - timedelta(days=1)
    day = (ends - tenant.options.starts).days - 1
    _empty_recycle_bins(tenant, begins + timedelta(hours=1))
    due = [
        event.happens
        for event in _EVENTS
        for _ in range((day % event.every_days == 0) + int(tenant.options.users * event.per_1000_users / 1000))
    ]
    tenant.rng.shuffle(due)
    moments = sorted(tenant.rng.randrange(2 * 3600, _DAY_S - 3600) for _ in due)
    for moment_s, happens in zip(moments, due, strict=True):
        happens(tenant, begins + timedelta(seconds=moment_s))
    tenant.logs["directoryAudits"].extend(tenant.audits.take(ends))


def _empty_recycle_bins(tenant: Tenant, at: datetime) -> None:
    for name, shelf in tenant.directory.items():
        # Written alike, all with Z and whole seconds, these instants are in the order of their letters.
        due = [key for key, item in shelf.recycle_bin.items() if item["deletedDateTime"] <= zulu(at - RECYCLE_BIN)]
        if name == "users":
            people_changes.bury(tenant, due, at)
        else:
            tenant.purge(name, due, at)
