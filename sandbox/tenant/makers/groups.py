"""Groups and administrative units: who belongs together.

https://learn.microsoft.com/graph/api/resources/group,
https://learn.microsoft.com/graph/api/resources/administrativeunit
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.makers.company import DEPARTMENTS, OFFICES
from sandbox.tenant.makers.names import spelled_plainly
from sandbox.tenant.makers.users import security_identifier
from sandbox.tenant.rng import guid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from random import Random

    from sandbox.tenant.collection_store import CollectionStore, JsonObject
    from sandbox.tenant.makers.company import Company
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.tenant import Tenant

GroupKind = Literal["team", "dynamic", "security", "synced", "mail", "roles"]

USER = "#microsoft.graph.user"
GROUP = "#microsoft.graph.group"
DEVICE = "#microsoft.graph.device"
PRINCIPAL = "#microsoft.graph.servicePrincipal"

_TOWN_HALL = 5000  # members of the biggest group of its kind, where there are so many people
_PROJECTS = (
    "Aurora", "Basalt", "Cobalt", "Driftwood", "Equinox", "Firefly", "Granite", "Horizon", "Indigo", "Juniper",
    "Kestrel", "Lighthouse", "Meridian", "Nimbus", "Obsidian", "Pinecone", "Quartz", "Ripple", "Saffron", "Tundra",
)  # fmt: skip
_MOST_PROJECTS = 2000

_UNSET: JsonObject = {
    "id": None, "deletedDateTime": None, "assignedLabels": [], "assignedLicenses": [], "classification": None,
    "createdDateTime": None, "description": None, "displayName": None, "expirationDateTime": None, "groupTypes": [],
    "infoCatalogs": [], "isAssignableToRole": None, "isManagementRestricted": None, "licenseProcessingState": None,
    "mail": None, "mailEnabled": False, "mailNickname": None, "membershipRule": None,
    "membershipRuleProcessingState": None, "onPremisesDomainName": None,
    "onPremisesExtensionAttributes": {f"extensionAttribute{i}": None for i in range(1, 16)},
    "onPremisesLastSyncDateTime": None, "onPremisesNetBiosName": None, "onPremisesProvisioningErrors": [],
    "onPremisesSamAccountName": None, "onPremisesSecurityIdentifier": None, "onPremisesSyncEnabled": None,
    "organizationId": None, "preferredDataLocation": None, "preferredLanguage": None, "proxyAddresses": [],
    "renewedDateTime": None, "resourceBehaviorOptions": [], "resourceProvisioningOptions": [], "securityEnabled": True,
    "securityIdentifier": None, "serviceProvisioningErrors": [], "theme": None, "uniqueName": None, "visibility": None,
    "welcomeMessageEnabled": None,
}  # fmt: skip


def group_json(rng: Random, name: str, kind: GroupKind, company: Company, created: datetime) -> JsonObject:
    """A group with nobody in it yet. Only a team (a Microsoft 365 group) goes to the recycle bin when deleted."""
    key = guid(rng)
    nickname = spelled_plainly(name).replace("&", "and")
    mail = f"{nickname}@{company.domain}"
    group = {
        **_UNSET,
        "id": key,
        "createdDateTime": zulu(created),
        "renewedDateTime": zulu(created),
        "displayName": name,
        "mailNickname": nickname,
        "securityIdentifier": security_identifier(key),
    }
    addressed = {"mail": mail, "mailEnabled": True, "proxyAddresses": [f"SMTP:{mail}"]}
    if kind == "team":
        team = {"groupTypes": ["Unified"], "resourceProvisioningOptions": ["Team"], "securityEnabled": False}
        return group | addressed | team | {"description": f"Everything about {name}", "visibility": "Private"}
    if kind == "mail":
        return group | addressed | {"securityEnabled": False}
    if kind == "dynamic":
        rule = {"membershipRule": '(user.userType -eq "Member")', "membershipRuleProcessingState": "On"}
        return group | rule | {"groupTypes": ["DynamicMembership"]}
    if kind == "synced":
        return group | {
            "onPremisesDomainName": f"corp.{company.domain}",
            "onPremisesLastSyncDateTime": zulu(created),
            "onPremisesNetBiosName": "CORP",
            "onPremisesSamAccountName": name,
            "onPremisesSecurityIdentifier": f"S-1-5-21-1004336348-1177238915-682003330-{rng.randrange(10**6, 10**7)}",
            "onPremisesSyncEnabled": True,
        }
    return group | ({"isAssignableToRole": True} if kind == "roles" else {})


class Founder:
    """Founds the groups of a new tenant."""

    def __init__(self, rng: Random, tenant: Tenant) -> None:
        self._rng = rng
        self._tenant = tenant
        self._groups: CollectionStore = tenant.directory["groups"]
        self._people = [person for person in tenant.people.values() if person.kind == "employee"]

    def found_all(self) -> None:
        """Found groups of every kind: dynamic, departments', offices', projects', nested, with devices and apps in."""
        everybody = self.found("All Employees", "dynamic", self._people)
        self.found("Town Hall", "mail", self._people[:_TOWN_HALL])
        departments = self._departments()
        for office in OFFICES:
            there = [person for person in self._people if person.office is office]
            kind: GroupKind = "synced" if office.code in {"DE", "GB"} else "mail"
            self.found(f"Office {office.city}", kind, there)
        self._nested(departments, everybody)
        self._projects()
        hidden = self.found("Works Council", "team", self._people[3:9])
        self._groups.live[hidden]["visibility"] = "HiddenMembership"
        for i, name in enumerate(("Summer Party", "Project Mistral")):
            left = self._tenant.options.starts - timedelta(days=9 + i, minutes=7)
            gone = self.found(name, "team", self._people[:4])
            self._groups.add_deleted(self._groups.live.pop(gone), left)

    def found(self, name: str, kind: GroupKind, people: Iterable[Person]) -> str:
        """Found one group and return its id."""
        created = self._tenant.options.starts - timedelta(days=self._rng.randrange(40, 3000))
        group = group_json(self._rng, name, kind, self._tenant.company, created)
        self._groups.live[group["id"]] = group
        self._groups.links["members"][group["id"]] = {person.id: USER for person in people}
        return str(group["id"])

    def _departments(self) -> dict[str, str]:
        """A team for each department, owned by its head; leavers in the recycle bin are members still."""
        founded = {}
        for department in DEPARTMENTS:
            members = [person for person in self._people if person.department is department]
            leavers = [person for person in self._tenant.former.values() if person.department is department]
            founded[department.name] = key = self.found(department.name, "team", [*members, *leavers])
            self._groups.links["owners"][key] = {person.id: USER for person in members[:2]}
        return founded

    def _nested(self, departments: dict[str, str], everybody: str) -> None:
        """Groups in groups, and groups of what are no people."""
        rng, members = self._rng, self._groups.links["members"]
        commercial = self.found("Commercial", "security", self._people[:3])
        members[commercial] |= {departments[name]: GROUP for name in ("Sales", "Marketing", "Customer Success")}
        vpn = self.found("VPN Users", "security", [])
        members[vpn] |= {commercial: GROUP, departments["Engineering"]: GROUP, departments["IT"]: GROUP}
        self._groups.live[vpn]["description"] = "Who may connect from outside"
        readers = self.found(
            "Intranet Readers", "security", [p for p in self._tenant.people.values() if p.kind == "guest"]
        )
        members[readers][everybody] = GROUP
        kiosks = self.found("Kiosk Devices", "security", [])
        members[kiosks] |= dict.fromkeys(list(self._tenant.directory["devices"].live)[:12], DEVICE)
        automation = self.found("Automation", "security", [])
        principals = list(self._tenant.directory["servicePrincipals"].live)
        members[automation] |= dict.fromkeys(rng.sample(principals, 5), PRINCIPAL)
        self._groups.links["owners"][automation] = {principals[0]: PRINCIPAL}
        self.found(
            "Tier 0 Administrators",
            "roles",
            [p for p in self._people if p.department and p.department.name == "IT"][:3],
        )

    def _projects(self) -> None:
        everybody = list(self._tenant.people.values())
        for i in range(min(max(len(everybody) // 12, 3), _MOST_PROJECTS)):
            word = _PROJECTS[i % len(_PROJECTS)]
            name = f"Project {word}" if i < len(_PROJECTS) else f"Project {word} {i // len(_PROJECTS) + 1}"
            members = self._rng.sample(everybody, min(self._rng.randrange(3, 16), len(everybody)))
            key = self.found(name, "team", members)
            self._groups.links["owners"][key] = {members[0].id: USER}


def found_administrative_units(rng: Random, tenant: Tenant) -> None:
    """A unit for each country, one with hidden members, one with groups in it, one in the recycle bin."""
    units = tenant.directory["administrativeUnits"]
    everybody = list(tenant.people.values())
    for code in sorted({office.code for office in OFFICES}):
        unit = unit_json(rng, f"Country {code}", f"People in {code}")
        units.live[unit["id"]] = unit
        units.links["members"][unit["id"]] = {person.id: USER for person in everybody if person.office.code == code}
    leadership = unit_json(rng, "Leadership", None) | {"visibility": "HiddenMembership"}
    projects = unit_json(rng, "Projects", "Groups that projects may manage themselves")
    units.live |= {leadership["id"]: leadership, projects["id"]: projects}
    units.links["members"][leadership["id"]] = {person.id: USER for person in everybody[:4]}
    units.links["members"][projects["id"]] = dict.fromkeys(list(tenant.directory["groups"].live)[-8:], GROUP)
    units.add_deleted(unit_json(rng, "Country XX", None), tenant.options.starts - timedelta(days=20))


def unit_json(rng: Random, name: str, description: str | None) -> JsonObject:
    """An administrative unit with nobody in it yet."""
    return {
        "id": guid(rng),
        "deletedDateTime": None,
        "description": description,
        "displayName": name,
        "isMemberManagementRestricted": False,
        "membershipRule": None,
        "membershipRuleProcessingState": None,
        "membershipType": "Assigned",
        "visibility": None,
    }
