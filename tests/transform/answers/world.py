"""What is true in a tenant at one moment, in plain Python: what the views have to say, and never how they say it."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from tap_entra.graph.odata import parse_instant
from tests.environments import ROOT

if TYPE_CHECKING:
    from sandbox.tenant.tenant import Tenant

Row = dict[str, Any]

STREAMS = (
    "application_templates",
    "organization", "subscribed_skus", "users", "user_managers", "user_sign_in_activity", "user_registration_details",
    "profile_photos", "groups", "group_members", "role_definitions", "role_assignments", "applications",
    "service_principals", "service_principal_owners", "app_role_assignments", "oauth2_permission_grants",
    "service_principal_sign_in_activities", "sign_ins", "non_interactive_sign_ins", "service_principal_sign_ins",
    "directory_audits", "domains", "group_owners", "devices", "subscriptions", "application_owners",
    "role_assignment_schedules", "role_eligibility_schedules",
)  # fmt: skip

#: The defaults of dbt_project.yml.
THRESHOLDS = {
    "unused_days": 90,
    "department_accounts": 25,
    "active_days": 30,
    "quiet_guest_days": 90,
    "stale_admin_days": 30,
    "failing_sign_ins": 10,
}

#: Codes in the sandbox's logs that ask the person for something, and are no failures.
INTERRUPTS = {16000, 50055, 50074, 50076, 50140, 65001}


def moment(text: str | None) -> datetime | None:
    """As the warehouse has it: UTC, without a zone."""
    return parse_instant(text).astimezone(timezone.utc).replace(tzinfo=None) if text else None


def seed(name: str) -> list[Row]:
    """The rows of a seed; it is data that people edit, no logic."""
    with (ROOT / "transform/entra/seeds" / f"entra__{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class SignIn(NamedTuple):
    """One row of a user log."""

    user_id: str
    app_id: str
    app_name: str | None
    at: datetime
    code: int
    interactive: bool


@dataclass(frozen=True)
class World:
    """The tenant's rows by stream, as they were when they were loaded.

    Attributes:
        streams: Those that were loaded.
    """

    as_of: datetime
    rows: dict[str, list[Row]]
    thresholds: dict[str, int] = field(default_factory=lambda: dict(THRESHOLDS))
    streams: frozenset[str] = frozenset(STREAMS)

    @classmethod
    def of(cls, tenant: Tenant, at: datetime) -> World:
        """The world at the tenant's own "now"."""
        now = at.astimezone(timezone.utc).replace(tzinfo=None)
        return cls(now, {stream: tenant.truth(stream) for stream in STREAMS})

    def having(self, *, without: tuple[str, ...] = (), **thresholds: int) -> World:
        """The same world seen with other thresholds, or without streams that were not loaded."""
        rows = {stream: [] if stream in without else rows for stream, rows in self.rows.items()}
        return World(self.as_of, rows, {**self.thresholds, **thresholds}, self.streams - {*without})

    def ago(self, days: int) -> datetime:
        return self.as_of - timedelta(days=days)

    def in_last(self, day: date, days: int) -> bool:
        """Whether a day is within a number of days, today included."""
        today = self.as_of.date()
        return today - timedelta(days=days) < day <= today

    def live(self, stream: str) -> list[Row]:
        return [row for row in self.rows[stream] if not row.get("_deleted")]

    @cached_property
    def users(self) -> dict[str, Row]:
        """Those who live."""
        return {row["id"]: row for row in self.live("users")}

    @cached_property
    def principals(self) -> dict[str, Row]:
        """Those that live, machines too, by object id."""
        return {row["id"]: row for row in self.live("service_principals")}

    @cached_property
    def members(self) -> dict[str, list[tuple[str, str]]]:
        """By live group: id and kind of each member that lives."""
        found = defaultdict(list)
        for row in self.rows["group_members"]:
            found[row["groupId"]].append((row["memberId"], row["memberType"]))
        return found

    def people_in(self, group: str) -> set[str]:
        """Direct members who are people."""
        return {id_ for id_, kind in self.members[group] if kind == "user"}

    @cached_property
    def sign_ins(self) -> list[SignIn]:
        """Sign-ins by people to apps, until now."""
        found = [
            SignIn(
                row["userId"], row["appId"], row["appDisplayName"], at, row["status"]["errorCode"], stream == "sign_ins"
            )
            for stream in ("sign_ins", "non_interactive_sign_ins")
            for row in self.rows[stream]
            if row["userId"] and row["appId"] and (at := moment(row["createdDateTime"])) and at <= self.as_of
        ]
        return sorted(found, key=lambda one: one.at)

    @cached_property
    def successes(self) -> list[SignIn]:
        return [one for one in self.sign_ins if one.code == 0]

    def is_enabled(self, user_id: str) -> bool:
        """Lives, and may sign in."""
        return user_id in self.users and self.users[user_id]["accountEnabled"]

    def since(self, stream: str) -> datetime | None:
        """From when on a log is known without a gap; None if it is not loaded."""
        rows = self.rows[stream]
        return min(filter(None, (moment(row["createdDateTime"]) for row in rows)), default=None)

    @cached_property
    def interactive_since(self) -> datetime | None:
        return self.since("sign_ins")

    @cached_property
    def all_since(self) -> datetime | None:
        both = self.interactive_since, self.since("non_interactive_sign_ins")
        return max(both) if both[0] and both[1] else None  # type: ignore[type-var]

    def observed(self) -> tuple[str | None, datetime | None]:
        """What usage figures rest on, and since when."""
        edge = self.ago(self.thresholds["unused_days"])
        interactive, both = self.interactive_since, self.all_since
        if both and not (interactive and interactive <= edge < both):
            return "all sign-ins", both
        return ("interactive sign-ins", interactive) if interactive else (None, None)

    def seen_for(self, days: int) -> str | None:
        """Which logs reach back so far."""
        edge = self.ago(days)
        if self.all_since and self.all_since <= edge:
            return "all sign-ins"
        return "interactive sign-ins" if self.interactive_since and self.interactive_since <= edge else None
