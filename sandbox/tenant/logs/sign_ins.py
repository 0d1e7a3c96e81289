"""Interactive sign-ins: who did, when, and the row that Graph v1.0 shows of it."""

from __future__ import annotations

import itertools
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from sandbox.tenant.logs.row import LogRow, arrival, instant, written
from sandbox.tenant.makers.company import OFFICES
from sandbox.tenant.makers.habits import DISABLED, FAILURES, HOURS, SUCCESS, WEEKEND, Failure
from sandbox.tenant.makers.laptops import laptop_of
from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from random import Random

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.apps import App
    from sandbox.tenant.makers.people import Person

_DAY_S = 86_400
_FAILING = 0.06
_FAILURE_WEIGHTS = list(itertools.accumulate(failure.weight for failure in FAILURES))
_HOUR_WEIGHTS = list(itertools.accumulate(HOURS))


class Crowd(NamedTuple):
    """People to draw from, the active ones more often."""

    people: list[Person]
    weights: list[float]  # running totals

    @classmethod
    def of(cls, people: Iterable[Person]) -> Crowd:
        """All who ever sign in. A disabled account is tried now and then."""
        active = [person for person in people if person.activity]
        shares = (person.activity if person.enabled else 0.03 for person in active)
        return cls(active, list(itertools.accumulate(shares)))


class _Day(NamedTuple):
    """What is the same for all sign-ins of the 24 hours before `ends`; UTC offsets are by city."""

    crowd: Crowd
    begins: datetime
    begins_s: int
    ends: datetime
    oldest_s: int
    utc_offsets_s: dict[str, int]


class SignInBook:
    """Writes the log of interactive sign-ins, day by day.

    Args:
        purpose: Makes the ids of its rows its own.
    """

    def __init__(self, rng: Random, tenant_id: str, purpose: str) -> None:
        self._rng = rng
        self._tenant_id = tenant_id
        self._purpose = purpose.encode()
        self._count = 0

    def day(self, crowd: Crowd, ends: datetime, count: int, oldest: datetime) -> list[LogRow]:
        """Some `count` rows of the 24 hours before `ends`, in order of time, none before `oldest`."""
        if not crowd.people:
            return []
        rng = self._rng
        offsets_s = {office.city: _utc_offset_s(office.timezone, ends) for office in OFFICES}
        begins = ends - timedelta(days=1)
        day = _Day(crowd, begins, int(begins.timestamp()), ends, int(oldest.timestamp()) + 1, offsets_s)
        people = rng.choices(crowd.people, cum_weights=crowd.weights, k=count)
        hours = rng.choices(range(24), cum_weights=_HOUR_WEIGHTS, k=count)
        drawn = (self._draw(day, person, hour) for person, hour in zip(people, hours, strict=True))
        rows = [row for row in drawn if row and row.at >= oldest]
        rows.sort(key=_at)
        return rows

    def _draw(self, day: _Day, person: Person, hour: int) -> LogRow | None:
        rng = self._rng
        random = rng.random
        for _ in range(
            6
        ):  # on weekends most stay away, and another person signs in, or on the weekday's part of the day
            offset_s = day.utc_offsets_s[person.office.city]
            local_s = hour * 3600 + int(random() * 3600)
            at_s = day.begins_s + (local_s - offset_s - day.begins_s) % _DAY_S
            works = (at_s + offset_s) // _DAY_S % 7 not in _WEEKEND_DAYS or random() < WEEKEND
            if works and at_s >= day.oldest_s and _is_alive(person, day, at_s):
                break
            person = rng.choices(day.crowd.people, cum_weights=day.crowd.weights)[0]
            hour = rng.choices(range(24), cum_weights=_HOUR_WEIGHTS)[0]
        # A deleted account never signs in, however empty the day.
        return self._row(person, at_s, day.ends) if _is_alive(person, day, at_s) else None

    def _row(self, person: Person, at_s: int, ends: datetime) -> LogRow:
        random = self._rng.random
        self._count += 1
        at = instant(at_s, int(random() * 1e6) if self._count % 3 == 0 else 0)
        app = person.apps[int(len(person.apps) * random() ** 2.2)]
        failure = SUCCESS
        if not person.enabled:
            failure = DISABLED
        elif random() < _FAILING:
            failure = self._rng.choices(FAILURES, cum_weights=_FAILURE_WEIGHTS)[0]
        return LogRow(at, arrival(self._rng, at, ends), self.write, (self._count, person, app, failure))

    def visit(self, at: datetime, person: Person, app: App, failure: Failure) -> LogRow:
        """A row beside those drawn at random; it becomes visible within minutes."""
        self._count += 1
        return LogRow(at, at + timedelta(minutes=2), self.write, (self._count, person, app, failure))

    def throw(self, number: int) -> Draw:
        """The chance that belongs to a row; its id is the row's."""
        return Draw(self._purpose, number)

    def write(self, at: datetime, number: int, person: Person, app: App, failure: Failure) -> JsonObject:
        """The row in Graph v1.0, with its oddities: "" for no device, {} or null for unknown coordinates."""
        throw = self.throw(number)
        laptop = laptop_of(person)
        at_desk = throw.below(5) > 0
        blocked = failure.code == 53003
        return {
            "id": throw.id,
            "createdDateTime": written(at, throw.below(10)),
            "userDisplayName": person.display_name,
            "userPrincipalName": person.sign_in_name,
            "userId": person.id,
            "appId": app.app_id,
            "appDisplayName": app.name,
            "ipAddress": ip_address(person, at_desk=at_desk, last=throw.below(4)),
            "clientAppUsed": "Mobile Apps and Desktop clients" if app.name in _DESKTOP else "Browser",
            "userAgent": laptop.user_agent,
            "correlationId": throw.other_id,
            "conditionalAccessStatus": "failure" if blocked else ("success", "success", "notApplied")[throw.below(3)],
            "isInteractive": True,
            "riskDetail": "none",
            "riskLevelAggregated": "low" if throw.below(400) == 0 else "none",
            "riskLevelDuringSignIn": "none",
            "riskState": "none",
            "riskEventTypes": [],
            "riskEventTypes_v2": [],
            "resourceDisplayName": app.resource_name,
            "resourceId": app.resource_id,
            "resourceTenantId": self._tenant_id,
            "homeTenantId": self._tenant_id if person.kind != "guest" else "",
            "servicePrincipalId": "",
            "servicePrincipalName": None,
            "authenticationAppDeviceDetails": None,
            "status": {
                "errorCode": failure.code,
                "failureReason": failure.reason,
                "additionalDetails": failure.details,
            },
            "deviceDetail": device_detail(person, known=at_desk),
            "location": location(person, throw),
            "originalRequestId": throw.id,
            "processingTimeInMilliseconds": 40 + throw.below(900),
        }


