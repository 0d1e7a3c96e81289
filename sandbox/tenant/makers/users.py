"""Users as Graph v1.0 describes them.

All properties that a list of users can have are there, unset ones as null or []. Not there: those that only a single
GET gives (aboutMe, skills, mailboxSettings and the like), and signInActivity, which Graph keeps elsewhere.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from sandbox.tenant.collection_store import zulu
from sandbox.tenant.makers.licences import (
    COPILOT,
    E3,
    E5,
    F1,
    POWER_BI_FREE,
    POWER_BI_PRO,
    PROJECT,
    VISIO,
    licence_columns,
)
from sandbox.tenant.rng import Draw

if TYPE_CHECKING:
    from sandbox.tenant.collection_store import JsonObject
    from sandbox.tenant.makers.company import Company
    from sandbox.tenant.makers.licences import Licence
    from sandbox.tenant.makers.people import Person

# https://learn.microsoft.com/graph/api/resources/user: older accounts may lack createdDateTime.
_CREATED_IS_KNOWN_SINCE = datetime(2018, 6, 1, tzinfo=timezone.utc)
_SYNCED_OFFICES = ("Berlin", "London")  # whose accounts come from an Active Directory of the company's own

UNSET: JsonObject = {
    "id": None, "deletedDateTime": None, "accountEnabled": True, "ageGroup": None, "assignedLicenses": [],
    "assignedPlans": [], "authorizationInfo": {"certificateUserIds": []}, "businessPhones": [], "city": None,
    "companyName": None, "consentProvidedForMinor": None, "country": None, "createdDateTime": None,
    "creationType": None, "customSecurityAttributes": None, "department": None, "deviceEnrollmentLimit": 5,
    "displayName": None, "employeeHireDate": None, "employeeId": None, "employeeLeaveDateTime": None,
    "employeeOrgData": None, "employeeType": None, "externalUserState": None, "externalUserStateChangeDateTime": None,
    "faxNumber": None, "givenName": None, "identities": [], "identityParentId": None, "imAddresses": [],
    "isManagementRestricted": None, "isResourceAccount": None, "jobTitle": None, "lastPasswordChangeDateTime": None,
    "legalAgeGroupClassification": None, "licenseAssignmentStates": [], "mail": None, "mailNickname": None,
    "mobilePhone": None, "officeLocation": None, "onPremisesDistinguishedName": None, "onPremisesDomainName": None,
    "onPremisesExtensionAttributes": {f"extensionAttribute{i}": None for i in range(1, 16)},
    "onPremisesImmutableId": None, "onPremisesLastSyncDateTime": None, "onPremisesProvisioningErrors": [],
    "onPremisesSamAccountName": None, "onPremisesSecurityIdentifier": None, "onPremisesSyncEnabled": None,
    "onPremisesUserPrincipalName": None, "otherMails": [], "passwordPolicies": None, "passwordProfile": None,
    "postalCode": None, "preferredDataLocation": None, "preferredLanguage": None, "print": None,
    "provisionedPlans": [], "proxyAddresses": [], "securityIdentifier": None, "serviceProvisioningErrors": [],
    "showInAddressList": None, "signInSessionsValidFromDateTime": None, "state": None, "streetAddress": None,
    "surname": None, "usageLocation": None, "userPrincipalName": None, "userType": "Member",
}  # fmt: skip


def user_json(person: Person, company: Company) -> JsonObject:
    """A person's account as it is when it is made."""
    throw = Draw(b"account " + person.id.encode(), person.number)
    since = zulu(person.created)
    user = {**UNSET, "id": person.id, "securityIdentifier": security_identifier(person.id)}
    user["createdDateTime"] = since if person.created >= _CREATED_IS_KNOWN_SINCE else None
    user["signInSessionsValidFromDateTime"] = user["lastPasswordChangeDateTime"] = zulu(
        person.created + timedelta(days=throw.below(30))
    )
    user.update(name_columns(person, company))
    if person.kind == "employee":
        user.update(_employee_columns(person, company, throw))
        user.update(_premises_columns(person, company))
        user.update(licence_columns(_licences(person, throw), since))
    elif person.kind == "guest":
        user.update(_guest_columns(person, throw))
    else:
        user.update(_machine_columns(person))
    return user


def name_columns(person: Person, company: Company) -> JsonObject:
    """The columns that follow a person's name."""
    columns: JsonObject = {
        "displayName": person.display_name,
        "givenName": person.given,
        "surname": person.surname,
        "userPrincipalName": person.upn,
        "mailNickname": person.alias,
        "identities": [
            {"signInType": "userPrincipalName", "issuer": company.initial_domain, "issuerAssignedId": person.upn}
        ],
    }
    if person.kind in {"employee", "shared", "room"}:
        other = f"smtp:{person.alias}@{company.initial_domain}"
        columns |= {"mail": person.upn, "proxyAddresses": [f"SMTP:{person.upn}", other]}
    if person.kind == "employee":
        columns["imAddresses"] = [person.upn]
    if person.kind == "guest":
        columns |= {"mail": person.sign_in_name, "otherMails": [person.sign_in_name]}
        columns["proxyAddresses"] = [f"SMTP:{person.sign_in_name}"]
    return columns


