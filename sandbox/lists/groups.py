"""Groups of every kind, with their members and owners.

https://learn.microsoft.com/graph/api/group-list
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.expected import linked, tracked
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.makers.company import DEPARTMENTS, OFFICES
from sandbox.tenant.makers.groups import DEVICE, GROUP, PRINCIPAL, USER, group_json
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from sandbox.lists.spec import Row
    from sandbox.tenant.collection_store import CollectionStore
    from sandbox.tenant.makers.groups import GroupKind
    from sandbox.tenant.makers.people import Person
    from sandbox.tenant.state import TenantState

_TOWN_HALL = 5000  # the most members of a mail group
_PROJECTS = (
    "Aurora", "Basalt", "Cobalt", "Driftwood", "Equinox", "Firefly", "Granite", "Horizon", "Indigo", "Juniper",
    "Kestrel", "Lighthouse", "Meridian", "Nimbus", "Obsidian", "Pinecone", "Quartz", "Ripple", "Saffron", "Tundra",
)  # fmt: skip
_MOST_PROJECTS = 2000


class GroupMaker:
    """Makes the groups of a new tenant."""

    def __init__(self, rng: Random, tenant: TenantState) -> None:
        self._rng = rng
        self._tenant = tenant
        self._groups: CollectionStore = tenant.directory["groups"]
        self._people = [person for person in tenant.people.values() if person.kind == "employee"]

    def make_all(self) -> None:
        """Make groups of every kind: dynamic, of departments, offices and projects, nested, of devices and of apps."""
        everybody = self.make("All Employees", "dynamic", self._people)
        self.make("Town Hall", "mail", self._people[:_TOWN_HALL])
        departments = self._departments()
        for office in OFFICES:
            there = [person for person in self._people if person.office is office]
            kind: GroupKind = "synced" if office.code in {"DE", "GB"} else "mail"
            self.make(f"Office {office.city}", kind, there)
        self._nested(departments, everybody)
        self._projects()
        hidden = self.make("Works Council", "team", self._people[3:9])
        self._groups.live[hidden]["visibility"] = "HiddenMembership"
        for i, name in enumerate(("Summer Party", "Project Mistral")):
            left = self._tenant.options.starts - timedelta(days=9 + i, minutes=7)
            gone = self.make(name, "team", self._people[:4])
            self._groups.add_deleted(self._groups.live.pop(gone), left)

    def make(self, name: str, kind: GroupKind, people: Iterable[Person]) -> str:
        """Make one group and return its id."""
        created = self._tenant.options.starts - timedelta(days=self._rng.randrange(40, 3000))
        group = group_json(self._rng, name, kind, self._tenant.company, created)
        self._groups.live[group["id"]] = group
        self._groups.links["members"][group["id"]] = {person.id: USER for person in people}
        return str(group["id"])

    def _departments(self) -> dict[str, str]:
        """Make a team for each department, owned by its head. Leavers in the recycle bin are still members."""
        made = {}
        for department in DEPARTMENTS:
            members = [person for person in self._people if person.department is department]
            leavers = [person for person in self._tenant.former.values() if person.department is department]
            made[department.name] = key = self.make(department.name, "team", [*members, *leavers])
            self._groups.links["owners"][key] = {person.id: USER for person in members[:2]}
        return made

    def _nested(self, departments: dict[str, str], everybody: str) -> None:
        """Make groups of groups, of devices and of apps."""
        rng, members = self._rng, self._groups.links["members"]
        commercial = self.make("Commercial", "security", self._people[:3])
        members[commercial] |= {departments[name]: GROUP for name in ("Sales", "Marketing", "Customer Success")}
        vpn = self.make("VPN Users", "security", [])
        members[vpn] |= {commercial: GROUP, departments["Engineering"]: GROUP, departments["IT"]: GROUP}
        self._groups.live[vpn]["description"] = "Who may connect from outside"
        readers = self.make(
            "Intranet Readers", "security", [p for p in self._tenant.people.values() if p.kind == "guest"]
        )
        members[readers][everybody] = GROUP
        kiosks = self.make("Kiosk Devices", "security", [])
        members[kiosks] |= dict.fromkeys(list(self._tenant.directory["devices"].live)[:12], DEVICE)
        automation = self.make("Automation", "security", [])
        principals = list(self._tenant.directory["servicePrincipals"].live)
        members[automation] |= dict.fromkeys(rng.sample(principals, 5), PRINCIPAL)
        self._groups.links["owners"][automation] = {principals[0]: PRINCIPAL}
        self.make(
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
            key = self.make(name, "team", members)
            self._groups.links["owners"][key] = {members[0].id: USER}


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    GroupMaker(seeded(tenant.options.seed, "groups"), tenant).make_all()
    return tenant.directory["groups"].live.values()


GROUPS = GraphList(
    path="groups",
    entity="group",
    scopes=scopes("GroupMember.Read.All", "Group.Read.All"),
    properties=properties(
        default="""
            id deletedDateTime classification createdDateTime description displayName expirationDateTime groupTypes
            isAssignableToRole mail mailEnabled mailNickname membershipRule membershipRuleProcessingState
            onPremisesDomainName onPremisesLastSyncDateTime onPremisesNetBiosName onPremisesSamAccountName
            onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation preferredLanguage proxyAddresses
            renewedDateTime resourceProvisioningOptions securityEnabled securityIdentifier theme visibility
            onPremisesProvisioningErrors
        """,
        on_request="""
            assignedLabels assignedLicenses infoCatalogs isManagementRestricted licenseProcessingState
            onPremisesExtensionAttributes organizationId resourceBehaviorOptions serviceProvisioningErrors uniqueName
            welcomeMessageEnabled
        """,
        alone="""
            accessType allowExternalSenders autoSubscribeNewMembers hasMembersWithLicenseErrors hideFromAddressLists
            hideFromOutlookClients isArchived isFavorite isSubscribedByMail unseenConversationsCount unseenCount
            unseenMessagesCount
        """,
    ),
    store="groups",
    links=("members", "owners"),
    delta_links=("members", "owners"),
    default_delta_links=("members",),
    first_rows=_first_rows,
    needs=("users", "devices", "servicePrincipals"),
    expected={
        "groups": tracked("groups"),
        "group_members": linked("groups", "members", "groupId", "memberId", "memberType"),
        "group_owners": linked("groups", "owners", "groupId", "ownerId", "ownerType"),
    },
)
