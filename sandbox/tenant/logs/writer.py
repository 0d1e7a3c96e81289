"""The logs of a tenant, written day by day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.logs.activity import activity_before, note_sign_ins
from sandbox.tenant.logs.beta_sign_ins import MachineBook, NonInteractiveBook
from sandbox.tenant.logs.past_audits import past_audits
from sandbox.tenant.logs.sign_ins import Crowd, SignInBook, weight_of_day
from sandbox.tenant.planted.log_rows import Books, note_renewals, write_rows
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.logs.row import LogRow
    from sandbox.tenant.tenant import Tenant, TenantOptions

LOG_DAYS = 30  # how far back the logs reach
_MARGIN = timedelta(hours=2)  # no row is so old that a reader who begins at once could miss it
_MOST_NON_INTERACTIVE = 50_000  # rows a month; real tenants have many times more than of interactive ones
_MOST_OF_MACHINES = 10_000


class LogWriter:
    """Writes all logs but that of audits, whose rows come from the changes themselves.

    Attributes:
        logs: Rows in order of time, by the kind of event.
        last_rows: The last interactive sign-in to each app, by app id.
    """

    def __init__(self, tenant_id: str, options: TenantOptions) -> None:
        seed = options.seed
        self._options = options
        self._month = sum(weight_of_day(options.starts - timedelta(days=back)) for back in range(LOG_DAYS))
        self._interactive = SignInBook(seeded(seed, "sign-ins"), tenant_id, f"interactive {seed}")
        self._renewals = NonInteractiveBook(seeded(seed, "renewals"), tenant_id, f"renewal {seed}")
        self._apps = MachineBook(seeded(seed, "apps sign in"), tenant_id, seed, "servicePrincipal")
        self._machines = MachineBook(seeded(seed, "machines sign in"), tenant_id, seed, "managedIdentity")
        self.logs: dict[str, list[LogRow]] = {
            "signIns": [],
            "nonInteractiveUser": [],
            "servicePrincipal": [],
            "managedIdentity": [],
            "directoryAudits": [],
        }
        self.last_rows: dict[str, LogRow] = {}

    def write_month(self, tenant: Tenant) -> None:
        """Write the month before the tenant began."""
        starts = self._options.starts
        tenant.lists["signInActivity"] = activity_before(tenant.people.values(), starts) | tenant.planted.activities
        crowd = Crowd.of([*tenant.people.values(), *tenant.former.values()])
        for back in range(LOG_DAYS - 1, -1, -1):
            self._write(tenant, crowd, starts - timedelta(days=back))
        self.logs["directoryAudits"].extend(past_audits(seeded(self._options.seed, "past audits"), tenant))
        self._note(tenant, self.logs["signIns"])
        note_renewals(tenant, self.logs["nonInteractiveUser"])

    def write_day(self, tenant: Tenant, ends: datetime) -> None:
        """Write the 24 hours before `ends`."""
        already = len(self.logs["signIns"])
        renewed = len(self.logs["nonInteractiveUser"])
        self._write(tenant, Crowd.of(tenant.people.values()), ends)
        self._note(tenant, self.logs["signIns"][already:])
        note_renewals(tenant, self.logs["nonInteractiveUser"][renewed:])

    def _write(self, tenant: Tenant, crowd: Crowd, ends: datetime) -> None:
        month = self._options.sign_ins
        share = weight_of_day(ends) / self._month
        oldest = self._options.starts - timedelta(days=LOG_DAYS) + _MARGIN
        sown = write_rows(tenant, Books(self._interactive, self._renewals, self._apps), ends, oldest)
        self._extend("signIns", self._interactive.day(crowd, ends, round(month * share), oldest), sown.interactive)
        renewals = round(min(month, _MOST_NON_INTERACTIVE) * share)
        self._extend("nonInteractiveUser", self._renewals.day(crowd, ends, renewals, oldest), sown.renewals)
        each_day = min(month // 5, _MOST_OF_MACHINES) // LOG_DAYS
        apps = self._apps.day(_principals(tenant, "Application"), ends, each_day, oldest)
        self._extend("servicePrincipal", apps, sown.machines)
        self.logs["managedIdentity"].extend(
            self._machines.day(_principals(tenant, "ManagedIdentity"), ends, each_day // 2, oldest)
        )

    def _extend(self, log: str, drawn: list[LogRow], sown: list[LogRow]) -> None:
        self.logs[log].extend(sorted((*drawn, *sown), key=lambda row: row.at) if sown else drawn)

    def _note(self, tenant: Tenant, rows: list[LogRow]) -> None:
        activities = tenant.lists["signInActivity"]
        note_sign_ins(activities, rows, self._interactive.throw)
        for key in [key for key in activities if key not in tenant.people and key not in tenant.planted.people]:
            del activities[key]
        self.last_rows.update((row.facts[2].app_id, row) for row in rows)


def _principals(tenant: Tenant, kind: str) -> list[JsonObject]:
    """Those that sign in by themselves: machines, and apps that belong to the tenant."""
    return [
        principal
        for principal in tenant.directory["servicePrincipals"].live.values()
        if principal["servicePrincipalType"] == kind
        and principal["appOwnerOrganizationId"] in {tenant.id, None}
        and principal["id"] not in tenant.planted.principals
    ][-12:]
