"""Service principals of all apps and of some machines; an application for each app that the tenant owns.

https://learn.microsoft.com/graph/api/serviceprincipal-list
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.expected import linked, tracked
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.makers.groups import PRINCIPAL, USER
from sandbox.tenant.makers.service_principals import application_json, managed_identity_json, principal_json
from sandbox.tenant.rng import guid, seeded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_MACHINES = ("func-invoices", "vm-warehouse", "aks-prod-agent", "adf-nightly-load")


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    rng, starts = seeded(tenant.options.seed, "principals"), tenant.options.starts
    applications = tenant.directory["applications"]
    principals = []
    for app in tenant.apps:
        created = starts - timedelta(days=rng.randrange(60, 2500))
        if app.principal_id is not None:
            principals.append(principal_json(app, tenant.id, tenant.company, created))
        if app.kind in {"gallery", "internal"}:
            application = application_json(app, guid(rng), tenant.company, created)
            applications.live[application["id"]] = application
    principals += [
        managed_identity_json(name, guid(rng), starts - timedelta(days=rng.randrange(30, 600))) for name in _MACHINES
    ]
    first = next(iter(applications.live.values()))
    buried = {**first, "id": guid(rng), "appId": guid(rng), "displayName": "Visitor Sign-in (pilot)"}
    applications.add_deleted(buried, starts - timedelta(days=12))
    _name_owners(tenant)
    _name_owners_of_registrations(tenant)
    return principals


def _name_owners(tenant: TenantState) -> None:
    """One or two employees own a product; an app also owns what IT alone uses."""
    rng = seeded(tenant.options.seed, "app owners")
    staff = [person.id for person in tenant.people.values() if person.kind == "employee"]
    own = [str(app.principal_id) for app in tenant.apps if app.kind == "internal"]
    owners = tenant.directory["servicePrincipals"].links["owners"]
    for app in tenant.apps:
        if app.kind == "microsoft" or app.principal_id is None or rng.random() < 0.3:
            continue
        owners[app.principal_id] = dict.fromkeys(rng.sample(staff, min(rng.randrange(1, 3), len(staff))), USER)
        if app.departments == ("IT",) and app.principal_id not in own[:1]:
            owners[app.principal_id][own[0]] = PRINCIPAL


def _name_owners_of_registrations(tenant: TenantState) -> None:
    """Two of three registrations have owners: one or two employees, of whom the second also may be an app."""
    rng = seeded(tenant.options.seed, "owners of registrations")
    staff = [person.id for person in tenant.people.values() if person.kind == "employee"]
    own = [str(app.principal_id) for app in tenant.apps if app.kind == "internal"]
    applications = tenant.directory["applications"]
    for key in applications.live:
        if rng.random() < 0.67:
            owners = applications.links["owners"][key] = {rng.choice(staff): USER}
            owners |= {rng.choice(own): PRINCIPAL} if rng.random() < 0.2 else {}


SERVICE_PRINCIPALS = GraphList(
    path="servicePrincipals",
    entity="servicePrincipal",
    scopes=scopes("Application.Read.All"),
    properties=properties(
        default="""
            id deletedDateTime accountEnabled alternativeNames appDescription appDisplayName appId
            applicationTemplateId appOwnerOrganizationId appRoleAssignmentRequired createdByAppId description
            disabledByMicrosoftStatus displayName homepage info isDisabled loginUrl logoutUrl notes
            notificationEmailAddresses preferredSingleSignOnMode preferredTokenSigningKeyThumbprint replyUrls
            samlSingleSignOnSettings servicePrincipalNames servicePrincipalType signInAudience tags
            tokenEncryptionKeyId verifiedPublisher addIns appRoles keyCredentials oauth2PermissionScopes
            passwordCredentials resourceSpecificApplicationPermissions
        """,
        on_request="customSecurityAttributes",
    ),
    store="servicePrincipals",
    links=("owners",),
    first_rows=_first_rows,
    needs=("users",),
    expected={
        "service_principals": tracked("servicePrincipals"),
        "service_principal_owners": linked("servicePrincipals", "owners", "servicePrincipalId", "ownerId", "ownerType"),
    },
)
