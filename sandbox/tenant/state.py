"""The state of an invented tenant: its directory, its logs, its people and its clock.

It sits below all code that changes it, so that no import leads back up.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from threading import RLock
from typing import TYPE_CHECKING, Any

from sandbox.tenant.collection_store import Revisions
from sandbox.tenant.expected import Expected
from sandbox.tenant.logs.audits import AuditLog
from sandbox.tenant.makers.apps import all_apps
from sandbox.tenant.makers.company import found_company
from sandbox.tenant.makers.habits import AppHabits
from sandbox.tenant.makers.market import MARKET, UNKNOWN_MARKET
from sandbox.tenant.makers.people import Recruiter
from sandbox.tenant.rng import guid, seeded

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.tenant.collection_store import CollectionStore
    from sandbox.tenant.logs.row import LogRow
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.makers.photos import Photo

#: The tenant's logs, by kind of event.
LOGS = ("signIns", "nonInteractiveUser", "servicePrincipal", "managedIdentity", "directoryAudits", "provisioning")


@dataclass(frozen=True)
class TenantOptions:
    """How big a tenant is, and which of all tenants.

    Attributes:
        users: Accounts of all kinds: employees, guests, shared mailboxes, rooms, services.
        sign_ins: Interactive sign-ins in the 30 days before the tenant starts; later days have as many each.
        seed: The same seed gives the same tenant, if it starts at the same time.
        starts: The tenant's clock when it is made, in UTC.
        planted: Whether it contains cases for insights to find.
        obscure: Whether it uses invented software, which no public list knows.
    """

    users: int
    sign_ins: int
    seed: int
    starts: datetime
    planted: bool = False
    obscure: bool = False


class TenantState:
    """What an invented tenant contains now.

    Attributes:
        lock: Held while anything changes, or while several things are read that must fit together.
        directory: Collections with a delta function, by Graph's name.
        lists: Lists without a delta function, by Graph's path, then by id. A child list has its rows by parent id.
        photos: Photos by user id, of the users who have one.
        former_photos: Photos of users in the recycle bin.
        logs: Rows in order of time. A row whose `arrives` lies ahead is not visible yet.
        last_sign_ins: The last interactive sign-in to each app, by app id.
        people: The person behind each live account, by user id.
        former: The same for accounts in the recycle bin.
        market: Products of third parties.
        planted: Cases for insights to find; none unless the options ask for them.
    """

    def __init__(self, options: TenantOptions) -> None:
        seed = options.seed
        self.options = options
        self.lock = RLock()
        self._began = time.monotonic()
        self._passed = timedelta()
        self._roster: list[Person] = []
        self._admin: Person | None = None
        self._purged: set[str] = set()
        self.rng = seeded(seed, "days")
        self.company = found_company(seeded(seed, "company"))
        self.id = guid(seeded(seed, "tenant"))
        self.default_domain = self.company.domain
        self.revisions = Revisions()
        self.directory: dict[str, CollectionStore] = {}
        self.lists: dict[str, dict[str, Any]] = {}
        self.photos: dict[str, Photo] = {}
        self.former_photos: dict[str, Photo] = {}
        self.logs: dict[str, list[LogRow]] = {name: [] for name in LOGS}
        self.last_sign_ins: dict[str, LogRow] = {}
        self.people: dict[str, Person] = {}
        self.former: dict[str, Person] = {}
        self.planted = Expected()
        self.market = UNKNOWN_MARKET if options.obscure else MARKET
        self.apps = all_apps(seeded(seed, "apps"), self.market.products)
        self.habits = AppHabits(seeded(seed, "habits"), self.apps)
        self.recruiter = Recruiter(seeded(seed, "people"), self.company, self.habits)
        self.audits = AuditLog(seeded(seed, "audits"), self.id, self.company.name, seed)

    @property
    def revision(self) -> int:
        """The number of changes of the directory so far."""
        return self.revisions.latest

    def now(self) -> datetime:
        """The tenant's clock, in UTC: real time, plus the days that were made to pass."""
        return self.horizon + timedelta(seconds=time.monotonic() - self._began)

    @property
    def horizon(self) -> datetime:
        """The end of the last day that passed. Everything before it has happened."""
        return self.options.starts + self._passed

    def begin_day(self) -> None:
        """Move the clock a day on. The people who live now are those whom `draw` chooses from."""
        self._passed += timedelta(days=1)
        self._roster = list(self.people.values())

    def draw(self, wanted: Callable[[Person], bool]) -> Person | None:
        """A person who lived when the day began, lives now, and is as wanted; None if 200 attempts find none."""
        for _ in range(200):
            person = self.people.get(self.rng.choice(self._roster).id)
            if person and wanted(person):
                return person
        return None

    def admin(self) -> Person:
        """The person who changes the directory: one of IT, the same until they leave."""
        if self._admin is None or self._admin.id not in self.people:
            staff = (person for person in self.people.values() if person.department and person.department.name == "IT")
            self._admin = next(staff, next(iter(self.people.values())))
        return self.people[self._admin.id]

    def restore(self, collection: str, key: str, at: datetime) -> None:
        """Restore an object from the recycle bin, and report its links to live objects and theirs to it."""
        stores = self.directory.values()
        self.directory[collection].restore(key, at)
        for store in stores:
            store.report_links_to(key, at)
        self.directory[collection].report_links_of(key, at, {to for store in stores for to in store.live})

    def purge(self, collection: str, keys: list[str], at: datetime) -> None:
        """Remove objects for good. `forget_purged` drops the links to them."""
        for key in keys:
            self.directory[collection].purge(key, at)
        self._purged.update(keys)

    def forget_purged(self) -> None:
        """Drop all links to what was purged since the last call. Graph reports none of them."""
        for store in self.directory.values():
            store.forget(self._purged)
        self._purged.clear()
