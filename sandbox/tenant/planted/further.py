"""What licences contain one another, how people sign in, and what is new; with near misses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.logs.audits import Deed, Target
from sandbox.tenant.makers.devices import device_json
from sandbox.tenant.makers.groups import USER
from sandbox.tenant.makers.licences import E3, E5, F1, Licence, count_seats
from sandbox.tenant.makers.roles import HELPDESK_ADMINISTRATOR, REPORTS_READER

if TYPE_CHECKING:
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.planted.builder import Builder
    from sandbox.tenant.planted.cast import Cast

_CONSENT = Deed("Consent to application", "ApplicationManagement", "Assign")
_ADD_PRINCIPAL = Deed("Add service principal", "ApplicationManagement", "Add")
_INVITE = Deed("Invite external user", "UserManagement", "Add")
_ADD_ROLE = Deed("Add member to role", "RoleManagement", "Assign")
_LEGACY = "Authenticated SMTP"
_RISK = {
    "riskDetail": "none",
    "riskEventTypes_v2": ["unfamiliarFeatures"],
    "riskLevelAggregated": "high",
    "riskLevelDuringSignIn": "high",
    "riskState": "atRisk",
}


def plant_further(builder: Builder, cast: Cast) -> None:
    """Plant each kind, with a near miss beside it."""
    _double_licences(builder)
    _clients_and_risks(builder)
    _new_apps(builder, cast)
    _admins(builder)
    _guests(builder)
    _tools(builder, cast)
    _devices(builder)
    _groups(builder)


def _worker(builder: Builder, name: str, **options: Any) -> Person:
    person = builder.person(name, **options)
    builder.keep_using(person, builder.office, 3)
    for licence in options.get("licences", ()):
        _take_seat(builder, licence)
    return person


def _take_seat(builder: Builder, licence: Licence) -> None:
    count_seats(builder.tenant.lists["subscribedSkus"], licence, 1)


def _double_licences(builder: Builder) -> None:
    """E5 contains E3; F1 has a mailbox that E3 has not."""
    kind = "overlapping_licences"
    _worker(builder, "Dirk Double", licences=(E3, E5))
    builder.expect(kind, E3.sku_id, "one person holds E3 and E5, which contains it", related=E5.sku_id)
    _worker(builder, "Edda Single", licences=(E5,))
    builder.spare(kind, E5.sku_id, "contains others, and none contains it")
    _worker(builder, "Fina Firstline", licences=(F1, E3))
    builder.spare(kind, F1.sku_id, "has a mailbox that no other licence has")


def _clients_and_risks(builder: Builder) -> None:
    """A legacy client that succeeds and one that fails; a risk that is open and one that was remediated."""
    office = builder.office
    legacy = _worker(builder, "Luzia Legacy")
    builder.visit(legacy, office, 4, columns={"clientAppUsed": _LEGACY})
    builder.expect("legacy_sign_ins", legacy.id, "her mail program signs in by a way without a second factor")
    refused = _worker(builder, "Lothar Refused")
    builder.visit(refused, office, 4, code=50126, columns={"clientAppUsed": _LEGACY})
    builder.spare("legacy_sign_ins", refused.id, "his mail program did not get in")

    risky = _worker(builder, "Rieke Risky")
    builder.visit(risky, office, 2, columns=_RISK)
    builder.expect("open_risk", risky.id, "a sign-in is at risk")
    settled = _worker(builder, "Rudi Remediated")
    builder.visit(settled, office, 3, columns=_RISK)
    builder.visit(settled, office, 2, columns={**_RISK, "riskState": "remediated"})
    builder.spare("open_risk", settled.id, "what was at risk was remediated a day later")


def _new_apps(builder: Builder, cast: Cast) -> None:
    """One that came four days ago with a consent, and one that came three weeks ago."""
    audits, admin = builder.tenant.audits, builder.tenant.admin()
    user = _worker(builder, "Nele Newcomer")
    for name, days in (("Early Bird Notes", 4), ("Late Riser Notes", 20)):
        app = builder.app(cast.modest._replace(name=name, domain="notes.example"), "third_party", created=days, used=1)
        builder.keep_using(user, app, 3)
        builder.consent(app, "openid profile User.Read")
        target = Target("ServicePrincipal", str(app.principal_id), app.name)
        audits.note_apart(builder.ago(days), _ADD_PRINCIPAL, target, by=admin)
        audits.note_apart(builder.ago(days), _CONSENT, target, by=admin)
        if days < 7:
            builder.expect("new_app", app.app_id, "was added four days ago")
        else:
            builder.spare("new_app", app.app_id, "was added three weeks ago")


def _admins(builder: Builder) -> None:
    """A second factor that is a phone number, and roles that were given lately."""
    weak = _worker(builder, "Wanja Weakfactor")
    strong = _worker(builder, "Stina Strongfactor")
    for person, methods in ((weak, ("mobilePhone", "email")), (strong, ("mobilePhone", "microsoftAuthenticatorPush"))):
        builder.role(person.id, HELPDESK_ADMINISTRATOR)
        builder.expected.methods[person.id] = methods
    builder.expect("admin_with_weak_mfa", weak.id, "holds a role, with a phone and a mail address as second factors")
    builder.spare("admin_with_weak_mfa", strong.id, "has the Authenticator, too")

    for person, days in ((weak, 20), (strong, 3)):
        target = Target("User", person.id, person.display_name, person.upn)
        builder.tenant.audits.note_apart(builder.ago(days), _ADD_ROLE, target, by=builder.tenant.admin())
    builder.expect("new_admin", strong.id, "was given a role three days ago")
    builder.spare("new_admin", weak.id, "was given a role three weeks ago")


def _guests(builder: Builder) -> None:
    admin, audits = builder.tenant.admin(), builder.tenant.audits
    guest = _worker(builder, "Gisa Guestadmin", guest=True)
    builder.role(guest.id, REPORTS_READER)
    audits.note_apart(builder.ago(20), _INVITE, Target("User", guest.id, guest.display_name, guest.upn), by=admin)
    builder.expect("guest_admin", guest.id, "is a guest and holds a role")
    plain = _worker(builder, "Gerd Guestplain", guest=True)
    builder.spare("guest_admin", plain.id, "is a guest and holds none")

    for name, days in (("Pia Pending", 70), ("Pit Pendingshort", 12)):
        invited = builder.person(name, guest=True, accepted=False, created=days)
        if days > 30:
            builder.expect("pending_guest", invited.id, "was invited 70 days ago and has not accepted")
            builder.expect("quiet_guest", invited.id, "has never signed in", idle=days, report=True)
        else:
            builder.spare("pending_guest", invited.id, "was invited twelve days ago")


def _tools(builder: Builder, cast: Cast) -> None:
    """Tools of artificial intelligence, and of a job that Microsoft 365 can do."""
    holder = _worker(builder, "Toni Toolbox", licences=(E5,))
    without = _worker(builder, "Tina Toolless")
    old, new, idle = (builder.app(role, "third_party", created=40, used=1) for role in cast.ai)
    builder.keep_using(holder, old, 3)
    builder.visit(holder, new, 2)
    chat, meetings = (builder.app(role, "third_party", used=1) for role in cast.chats)
    builder.keep_using(holder, chat, 3)
    builder.keep_using(without, meetings, 3)
    builder.spare("ai_app", idle.app_id, "no one has signed in to it for a month")
    builder.spare("contained_in_microsoft365", meetings.app_id, "its user has no licence")
    if not cast.obscure:
        builder.expect("ai_app", old.app_id, "is in use")
        builder.expect("ai_app", new.app_id, "is in use since two days ago")
        builder.expect("contained_in_microsoft365", chat.app_id, "its user holds Teams as well")


def _devices(builder: Builder) -> None:
    """A device that was not seen for 200 days, and one that was seen yesterday."""
    devices = builder.tenant.directory["devices"]
    for days, system in ((200, "Windows"), (1, "ChromeOS")):
        device, person = None, None
        for number in range(20):  # one employee in ten has no registered device
            person = _worker(builder, f"Device Owner {days} {number}")
            device = device_json(person, builder.starts)
            if device:
                break
        if person and device:
            seen = {"approximateLastSignInDateTime": zulu(builder.ago(days)), "operatingSystem": system}
            devices.live[device["id"]] = device | seen
            for relation in devices.links:
                devices.links[relation][device["id"]] = {person.id: USER}
    builder.expect("stale_devices", "devices: Windows", "one was not seen for 200 days")
    builder.spare("stale_devices", "devices: ChromeOS", "the only one was seen yesterday")


def _groups(builder: Builder) -> None:
    lonely = builder.group("Lonely Hearts")
    builder.expect("groups_without_owner", "groups without owner", "one group at least has none")
    builder.spare("groups_without_owner", lonely, "is named in the finding, and is none by itself")
