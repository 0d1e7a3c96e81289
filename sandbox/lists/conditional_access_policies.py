"""Policies of Conditional Access: MFA for everybody, old protocols blocked, a stricter one for admins in trial.

https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.lists.expected import listed
from sandbox.lists.named_locations import ABROAD, POLICY_READERS, location_id
from sandbox.lists.spec import GraphList, properties
from sandbox.tenant.collection_store import zulu
from sandbox.tenant.makers.roles import GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR
from sandbox.tenant.rng import named_guid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_PATH = "identity/conditionalAccess/policies"
_PHISHING_RESISTANT = "00000000-0000-0000-0000-000000000004"


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    everybody = {"includeUsers": ["All"], "excludeUsers": [tenant.admin().id]}
    admins = {"includeRoles": [GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR]}
    yield _policy(tenant, "Require MFA for all users", "enabled", everybody, grant=_grant("mfa"))
    yield _policy(
        tenant, "Block legacy authentication", "enabled", everybody, clients=["exchangeActiveSync", "other"],
        grant=_grant("block"),
    )  # fmt: skip
    yield _policy(
        tenant, "Block countries without staff", "enabled", everybody, locations=[location_id(tenant, ABROAD)],
        grant=_grant("block"),
    )  # fmt: skip
    yield _policy(
        tenant, "Phishing-resistant MFA for admins", "enabledForReportingButNotEnforced", admins, grant=_strong()
    )
    # A policy may have session controls alone, and then no grant controls at all.
    yield _policy(tenant, "Sign in again every day", "disabled", {"includeUsers": ["None"]}, session=_daily())


def _policy(  # noqa: PLR0913 - what a policy consists of
    tenant: TenantState,
    name: str,
    state: str,
    users: dict[str, list[str]],
    *,
    clients: list[str] | None = None,
    locations: list[str] | None = None,
    grant: Row | None = None,
    session: Row | None = None,
) -> Row:
    return {
        "id": named_guid(f"conditional access {tenant.id} {name}"),
        "templateId": None,
        "displayName": name,
        "createdDateTime": zulu(tenant.options.starts - timedelta(days=len(name) * 9)),
        "modifiedDateTime": None,
        "state": state,
        "description": None,
        "conditions": {
            "userRiskLevels": [],
            "signInRiskLevels": [],
            "clientAppTypes": clients or ["all"],
            "servicePrincipalRiskLevels": [],
            "insiderRiskLevels": None,
            "platforms": None,
            "locations": {"includeLocations": locations, "excludeLocations": []} if locations else None,
            "devices": None,
            "clientApplications": None,
            "authenticationFlows": None,
            "applications": {
                "includeApplications": ["All"],
                "excludeApplications": [],
                "includeUserActions": [],
                "includeAuthenticationContextClassReferences": [],
                "applicationFilter": None,
            },
            "users": {**_NOBODY, **users},
        },
        "grantControls": grant,
        "sessionControls": session,
    }


_NOBODY: dict[str, Any] = {
    "includeUsers": [],
    "excludeUsers": [],
    "includeGroups": [],
    "excludeGroups": [],
    "includeRoles": [],
    "excludeRoles": [],
    "includeGuestsOrExternalUsers": None,
    "excludeGuestsOrExternalUsers": None,
}


def _grant(*controls: str) -> Row:
    return {
        "operator": "OR",
        "builtInControls": [*controls],
        "customAuthenticationFactors": [],
        "termsOfUse": [],
        "authenticationStrength": None,
    }


def _strong() -> Row:
    strength = {
        "id": _PHISHING_RESISTANT,
        "displayName": "Phishing-resistant MFA",
        "policyType": "builtIn",
        "requirementsSatisfied": "mfa",
        "allowedCombinations": ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"],
    }
    return {**_grant(), "authenticationStrength": strength}


def _daily() -> Row:
    return {
        "disableResilienceDefaults": None,
        "applicationEnforcedRestrictions": None,
        "cloudAppSecurity": None,
        "persistentBrowser": None,
        "signInFrequency": {
            "value": 1,
            "type": "days",
            "authenticationType": "primaryAndSecondaryAuthentication",
            "frequencyInterval": "timeBased",
            "isEnabled": True,
        },
    }


CONDITIONAL_ACCESS_POLICIES = GraphList(
    path=_PATH,
    entity="conditionalAccessPolicy",
    scopes=frozenset({"Policy.Read.All"}),
    service="conditional access",
    roles=POLICY_READERS,
    premium=True,
    properties=properties(
        default="""
            id templateId displayName createdDateTime modifiedDateTime state description conditions grantControls
            sessionControls
        """
    ),
    first_rows=_first_rows,
    needs=("users",),
    expected={"conditional_access_policies": listed(_PATH)},
)
