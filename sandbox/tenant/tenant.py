"""The invented tenant: a directory and its logs, made from a seed, in which days pass."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from threading import RLock
from typing import TYPE_CHECKING, Any

from sandbox.tenant import truth
from sandbox.tenant.collection_store import Revisions
from sandbox.tenant.life import days
from sandbox.tenant.life.start import create_initial_state, refresh_reports
from sandbox.tenant.logs.audits import AuditLog
from sandbox.tenant.logs.habits import AppHabits
from sandbox.tenant.logs.writer import LogWriter
from sandbox.tenant.makers.apps import all_apps
from sandbox.tenant.makers.company import found_company
from sandbox.tenant.makers.market import MARKET, UNKNOWN_MARKET
from sandbox.tenant.makers.people import Recruiter
from sandbox.tenant.planted import OBSCURE, WELL_KNOWN, Expected, plant
from sandbox.tenant.rng import guid, seeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.tenant.collection_store import CollectionStore, JsonObject
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.makers.photos import Photo


@dataclass(frozen=True)
class TenantOptions:
    """How big a tenant is, and which of all tenants.

    Attributes:
        users: Accounts of all kinds: employees, guests, shared mailboxes, rooms, services.
        sign_ins: Interactive sign-ins in the 30 days before it starts; later days have as many each.
        seed: The same seed gives the same tenant, if it starts at the same time.
        starts: The tenant's clock when it is made, in UTC.
        planted: Whether cases for insights to find are hidden in it.
        obscure: Whether it uses software that nobody has ever heard of.
    """

    users: int
    sign_ins: int
    seed: int
    starts: datetime
    planted: bool = False
    obscure: bool = False


class Tenant:
    """An invented tenant.

    Attributes:
        lock: Held while anything changes or is read that must fit together.
        directory: What has a delta, by Graph's collection.
        lists: What has none, by Graph's path, then by id; appRoleAssignedTo holds a list of rows for each id.
        photos: Photos by user id, of those users who have one.
        former_photos: Photos of those in the recycle bin.
        logs: Rows in order of time; those whose `arrives` lies ahead are not to be shown yet.
        people: Who is behind each live account, by user id.
        former: The same for accounts in the recycle bin.
        market: The third parties' products that there are.
        planted: Cases for insights to find, hidden on purpose; none unless asked for.
    """

    def __init__(  # noqa: PLR0913 - one argument a choice, all with defaults
        self,
        *,
        users: int = 200,
        sign_ins: int = 9000,
        seed: int = 1,
        starts: datetime | None = None,
        planted: bool = False,
        obscure: bool = False,
    ) -> None:
        self.options = TenantOptions(users, sign_ins, seed, starts or datetime.now(timezone.utc), planted, obscure)
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
        self.people: dict[str, Person] = {}
        self.former: dict[str, Person] = {}
        self.planted = Expected()
        self.market = UNKNOWN_MARKET if obscure else MARKET
        self.apps = all_apps(seeded(seed, "apps"), self.market.products)
        self.habits = AppHabits(seeded(seed, "habits"), self.apps)
        self.recruiter = Recruiter(seeded(seed, "people"), self.company, self.habits)
        self.audits = AuditLog(seeded(seed, "audits"), self.id, self.company.name, seed)
        self._log_writer = LogWriter(self.id, self.options)
        self.logs = self._log_writer.logs
        with _uncollected():
            create_initial_state(self)
            if planted:
                plant(self, OBSCURE if obscure else WELL_KNOWN)
            self._log_writer.write_month(self)
            refresh_reports(self, self._log_writer)

    @property
    def revision(self) -> int:
        """Grows by one with every change of the directory."""
        return self.revisions.latest

    def now(self) -> datetime:
        """The tenant's clock, in UTC: real time goes on in it, and days that are made to pass are added."""
        return self.horizon + timedelta(seconds=time.monotonic() - self._began)

    @property
    def horizon(self) -> datetime:
        """Up to when everything has happened that is going to happen before the next day passes."""
        return self.options.starts + self._passed

    def pass_days(self, n: int = 1) -> None:
        """Let days pass: people come, leave, change and sign in."""
        with self.lock, _uncollected():
            for _ in range(n):
                self._passed += timedelta(days=1)
                self._roster = list(self.people.values())
                days.pass_day(self, self.horizon)
                self._forget_purged()
                self._log_writer.write_day(self, self.horizon)
                refresh_reports(self, self._log_writer)

    def truth(self, stream: str) -> list[JsonObject]:
        """What a warehouse must hold now for a stream of the tap, if it was read since the tenant began.

        Columns are spelled as in Graph. What was deleted is there with `_deleted`, its deletedDateTime if it has
        one, and the columns it had last; only by its id if it was deleted before the tenant began. Links are there
        while both their ends live.
        """
        with self.lock:
            return truth.rows(self, stream)

    def draw(self, wanted: Callable[[Person], bool]) -> Person | None:
        """One of those who lived when the day began and live still, and who is as wanted; None if too few are."""
        for _ in range(200):
            person = self.people.get(self.rng.choice(self._roster).id)
            if person and wanted(person):
                return person
        return None

    def admin(self) -> Person:
        """Who does what is done in the directory: somebody of IT, the same one until they leave."""
        if self._admin is None or self._admin.id not in self.people:
            staff = (person for person in self.people.values() if person.department and person.department.name == "IT")
            self._admin = next(staff, next(iter(self.people.values())))
        return self.people[self._admin.id]

    def restore(self, collection: str, key: str, at: datetime) -> None:
        """Bring an object back from the recycle bin, and report its links to the living and theirs to it."""
        stores = self.directory.values()
        self.directory[collection].restore(key, at)
        for store in stores:
            store.report_links_to(key, at)
        self.directory[collection].report_links_of(key, at, {to for store in stores for to in store.live})

    def purge(self, collection: str, keys: list[str], at: datetime) -> None:
        """Remove objects for good; what points at them is dropped at the end of the day."""
        for key in keys:
            self.directory[collection].purge(key, at)
        self._purged.update(keys)

    def _forget_purged(self) -> None:
        for store in self.directory.values():
            store.forget(self._purged)
        self._purged.clear()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Make many objects without the garbage collector looking at all of them again and again.

    Nothing here is garbage; in a big tenant the looking takes longer than the making.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
