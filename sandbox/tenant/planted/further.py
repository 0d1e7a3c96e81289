"""Rows that further questions need: double licences, legacy clients, risk, consents, invitations, stale devices.

No finding is expected of them here: the views that answer these questions say what they must find.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.logs.audits import Deed, Target
from sandbox.tenant.makers.devices import device_json
from sandbox.tenant.makers.groups import USER
from sandbox.tenant.makers.licences import E3, E5, Licence, count_seats
from sandbox.tenant.makers.roles import REPORTS_READER

if TYPE_CHECKING:
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.planted.builder import Builder

_CONSENT = Deed("Consent to application", "ApplicationManagement", "Assign")
_ADD_PRINCIPAL = Deed("Add service principal", "ApplicationManagement", "Add")
_INVITE = Deed("Invite external user", "UserManagement", "Add")
_LEGACY = "Authenticated SMTP"
_RISK = {
    "riskDetail": "none",
    "riskEventTypes_v2": ["unfamiliarFeatures"],
    "riskLevelAggregated": "high",
    "riskLevelDuringSignIn": "high",
    "riskState": "atRisk",
}


def plant_further(builder: Builder) -> None:
    """Plant each kind, with a near miss beside it."""
    _double_licences(builder)
    _clients_and_risks(builder)
    _audits(builder)
    _devices(builder)


def _worker(builder: Builder, name: str, **options: Any) -> Person:
    person = builder.person(name, **options)
    builder.keep_using(person, builder.office, 3)
    return person


def _double_licences(builder: Builder) -> None:
    """E5 contains E3: one person holds both, one holds E5 alone."""
    for name, licences in (("Dirk Double", (E3, E5)), ("Edda Single", (E5,))):
        _worker(builder, name, licences=licences)
        for licence in licences:
            _take_seat(builder, licence)


def _take_seat(builder: Builder, licence: Licence) -> None:
    count_seats(builder.tenant.lists["subscribedSkus"], licence, 1)


def _clients_and_risks(builder: Builder) -> None:
    """A legacy client that succeeds and one that fails; a risk that is open and one that was remediated."""
    office = builder.office
    for name, code in (("Luzia Legacy", 0), ("Lothar Refused", 50126)):
        builder.visit(_worker(builder, name), office, 4, code=code, columns={"clientAppUsed": _LEGACY})
    for name, state in (("Rieke Risky", "atRisk"), ("Rudi Remediated", "remediated")):
        builder.visit(_worker(builder, name), office, 2, columns={**_RISK, "riskState": state})


def _audits(builder: Builder) -> None:
    """An app that arrived four days ago with a consent, and a guest with a role whose invitation the log has."""
    tenant = builder.tenant
    admin, audits = tenant.admin(), tenant.audits
    app = next(app for app in tenant.apps if app.kind == "third_party")
    target = Target("ServicePrincipal", str(app.principal_id), app.name)
    audits.note_apart(builder.ago(4), _ADD_PRINCIPAL, target, by=admin)
    audits.note_apart(builder.ago(4), _CONSENT, target, by=admin)
    guest = _worker(builder, "Gisa Guestadmin", guest=True)
    builder.role(guest.id, REPORTS_READER)
    audits.note_apart(builder.ago(20), _INVITE, Target("User", guest.id, guest.display_name, guest.upn), by=admin)


def _devices(builder: Builder) -> None:
    """A device that was not seen for 200 days, and one that was seen yesterday."""
    devices = builder.tenant.directory["devices"]
    for days in (200, 1):
        device, person = None, None
        for number in range(20):  # one employee in ten has no registered device
            person = _worker(builder, f"Device Owner {days} {number}")
            device = device_json(person, builder.starts)
            if device:
                break
        if person and device:
            devices.live[device["id"]] = device | {"approximateLastSignInDateTime": zulu(builder.ago(days))}
            for relation in devices.links:
                devices.links[relation][device["id"]] = {person.id: USER}
