"""The logs of a tenant, written day by day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.tenant.life.past_audits import past_audits
from sandbox.tenant.logs.activity import activity_before, note_sign_ins
from sandbox.tenant.logs.beta_sign_ins import MachineBook, NonInteractiveBook
from sandbox.tenant.logs.provisioning import ProvisioningBook
from sandbox.tenant.logs.sign_ins import Crowd, SignInBook, weight_of_day
from sandbox.tenant.planted.log_rows import Books, note_renewals, write_rows
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.logs.row import LogRow
    from sandbox.tenant.state import TenantState

LOG_DAYS = 30  # how far back the logs reach
_MARGIN = timedelta(hours=2)  # no row is so old that a reader who begins at once could miss it
_MOST_NON_INTERACTIVE = 50_000  # rows a month; real tenants have many times more than of interactive ones
_MOST_OF_MACHINES = 10_000
_MOST_PROVISIONED = 200  # changes a day


class LogWriter:
    """Writes all logs of a tenant except the audit log, whose rows come from the changes themselves."""

    def __init__(self, tenant: TenantState) -> None:
        options, seed = tenant.options, tenant.options.seed
        self._tenant = tenant
        self._month = sum(weight_of_day(options.starts - timedelta(days=back)) for back in range(LOG_DAYS))
        self._interactive = SignInBook(seeded(seed, "sign-ins"), tenant.id, f"interactive {seed}")
        self._renewals = NonInteractiveBook(seeded(seed, "renewals"), tenant.id, f"renewal {seed}")
        self._apps = MachineBook(seeded(seed, "apps sign in"), tenant.id, seed, "servicePrincipal")
        self._provisioning = ProvisioningBook(seeded(seed, "provisioning"), tenant.id, seed)
        self._machines = MachineBook(seeded(seed, "machines sign in"), tenant.id, seed, "managedIdentity")

    def write_month(self) -> None:
        """Write the month before the tenant began."""
        tenant, starts = self._tenant, self._tenant.options.starts
        tenant.lists["signInActivity"] = activity_before(tenant.people.values(), starts) | tenant.planted.activities
        crowd = Crowd.of([*tenant.people.values(), *tenant.former.values()])
        for back in range(LOG_DAYS - 1, -1, -1):
            self._write(crowd, starts - timedelta(days=back))
        tenant.logs["directoryAudits"].extend(past_audits(seeded(tenant.options.seed, "past audits"), tenant))
        self._note(tenant.logs["signIns"])
        note_renewals(tenant, tenant.logs["nonInteractiveUser"])

    def write_day(self, ends: datetime) -> None:
        """Write the 24 hours before `ends`."""
        tenant = self._tenant
        already = len(tenant.logs["signIns"])
        renewed = len(tenant.logs["nonInteractiveUser"])
        self._write(Crowd.of(tenant.people.values()), ends)
        self._note(tenant.logs["signIns"][already:])
        note_renewals(tenant, tenant.logs["nonInteractiveUser"][renewed:])

    def _write(self, crowd: Crowd, ends: datetime) -> None:
        tenant, month = self._tenant, self._tenant.options.sign_ins
        share = weight_of_day(ends) / self._month
        oldest = tenant.options.starts - timedelta(days=LOG_DAYS) + _MARGIN
        sown = write_rows(tenant, Books(self._interactive, self._renewals, self._apps), ends, oldest)
        self._extend("signIns", self._interactive.day(crowd, ends, round(month * share), oldest), sown.interactive)
        renewals = round(min(month, _MOST_NON_INTERACTIVE) * share)
        self._extend("nonInteractiveUser", self._renewals.day(crowd, ends, renewals, oldest), sown.renewals)
        each_day = min(month // 5, _MOST_OF_MACHINES) // LOG_DAYS
        apps = self._apps.day(_principals(tenant, "Application"), ends, each_day, oldest)
        self._extend("servicePrincipal", apps, sown.machines)
        machines = self._machines.day(_principals(tenant, "ManagedIdentity"), ends, each_day // 2, oldest)
        self._extend("managedIdentity", machines, [])
        staff = [person for person in tenant.people.values() if person.kind == "employee"]
        changes = self._provisioning.day(staff, ends, min(1 + len(staff) // 40, _MOST_PROVISIONED), oldest)
        self._extend("provisioning", changes, [])

    def _extend(self, log: str, drawn: list[LogRow], sown: list[LogRow]) -> None:
        rows = sorted((*drawn, *sown), key=lambda row: row.at) if sown else drawn
        self._tenant.logs[log].extend(rows)

    def _note(self, rows: list[LogRow]) -> None:
        tenant = self._tenant
        activities = tenant.lists["signInActivity"]
        note_sign_ins(activities, rows, self._interactive.throw)
        for key in [key for key in activities if key not in tenant.people and key not in tenant.planted.people]:
            del activities[key]
        tenant.last_sign_ins.update((row.facts[2].app_id, row) for row in rows)


def _principals(tenant: TenantState, kind: str) -> list[JsonObject]:
    """Service principals that sign in by themselves: machines, and apps that belong to the tenant."""
    return [
        principal
        for principal in tenant.directory["servicePrincipals"].live.values()
        if principal["servicePrincipalType"] == kind
        and principal["appOwnerOrganizationId"] in {tenant.id, None}
        and principal["id"] not in tenant.planted.principals
    ][-12:]
