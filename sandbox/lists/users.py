"""Users: all accounts of the tenant, with managers and photos.

https://learn.microsoft.com/graph/api/user-list
"""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lists.expected import linked, tracked
from sandbox.lists.spec import GraphList, properties, scopes
from sandbox.tenant.life.people import newcomer
from sandbox.tenant.makers.extensions import EXTENSIONS, extension_columns
from sandbox.tenant.makers.people import recruit_staff
from sandbox.tenant.makers.photos import draw_photo
from sandbox.tenant.makers.users import user_json
from sandbox.tenant.rng import seeded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.lists.spec import Row
    from sandbox.tenant.state import TenantState

_HAVE_PHOTO = 0.8  # of the employees, which makes it 70 in 100 of the members
_PHOTO_SIZE = 240  # pixels; what the tap asks for by default


def _first_rows(tenant: TenantState) -> Iterable[Row]:
    starts = tenant.options.starts
    staff = recruit_staff(tenant.recruiter, tenant.options.users, starts)
    tenant.people.update((person.id, person) for person in staff.people)
    users = tenant.directory["users"]
    users.links["manager"] = {key: {manager: users.entity} for key, manager in staff.managers.items()}
    _leavers(tenant, boss=staff.people[0].id)
    faces = seeded(tenant.options.seed, "photos")
    chosen = (person for person in staff.people if person.kind == "employee" and faces.random() < _HAVE_PHOTO)
    tenant.photos.update((person.id, draw_photo(faces)) for person in chosen)
    return (user_json(person, tenant.company) for person in staff.people)


def _leavers(tenant: TenantState, boss: str) -> None:
    """One in sixty left within the last month. The first of them is about to be deleted for good."""
    users = tenant.directory["users"]
    for i in range(max(tenant.options.users // 60, 2)):
        days, seconds = 29 - i * 7 % 28, tenant.recruiter.rng.randrange(36_000)
        left = tenant.options.starts - timedelta(days=days, seconds=seconds)
        person = newcomer(tenant, left - timedelta(days=200 + i))._replace(enabled=True, until=left)
        tenant.former[person.id] = person
        users.add_deleted(user_json(person, tenant.company), left)
        users.links["manager"][person.id] = {boss: users.entity}


def _users(tenant: TenantState) -> Iterator[Row]:
    for row in tracked("users")(tenant):
        yield row if row.get("_deleted") else {**row, **dict.fromkeys(EXTENSIONS), **extension_columns(str(row["id"]))}


def _activities(tenant: TenantState) -> Iterator[Row]:
    activities = tenant.lists["signInActivity"]
    for key in tenant.directory["users"].live:
        yield {"id": key, "signInActivity": activities.get(key)}


def _photos(tenant: TenantState) -> Iterator[Row]:
    users = tenant.directory["users"]
    for key in users.live:
        yield {"userId": key, **_photo_columns(tenant, key)}
    for key in users.gone:
        yield {"userId": key, "_deleted": True}


def _photo_columns(tenant: TenantState, user_id: str) -> Row:
    photo = tenant.photos.get(user_id)
    if photo is None:
        return dict.fromkeys(("photo", "contentType", "width", "height", "etag", "sha256"))
    photo = photo.sized(_PHOTO_SIZE)
    content = photo.content
    return {
        "photo": base64.b64encode(content).decode(),
        "contentType": photo.content_type,
        "width": photo.width,
        "height": photo.height,
        "etag": photo.etag,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


USERS = GraphList(
    path="users",
    entity="user",
    scopes=scopes("User.ReadBasic.All", "User.Read.All"),
    properties=properties(
        default="""
            businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname
            userPrincipalName id
        """,
        on_request="""
            accountEnabled ageGroup assignedLicenses assignedPlans authorizationInfo city companyName
            consentProvidedForMinor country createdDateTime creationType customSecurityAttributes deletedDateTime
            department deviceEnrollmentLimit employeeHireDate employeeId employeeLeaveDateTime employeeOrgData
            employeeType externalUserState externalUserStateChangeDateTime faxNumber identities identityParentId
            imAddresses isManagementRestricted isResourceAccount lastPasswordChangeDateTime
            legalAgeGroupClassification licenseAssignmentStates mailNickname onPremisesDistinguishedName
            onPremisesDomainName onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime
            onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled
            onPremisesUserPrincipalName otherMails passwordPolicies passwordProfile postalCode preferredDataLocation
            print provisionedPlans proxyAddresses securityIdentifier serviceProvisioningErrors showInAddressList
            signInActivity signInSessionsValidFromDateTime state streetAddress usageLocation userType
        """
        + " ".join(EXTENSIONS),
        alone="""
            aboutMe birthday hireDate interests mailboxSettings mySite pastProjects preferredName responsibilities
            schools skills
        """,
    ),
    store="users",
    links=("manager",),
    delta_links=("manager",),
    first_rows=_first_rows,
    expected={
        "users": _users,
        "user_managers": linked("users", "manager", "userId", "managerId"),
        "user_sign_in_activity": _activities,
        "profile_photos": _photos,
    },
    cost=2,
)
