"""Who there is: employees in a tree, guests, shared mailboxes, rooms and service accounts."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from sandbox.tenant.makers.company import DEPARTMENTS, MANAGEMENT, OFFICES, PARTNERS
from sandbox.tenant.makers.names import draw_name, spelled_plainly
from sandbox.tenant.rng import guid

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.makers.company import Company, Department, Office
    from sandbox.tenant.makers.habits import AppHabits

PersonKind = Literal["employee", "guest", "shared", "room", "service"]

_REPORTS = 7  # people a manager leads, on average
_MACHINES: dict[PersonKind, tuple[str, ...]] = {
    "shared": ("Info", "Invoices", "Jobs", "Press", "Support", "Events", "Reception", "Purchasing"),
    "room": ("Aurora", "Boreas", "Cirrus", "Dusk", "Ember", "Fjord", "Glade", "Harbour"),
    "service": ("svc-backup", "svc-scanner", "svc-erp-sync", "svc-kiosk", "svc-monitoring", "adm-breakglass"),
}


class Person(NamedTuple):
    """Someone (or something) with an account, as of now; a renamed one is another Person with the same id.

    Attributes:
        number: Counts accounts, from 1.
        surname: None for people with one name, and for what is no person.
        sign_in_name: How the sign-in log writes the userPrincipalName: in lower case, a guest's is the home address.
        apps: What they sign in to, their favourites first.
        activity: How often they sign in, compared to others; 0 is never.
        created: When the account was made.
        until: When it was deleted; None while it lives.
    """

    number: int
    id: str
    kind: PersonKind
    given: str | None
    surname: str | None
    display_name: str
    upn: str
    sign_in_name: str
    alias: str
    department: Department | None
    title: str | None
    office: Office
    enabled: bool
    apps: tuple[App, ...]
    activity: float
    created: datetime
    until: datetime | None = None


class Recruiter:
    """Makes people up, each with a unique address.

    Args:
        habits: Gives a newcomer the apps they will use.
    """

    def __init__(self, rng: Random, company: Company, habits: AppHabits) -> None:
        self.rng = rng
        self.company = company
        self.habits = habits
        self.count = 0
        self._addresses: Counter[str] = Counter()

    def employee(self, department: Department, title: str, created: datetime) -> Person:
        """Hire an employee."""
        office = self.rng.choices(OFFICES, _OFFICE_SHARES)[0]
        given, surname = draw_name(self.rng, self.rng.choice(office.cultures))
        alias = self.address(given, surname)
        upn = f"{alias}@{self.company.domain}"
        return Person(
            number=self._next_number(),
            id=guid(self.rng),
            kind="employee",
            given=given,
            surname=surname,
            display_name=_full_name(given, surname),
            upn=upn,
            sign_in_name=upn,
            alias=alias,
            department=department,
            title=title,
            office=office,
            enabled=self.rng.random() > 0.03,
            apps=self.habits.apps_for(self.rng, department),
            activity=self.rng.choice(_ACTIVITIES),
            created=created,
        )

    def guest(self, created: datetime) -> Person:
        """Invite a guest from another company."""
        home = self.rng.choice(PARTNERS)
        office = self.rng.choice(OFFICES)
        given, surname = draw_name(self.rng, self.rng.choice(office.cultures))
        mail = f"{self.address(given, surname)}@{home}"
        alias = f"{mail.replace('@', '_')}#EXT#"
        return Person(
            number=self._next_number(),
            id=guid(self.rng),
            kind="guest",
            given=given,
            surname=surname,
            display_name=_full_name(given, surname),
            upn=f"{alias}@{self.company.initial_domain}",
            sign_in_name=mail,
            alias=alias,
            department=None,
            title=None,
            office=office,
            enabled=True,
            apps=self.habits.apps_for_guest(self.rng),
            activity=self.rng.choice(_ACTIVITIES) / 4,
            created=created,
        )

    def machine(self, kind: PersonKind, created: datetime) -> Person:
        """Set up an account without a person: a shared mailbox, a room, a service."""
        office = self.rng.choices(OFFICES, _OFFICE_SHARES)[0]
        word = self.rng.choice(_MACHINES[kind])
        name = word if kind == "service" else f"{word} {office.city}"
        alias = self.address(name.replace(" ", "-"), None)
        upn = f"{alias}@{self.company.initial_domain if kind == 'service' else self.company.domain}"
        return Person(
            number=self._next_number(),
            id=guid(self.rng),
            kind=kind,
            given=None,
            surname=None,
            display_name=name,
            upn=upn,
            sign_in_name=upn,
            alias=alias,
            department=None,
            title=None,
            office=office,
            enabled=kind == "service",
            apps=self.habits.apps_for_guest(self.rng),
            activity=0.3 if kind == "service" and self.rng.random() < 0.5 else 0,
            created=created,
        )

    def address(self, given: str, surname: str | None) -> str:
        """The local part of an address, unique in the tenant."""
        alias = ".".join(spelled_plainly(name) for name in (given, surname) if name)
        self._addresses[alias] += 1
        count = self._addresses[alias]
        return alias if count == 1 else f"{alias}{count}"

    def renamed(self, person: Person) -> Person:
        """The same person with another surname, as after a wedding: address and names follow."""
        surname = draw_name(self.rng, self.rng.choice(person.office.cultures))[1] or "Halim"
        given = person.given or ""
        alias = self.address(given, surname)
        upn = f"{alias}@{self.company.domain}"
        return person._replace(
            surname=surname, display_name=_full_name(given, surname), upn=upn, sign_in_name=upn, alias=alias
        )

    def _next_number(self) -> int:
        self.count += 1
        return self.count


class Staff(NamedTuple):
    """Everybody, and who is led by whom (ids)."""

    people: list[Person]
    managers: dict[str, str]


def recruit_staff(recruiter: Recruiter, size: int, starts: datetime) -> Staff:
    """Fill a company with `size` accounts: 86 in 100 are employees, 7 guests, the others shared, rooms and services."""
    employees = max(round(size * 0.86), min(size, 2))
    guests = round((size - employees) * 0.5)
    people: list[Person] = []
    managers: dict[str, str] = {}
    boss = recruiter.employee(MANAGEMENT, MANAGEMENT.head, _long_ago(recruiter.rng, starts))._replace(enabled=True)
    people.append(boss)
    for department, number in _places(employees - 1):
        members = _recruit_department(recruiter, department, number, starts)
        people.extend(members)
        managers |= {member.id: members[(i - 1) // _REPORTS].id if i else boss.id for i, member in enumerate(members)}
    people.extend(recruiter.guest(_long_ago(recruiter.rng, starts)) for _ in range(guests))
    kinds: tuple[PersonKind, ...] = ("shared", "room", "service")
    people.extend(
        recruiter.machine(kinds[i % len(kinds)], _long_ago(recruiter.rng, starts)) for i in range(size - len(people))
    )
    return Staff(people, managers)


def _recruit_department(recruiter: Recruiter, department: Department, size: int, starts: datetime) -> list[Person]:
    """Hire a department in the order of a tree: its first leads the next seven, each of those leads seven more."""
    rng, titles = recruiter.rng, department.titles
    members: list[Person] = []
    levels: list[int] = []
    for i in range(size):
        levels.append(levels[(i - 1) // _REPORTS] + 1 if i else 0)
        leads = i * _REPORTS + 1 < size
        title = titles[min(levels[i] - 1, 1, len(titles) - 1)] if leads else rng.choice(titles[2:] or titles)
        member = recruiter.employee(department, title if i else department.head, _long_ago(rng, starts))
        members.append(member._replace(enabled=True) if leads else member)
    return members


def _places(employees: int) -> list[tuple[Department, int]]:
    """How many people each department has; the rounding falls to the first."""
    departments = (*DEPARTMENTS[1:], MANAGEMENT)
    total = sum(department.share for department in (*DEPARTMENTS, MANAGEMENT))
    places = [(department, employees * department.share // total) for department in departments]
    return [(DEPARTMENTS[0], employees - sum(number for _, number in places)), *places]


def _long_ago(rng: Random, starts: datetime) -> datetime:
    """When an account was made: up to twelve years ago, for one in fifty within the last month."""
    if rng.random() < 0.02:
        return starts - timedelta(seconds=rng.randrange(86_400, 30 * 86_400))
    days = 31 + min(rng.expovariate(1 / 1100), 4380)
    return starts - timedelta(seconds=int(days * 86_400))


def _full_name(given: str, surname: str | None) -> str:
    return f"{given} {surname}" if surname else given


_OFFICE_SHARES = [office.share for office in OFFICES]
_ACTIVITIES = (0, 0.05, 0.2, 0.5, 0.7, 0.8, 1, 1, 1, 1, 1.2, 1.3, 1.5, 1.8, 2.2, 3)
