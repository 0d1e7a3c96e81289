"""What was planted, and what has to be found of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.makers.people import Person

#: The logs of a new tenant reach back nearly so far: what only they prove is proved for fewer days.
LOG_DAYS = 29


class Finding(NamedTuple):
    """Something that must be found.

    Attributes:
        subject: Object id of a person, app id, SKU id or name of a category, by kind.
        related: The app id or SKU id that a finding about a person is about; "" if there is none.
        because: Why it is one.
        idle_days: For how long there has been no use when the tenant begins; None where time plays no part.
        by_report: Whether one of Microsoft's activity reports proves that; else only the logs do.
    """

    kind: str
    subject: str
    related: str
    because: str
    idle_days: int | None = None
    by_report: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """The key, unique among all findings."""
        return self.kind, self.subject, self.related

    def is_due(self, threshold_days: int) -> bool:
        """Return whether a new tenant must show it if use counts for `threshold_days`."""
        if self.idle_days is None:
            return True
        return self.idle_days > threshold_days and (self.by_report or threshold_days < LOG_DAYS)


class NearMiss(NamedTuple):
    """A subject that resembles a finding of a kind; `because` says why it is not a finding."""

    kind: str
    subject: str
    because: str


class Visit(NamedTuple):
    """One sign-in. Without `interactive` a client renews a token by itself; `code` 0 is success.

    Attributes:
        columns: Columns of the log row that differ from those of an ordinary sign-in, with their values.
    """

    person: Person
    app: App
    at: datetime
    interactive: bool = True
    code: int = 0
    columns: tuple[tuple[str, Any], ...] = ()


class Routine(NamedTuple):
    """Sign-ins that go on: one each `every_days`. Without a person the app signs in as itself, by `principal`."""

    every_days: int
    app: App
    person: Person | None = None
    interactive: bool = True
    principal: JsonObject | None = None


@dataclass
class Expected:
    """What was planted; empty in an ordinary tenant.

    Planted people and apps do not change by chance: people do not leave, apps are not assigned.

    Attributes:
        people: By user id.
        apps: By app id.
        principals: Object ids of the apps.
        used: When an app was last used according to Microsoft's report, by app id: by people, by itself. An app that is
            not in it is not in the report.
        activities: When people last signed in, by user id; those who never did are missing.
        renews: In how many days the subscription of a licence renews when the tenant begins, by SKU id.
        methods: The ways to sign in of those who have others than a security key, by user id; none, or weak ones.
    """

    findings: list[Finding] = field(default_factory=list)
    near_misses: list[NearMiss] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    principals: set[str] = field(default_factory=set)
    visits: list[Visit] = field(default_factory=list)
    routines: list[Routine] = field(default_factory=list)
    used: dict[str, tuple[datetime | None, datetime | None]] = field(default_factory=dict)
    activities: dict[str, JsonObject] = field(default_factory=dict)
    renews: dict[str, int] = field(default_factory=dict)
    methods: dict[str, tuple[str, ...]] = field(default_factory=dict)