def ip_address(person: Person, *, at_desk: bool, last: int) -> str:
    """The office's address, or one of a few others the person has at home and on the way."""
    if at_desk:
        return person.office.ip.format(1 + person.number % 4)
    return person.office.ip.format(16 + (person.number * 4 + last) % 230)


def device_detail(person: Person, *, known: bool) -> JsonObject:
    """The person's computer; an unregistered one has the id ""."""
    laptop = laptop_of(person)
    registered = known and laptop.device_id != ""
    return {
        "deviceId": laptop.device_id if registered else "",
        "displayName": laptop.name if registered else None,
        "operatingSystem": laptop.system,
        "browser": laptop.browser,
        "isCompliant": laptop.managed if registered else None,
        "isManaged": laptop.managed if registered else None,
        "trustType": ("Azure AD joined" if laptop.managed else "Azure AD registered") if registered else None,
    }


def location(person: Person, throw: Draw) -> JsonObject:
    """Near the person's office; now and then Microsoft does not know the place."""
    office = person.office
    unknown = throw.below(50)
    coordinates: dict[str, Any] = {"altitude": None, "latitude": office.latitude, "longitude": office.longitude}
    if unknown < 2:
        coordinates = {}
    return {
        "city": "" if unknown == 0 else office.city,
        "state": office.state,
        "countryOrRegion": office.code,
        "geoCoordinates": coordinates,
    }


def weight_of_day(ends: datetime) -> float:
    """How busy the 24 hours before an instant are, compared to a weekday."""
    today = (ends.hour * 60 + ends.minute) / 1440
    busy = [WEEKEND if (ends.weekday() - back) % 7 >= 5 else 1.0 for back in (0, 1)]
    return today * busy[0] + (1 - today) * busy[1]


def _is_alive(person: Person, day: _Day, at_s: int) -> bool:
    if person.created < day.begins and person.until is None:
        return True
    return person.created.timestamp() <= at_s and (person.until is None or at_s < person.until.timestamp())


@lru_cache
def _zone(name: str) -> ZoneInfo:
    # ZoneInfo itself keeps eight zones, and reads the files of all others again each time.
    return ZoneInfo(name)


def _utc_offset_s(timezone: str, at: datetime) -> int:
    offset = at.astimezone(_zone(timezone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _at(row: LogRow) -> datetime:
    return row.at


_WEEKEND_DAYS = (2, 3)  # 1970 began on a Thursday
_DESKTOP = frozenset(
    {"Microsoft Teams", "Microsoft Office", "OneDrive SyncEngine", "Windows Sign In", "Microsoft Azure CLI"}
)
