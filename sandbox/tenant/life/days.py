"""A day passes: which of the changes happen on it, in which order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.life import apps, groups, people

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.tenant.state import TenantState

RECYCLE_BIN = timedelta(days=30)
_DAY_S = 86_400


class Event(NamedTuple):
    """Something that happens once every `every_days`, and more often in a larger tenant."""

    happens: Callable[[TenantState, datetime], None]
    every_days: int
    per_1000_users: float = 0


_EVENTS = (
    Event(people.join, 1, 0.4),
    Event(people.leave, 1, 0.4),
    Event(people.come_back, 2),
    Event(people.invite, 2, 0.1),
    Event(people.accept, 2, 0.1),
    Event(people.rename_person, 1, 0.1),
    Event(people.move, 1, 0.3),
    Event(people.change_phone, 1, 0.5),
    Event(people.block, 3, 0.1),
    Event(people.license_anew, 1, 0.3),
    Event(people.change_photo, 1, 0.5),
    Event(people.remove_photo, 2, 0.1),
    Event(groups.add_member, 1, 0.5),
    Event(groups.remove_member, 1, 0.3),
    Event(groups.change_owner, 2, 0.05),
    Event(groups.found_group, 2, 0.05),
    Event(groups.rename_group, 2, 0.05),
    Event(groups.delete_group, 2, 0.03),
    Event(groups.restore_group, 4),
    Event(groups.give_role, 2),
    Event(groups.take_role, 2),
    Event(groups.register_device, 1, 0.3),
    Event(groups.use_device, 1, 0.5),
    Event(groups.retire_device, 2, 0.2),
    Event(groups.tend_units, 2),
    Event(groups.delete_unit, 10),
    Event(apps.appear, 3),
    Event(apps.disappear, 5),
    Event(apps.consent, 1, 0.1),
    Event(apps.withdraw, 1, 0.05),
    Event(apps.assign, 1, 0.2),
    Event(apps.unassign, 1, 0.1),
    Event(apps.reconfigure, 2),
)


def pass_day(tenant: TenantState, ends: datetime) -> None:
    """Run the events of the 24 hours before `ends`, in order of time; on the first day at least one of each kind."""
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


def _empty_recycle_bins(tenant: TenantState, at: datetime) -> None:
    for name, store in tenant.directory.items():
        # Written alike, all with Z and whole seconds, these instants are in the order of their letters.
        due = [key for key, item in store.recycle_bin.items() if item["deletedDateTime"] <= zulu(at - RECYCLE_BIN)]
        if name == "users":
            people.purge_person(tenant, due, at)
        else:
            tenant.purge(name, due, at)