def department_columns(person: Person) -> JsonObject:
    """The columns that follow a person's department and title."""
    department = person.department
    return {
        "department": department.name if department else None,
        "jobTitle": person.title,
        "employeeOrgData": {"costCenter": department.cost_center, "division": department.name} if department else None,
    }


def office_columns(person: Person) -> JsonObject:
    """The columns that follow a person's office."""
    office = person.office
    return {
        "businessPhones": [office.phone.format(person.number % 100)] if office.phone else [],
        "city": office.city,
        "country": office.country,
        "officeLocation": f"{office.city} / {1 + person.number % 6}.{person.number % 40:02}",
        "postalCode": office.postal_code,
        "preferredLanguage": office.language,
        "state": office.state,
        "streetAddress": office.street,
        "usageLocation": office.code,
    }


def security_identifier(object_id: str) -> str:
    """The SID that Entra derives from an object's id: its four groups of 32 bits."""
    number = bytes.fromhex(object_id.replace("-", ""))
    # A GUID's first three fields are stored with the last byte first.
    stored = number[3::-1] + number[5:3:-1] + number[7:5:-1] + number[8:]
    return "S-1-12-1-" + "-".join(str(int.from_bytes(stored[i : i + 4], "little")) for i in range(0, 16, 4))


def _licences(person: Person, throw: Draw) -> list[Licence]:
    name = person.department.name if person.department else ""
    chance = throw.below(100)
    if not person.enabled and chance < 60:
        return []
    base = (
        F1
        if name == "Operations" and chance < 70
        else E5
        if name in {"IT", "Executive", "Legal"} or chance < 15
        else E3
    )
    more = []
    if name in {"Finance", "Executive"} or chance % 11 == 0:
        more.append(POWER_BI_PRO)
    elif chance % 5 == 0:
        more.append(POWER_BI_FREE)
    if chance % 17 == 0:
        more.append(VISIO)
    if name in {"Operations", "IT"} and chance % 7 == 0:
        more.append(PROJECT)
    if name == "Executive" or chance % 9 == 0:
        more.append(COPILOT)
    return [base, *more]


def _employee_columns(person: Person, company: Company, throw: Draw) -> JsonObject:
    hired = person.created + timedelta(days=throw.below(14))
    return {
        **department_columns(person),
        **office_columns(person),
        "accountEnabled": person.enabled,
        "companyName": company.name,
        "employeeHireDate": f"{hired.date().isoformat()}T00:00:00Z",
        "employeeId": f"{person.number:06}",
        "employeeType": ("Contractor", "Intern")[throw.below(2)] if throw.below(8) == 0 else "Employee",
        "mobilePhone": person.office.phone.format((person.number * 7) % 100)
        if person.office.phone and throw.below(2)
        else None,
        "passwordPolicies": "DisablePasswordExpiration" if throw.below(6) == 0 else None,
    }


def _premises_columns(person: Person, company: Company) -> JsonObject:
    if person.office.city not in _SYNCED_OFFICES:
        return {}
    forest = company.domain.split(".")[0]
    return {
        "onPremisesDistinguishedName": f"CN={person.display_name},OU={person.office.city},DC=corp,DC={forest}",
        "onPremisesDomainName": f"corp.{company.domain}",
        "onPremisesImmutableId": f"{person.id[:8]}{person.number:08}==",
        "onPremisesLastSyncDateTime": zulu(person.created + timedelta(minutes=30)),
        "onPremisesSamAccountName": f"{forest[0]}{person.number:06}".upper(),
        "onPremisesSecurityIdentifier": f"S-1-5-21-1004336348-1177238915-682003330-{1000 + person.number}",
        "onPremisesSyncEnabled": True,
        "onPremisesUserPrincipalName": person.upn,
    }


def _guest_columns(person: Person, throw: Draw) -> JsonObject:
    accepted = person.number % 5 > 0
    return {
        "creationType": "Invitation",
        "externalUserState": "Accepted" if accepted else "PendingAcceptance",
        "externalUserStateChangeDateTime": zulu(person.created + timedelta(hours=throw.below(72) if accepted else 0)),
        "identities": [
            {"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": None},
            {"signInType": "userPrincipalName", "issuer": person.upn.split("@")[1], "issuerAssignedId": person.upn},
        ],
        "userType": "Guest",
    }


def _machine_columns(person: Person) -> JsonObject:
    return {
        "accountEnabled": person.enabled,
        "isResourceAccount": True if person.kind == "room" else None,
        "passwordPolicies": "DisablePasswordExpiration" if person.kind == "service" else None,
        "usageLocation": person.office.code,
    }
