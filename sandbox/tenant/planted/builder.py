"""Puts people, apps and what belongs to them into a tenant as if they had been there for years."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.expected import Finding, NearMiss, Routine, Visit
from sandbox.tenant.makers.apps import App, AppKind
from sandbox.tenant.makers.company import DEPARTMENTS, OFFICES
from sandbox.tenant.makers.grants import (
    DEFAULT_ACCESS,
    Principal,
    app_role_assignment,
    as_principal,
    graph_principal_id,
    permission_grant,
)
from sandbox.tenant.makers.groups import GROUP, USER, group_json
from sandbox.tenant.makers.licences import Licence, licence_columns
from sandbox.tenant.makers.people import Person
from sandbox.tenant.makers.products import AZURE_AD, Product
from sandbox.tenant.makers.roles import assignment
from sandbox.tenant.makers.service_principals import application_json, principal_json
from sandbox.tenant.makers.users import user_json
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sandbox.tenant.planted.cast import Role
    from sandbox.tenant.state import TenantState

_FIRST_NUMBER = 9_000_000  # accounts of the tenant's own are counted from 1


class Builder:
    """Makes what is planted. All ids are easily told from those of the tenant's own: they count up in plain sight.

    Attributes:
        starts: When the tenant begins; days ago count from there.
        office: An app of Microsoft's that everybody may use.
    """

    def __init__(self, tenant: TenantState) -> None:
        self.tenant = tenant
        self.expected = tenant.planted
        self.starts = tenant.options.starts
        self.office = next(app for app in tenant.apps if app.name == "OfficeHome")
        self._rng = seeded(tenant.options.seed, "planted")
        self._counts: dict[str, int] = {}

    def ago(self, days: float) -> datetime:
        """The instant `days` before the tenant begins."""
        return self.starts - timedelta(days=days)

    # What is expected

    def expect(  # noqa: PLR0913 - all that a finding says
        self, kind: str, subject: str, because: str, *, related: str = "", idle: int | None = None, report: bool = False
    ) -> None:
        """This must be found."""
        self.expected.findings.append(Finding(kind, subject, related, because, idle, report))

    def expect_away(self, person: Person, because: str, idle: int) -> None:
        """The account must be found: Microsoft's report says for how long it was not used."""
        self.expect("unused_account", person.id, because, idle=idle, report=True)

    def spare(self, kind: str, subject: str, because: str) -> None:
        """This must not be found, though it looks alike."""
        self.expected.near_misses.append(NearMiss(kind, subject, because))

    # People

    def person(  # noqa: PLR0913 - all but the name have defaults
        self,
        name: str,
        *,
        created: int = 900,
        enabled: bool = True,
        licences: tuple[Licence, ...] = (),
        guest: bool = False,
        accepted: bool = True,
        mfa: bool = True,
    ) -> Person:
        """An account without sign-ins, until a visit or a routine names it."""
        given, _, surname = name.partition(" ")
        office, company = OFFICES[0], self.tenant.company
        alias = self.tenant.recruiter.address(given, surname)
        domain = "fabrikam.example" if guest else company.domain
        upn = f"{alias}_{domain}#EXT#@{company.initial_domain}" if guest else f"{alias}@{domain}"
        person = Person(
            number=_FIRST_NUMBER + len(self.expected.people),
            id=self._id("aaaaaaaa"),
            kind="guest" if guest else "employee",
            given=given,
            surname=surname,
            display_name=name,
            upn=upn,
            sign_in_name=f"{alias}@{domain}",
            alias=f"{alias}_{domain}#EXT#" if guest else alias,
            department=None if guest else DEPARTMENTS[0],
            title=None if guest else DEPARTMENTS[0].titles[-1],
            office=office,
            enabled=enabled,
            apps=(),
            activity=0,
            created=self.ago(created),
        )
        users = self.tenant.directory["users"]
        user = {**user_json(person, company), "accountEnabled": enabled, "createdDateTime": zulu(person.created)}
        users.live[person.id] = user | licence_columns(licences, zulu(person.created))
        if guest:
            users.live[person.id]["externalUserState"] = "Accepted" if accepted else "PendingAcceptance"
        if not guest:
            users.links["manager"][person.id] = {next(iter(self.tenant.people)): users.entity}
        self.expected.people[person.id] = person
        if not mfa:
            self.expected.methods[person.id] = ()
        return person

    def last_seen(self, person: Person, days: int, *, before_logs: bool = True) -> None:
        """The person's last sign-in of any kind was `days` ago; within the last month the log has it too."""
        if not before_logs:
            self.visit(person, self.office, days)
            return
        when, request = zulu(self.ago(days)), self._id("ffffffff")
        self.expected.activities[person.id] = {
            "lastSignInDateTime": when,
            "lastSignInRequestId": request,
            "lastNonInteractiveSignInDateTime": when,
            "lastNonInteractiveSignInRequestId": request,
            "lastSuccessfulSignInDateTime": when,
            "lastSuccessfulSignInRequestId": request,
        }

    def role(self, holder: str, role_id: str) -> None:
        """A person or a group holds a directory role."""
        entry = assignment(holder, role_id, "/")
        self.tenant.lists["roleManagement/directory/roleAssignments"][entry["id"]] = entry

    def group(self, name: str, *members: str, nested: tuple[str, ...] = (), roles: bool = False) -> str:
        """A group whose members do not change by chance; returns its id."""
        kind = "roles" if roles else "dynamic"
        group = group_json(self._rng, name, kind, self.tenant.company, self.ago(800))  # type: ignore[arg-type]
        group["id"] = key = self._id("dddddddd")
        groups = self.tenant.directory["groups"]
        groups.live[key] = group
        groups.links["members"][key] = dict.fromkeys(members, USER) | dict.fromkeys(nested, GROUP)
        return key

    # Apps

    def app(  # noqa: PLR0913 - all but the role have defaults
        self,
        role: Role,
        kind: AppKind,
        *,
        created: int = 700,
        used: int | None = None,
        enabled: bool = True,
        verified: bool = True,
    ) -> App:
        """An app without use, until a visit or a routine names it.

        Args:
            used: How many days ago a person used it last, as Microsoft's report has it.
        """
        product = Product(role.name, role.domain, "business", "saml" if kind == "gallery" else "oidc", 0)
        app_id, principal_id = self._id("cccccccc"), self._id("bbbbbbbb")
        resource = (role.name, app_id) if kind == "gallery" else ("Windows Azure Active Directory", AZURE_AD)
        is_own = kind == "internal"
        app = App(role.name, app_id, principal_id, kind, *resource, 0, (), "business", None if is_own else product)
        principal = principal_json(app, self.tenant.id, self.tenant.company, self.ago(created))
        principal["accountEnabled"] = enabled
        if kind == "third_party":
            principal["verifiedPublisher"] = self._publisher(role, verified=verified)
        self.tenant.directory["servicePrincipals"].live[principal_id] = principal
        if kind in {"gallery", "internal"}:
            application = application_json(app, self._id("eeeeeeee"), self.tenant.company, self.ago(created))
            self.tenant.directory["applications"].live[application["id"]] = application
        self.tenant.lists["appRoleAssignedTo"][principal_id] = []
        self.expected.apps[app_id] = app
        self.expected.principals.add(principal_id)
        if used is not None:
            self.expected.used[app_id] = (self.ago(used), None)
        return app

    def also_reply_to(self, app: App, url: str) -> None:
        """An app sends its tokens to one address more."""
        principals = self.tenant.directory["servicePrincipals"].live
        principal = principals[str(app.principal_id)]
        principals[str(app.principal_id)] = {**principal, "replyUrls": [*principal["replyUrls"], url]}

    def assign(self, app: App, holder: Person | tuple[str, str], days: int = 400) -> None:
        """A person, or a group by id and name, was assigned to an app `days` ago."""
        principal = Principal(holder[0], "Group", holder[1]) if type(holder) is tuple else as_principal(holder)  # type: ignore[arg-type]
        row = app_role_assignment(app, principal, DEFAULT_ACCESS, self.ago(days))
        self.tenant.lists["appRoleAssignedTo"][str(app.principal_id)].append(row)

    def open_unassigned(self) -> None:
        """Apps without assignments are open to all users: otherwise no user could use them, and some do."""
        principals = self.tenant.directory["servicePrincipals"].live
        for key in self.expected.principals:
            if not self.tenant.lists["appRoleAssignedTo"][key]:
                principals[key] = {**principals[key], "appRoleAssignmentRequired": False}

    def own(self, app: App, owner: Person) -> None:
        """A person is an owner of an app."""
        self.tenant.directory["servicePrincipals"].links["owners"][str(app.principal_id)] = {owner.id: USER}

    def expect_ownerless(self) -> None:
        """The company's own apps have no owner unless someone was named."""
        owners = self.tenant.directory["servicePrincipals"].links["owners"]
        strong = {finding.subject for finding in self.expected.findings if finding.kind == "own_app_rights"}
        for app in self.expected.apps.values():
            if app.kind == "internal" and app.principal_id not in owners and app.app_id not in strong:
                self.expect("app_without_owner", app.app_id, "is the company's own, and no one was named")

    def permit(self, app: App, role_id: str) -> None:
        """An app may do something in its own name, to all users' data: a role of Microsoft Graph's."""
        graph = next(one for one in self.tenant.apps if one.principal_id == graph_principal_id(self.tenant.apps))
        client = Principal(str(app.principal_id), "ServicePrincipal", app.name)
        row = app_role_assignment(graph, client, role_id, self.ago(300))
        self.tenant.lists["appRoleAssignedTo"][str(graph.principal_id)].append(row)

    def consent(self, app: App, scope: str, person: Person | None = None) -> None:
        """An app may do something in the name of one person, or of all."""
        grant = permission_grant(app, graph_principal_id(self.tenant.apps), scope, person.id if person else None)
        self.tenant.lists["oauth2PermissionGrants"][grant["id"]] = grant

    # Use

    def visit(  # noqa: PLR0913 - all but the first three have defaults
        self,
        person: Person,
        app: App,
        days: float,
        *,
        interactive: bool = True,
        code: int = 0,
        columns: Mapping[str, Any] | None = None,
    ) -> None:
        """A person signed in `days` ago, within the month of the logs."""
        self.expected.visits.append(
            Visit(person, app, self.ago(days), interactive, code, tuple((columns or {}).items()))
        )

    def keep_using(self, person: Person, app: App, every_days: int = 2, *, interactive: bool = True) -> None:
        """A person signs in regularly, also after the tenant has begun."""
        self.expected.routines.append(Routine(every_days, app, person, interactive))

    def keep_running(self, app: App) -> None:
        """An app signs in as itself, every day."""
        principal = self.tenant.directory["servicePrincipals"].live[str(app.principal_id)]
        self.expected.routines.append(Routine(1, app, principal=principal))

    def _publisher(self, role: Role, *, verified: bool) -> dict[str, Any]:
        if not verified:
            return {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None}
        return {"displayName": role.name, "verifiedPublisherId": "5206095", "addedDateTime": zulu(self.ago(900))}

    def _id(self, block: str) -> str:
        self._counts[block] = self._counts.get(block, 0) + 1
        return f"{block}-0000-4000-8000-{self._counts[block]:012}"
